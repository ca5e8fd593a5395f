/** Words of the question before anything that destroys, and of what it would do. */
import type { Facts } from '../../shared/contract/index.ts'
import type { ConfirmWords, EffectWords } from './confirm-words.ts'
import { KEY_CONFIRMS, KEY_EFFECTS, NOT_SHOWN } from './confirm-keys.ts'
import { LOSS_EFFECTS } from './confirm-loss.ts'
import { atDayTime, plural } from './format.ts'

const CONFIRMS: Readonly<Record<string, (object: string) => ConfirmWords>> = {
  ...KEY_CONFIRMS,
  'devices.remove': (name) => ({
    title: `Remove ${name}?`,
    why: 'It is deactivated at the backend and can’t sign anybody in any more.',
    go: `Remove ${name}`,
    keep: 'Keep it',
  }),
  'backends.remove': (name) => ({
    title: `Remove ${name}?`,
    why: 'Latchkey forgets how to sign in there. Nothing is changed at the backend.',
    go: `Remove ${name}`,
    keep: 'Keep it',
  }),
  // Several are counted instead of named.
  'codes.deleteForGood': (name) => ({
    title: `Delete ${/^\d+$/.test(name) ? plural(Number(name), 'entry', 'entries') : name} for good?`,
    why: 'Each secret goes with its entry and can’t be brought back, except from a backup.',
    go: 'Delete for good',
    keep: 'Keep it',
  }),
  'vault.removeSlot': (kind) => ({
    title: `Remove ${theSlot(kind)}?`,
    why: 'It won’t open the vault any more. Older copies that it still opens are named next.',
    go: `Remove ${theSlot(kind)}`,
    keep: 'Keep it',
  }),
  'vault.deleteSnapshots': (count) => ({
    title: `Delete ${plural(Number(count), 'older copy', 'older copies')}?`,
    why: 'These older copies can still be opened the old way. Without them there are fewer states to go back to.',
    go: 'Delete the copies',
    keep: 'Keep them',
  }),
  'bench.restore': () => ({
    title: 'Restore the first world?',
    why: 'Everything done at the demo backend is undone. Your vault stays as it is.',
    go: 'Restore the first world',
    keep: 'Keep this world',
  }),
  'recovery.runMany': (name) => ({
    title: `Replace what went with ${name}?`,
    why: 'Each of these devices is taken off its account, once another device of it was seen to open it. A virtual device in this vault takes its place.',
    go: 'Replace them',
    keep: 'Not now',
  }),
  'recovery.abandon': (name) => ({
    title: `Give up ${name}?`,
    why: 'What was half-made at the backend is cleaned up; what stays is said.',
    go: 'Give it up',
    keep: 'Go on with it',
  }),
}

const SLOTS: Readonly<Record<string, string>> = { passphrase: 'passphrase', 'recovery-code': 'recovery code' }
/** What is not a kind is what the person calls a security key. */
const theSlot = (object: string) => (SLOTS[object] === undefined ? object : `the ${SLOTS[object]}`)
const slotName = ({ kind, label }: Facts) =>
  kind === 'security-key' ? `key ${String(label)}` : (SLOTS[String(kind)] ?? String(kind))
const capital = (text: string) => text.charAt(0).toLocaleUpperCase() + text.slice(1)

/** The question for an operation on an object; a new operation needs its row here. */
export function confirmWords(operation: string, object: string): ConfirmWords {
  return (
    CONFIRMS[operation] ??
    ((name) => ({ title: `${operation}: ${name}?`, why: 'This can’t be undone.', go: 'Go on', keep: 'Keep it' }))
  )(object)
}

const WAYS: Readonly<Record<string, string>> = {
  'password-alone': 'by password alone',
  'other-device': 'with another device',
  'alternative-factors': 'by email and phone',
  'phone-by-administrator': 'by email and phone, once an administrator has put in a number',
  administrator: 'through an administrator',
  support: 'through the provider’s support',
}

const EFFECTS: Readonly<Record<string, (facts: Facts) => EffectWords>> = {
  ...KEY_EFFECTS,
  ...LOSS_EFFECTS,
  'backend-stays': ({ devices }) => ({
    name: Number(devices) === 0 ? 'Everything there' : plural(Number(devices), 'device'),
    tone: 'plain',
    outcome: 'Stays registered there',
  }),
  'backend-entries-stay': ({ count }) => ({
    name: plural(Number(count), 'entry', 'entries'),
    tone: 'plain',
    outcome: 'Goes on giving codes here',
  }),
  'device-replaced': ({ name, who, at, kind }) => ({
    name: `${kind === 'root' ? 'Root user' : String(who)}, ${String(at)}`,
    tone: 'plain',
    outcome: `${String(name)} is replaced`,
  }),
  'opens-with': ({ name }) => ({ name: String(name), tone: 'ok', outcome: 'Still opens it' }),
  'password-alone': ({ identity }) => ({ name: String(identity), tone: 'warn', outcome: 'Opens by password alone' }),
  'only-lost-stay': ({ devices }) => ({
    name: plural(Number(devices), 'other device'),
    tone: 'danger',
    outcome: 'Lost or broken',
  }),
  'way-back': ({ way }) => ({
    name: 'The way back in',
    tone: way === 'support' ? 'danger' : 'warn',
    outcome: WAYS[String(way)] ?? String(way),
  }),
  'entity-deleted': ({ name }) => ({ name: String(name), tone: 'plain', outcome: 'Its entity is deleted' }),
  'codes-useless': ({ issuer, account }) => ({
    name: [issuer, account].filter(Boolean).join(', '),
    tone: 'warn',
    outcome: 'Its codes open nothing any more',
  }),
  'was-out-of-use': ({ name }) => ({ name: String(name), tone: 'plain', outcome: 'Is no way in already' }),
  'entry-deleted': ({ issuer, account }) => ({
    name: [issuer, account].filter(Boolean).join(', '),
    tone: 'danger',
    outcome: 'Deleted for good',
  }),
  'linked-entry-deleted': ({ issuer, account }) => ({
    name: [issuer, account].filter(Boolean).join(', '),
    tone: 'danger',
    outcome: 'Deleted for good; its device can’t sign in without it',
  }),
  'entries-deleted': ({ count, linked }) => ({
    name: plural(Number(count), 'entry', 'entries'),
    tone: 'danger',
    outcome:
      Number(linked) === 0
        ? 'Deleted for good'
        : `Deleted for good; ${linked} of them the only place a device’s codes come from`,
  }),
  'slot-opens-nothing-new': (facts) => ({
    name: `${capital(slotName(facts))} of ${atDayTime(Number(facts['createdAt']))}`,
    tone: 'warn',
    outcome: 'Opens nothing saved from now on',
  }),
  'slot-stays': (facts) => ({ name: capital(slotName(facts)), tone: 'ok', outcome: 'Still opens it' }),
  'snapshot-deleted': ({ savedAt }) => ({
    name: `Copy of ${atDayTime(Number(savedAt))}`,
    tone: 'warn',
    outcome: 'Deleted',
  }),
  'half-made-removed': ({ name }) => ({ name: String(name), tone: 'warn', outcome: 'Half made; cleaned up' }),
}

/** Those that tell a person something that the question's title does not. */
export const shownEffects = <E extends { readonly effect: string }>(effects: readonly E[]): readonly E[] =>
  effects.filter(({ effect }) => !NOT_SHOWN.has(effect))

/** What a step would do to one thing. An effect without words would be a gap in the warning, so it is shown by its code. */
export function effectWords({ effect, facts }: { effect: string; facts: Facts }): EffectWords {
  return EFFECTS[effect]?.(facts) ?? { name: Object.values(facts).join(', '), tone: 'warn', outcome: effect }
}
