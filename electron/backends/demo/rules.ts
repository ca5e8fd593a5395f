/**
 * The rules of the demo world by name. All are in force, always; the test that holds the world against the seed takes one
 * out at a time, to show that its scenario would notice.
 */
const ALL = {
  // Codes and drift
  codesHaveAWindow: true,
  resyncFollowsTheDrift: true,
  fidoNeverDrifts: true,
  // Devices
  eightDevicesAtMost: true,
  anyDeviceSignsIn: true,
  anyTypeMayFollow: true,
  nameIsTakenUntilDeleted: true,
  serialIsTakenUntilDeactivated: true,
  onlyVendorSerials: true,
  entityStaysBehind: true,
  deactivatedKeyIsDead: true,
  // Who may do what
  usersNeedAnAdministrator: true,
  administratorDeactivates: true,
  noDeviceLeftMeansPasswordAlone: true,
  alternativeFactorsManageDevices: true,
  administratorChangesThePhone: true,
  rootChangesContacts: true,
  contactsAreDated: true,
  // Passwords
  newPasswordReplacesTheOld: true,
  passwordsFollowThePolicy: true,
  // The sign-in page
  passwordComesFirst: true,
  passwordIsChecked: true,
  deviceIsChosen: true,
  pageFitsTheType: true,
  troubleshootOnEveryPage: true,
  alternativeFactorsForRoot: true,
  alternativeFactorsAgainAndAgain: true,
  passwordIsAskedAgain: true,
  troubleshootOffersAlternativeFactors: true,
  emailIsSentWhenAsked: true,
  emailNamesItsSender: true,
  linkInTheEmailVerifies: true,
  emailIsSentAgain: true,
  emailComesBeforeThePhone: true,
  bothContactsAreVerified: true,
  callGoesToTheContact: true,
  callIsMadeWhenAsked: true,
  contactsMustBeInReach: true,
  theSixDigitsAreTyped: true,
  noCallMeansStartingOver: true,
  signInFollowsThePhone: true,
  supportIsNamed: true,
  administratorIsNamed: true,
  // Things
  lostThingsAreGone: true,
  accountsCanBeRemoved: true,
} as const

export type DemoRule = keyof typeof ALL
export type DemoRules = Readonly<Record<DemoRule, boolean>>
export const ALL_RULES: DemoRules = ALL
