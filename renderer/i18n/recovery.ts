/** Words of Recovery around the steps: the list of cases, starting one, what all steps share. The steps' own: playbooks.ts. */
import type { CaseKind, Facts } from '../../shared/contract/index.ts'
import type { Loss } from '../../shared/domain/device.ts'
import { atDayTime, plural } from './format.ts'

export const lossBadge: Readonly<Record<Loss, string>> = { lost: 'Lost', stolen: 'Stolen', broken: 'Broken' }

export const list = {
  title: 'Recovery',
  counts: (open: number) => (open === 0 ? 'no open case' : plural(open, 'open case')),
  loading: 'Reading cases',
  ended: 'Cases can’t be shown now',
  starts: 'Start a case',
  register: 'Register',
  registerMore: 'Add a device to an identity.',
  resync: 'Resync',
  resyncMore: 'Codes are refused, and the device is here.',
  replace: 'Replace',
  replaceMore: 'A device is lost, stolen or broken.',
  open: 'Open',
  many: 'Many accounts at once',
  closed: 'Closed',
  none: 'No open case',
  noneMore: 'A case is kept from its first step to its last. It can be left at any time, and goes on where it was.',
  now: (step: string) => `Now: ${step}`,
  progress: (done: number, all: number) => `${done} of ${all} steps`,
  opened: (at: number) => `Opened ${atDayTime(at)}`,
  finished: (at: number) => `Finished ${atDayTime(at)}`,
  abandoned: (at: number) => `Given up ${atDayTime(at)}`,
  trouble: 'The last try did not work',
  waits: 'Goes on by itself',
} as const

/** The three jobs that are started here; helping a colleague starts at their device. */
export type StartKind = Exclude<CaseKind, 'help'>

export const start: {
  readonly titles: Readonly<Record<StartKind, string>>
  readonly empty: Readonly<Record<StartKind, string>>
  readonly go: Readonly<Record<StartKind, string>>
} & Readonly<Record<'search' | 'cancel' | 'toDevices' | 'loading', string>> & {
    readonly none: (query: string) => string
    readonly used: (count: number, most: number) => string
    readonly found: (count: number) => string
  } = {
  titles: {
    register: 'Who gets a device?',
    resync: 'Which device is refused?',
    replace: 'Which device is to be replaced?',
  },
  empty: {
    register: 'No identity is listed. Devices says how to get some.',
    resync: 'No device is registered.',
    replace: 'No device is registered.',
  },
  go: { register: 'Register a device', resync: 'Resync it', replace: 'Replace it' },
  search: 'Search',
  cancel: 'Cancel',
  toDevices: 'Open Devices',
  loading: 'Reading devices',
  none: (query) => `Nothing goes by “${query}”.`,
  used: (count, most) => `${count} of ${most} devices`,
  found: (count) => `${count} found`,
}

export const frame = {
  recovery: 'Recovery',
  leave: 'Leave, keep my place',
  leaveShort: 'Leave',
  leaveClosed: 'Back to Recovery',
  more: 'More for this case',
  print: 'Print the plan',
  giveUp: 'Give the case up',
  back: 'Back',
  steps: 'Steps of this case',
  done: 'Done:',
  opened: (at: number, whose: string) => `Opened ${atDayTime(at)}. ${whose}.`,
  finished: 'Finished',
  abandoned: 'Given up',
  gone: 'This case is not there any more',
  goneMore: 'It belongs to another vault, or its address is not right.',
  stepNow: (number: number, all: number, title: string) => `Step ${number} of ${all}: ${title}`,
  left: 'The case is given up',
  leftNothing: 'Nothing half-made stays behind.',
  leftMore: 'What was done stays so:',
  close: 'Close',
} as const

export const side = {
  title: 'This case',
  progress: 'Steps done',
  count: (done: number, all: number) => `${done} of ${all}`,
  doneOnly: (done: number) => `${plural(done, 'step')} done`,
  serial: (serial: string) => `serial number ${serial}`,
  userOf: (account: string) => `User of ${account}`,
  opened: 'Opened',
  finished: 'Finished',
  abandoned: 'Given up',
  kept: 'Steps are kept as they are done. Codes and passwords never are.',
} as const

/** What every form of a step shares. */
export const step = {
  goOn: 'Continue',
  recommended: 'Recommended',
  codeNow: 'Code now',
  codeAfter: 'Code after it',
  code: 'Code',
  digitsOk: (digits: number) => (digits === 6 ? 'Six digits' : `${digits} digits`),
  secondsLeft: (seconds: number) => (seconds === 0 ? 'any moment' : `${seconds} s`),
  newIn: (seconds: number) => `New in ${seconds} s`,
  readOff: 'As it shows now',
  waitForNext: 'When it changes',
  sameCode: 'The same code twice',
  name: 'Name',
  nameHelp: 'As the backend and you will know it.',
  nameEmpty: 'A device needs a name.',
  nameLetters: 'Only letters, digits and _ + = , . @ - can be in a name.',
  serial: 'Serial number',
  serialHelp: 'Spaces don’t count.',
  serialLetters: 'A serial number has letters, digits and dashes only.',
  text: 'Answer',
  currentPassword: 'Present password',
  newPassword: 'New password',
  againPassword: 'New password again',
  atLeast: (length: number) => `At least ${length} characters. It is not kept here.`,
  tooShort: (missing: number) => `${plural(missing, 'more character')} needed.`,
  longEnough: 'Long enough',
  differs: 'The two differ.',
  same: 'The same',
  notTheOld: 'That is the present one.',
  copy: 'Copy the message',
  copied: 'Copied.',
  copyFailed: 'The browser did not let it be copied. Select the text instead.',
  to: 'To',
  subject: 'Subject',
  message: 'Message',
  touching({ doing, facts }: { readonly doing: string; readonly facts: Facts }) {
    if (doing === 'waiting-for-key') return { title: 'Plug in the security key.', more: 'It is waited for.' }
    if (facts['through'] === 'page')
      return { title: 'Touch your key when it blinks.', more: 'The browser shows its own window for it.' }
    const name = typeof facts['key'] === 'string' ? facts['key'] : 'the key'
    return facts['by'] === 'finger'
      ? { title: `Put a finger on ${name}.`, more: 'One that it knows.' }
      : { title: `Touch ${name} when it blinks.`, more: 'Where several are plugged in, touch the one that is meant.' }
  },
  touchHere: { page: 'Use this browser', key: 'Use a key plugged in here' },
  openBench: 'Open the bench',
  waiting: 'Two newer codes are given as soon as there are some.',
  backUp: 'Back up now',
  later: 'Later',
  backedUp: (at: number) => `Backed up ${atDayTime(at)}.`,
  stop: 'Stop',
  stopped: (hasBegun: boolean) =>
    hasBegun ? 'Stopped. What was done so far is kept; go on when you like.' : 'Stopped. Nothing was changed.',
  lastTry: (at: number) => `Last try ${atDayTime(at)}.`,
  didSoFar: 'Done by Latchkey',
  showDevices: 'Show in Devices',
  toList: 'Back to Recovery',
} as const

const ON_BENCH: Readonly<Record<string, string>> = {
  'sign-in': 'The sign-in page of this demo is on the bench.',
  'sign-in-page': 'The sign-in page of this demo is on the bench.',
  troubleshoot: 'The sign-in page of this demo is on the bench.',
  email: 'The inbox of this demo is on the bench.',
  phone: 'The phone of this demo is on the bench.',
  'signed-in': 'The sign-in page of this demo is on the bench.',
  'test-new': 'The sign-in page of this demo is on the bench.',
  serial: 'New tokens of this demo lie on the bench, with their serial numbers.',
  'enable-codes': 'The token and its display are on the bench.',
  'resync-codes': 'The token or phone that shows the codes is on the bench.',
  'old-app': 'The phone with the old app is on the bench.',
  session: 'The phone, tokens and keys of the administrator are on the bench.',
  touch: 'The keys of this demo are on the bench.',
}
/** Where in the demo's world a step is done; `undefined` for steps that need nothing of it. */
export const onBench = (stepId: string): string | undefined => ON_BENCH[stepId]

/** In the demo one person plays all: how the administrator's part is done. */
export const actAsAdministrator: Readonly<Record<string, string>> = {
  administrator:
    'In this demo you are the administrator too: in Devices, the menu of the device has “Help as an administrator”.',
  'administrator-removes':
    'In this demo you are the administrator too: in Devices, the menu of the device has “Help as an administrator”.',
  'phone-by-administrator':
    'In this demo you are the administrator too: in Devices, the root user’s contacts can be changed as one.',
}

export const sheet = {
  title: (title: string) => `Latchkey: ${title}`,
  done: 'done',
  note: 'Codes, PINs and passwords are not on this sheet.',
} as const

/** A page where the person goes on by hand. */
export const handPage = {
  copy: 'Copy the address',
  copied: 'Copied. Open it in a browser.',
  notCopied: 'The browser did not let it be copied. Select the address instead.',
} as const
