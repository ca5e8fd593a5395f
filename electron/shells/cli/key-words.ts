/** What the command line says of security keys: how they stand, what they wait for, what a question would do. */
import type { ErrorCode, Finding, KeyProgress, KeyRow, Progress } from '../../../shared/contract/index.ts'

export const count = (number: number, one: string, many = `${one}s`): string => `${number} ${number === 1 ? one : many}`
export const tries = (retries: number): string => `${count(retries, 'try', 'tries')} left`

export const STATE_WORDS: Readonly<Record<KeyRow['state'], string>> = {
  reading: 'being read',
  ready: 'ready',
  denied: 'the system keeps it from you (latchkey key doctor)',
  busy: 'in use by another program',
  silent: 'does not answer',
  faulty: 'its answers can’t be read',
  unplugged: 'unplugged',
}

const CANNOT_WORDS: Readonly<Record<string, string>> = {
  'u2f-only': 'It is an older key: it registers and signs in, and has no PIN, passkeys or settings.',
  'not-offered': 'This key does not offer it.',
  'no-pin-set': 'Set a PIN first: latchkey key pin set',
  'pin-set-already': 'It has a PIN already.',
  'preview-cannot-rename': 'Its firmware is older than the command that renames passkeys.',
  'no-reader': 'It has no fingerprint reader.',
  'already-on': 'It is on, and only a reset turns it off.',
  'not-over-usb': 'It takes a reset by another transport than USB only.',
}
export const cannotWords = (reason: string): string => CANNOT_WORDS[reason] ?? 'This key can’t do that.'

const FAULT_WORDS = {
  'too-short': (minLength: number) => `The new PIN is too short: this key wants at least ${minLength} characters.`,
  'too-long': () => 'The new PIN is too long: 63 bytes at most; letters with marks take two or more.',
  'ends-in-nul': () => 'A PIN can’t end in a zero byte.',
  same: () => 'That is the PIN it has now.',
  policy: () => 'The key’s own rules refuse this PIN.',
} as const

export const newPinWords = (fault: keyof typeof FAULT_WORDS, minLength = 4): string => FAULT_WORDS[fault](minLength)

/** Errors that have no detail to say. */
export const KEY_ERROR_WORDS: Partial<Record<ErrorCode, string>> = {
  'key-gone':
    'The key is not plugged in any more. What it had not answered may be done or not; plug it in again and look.',
  'key-busy': 'Another program is using this key. Close it there and try again.',
  'key-denied': 'The system keeps this key from you. See: latchkey key doctor',
  'key-silent': 'The key does not answer. Unplug it and plug it in again.',
  'key-full': 'The key is full.',
  'several-keys': 'Several keys are plugged in that can’t be told apart. Leave only the one that is meant.',
  'pin-blocked': 'The PIN is blocked. Only a reset, which deletes everything on the key, makes it usable again.',
  'pin-needs-power-cycle': 'Three wrong PINs in a row. Unplug the key and plug it in again before the next try.',
  'pin-unanswered':
    'The key was sent the PIN and broke off; another program may be using it. Nothing was sent twice. Look at the tries left before you try again: latchkey key info',
  'pin-not-set': 'This key has no PIN yet. Set one with: latchkey key pin set',
  'pin-already-set': 'This key has a PIN already. Change it with: latchkey key pin change',
  'pin-must-change': 'This key wants its PIN changed before anything else: latchkey key pin change',
  'finger-blocked': 'Fingerprints are blocked after too many tries. Use the PIN once, and they work again.',
  'touch-timed-out': 'The key was not touched in time. Nothing was done.',
  'touch-declined': 'The key got no touch or finger, or was told no. Nothing was done.',
  'reset-too-late':
    'The key takes a reset only in the first seconds after it is plugged in. Begin again, and touch it at once.',
  'reset-other-key': 'Another key came back than the one you confirmed. Nothing was done to it.',
  'blob-unreadable': 'What the site keeps on the key can’t be opened: there is none, or it is damaged.',
  'not-confirmed': 'It was not confirmed. Nothing was done.',
  'confirmation-stale': 'The key changed since the question was asked. Nothing was done; begin again.',
  cancelled: 'Stopped.',
}

type Facts = Readonly<Record<string, string | number | boolean>>

const SETTINGS: Readonly<Record<string, string>> = {
  'always-uv': 'always ask for the PIN or a finger',
  'enterprise-attestation': 'enterprise attestation',
  'long-touch-for-reset': 'a long touch for a reset',
  'min-pin-length': 'shortest PIN',
}

function settingWords({ setting, on, length, rpIds, forceChange }: Facts): string {
  const parts = [
    length === undefined ? undefined : `at least ${length} characters`,
    rpIds === undefined ? undefined : `told to ${rpIds}`,
    forceChange === true ? 'the PIN must be changed at once' : undefined,
  ].filter((part) => part !== undefined)
  const name = SETTINGS[String(setting)] ?? String(setting)
  return `${name}: ${parts.length > 0 ? parts.join('; ') : on === false ? 'turned off' : 'turned on'}`
}

const owner = ({ rpId, user }: Facts) => (user ? `${rpId}, ${user}` : String(rpId))
const identity = ({ identity: name, account }: Facts) => [name, account].filter(Boolean).join(', ')

const EFFECTS: Readonly<Record<string, (facts: Facts) => string>> = {
  'everything-lost': () => 'Everything on the key is deleted, and can’t be brought back.',
  'passkey-lost': (facts) => `Deleted: the passkey of ${owner(facts)}.`,
  'passkeys-unknown': () => 'Deleted: any passkeys on it. They were not read here.',
  'device-lost': (facts) => `It opens ${identity(facts)} no more (${facts['name']}).`,
  'only-way-in': (facts) => `It is the only way in: ${identity(facts)}.`,
  'pin-set': () => 'A PIN is set. Only a reset takes it away.',
  'pin-changed': () => 'Its PIN becomes another.',
  'pin-tries-left': ({ retries }) =>
    `${tries(Number(retries))}: this is one of them.${retries === 1 ? ' If it is wrong, the PIN is blocked.' : ''}`,
  'fingerprint-lost': ({ name }) => `Removed: the fingerprint ${name || 'without a name'}.`,
  'last-fingerprint': () => 'It is the last; the PIN is asked for instead.',
  'blob-lost': (facts) => `Deleted: what ${owner(facts)} keeps on the key.`,
  'blob-written': (facts) => `Written: ${facts['bytes']} bytes for ${owner(facts)}.`,
  'blobs-broken': () => 'The list of large blobs was cut short before; it begins from an empty one.',
  setting: settingWords,
  'only-reset-undoes': () => 'Only a reset takes it back.',
}

/** One line; an effect without words here is said by its code. */
export const effectWords = ({ effect, facts }: { readonly effect: string; readonly facts: Facts }): string =>
  EFFECTS[effect]?.(facts) ?? [effect, ...Object.values(facts)].join(' ')

type AnyProgress = KeyProgress | Progress<'keys.enrolFingerprint'> | Progress<'keys.reset'>

/** What the person has to do now; `undefined` where there is nothing. */
export function progressWords(progress: AnyProgress): string | undefined {
  switch (progress.doing) {
    case 'reading':
    case 'writing':
      return undefined
    case 'touch':
      return 'isLong' in progress && progress.isLong
        ? `Touch ${progress.keyName} and hold, until it stops blinking.`
        : `Touch ${progress.keyName}.`
    case 'finger': {
      const left = progress.retries === undefined ? '' : ` (${tries(progress.retries)})`
      return `Put your finger on ${progress.keyName}${left}.`
    }
    case 'waiting-for-key':
      return `Plug in ${progress.keyName}.`
    case 'sample': {
      const status = progress.status === undefined ? 'Put the finger on the reader.' : SAMPLES[progress.status]
      return `${status} ${progress.taken} of ${progress.taken + progress.left}.`
    }
    case 'unplug':
      return 'Unplug the key.'
    case 'unplug-others':
      return `Unplug ${progress.others.join(' and ')} too: this key can’t be told from others for sure.`
    case 'plug':
      return 'Plug it in again.'
    case 'checking':
      return 'Checking that it is the key you confirmed.'
  }
}

type SampleStatus = NonNullable<Extract<Progress<'keys.enrolFingerprint'>, { doing: 'sample' }>['status']>

const SAMPLES: Readonly<Record<SampleStatus, string>> = {
  good: 'Good; lift the finger and put it down again.',
  'too-high': 'Too high; move the finger down a little.',
  'too-low': 'Too low; move the finger up a little.',
  'too-left': 'Too far left; move the finger to the right.',
  'too-right': 'Too far right; move the finger to the left.',
  'too-fast': 'Too fast; do it more slowly.',
  'too-slow': 'Too slow; do it a little faster.',
  'poor-quality': 'Not clear enough; wipe the reader and press a little harder.',
  'too-skewed': 'Too slanted; put the finger straight.',
  'too-short': 'Too short; cover more of the reader.',
  'merge-failure': 'It did not fit the others; use the same finger.',
  exists: 'This finger is on the key already; use another.',
  'no-user-activity': 'No finger was felt; put it on the reader.',
  'no-user-presence-transition': 'Lift the finger before the next one.',
  'database-full': 'The key has no room for more fingerprints.',
  unknown: 'Not taken; try again.',
}

export const FINDING_WORDS: Readonly<Record<Finding['finding'], string>> = {
  'all-well': 'Keys are seen, and they answer.',
  'no-key-plugged': 'The system sees no security key. Plug it in, or try another port or cable.',
  'udev-rule-missing': 'The system sees the key, and no rule lets you use it.',
  'udev-rule-not-in-force': 'The rule is there, and not yet in force.',
  'no-access': 'You may not open the key: the system keeps it from your user.',
  'no-hidraw': 'This system has no hidraw, by which keys are spoken to.',
  sandboxed: 'Latchkey runs in a sandbox that hides security keys.',
  'module-missing': 'The module that speaks USB could not be loaded.',
  'host-failing': 'The part that speaks to keys keeps stopping. Plug the keys in one by one; one may be at fault.',
  'windows-not-administrator': 'Windows keeps keys to administrators. (Latchkey was never run on Windows.)',
  'key-busy': 'A key is in use by another program.',
  'key-silent': 'A key does not answer. Unplug it and plug it in again.',
  'key-faulty': 'A key’s answers can’t be read: they break the standard.',
  'macos-input-monitoring':
    'macOS keeps keys from Latchkey: allow it under Privacy & Security, Input Monitoring. (Latchkey was never run on macOS.)',
}
