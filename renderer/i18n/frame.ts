/** Words of the frame: rooms, banners, dialogs that any room may open, shortcuts. */
import type { UiWords } from '../ui/index.ts'

export const kit: UiWords = {
  close: 'Close',
  show: 'Show what is typed',
  hide: 'Hide what is typed',
  clear: 'Clear',
  secondsLeft: 'seconds left',
  hiddenCode: 'Hidden code',
  digitsTyped: (typed, length) => `${typed} of ${length} digits`,
  onlyDigits: 'Only digits belong here.',
  tooManyDigits: (length) => `That is more than ${length} digits.`,
}

export const frame = {
  name: 'Latchkey',
  navigation: 'Main',
  codes: 'Codes',
  devices: 'Devices',
  keys: 'Security keys',
  keysShort: 'Keys',
  whatif: 'What if?',
  recovery: 'Recovery',
  settings: 'Settings',
  lock: 'Lock',
  entriesCount: 'entries',
  devicesCount: 'devices',
  keysCount: 'plugged in',
  weakCount: 'new single points of failure',
  casesCount: 'open cases',
  opening: 'Opening Latchkey',
  lost: 'The connection to Latchkey was lost.',
  lostMore: 'Trying again…',
  retry: 'Try now',
  stopped: 'Latchkey is not running any more',
  stoppedMore: 'Its window is this page. Start the program again and open the address it prints; nothing is lost.',
  noTicket: 'This address has been used',
  noTicketMore:
    'An address opens Latchkey once. Start the program again, or open the address it printed in the terminal.',
  demo: 'Demo mode.',
  demoMore: 'Backends, keys and people are simulated; nothing leaves this computer.',
  openBench: 'Open the bench',
  closeBench: 'Close the bench',
  readOnly: (holder: string) => `Another Latchkey writes this vault (${holder}).`,
  readOnlyMore: 'Codes work here; changes are made there.',
  fellBack: 'Opened from an older copy.',
  fellBackMore: (from: string, saved: string) =>
    `The newest file could not be read; this is ${from}${saved}. Check entries with counters.`,
  rolledBack: 'This vault is older than the one last used here.',
  rolledBackMore: 'A restored copy or a sync mistake. Check what is missing before you go on.',
  worldMovedAside: (file: string) =>
    `The demo’s world could not be read. It was kept as ${file}; the first world is in use.`,
  settingsMovedAside: (file: string) =>
    `The settings file could not be read. It was kept as ${file}; defaults are in use.`,
} as const

export const palette = {
  open: 'Find anything',
  placeholder: 'Find codes, devices, keys, settings, actions',
  nothing: 'Nothing by that name.',
  codes: 'Codes',
  devices: 'Devices',
  keys: 'Security keys',
  places: 'Places',
  actions: 'Actions',
  copyCode: 'Copy the code',
  setPin: 'Set a PIN…',
  whatif: 'What if?',
  keyNotSeen: 'A key is not seen',
  namelessKey: 'Key without a name',
  pluggedKey: 'Plugged in',
  seenKey: 'Seen before',
  results: (count: number) => (count === 1 ? '1 result' : `${count} results`),
} as const

export const shortcuts = {
  title: 'Keyboard',
  rows: [
    ['Ctrl K', 'Find anything'],
    ['/', 'Search on this screen'],
    ['↑ ↓', 'Move between rows'],
    ['Enter', 'Copy the selected code'],
    ['Shift Enter', 'Copy the next code'],
    ['Ctrl N', 'Add an entry'],
    ['Ctrl 1 … 6', 'Codes, Devices, Security keys, What if?, Recovery, Settings'],
    ['Ctrl L', 'Lock'],
    ['?', 'This list'],
    ['Esc', 'Close what is open'],
  ],
} as const

export const asks = {
  effects: (count: number) => (count === 1 ? '1 thing it does' : `${count} things it does`),
  cancel: 'Cancel',
  keep: 'Keep it',
  typeName: (name: string) => `Type ${name} to confirm`,
  code: (device: string) => `Code of ${device}`,
  codeTitle: 'The backend asks for a code',
  codeWhy: (device: string) => `Type the code that ${device} shows now. It is used once and not kept.`,
  codeGo: 'Continue',
} as const
