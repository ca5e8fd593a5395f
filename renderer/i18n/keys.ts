/** Words of Security keys: the list, a key's head, passkeys, PIN, fingerprints, reset, and what waits for a hand. */
import type { KeyProgress, KeyRow } from '../../shared/contract/index.ts'
import { onDay, plural, when } from './format.ts'

export const keys = {
  title: 'Security keys',
  short: 'Keys',
  count: 'plugged in',
  plugged: 'Plugged in',
  seen: 'Seen before',
  list: 'Security keys',
  loading: 'Looking for security keys',
  counts: (plugged: number) => (plugged === 0 ? 'None plugged in' : `${plugged} plugged in`),
  nameless: 'Key without a name',
  notSeen: 'A key is not seen',
  whichOne: 'Which key is this?',
  ended: 'Keys can’t be shown now',
  cameIn: (name: string) => `${name} was plugged in.`,
  wentOut: (name: string) => `${name} was unplugged.`,
  none: 'Plug in a security key',
  noneMore: 'Its passkeys, its PIN and what it opens are shown here. Keys you have used before stay in the list.',
  checking: 'Checking whether keys can be seen here',
  check: 'Check why a key is not seen',
  wouldBeSeen: 'Nothing here stands in the way of a key.',
  developer: 'A key over a socket is open for a developer (LATCHKEY_KEY).',
  developerMore: 'It is no real key; don’t register anything with it that you need.',
  trouble: {
    'module-missing': 'Keys can’t be reached: the module that speaks USB could not be loaded here.',
    'host-failing': 'The part that speaks to keys stopped. It is being started again.',
    'none-here': 'There are no security keys to speak to here.',
  },
} as const

const STATES: Readonly<Record<KeyRow['state'], string>> = {
  reading: 'Being read',
  ready: 'Ready',
  denied: 'Not permitted',
  busy: 'In use elsewhere',
  silent: 'Does not answer',
  faulty: 'Its answers can’t be read',
  unplugged: 'Unplugged',
}

/** How a key stands, in the list. */
export function keyState({ state, waitsFor, lastSeenAt, info }: KeyRow, now: number): string {
  if (waitsFor !== undefined) return waitsFor === 'touch' ? 'Waits for a touch' : 'Waits for a finger'
  if (state === 'unplugged' && lastSeenAt !== undefined) return `Unplugged ${onDay(lastSeenAt, now)}`
  if (state === 'ready' && info?.pin.retries === 0) return 'PIN blocked'
  return STATES[state]
}

/** Of a key that can't be read: what happened and what to do. */
export const keyTrouble: Partial<Record<KeyRow['state'], { readonly title: string; readonly more: string }>> = {
  denied: {
    title: 'The system keeps this key from you.',
    more: 'Latchkey sees that it is plugged in, and may not open it. The check names the line that mends it.',
  },
  busy: {
    title: 'Another program is using this key.',
    more: 'Close it there: a browser that asks for a key, another key manager. It is read as soon as it is free.',
  },
  silent: {
    title: 'This key does not answer.',
    more: 'Unplug it and plug it in again, in another port if need be.',
  },
  faulty: {
    title: 'This key’s answers can’t be read.',
    more: 'They break the standard in a way that Latchkey does not guess at, so nothing more is asked of it.',
  },
}

export const head = {
  serial: (serial: string) => `Serial ${serial}`,
  firmware: (firmware: string) => `Firmware ${firmware}`,
  modelUnknown: 'Model not in the list',
  byUsb: (model: string) => `${model}, by its own words`,
  u2f: 'U2F',
  developer: 'Over a socket',
  virtual: 'Simulated',
  recognisedBy: {
    serial: 'Known by its serial number',
    'enc-identifier': 'Known by its own identifier',
    credential: 'Known by a credential on it',
    looks: (name: string) => `Looks like ${name}; can’t be told for sure`,
  },
  wink: 'Wink',
  winkWhy: 'This key can’t blink on request.',
  winked: (name: string) => `${name} blinks.`,
  menu: (name: string) => `Actions for ${name}`,
  rename: 'Name',
  renameLabel: 'Name of this key',
  save: 'Save',
  cancel: 'Cancel',
  taken: 'Another key is called that.',
  emptyName: 'A name has at least one letter.',
  named: (name: string) => `This key is called ${name}.`,
  twin: 'Twin with a spare',
  forget: 'Forget',
  forgetWhy: 'Nothing is remembered of this key.',
  forgotten: (name: string) => `${name} is forgotten.`,
  reset: 'Reset',
  tabs: 'Parts of this key',
  passkeys: 'Passkeys',
  pin: 'PIN',
  fingerprints: 'Fingerprints',
  advanced: 'Advanced',
} as const

const triesLeft = (retries: number) => `${plural(retries, 'try', 'tries')} left`

/** What a person should know of a key at a glance. */
export function summary(row: KeyRow, now: number): string {
  const { info, passkeys, devices } = row
  const opens = new Set(devices.map(({ ref }) => JSON.stringify([ref.backendId, ref.identityId]))).size
  const parts = [
    info && pinSummary(info),
    passkeysSummary(row, now),
    opens > 0 ? `Opens ${plural(opens, 'identity', 'identities')}.` : undefined,
  ].filter((part) => part !== undefined)
  if (parts.length === 0 && row.state === 'unplugged')
    return passkeys ? '' : 'It was not read yet. Plug it in to see what is on it.'
  return parts.join(' ')
}

function pinSummary({ speaks, pin }: NonNullable<KeyRow['info']>): string {
  if (speaks === 'u2f') return 'An older key: it registers and signs in, and has no PIN or passkeys.'
  if (!pin.isSupported) return 'It has no PIN.'
  if (!pin.isSet) return 'No PIN set.'
  if (pin.retries === 0) return 'PIN blocked; only a reset helps.'
  if (pin.needsPowerCycle) return 'PIN set; unplug it before the next try.'
  return pin.retries === undefined ? 'PIN set.' : `PIN set, ${triesLeft(pin.retries)}.`
}

function passkeysSummary({ passkeys, info, state }: KeyRow, now: number): string | undefined {
  if (passkeys) {
    const { list, left, asOf } = passkeys
    const counted =
      left === undefined ? plural(list.length, 'passkey') : `${list.length} of ${list.length + left} passkeys`
    return state === 'unplugged' ? `${counted}, read ${when(asOf, now)}.` : `${counted}.`
  }
  if (info?.passkeysLeft === undefined || !info.can.passkeys.can) return undefined
  return `Room for ${plural(info.passkeysLeft, 'more passkey')}.`
}

export const waiting = {
  cancel: 'Cancel',
  begun: (name: string) => `Speaking to ${name}`,
  progress: (progress: KeyProgress): string => {
    switch (progress.doing) {
      case 'reading':
        return progress.total === undefined
          ? `Reading${progress.done > 0 ? `, ${progress.done} so far` : ''}`
          : `Reading ${progress.done} of ${progress.total}`
      case 'writing':
        return progress.total > 1 ? `Writing ${progress.done} of ${progress.total}` : 'Writing'
      case 'touch':
        return `Touch ${progress.keyName || 'your key'}. It blinks.`
      case 'finger':
        return progress.retries === undefined
          ? `Put your finger on ${progress.keyName}.`
          : `Put your finger on ${progress.keyName}. ${triesLeft(progress.retries)}.`
      case 'waiting-for-key':
        return `Plug in ${progress.keyName}.`
    }
  },
} as const

export const passkeys = {
  show: 'Show passkeys',
  showAgain: 'Read them again',
  locked: 'Its passkeys are shown with its PIN',
  lockedWithRoom: (left: number) => `Room for ${plural(left, 'more passkey')}; the list is shown with its PIN`,
  toSetPin: 'Set a PIN',
  notOffered: 'This key keeps no list of its passkeys that could be shown. It registers and signs in all the same.',
  showMore: 'The key gives its list to who knows its PIN. Each PIN you type is one try.',
  showByFinger: 'The key gives its list to who knows its PIN, or whose finger it knows.',
  asOf: (at: number, now: number) => `As read ${when(at, now)}. It may have changed since.`,
  search: 'Search passkeys',
  table: (name: string) => `Passkeys on ${name}`,
  columns: { site: 'Site', user: 'Account', twin: 'On the spare', act: 'Actions' },
  none: 'No passkeys on this key',
  noneMore: 'Sites that offer “passkey” or “sign in with a security key” can put one here.',
  nothing: 'Nothing by that name',
  nothingMore: (query: string) => `No passkey on this key has “${query}” in its site or account.`,
  clear: 'Clear the search',
  found: (count: number) => `${plural(count, 'passkey')} found`,
  read: (count: number) => `${plural(count, 'passkey')} on this key`,
  places: (stored: number, total: number) => `${stored} of ${total}`,
  placesRead: 'places taken',
  stored: (stored: number) => plural(stored, 'passkey'),
  more: (count: number) => `${count} more`,
  showAll: (count: number) => `Show all ${count}`,
  userless: 'No account name',
  menu: (site: string, user: string) => `Actions for ${[site, user].filter(Boolean).join(', ')}`,
  rename: 'Rename',
  remove: 'Delete',
  select: 'Choose several',
  selectDone: 'Done choosing',
  choose: (site: string, user: string) => `Choose ${[site, user].filter(Boolean).join(', ')}`,
  chosen: (count: number) => `${count} chosen`,
  deleteChosen: (count: number) => `Delete ${plural(count, 'passkey')}`,
  deleted: (count: number) => (count === 1 ? 'The passkey is deleted.' : `${count} passkeys are deleted.`),
  onSpare: { yes: 'Spare too', no: 'Only here', ticked: 'Spare, by your word', unknown: 'Not known' },
  plugIn: 'Plug the key in to change anything on it.',
  pinShort: 'PIN',
  protects: ['', '', 'Shown to who names it or is verified', 'Only after verification'],
  renameTitle: (site: string) => `Rename the passkey of ${site}`,
  renameWhy: 'Only what this key calls the account changes; the site keeps its own names.',
  user: 'Account',
  display: 'Name shown beside it',
  tooLong: 'Too long: the key takes 64 bytes at most; letters with marks take two or more.',
  save: 'Rename',
  cancel: 'Cancel',
  renamed: (site: string) => `The passkey of ${site} is renamed.`,
} as const

export const spare = {
  lacks: (count: number, of: number) =>
    count === of
      ? `The spare opens none of the ${of} that this key opens.`
      : `The spare lacks ${count} of the ${of} that this key opens.`,
  lacksMore: (name: string) => `What ${name} does not open would be lost with this key.`,
  other: (name: string) => `${name} could be its spare.`,
  otherMore: 'A twin table says what this key opens and the spare does not.',
  unread: (name: string) => `${name} was not read yet.`,
  unreadMore: 'Whether it opens the same is not known before that.',
  full: (name: string) => `${name} opens all of these too.`,
  isSpare: (first: string) => `This is the spare of ${first}.`,
  go: 'Twin the spare',
  open: 'Open the twin table',
} as const

export const pin = {
  title: 'PIN',
  notSet: 'No PIN set',
  notSetMore: 'Without one the key opens for whoever holds it, and keeps no list of its passkeys.',
  set: 'PIN set',
  tries: (retries: number) => `${triesLeft(retries)} before the key locks.`,
  triesUnknown: 'The key does not say how many tries are left.',
  card: { change: 'Change PIN', set: 'Set a PIN' },
  setTitle: 'Set a PIN',
  changeTitle: 'Change the PIN',
  current: 'Present PIN',
  next: 'New PIN',
  again: 'New PIN again',
  rule: (min: number, max: number | undefined) =>
    max === undefined
      ? `At least ${min} characters. Letters count too.`
      : `${min} to ${max} characters. Letters count too.`,
  tooShort: (have: number, min: number) => `${have} of at least ${min} characters.`,
  tooLong: (max: number) => `At most ${max} characters.`,
  tooManyBytes: (bytes: number) => `${bytes} bytes; a PIN has 63 at most. Letters with marks take two or more.`,
  zero: 'A PIN can’t end in a zero byte.',
  same: 'That is the present one.',
  fits: 'Fits.',
  differs: 'The two differ.',
  policy: 'This key has further rules of its own, and may refuse a PIN that is easy to guess.',
  one: 'Submitting is one try. The PIN is sent to the key alone and kept nowhere.',
  doSet: 'Set the PIN',
  doChange: 'Change the PIN',
  wasSet: 'The PIN is set.',
  wasChanged: 'The PIN is changed.',
  few: (retries: number) => `Only ${triesLeft(retries)}.`,
  fewMore: 'After that only a reset, which deletes everything on the key, makes it usable again.',
  blocked: 'The PIN is blocked.',
  blockedMore:
    'Too many wrong ones. Only a reset makes the key usable again; it deletes every passkey and fingerprint on it.',
  toReset: 'Reset this key',
  cycle: 'Three wrong PINs in a row.',
  cycleMore: 'Unplug the key and plug it in again; then it takes the next try.',
  must: 'This key wants its PIN changed.',
  mustMore: 'Until then it does nothing else with it.',
} as const

/** The PIN, asked over a call. */
export const pinAsk = {
  title: (name: string) => `PIN of ${name || 'the key'}`,
  label: 'PIN',
  left: (retries: number) => `${triesLeft(retries)}. Submitting is one.`,
  leftUnknown: 'Submitting is one try.',
  wrong: (retries: number | undefined) =>
    retries === undefined ? 'That was not the PIN.' : `That was not the PIN. ${triesLeft(retries)}.`,
  last: 'If it is wrong, the PIN is blocked and only a reset helps.',
  go: 'Use this PIN',
  cancel: 'Cancel',
  tooShort: (min: number) => `A PIN has at least ${min} characters.`,
  kept: 'It is sent to the key alone and kept nowhere.',
} as const

export const fingers = {
  title: 'Fingerprints',
  glance: 'This key has a reader.',
  open: 'Fingerprints',
  show: 'Show fingerprints',
  showMore: 'The key gives its list to who knows its PIN.',
  none: 'No fingerprints yet',
  noneMore: 'A finger then stands for the PIN wherever a site wants to know that it is you.',
  list: (name: string) => `Fingerprints on ${name}`,
  nameless: 'Without a name',
  count: (count: number) => plural(count, 'fingerprint'),
  add: 'Add a fingerprint',
  menu: (name: string) => `Actions for the fingerprint ${name}`,
  rename: 'Rename',
  remove: 'Remove',
  removed: (name: string) => `The fingerprint ${name} is removed.`,
  renameTitle: 'Rename the fingerprint',
  name: 'Name',
  nameHelp: 'Such as “right thumb”. It stands on the key.',
  nameTooLong: (max: number) => `Too long: this key takes ${max} bytes.`,
  save: 'Rename',
  cancel: 'Cancel',
  renamed: (name: string) => `The fingerprint is called ${name}.`,
  enrolTitle: 'Add a fingerprint',
  enrolWhy: (samples: number, isSwipe: boolean) =>
    `${isSwipe ? 'Swipe the same finger over the reader' : 'Put the same finger on the reader'} about ${samples} times, each time a little differently.`,
  begin: 'Begin',
  first: { touch: 'Put your finger on the reader.', swipe: 'Swipe your finger over the reader.' },
  sample: (taken: number, total: number) => `${taken} of ${total}`,
  taken: 'Samples taken',
  done: (name: string) => `${name} is added.`,
  doneNameless: 'The fingerprint is added.',
  close: 'Done',
  another: 'Add another',
  again: 'Try again',
  /** Of lastEnrollSampleStatus. */
  status: {
    good: 'Good. Lift the finger and put it down again.',
    'too-high': 'Too high. Move the finger down a little.',
    'too-low': 'Too low. Move the finger up a little.',
    'too-left': 'Too far left. Move the finger to the right.',
    'too-right': 'Too far right. Move the finger to the left.',
    'too-fast': 'Too fast. Do it more slowly.',
    'too-slow': 'Too slow. Do it a little faster.',
    'poor-quality': 'Not clear enough. Wipe the reader and press a little harder.',
    'too-skewed': 'Too slanted. Put the finger straight.',
    'too-short': 'Too short. Cover more of the reader.',
    'merge-failure': 'It did not fit the others. Use the same finger.',
    exists: 'This finger is on the key already. Use another.',
    'no-user-activity': 'No finger was felt. Put it on the reader.',
    'no-user-presence-transition': 'Lift the finger before the next one.',
    'database-full': 'The key has no room for more fingerprints.',
    unknown: 'Not taken. Try again.',
  },
} as const

export const reset = {
  title: (name: string) => `Reset ${name}`,
  cardTitle: 'Reset this key',
  cardMore:
    'Deletes every passkey, the PIN, the fingerprints and the settings. What is registered with it must be registered anew.',
  go: 'Reset this key',
  steps: { unplug: 'Unplug it', plug: 'Plug it in', touch: 'Touch it' },
  unplug: 'Unplug the key.',
  unplugMore: 'A key takes a reset only just after it was plugged in.',
  unplugOthers: (names: readonly string[]) => `Unplug ${names.join(' and ')} too.`,
  unplugOthersMore: 'This key can’t be told from others for sure, so only one may be plugged in.',
  plug: 'Plug it in again.',
  plugMore: 'The same key. It is checked before anything is done to it.',
  checking: 'Checking that it is the key you confirmed.',
  touch: (name: string) => `Touch ${name} now.`,
  touchLong: (name: string) => `Touch ${name} and hold, until it stops blinking.`,
  touchMore: 'Until the ring has run out. The reset happens at the touch.',
  cancel: 'Cancel',
  stop: 'Stop, nothing was done',
  done: 'The key is reset.',
  doneMore: {
    serial: 'It was the one you confirmed: its serial number is the same.',
    'enc-identifier': 'It was the one you confirmed: its own identifier is the same.',
    credential: 'It was the one you confirmed: it knew a credential made on it.',
    alone: 'Whether it was the very same could not be told; no other was plugged in.',
  },
  close: 'Done',
  failed: 'The key was not reset.',
  again: 'Try again',
  setPin: 'Set a PIN',
} as const

export const select = {
  title: 'Which key is this?',
  why: 'Every key that can blinks. Touch the one you mean, and it is chosen here.',
  cannot: 'Can’t be asked; unplug it to tell it apart.',
  cancel: 'Cancel',
  chosen: (name: string) => `${name} is chosen.`,
} as const
