/** Every name that a playbook can say. The renderer has words for each (renderer/i18n/playbooks.ts); a missing one does not compile. */

export const STEPS = [
  // Registering, alone or within a replacement
  'type',
  'create',
  'next-codes',
  'serial',
  'enable-codes',
  'touch',
  'by-console',
  'backup',
  'registered',
  // Drifted?
  'clock',
  'resync',
  'resync-next-codes',
  'resync-codes',
  'in-sync',
  'not-in-sync',
  'never-drifts',
  // The way back in
  'what-happened',
  'suspend',
  'way',
  'sign-in',
  'reach',
  'phone-by-administrator',
  'sign-in-page',
  'troubleshoot',
  'email',
  'phone',
  'signed-in',
  'support',
  'administrator',
  // What follows, by the type that was lost
  'new-type',
  'vendor',
  'new-here',
  'temporary-create',
  'temporary-next-codes',
  'new-arrived',
  'make-room',
  'old-app',
  'remove-old',
  'administrator-removes',
  'test-new',
  'password',
  'replaced',
  // The administrator's side
  'who-asks',
  'resync-first',
  'session',
  'deactivate',
  'tell-colleague',
  'helped',
  'not-helped',
] as const
export type StepId = (typeof STEPS)[number]

/** Options of a choice. */
export const OPTIONS = [
  'virtual-totp',
  'hardware-totp',
  'fido',
  'refused',
  'lost',
  'stolen',
  'broken',
  'works',
  'both',
  'no-phone',
  'no-email',
  'neither',
  'here',
  'temporary',
  'wait',
] as const
export type OptionId = (typeof OPTIONS)[number]

/** Why an option can't be had. Reasons of a backend's capabilities come besides. */
export const REFUSALS = [
  'never-drifts',
  'limit-reached',
  'no-way-to-touch',
  'contact-missing',
  'same-type-only',
] as const
export type Refusal = (typeof REFUSALS)[number]

/** Other ways out of a step, and jobs that follow from an end. */
export const OTHERS = [
  'start-over',
  'skip',
  'still-refused',
  'with-code',
  'with-key',
  'none-works',
  'no-administrator',
  'email-unreachable',
  'support',
  'contacts-again',
  'temporary',
  'app-gone',
  'ask-administrator',
  'here',
  'later',
  'by-hand',
  'not-sure',
  'register',
  'replace',
] as const
export type OtherId = (typeof OTHERS)[number]

/** How the program's own part of a step came out. */
export const OUTCOMES = ['enabled', 'pair-refused', 'in-sync', 'still-refused', 'removed', 'entity-left'] as const
export type OutcomeId = (typeof OUTCOMES)[number]

/** What the program did by itself within a step, in the order it can be shown. */
export const DEEDS = [
  'made',
  'codes-given',
  'enabled',
  'seen-enabled',
  'linked',
  'session-opened',
  'suspended',
  'deactivated',
  'deleted',
  'seen-gone',
  'tested',
  'password-changed',
] as const
export type DeedId = (typeof DEEDS)[number]

/** Troubles that are no backend's errors (backends.md §5.3): a check that did not find what it looked for, and our own. */
export const TROUBLES = [
  'not-signed-in',
  'signed-in-otherwise',
  'contact-not-changed',
  'still-registered',
  'not-tested',
  'outcome-unknown',
  'half-made-lost-seed',
  'half-made-not-seen',
  'touch-failed',
  'not-yet-registered',
] as const
export type Trouble = (typeof TROUBLES)[number]

/** What the program is doing while a step runs, for a line of progress. */
export const DOINGS = [
  'reading',
  'making',
  'giving-codes',
  'waiting-for-code',
  'waiting-for-key',
  'waiting-for-touch',
  'looking',
  'opening-session',
  'resyncing',
  'suspending',
  'deactivating',
  'deleting',
  'cleaning-up',
  'changing-password',
] as const
export type Doing = (typeof DOINGS)[number]
