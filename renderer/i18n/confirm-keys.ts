/** Words of the questions before anything that takes something from a security key, and of what that would be. */
import type { Facts } from '../../shared/contract/index.ts'
import type { ConfirmWords, EffectWords } from './confirm-words.ts'
import { plural } from './format.ts'

/** Objects are a key, or "key: what on it". */
export const KEY_CONFIRMS: Readonly<Record<string, (object: string) => ConfirmWords>> = {
  'keys.deletePasskeys': (object) => ({
    title: `Delete from ${object}?`,
    why: 'The site is not told. Where this was the way in, you have to come in another way and remove it there too.',
    go: 'Delete for good',
    keep: 'Keep it',
  }),
  'keys.setPin': (name) => ({
    title: `Set this PIN on ${name}?`,
    why: 'From then on the key wants it wherever a site asks who you are. Nobody can tell it to you again.',
    go: 'Set the PIN',
    keep: 'Not now',
  }),
  'keys.changePin': (name) => ({
    title: `Change the PIN of ${name}?`,
    why: 'The present PIN is tried once; the old one opens nothing afterwards.',
    go: 'Change the PIN',
    keep: 'Keep the present one',
  }),
  'keys.pinTry': (name) => ({
    title: `Use one of the last tries on ${name}?`,
    why: 'When none is left the PIN is blocked, and only a reset makes the key usable again. It deletes everything on it.',
    go: 'Try this PIN',
    keep: 'Don’t try',
  }),
  'keys.removeFingerprint': (object) => ({
    title: `Remove from ${object}?`,
    why: 'The finger is not known to the key any more. It can be added again.',
    go: 'Remove the fingerprint',
    keep: 'Keep it',
  }),
  'keys.configure': (name) => ({
    title: `Change a setting of ${name}?`,
    why: 'The setting is kept on the key, wherever it is plugged in.',
    go: 'Change the setting',
    keep: 'Leave it',
  }),
  'keys.writeBlob': (object) => ({
    title: `Change the large blob of ${object}?`,
    why: 'The site may count on what it kept there.',
    go: 'Change it',
    keep: 'Leave it',
  }),
  'keys.reset': (name) => ({
    title: `Reset ${name}?`,
    why: 'Everything on the key is deleted and can’t be brought back. Sites are not told; there it has to be removed, and registered anew.',
    go: `Reset ${name}`,
    keep: 'Keep everything',
  }),
  'keys.forget': (name) => ({
    title: `Forget ${name}?`,
    why: 'Nothing is done to the key. Latchkey lets go what it knew of it; plugged in again, it is a new key to it.',
    go: `Forget ${name}`,
    keep: 'Remember it',
  }),
}

const SETTINGS: Readonly<Record<string, string>> = {
  'always-uv': 'Always ask for the PIN or a finger',
  'enterprise-attestation': 'Enterprise attestation',
  'long-touch-for-reset': 'Long touch for a reset',
  'min-pin-length': 'Shortest PIN',
}

const settingName = (setting: unknown) => SETTINGS[String(setting)] ?? String(setting)

function settingOutcome({ on, length, rpIds, forceChange }: Facts): string {
  const parts = [
    length === undefined ? undefined : `At least ${String(length)} characters`,
    rpIds === undefined ? undefined : `Told to ${String(rpIds)}`,
    forceChange === true ? 'The PIN must be changed at once' : undefined,
  ].filter((part) => part !== undefined)
  if (parts.length > 0) return parts.join('; ')
  return on === false ? 'Turned off' : 'Turned on'
}

const owner = ({ rpId, user, userName }: Facts) => [rpId, user ?? userName].filter(Boolean).join(', ') || 'A passkey'

export const KEY_EFFECTS: Readonly<Record<string, (facts: Facts) => EffectWords>> = {
  'everything-lost': () => ({
    name: 'Everything on it',
    tone: 'danger',
    outcome: 'Deleted: passkeys, PIN, fingerprints, settings, and registrations that no list shows',
  }),
  'passkey-lost': (facts) => ({ name: owner(facts), tone: 'danger', outcome: 'Passkey deleted' }),
  'passkeys-lost': ({ count }) => ({ name: plural(Number(count), 'passkey'), tone: 'danger', outcome: 'Deleted' }),
  'passkeys-unknown': () => ({
    name: 'Passkeys',
    tone: 'danger',
    outcome: 'Any that are on it, deleted; they were never read here',
  }),
  'device-lost': ({ name, identity, account }) => ({
    name: [identity, account].filter(Boolean).join(', '),
    tone: 'danger',
    outcome: `${String(name)} opens it no more`,
  }),
  'only-way-in': ({ identity, account, name }) => ({
    name: [identity, account].filter(Boolean).join(', ') || String(name),
    tone: 'danger',
    outcome: 'It is the only way in',
  }),
  'pin-set': () => ({ name: 'PIN', tone: 'plain', outcome: 'Set; only a reset takes it away' }),
  'pin-changed': () => ({ name: 'PIN', tone: 'plain', outcome: 'Changed' }),
  'pin-lost': () => ({ name: 'PIN', tone: 'warn', outcome: 'Gone' }),
  'pin-tries-left': ({ retries }) => ({
    name: `${plural(Number(retries), 'try', 'tries')} left`,
    tone: Number(retries) <= 2 ? 'danger' : 'plain',
    outcome: Number(retries) <= 1 ? 'If it is wrong, the PIN is blocked' : 'This is one of them',
  }),
  'fingerprint-lost': ({ name }) => ({
    name: String(name ?? '') || 'A fingerprint without a name',
    tone: 'warn',
    outcome: 'Removed',
  }),
  'last-fingerprint': () => ({
    name: 'Fingerprints',
    tone: 'warn',
    outcome: 'It is the last; the PIN is asked for instead',
  }),
  'fingerprints-lost': ({ count }) => ({
    name: count === undefined ? 'Fingerprints' : plural(Number(count), 'fingerprint'),
    tone: 'warn',
    outcome: 'Gone',
  }),
  'blob-lost': (facts) => ({ name: owner(facts), tone: 'danger', outcome: 'What the site kept is deleted' }),
  'blob-written': (facts) => ({
    name: owner(facts),
    tone: 'plain',
    outcome: facts.bytes === undefined ? 'Written' : `${String(facts.bytes)} bytes are written`,
  }),
  'blobs-lost': ({ count }) => ({
    name: count === undefined ? 'Large blobs' : plural(Number(count), 'large blob'),
    tone: 'danger',
    outcome: 'Deleted',
  }),
  'blobs-broken': () => ({
    name: 'Large blobs',
    tone: 'danger',
    outcome: 'The list was cut short; it begins from an empty one',
  }),
  setting: (facts) => ({ name: settingName(facts.setting), tone: 'plain', outcome: settingOutcome(facts) }),
  'settings-lost': () => ({ name: 'Settings', tone: 'plain', outcome: 'As the maker set them' }),
  'only-reset-undoes': () => ({ name: 'No way back', tone: 'danger', outcome: 'Only a reset takes it back' }),
  'only-a-reset-takes-back': ({ setting }) => ({
    name: settingName(setting),
    tone: 'danger',
    outcome: 'Only a reset takes it back',
  }),
  'credentials-lost': () => ({
    name: 'Sites where it is registered without a passkey',
    tone: 'danger',
    outcome: 'The key opens none of them any more; no list shows which',
  }),
  'credential-of-spare': (facts) => ({ name: owner(facts), tone: 'ok', outcome: 'The spare still opens it' }),
  'spare-opens': (facts) => ({ name: owner(facts), tone: 'ok', outcome: 'The spare still opens it' }),
  'slot-lost': ({ label }) => ({
    name: label === undefined ? 'This vault' : String(label),
    tone: 'danger',
    outcome: 'The key opens it no more',
  }),
  'record-lost': ({ passkeys, devices }) => ({
    name: 'What is remembered',
    tone: 'warn',
    outcome:
      [
        Number(passkeys) > 0 ? `the list of ${plural(Number(passkeys), 'passkey')}` : undefined,
        Number(devices) > 0
          ? `that ${plural(Number(devices), 'device')} ${Number(devices) === 1 ? 'is' : 'are'} on it`
          : undefined,
      ]
        .filter((part) => part !== undefined)
        .join(', ') || 'its name',
  }),
  'twin-ended': ({ name }) => ({ name: String(name), tone: 'warn', outcome: 'Its twin table goes with it' }),
}

/** Which key a question is bound to; its title says that already. */
export const NOT_SHOWN: ReadonlySet<string> = new Set(['on-key'])
