/** Words of Devices: identities, their devices, what can be done with them and why not. */
import type { BackendKind, ContactKind, DeviceType, Health, IdentityKind, Loss } from '../../shared/domain/device.ts'
import { CAPABILITY_REASONS } from './backend-reasons.ts'
import { offset, onDay, plural, span } from './format.ts'

export const devices = {
  title: 'Devices',
  counts: (identities: number, list: number) =>
    `${plural(identities, 'identity', 'identities')}, ${plural(list, 'device')}`,
  search: 'Search devices',
  searchLabel: 'Search identities and devices',
  found: (list: number) => (list === 0 ? 'No device found' : `${plural(list, 'device')} found`),
  refresh: 'Read again from the backends',
  loading: 'Reading devices',
  register: 'Register',
  registerFor: (identity: string) => `Register a device for ${identity}`,
  used: (count: number, most: number) => `${count} of ${most}`,
  usedLong: (count: number, most: number) => `${count} of ${most} devices`,
  table: (identity: string) => `Devices of ${identity}`,
  columns: { device: 'Device', serial: 'Serial number', health: 'Health', last: 'Last used', act: 'Actions' },
  actions: (device: string) => `Actions for ${device}`,
  none: 'No device is registered.',
  hereOnly: 'on this computer',
  elsewhere: 'on another phone',
  noSerial: 'no serial told',
  lastUsed: 'Last used',
  neverSeen: 'No use known',
  nothing: 'Nothing by that name',
  nothingMore: (query: string) => `No identity and no device goes by “${query}”.`,
  clearSearch: 'Clear the search',
  noIdentities: 'No identities here',
  noIdentitiesMore: 'The backend answered, and listed nobody.',
  ended: 'Devices can’t be shown now',
} as const

export const backends = {
  offline: (name: string) => `${name} can’t be reached.`,
  failed: (name: string) => `${name} did not answer as it should.`,
  asOf: (at: number, now: number) =>
    now - at < 60_000 ? 'What is shown was read just now.' : `What is shown was read ${span(now - at)} ago.`,
  never: 'Nothing has been read from it yet.',
  retry: 'Try again',
  none: 'No backend yet',
  noneMore:
    'A backend is where identities and their MFA devices are registered. Latchkey registers, resynchronises and replaces devices there.',
  add: 'Add a backend',
  signedOut: (name: string) => `You are signed out of ${name}.`,
  signIn: 'Sign in',
  throttled: (name: string) => `${name} asks to slow down.`,
  throttledMore: (retryAt: number, now: number) => `It is read again in ${offset(Math.max(0, retryAt - now))}.`,
  reading: 'Reading the rest.',
  demo: 'Try all of it in the demo',
  demoMore:
    'A simulated account, its people, their phones, tokens and keys. Nothing leaves this computer, and your own codes stay out of it.',
  command: 'npm start -- --demo',
  copy: 'Copy the command',
  copied: 'Copied. Paste it in a terminal, in Latchkey’s folder.',
  copyFailed: 'The browser did not let it be copied. Select the command instead.',
} as const

const kinds_: Readonly<Record<BackendKind, string>> = {
  demo: 'demo',
  'aws-iam': 'AWS IAM',
  privacyidea: 'privacyIDEA',
}
const identityKinds: Readonly<Record<IdentityKind, string>> = { root: 'root', user: 'user' }

/** "Northwind production · account 4471 0982 3316 · root · demo". */
export const accountLine = (
  identity: { readonly account: string; readonly accountId?: string | undefined; readonly kind: IdentityKind },
  kind: BackendKind | undefined,
): string =>
  [
    identity.account,
    ...(identity.accountId === undefined ? [] : [`account ${inFours(identity.accountId)}`]),
    identityKinds[identity.kind],
    ...(kind === undefined ? [] : [kinds_[kind]]),
  ].join(' · ')

/** A long number or serial as it is read out: "GALT 0047 7190". What has its own spaces or dashes is left alone. */
export const inFours = (text: string): string =>
  /^[\p{L}\p{N}]{8,32}$/u.test(text) ? text.replaceAll(/(.{4})(?=.)/gu, '$1 ') : text

export const typeWords: Readonly<
  Record<DeviceType, { readonly name: string; readonly this: string; readonly add: string }>
> = {
  'virtual-totp': { name: 'Virtual device', this: 'this phone', add: 'Add a virtual device' },
  'hardware-totp': { name: 'Hardware token', this: 'this token', add: 'Add a hardware token' },
  fido: { name: 'Security key', this: 'this key', add: 'Add a security key' },
}

const lossWords: Readonly<Record<Loss, string>> = { lost: 'Lost', stolen: 'Stolen', broken: 'Broken' }

/** Health in a few words. `now` dates what is out of use. */
export function healthWords(health: Health, now: number): string {
  switch (health.state) {
    case 'in-sync':
      return 'In sync'
    case 'in-order':
      return 'In order'
    case 'drifted':
      return health.drift ? `Drifted ${plural(Math.abs(health.drift.steps), 'step')}` : 'Drifted'
    case 'out-of-use':
      return `${lossWords[health.loss]}, ${onDay(health.since, now)}`
    case 'not-told':
      return 'Not told'
  }
}

export const menu = {
  code: 'Show its code',
  codeElsewhere: 'Its secret is in another app.',
  resync: 'Resync',
  rename: 'Rename',
  gone: 'It is lost, stolen or broken',
  replace: 'Replace it while it works',
  help: 'Help as an administrator',
  noAdministrator: 'No administrator of this account is listed.',
  remove: 'Remove',
} as const

export const removing = {
  stages: { deactivating: 'Deactivating', deleting: 'Deleting', checking: 'Checking' },
  begun: 'Removing',
  cancel: 'Stop',
  cancelLabel: (device: string) => `Stop removing ${device}`,
  this: 'It is being removed.',
  another: 'Another device is being removed.',
  done: (device: string, identity: string) => `${device} is removed from ${identity}.`,
} as const

export const rename = {
  title: (device: string) => `Rename ${device}`,
  name: 'Name',
  help: 'As the backend shows it.',
  empty: 'A device needs a name.',
  taken: 'Another device of this identity is called that.',
  go: 'Rename',
  cancel: 'Cancel',
  done: (device: string) => `Renamed to ${device}.`,
} as const

const contactNames: Readonly<Record<ContactKind, string>> = { email: 'Email address', phone: 'Phone number' }

export const contacts = {
  confirmed: (at: number, now: number) =>
    now - at < 86_400_000 ? 'confirmed today' : `confirmed ${span(now - at)} ago`,
  neverConfirmed: 'never confirmed',
  missing: { email: 'no email address', phone: 'no phone number' },
  check: 'Check now',
  edit: 'Contacts',
  label: (identity: string) => `Contacts of ${identity}`,
  title: 'How this root user is reached',
  why: 'When no device is left, a message to this address and then a call to this number let the root user back in. They must reach somebody who is still here.',
  names: contactNames,
  reaches: { email: 'It reaches me', phone: 'It reaches me' },
  howEmail: 'Send a message to it from another account, and see it come in.',
  howPhone: 'Call it from another phone, and hear it ring.',
  confirmedNow: (kind: ContactKind) => `${contactNames[kind]} confirmed.`,
  change: 'Change',
  add: 'Add',
  save: 'Save',
  cancel: 'Cancel',
  close: 'Close',
  as: 'Changed by',
  asRoot: 'The root user',
  asAdministrator: (name: string) => `${name}, administrator`,
  whoEmail: 'Only the root user may change it.',
  whoPhone: 'The root user or an administrator of the account may change it.',
  saved: (kind: ContactKind) => `${contactNames[kind]} changed.`,
  badEmail: 'An email address has one @, with something before and after it.',
  badPhone: 'A phone number has digits, perhaps with a + in front and spaces between.',
  same: 'That is the one there is.',
} as const

export const warnings = {
  single: 'Single point of failure.',
  singleMore: (thing: string, from: 'alternative-factors' | 'administrator' | 'support') =>
    `If ${thing} is lost, ${
      {
        'alternative-factors': 'only email and phone are left to get back in',
        administrator: 'only an administrator can help',
        support: 'only the provider’s support can help',
      }[from]
    }.`,
  thisComputer: 'this computer',
  passwordAlone: 'Password alone.',
  passwordAloneMore: 'No device is registered: whoever knows the password is in.',
  addDevice: 'Register a device',
  resync: { 'virtual-totp': 'Resync the device', 'hardware-totp': 'Resync the token', fido: 'Resync' },
  drifted: (device: string, drift: { readonly seconds: number } | undefined) =>
    drift === undefined || drift.seconds === 0
      ? `${device} has drifted; this backend does not tell how far. Two codes in a row put it right.`
      : `${device} is ${Math.abs(Math.round(drift.seconds))} s ${drift.seconds > 0 ? 'fast' : 'slow'}. Two codes in a row put it right.`,
  halfMade: 'Half made.',
  halfMadeMore: 'A registration was begun here and not finished.',
  resume: 'Go on with it',
  caseOpen: (title: string, step: string) => `${title}. Now: ${step}`,
  caseOpenBare: (title: string) => `${title}.`,
} as const

export const help = {
  title: 'Help as an administrator',
  why: (identity: string, device: string) =>
    `${identity} can’t do without you: you deactivate ${device}, then they register a new one. Who are you?`,
  who: 'Administrator',
  go: 'Go on',
  cancel: 'Cancel',
} as const

/** Why something can't be done now. Codes of the playbooks' refusals and of backends' capabilities. */
const REASONS: Readonly<Record<string, string>> = {
  ...CAPABILITY_REASONS,
  'eight-devices': 'All eight places are taken. Remove or replace one first.',
  'limit-reached': 'All eight places are taken. Remove or replace one first.',
  'never-drifts': 'Security keys never drift, so there is nothing to resync. If it is refused, replace it.',
  'fido-never-drifts': 'Security keys never drift, so there is nothing to resync. If it is refused, replace it.',
  'administrator-needed': 'No working device is left to sign in with. An administrator must help first.',
  'alternative-factors-needed':
    'No working device is left to sign in with. Start a replacement: email and phone lead back in.',
  'nothing-registered': 'No device is registered.',
  'root-only': 'Only a root user has this.',
  'no-way-to-touch': 'No security key can be touched here. Open Latchkey in the browser, or use the bench’s key.',
  'contact-missing': 'The backend has none on record.',
  'same-type-only': 'This backend replaces a device with one of its kind only.',
  'device-out-of-use': 'It is out of use. Replace it instead.',
  'out-of-use': 'It is out of use. Replace it instead.',
  'not-permitted': 'This sign-in may not do it. An administrator can.',
  offline: 'The backend can’t be reached now.',
  unreachable: 'The backend can’t be reached now.',
  'backend-offline': 'The backend can’t be reached now.',
  'case-open': 'A case about it is open in Recovery.',
  'read-only': 'Another Latchkey writes this vault. Do it there.',
  'vault-held': 'Another Latchkey writes this vault. Do it there.',
  'not-told': 'This backend does not offer it.',
  'not-supported': 'This backend does not offer it.',
}

/** The reason in words; one without words is said to be the backend's, for it comes from there. */
export const reasonWords = (reason: string): string => REASONS[reason] ?? 'The backend does not allow it now.'
