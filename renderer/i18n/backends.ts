/** Words of Settings › Backends: what is added, who that is, what it may do, and how a test went. */
import type { Allowed, BackendAction, BackendView, Check, Standing } from '../../shared/contract/index.ts'
import type { BackendKind } from '../../shared/domain/device.ts'
import { reasonWords } from './devices.ts'
import { offset, span } from './format.ts'

export const kindNames: Readonly<Record<BackendKind, string>> = {
  demo: 'Demo',
  'aws-iam': 'AWS IAM',
  privacyidea: 'privacyIDEA',
}

export const backendsCard = {
  title: 'Backends',
  add: 'Add a backend',
  none: 'None yet. A backend is where identities and their MFA devices are registered.',
  demo: 'The demo has its own. Real ones are added outside of it.',
  test: 'Test',
  rename: 'Rename',
  remove: 'Remove',
  signIn: 'Sign in',
  may: 'What you may do',
  actions: (name: string) => `Actions for ${name}`,
  removed: (name: string) => `${name} is removed from Latchkey. Nothing was changed there.`,
  signedIn: (name: string) => `Signed in to ${name}.`,
  openWork: 'Something begun there is not finished; see Recovery.',
} as const

const STATES: Readonly<Record<BackendView['state'], string>> = {
  loading: 'Reading',
  ready: 'In order',
  offline: 'Can’t be reached',
  'signed-out': 'Signed out',
  throttled: 'Asked to slow down',
  failed: 'Not as it should be',
}

export const stateWords = ({ state, asOf, trouble }: BackendView, now: number): string =>
  [
    STATES[state],
    ...(state === 'throttled' && trouble?.retryAt !== undefined
      ? [`again in ${offset(Math.max(0, trouble.retryAt - now))}`]
      : []),
    ...(state !== 'ready' && asOf !== undefined
      ? [now - asOf < 60_000 ? 'read just now' : `last read ${span(now - asOf)} ago`]
      : []),
  ].join(', ')

/** "alice@example.com, profile work", "https://mfa.example.com as bob". */
export function signInWords({ signsInBy, address, role }: BackendView): string {
  const how = ((): string => {
    switch (signsInBy.by) {
      case 'nothing':
        return 'simulated'
      case 'profile':
        return `profile ${signsInBy.profile}`
      case 'environment':
        return 'keys of the environment'
      case 'keys':
        return `key ${signsInBy.accessKeyId}`
      case 'password':
        return `as ${signsInBy.realm === undefined ? signsInBy.user : `${signsInBy.user}@${signsInBy.realm}`}`
      case 'api-key':
        return 'API key'
    }
  })()
  return [address, how, role === undefined ? undefined : `role ${role.split('/').at(-1)}`].filter(Boolean).join(', ')
}

const IS: Readonly<Record<Standing['who']['is'], string>> = {
  user: 'user',
  administrator: 'administrator',
  root: 'root user',
  role: 'role',
}

/** "alice, user of Northwind". */
export const whoWords = ({ name, account, is }: Standing['who']): string =>
  account === '' ? `${name}, ${IS[is]}` : `${name}, ${IS[is]} of ${account}`

const ACTIONS: Readonly<Record<BackendAction, string>> = {
  'see-others': 'See other people’s devices',
  'register-virtual': 'Register a virtual device',
  'register-hardware': 'Register a hardware token',
  'register-fido': 'Register a security key',
  resync: 'Resync a device',
  remove: 'Remove a device',
  'delete-entity': 'Delete what a removed device leaves',
  rename: 'Rename a device',
  'mark-lost': 'Mark a device as lost',
  'change-password': 'Change the own password',
  'change-others-password': 'Change another’s password',
  'open-mfa-session': 'Open an MFA session by a code',
}
export const actionWords = (action: BackendAction): string => ACTIONS[action]

export const allowedWords: Readonly<
  Record<Allowed, { readonly name: string; readonly tone: 'ok' | 'warn' | 'danger' | 'plain' }>
> = {
  yes: { name: 'Yes', tone: 'ok' },
  'with-mfa': { name: 'With a code first', tone: 'warn' },
  no: { name: 'No', tone: 'plain' },
  'not-told': { name: 'Not told', tone: 'plain' },
}
/** More than the bare answer, where there is more to say. */
export const whyNot = (reason: string | undefined): string | undefined =>
  reason === undefined ? undefined : reasonWords(reason)

const CHECKS: Readonly<Record<Check['check'], string>> = {
  reached: 'Reached',
  trusted: 'Its certificate is trusted',
  'signed-in': 'Signed in',
  clock: 'Clocks compared',
  listed: 'Identities listed',
}

export function checkWords({ check, result, value }: Check): string {
  if (result !== 'ok' || value === undefined) return CHECKS[check]
  if (check === 'listed') return value === 1 ? 'One identity is seen' : `${value} identities are seen`
  return Math.abs(value) < 2
    ? 'This computer’s clock agrees'
    : `This computer’s clock is ${offset(value * 1000)} ${value > 0 ? 'ahead' : 'behind'}`
}
export const resultWords: Readonly<Record<Check['result'], string>> = {
  ok: 'in order',
  failed: 'failed',
  'not-tried': 'not tried',
}

export const testing = {
  title: (name: string) => `Test of ${name}`,
  go: 'Test',
  again: 'Test again',
  running: 'Testing',
  steps: 'What works',
  may: 'What is permitted',
  notTold: 'Whether the rest is permitted is not told beforehand; it shows when it is tried.',
  rootWithout: 'The root user of this account has no MFA device.',
  close: 'Close',
  addAnywayMore: 'It can be added and tried again later.',
} as const

export const adding = {
  title: 'Add a backend',
  which: 'Where are the devices registered?',
  kinds: {
    'aws-iam': { name: 'AWS IAM', more: 'Users and their MFA devices of an AWS account.' },
    privacyidea: { name: 'privacyIDEA', more: 'Tokens of a privacyIDEA server.' },
  },
  how: 'How do you sign in?',
  by: {
    profile: 'With a profile of this computer',
    environment: 'With the keys of the environment',
    keys: 'With keys typed here',
  },
  profile: 'Profile',
  profileHelp: 'Read from AWS’s own files; nothing of them is copied.',
  profilesNone: 'No AWS profile was found on this computer.',
  signsInBy: { keys: 'keys', sso: 'SSO', process: 'a program', role: 'a role', other: 'unknown' },
  accessKeyId: 'Access key ID',
  secretAccessKey: 'Secret access key',
  sessionToken: 'Session token (of temporary keys)',
  keysHelp: 'Kept in your vault, and nowhere else.',
  role: 'Act in a role',
  roleArn: 'Role ARN',
  externalId: 'External ID',
  mfaSerial: 'Serial number of the device the role asks a code of',
  region: 'Region',
  regionHelp: 'Only where it is not the usual one, as in China or GovCloud.',
  url: 'Address of the server',
  urlHelp: 'Begins with https://',
  user: 'User name',
  realm: 'Realm',
  realmHelp: 'Empty: the server’s own choice.',
  password: 'Password',
  keep: 'Keep the password in the vault',
  keepHelp: 'Else you are asked after each unlocking.',
  signInBy: { password: 'User and password', 'api-key': 'API key' },
  signInLabel: 'Sign in by',
  apiKey: 'API key',
  authorities: 'Own authority',
  authoritiesHelp:
    'The certificate (PEM) of the authority that signed the server’s, if it is your own. Only it is trusted then.',
  more: 'More',
  next: 'Next',
  look: 'Look who I am',
  looking: 'Looking for AWS profiles',
  choose: 'Choose one',
  environmentNone: 'No keys are set in the environment.',
  keysBetter: 'A profile is safer where you have one: then no long-term key is kept here.',
  hasAuthorities: 'The server’s certificate comes from our own authority',
  back: 'Back',
  cancel: 'Cancel',
  name: 'Name in Latchkey',
  go: 'Add it',
  addAnyway: 'Add it all the same',
  you: 'You are',
  failed: 'It did not work.',
  added: (name: string) => `${name} is added.`,
  suggestion: {
    'aws-iam': (how: string) => `AWS ${how}`.trim(),
    privacyidea: (host: string) => host || 'privacyIDEA',
  },
} as const

export const renaming = {
  title: (name: string) => `Rename ${name}`,
  name: 'Name in Latchkey',
  go: 'Rename',
  cancel: 'Cancel',
} as const

export const signInAsk = {
  passwordTitle: (backend: string) => (backend === '' ? 'Password' : `Password for ${backend}`),
  passwordWhy: (user: string) => `For ${user}. It is held until the vault is locked.`,
  password: 'Password',
  codeTitle: (backend: string) => `${backend} asks for a code`,
  codeWhy: (types: readonly string[]) =>
    types.length === 0 ? 'Of one of your devices.' : `Of one of your devices: ${types.join(', ')}.`,
  codeOf: (serial: string) => `Of the device ${serial}.`,
  code: 'Code',
  go: 'Sign in',
  cancel: 'Not now',
} as const
