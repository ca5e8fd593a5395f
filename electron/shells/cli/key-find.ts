/** Which key a command means: by its name, serial, id or model, or the only one that is plugged in. */
import { callError, type KeyRow, type State } from '../../../shared/contract/index.ts'
import { fold } from '../../../shared/domain/text.ts'
import type { CliApp } from './app.ts'
import { EXIT } from './exit-codes.ts'
import { CommandFault } from './fault.ts'
import { STATE_WORDS } from './key-words.ts'

/** A key that does not answer is given up on sooner than that. */
const READ_MS = 15_000
/** The system gives a key to its user a little after it is there, and some need a second time to start. */
const APPEAR_MS = 1_500

/** How questions call a key that has neither a name nor a model. */
const NAMELESS = 'this key'

/** As questions call it, so that `--yes` can name it: its name where that is certain, else its model. */
export const labelOf = ({ name, model, recognisedBy }: KeyRow): string =>
  (recognisedBy === 'looks' ? undefined : name) ?? model ?? NAMELESS

/** What is plugged in, once it was looked for and read. Throws `keys-unavailable`. */
export async function pluggedKeys(app: CliApp): Promise<State<'keys'>> {
  const isRead = ({ looking, plugged }: State<'keys'>) => !looking && plugged.every(({ state }) => state !== 'reading')
  let state = await app.until('keys', {}, isRead, app.timeout(READ_MS))
  if (state.plugged.length === 0 && state.trouble === undefined) {
    state = await app.until('keys', {}, ({ plugged }) => plugged.length > 0, app.timeout(APPEAR_MS))
    state = await app.until('keys', {}, isRead, app.timeout(READ_MS))
  }
  if (state.plugged.length === 0 && state.trouble) throw callError('keys-unavailable', { reason: state.trouble })
  return state
}

/** Throws `CommandFault` where none or several are meant. */
export async function findKey(app: CliApp, wanted: string | undefined): Promise<KeyRow> {
  const { plugged } = await pluggedKeys(app)
  const found = wanted === undefined ? plugged : matching(plugged, wanted)
  const [only, ...others] = found
  if (only && others.length === 0) return only
  if (!only) {
    const words =
      plugged.length === 0 ? ['No security key is plugged in.'] : ['No such key is plugged in:', ...list(plugged)]
    throw new CommandFault(EXIT.noSuchKey, 'no-such-key', words.join('\n'))
  }
  const words = ['Several keys could be meant; name one, or touch it with --touch:', ...list(found)]
  throw new CommandFault(EXIT.severalKeys, 'several-keys', words.join('\n'))
}

const namesOf = ({ id, rememberedId, name, serial, model }: KeyRow): string[] =>
  [id, rememberedId, name, serial, model].filter((one) => one !== undefined).map(fold)

/** Whole names go before beginnings. */
function matching(plugged: readonly KeyRow[], text: string): readonly KeyRow[] {
  const wanted = fold(text.trim())
  if (wanted === '') return []
  const whole = plugged.filter((key) => namesOf(key).includes(wanted))
  return whole.length > 0 ? whole : plugged.filter((key) => namesOf(key).some((name) => name.startsWith(wanted)))
}

const list = (keys: readonly KeyRow[]): string[] => keys.map((key) => `  ${keyLine(key)}`)

/** One line of a key. */
export function keyLine(key: KeyRow): string {
  const serial = key.serial === undefined ? [] : [`serial ${key.serial}`]
  const model = key.model !== undefined && key.model !== labelOf(key) ? [key.model] : []
  const alike = key.recognisedBy === 'looks' && key.name !== undefined ? [`looks like ${key.name}`] : []
  return [`${key.id}  ${labelOf(key)}`, ...model, ...serial, ...alike, STATE_WORDS[key.state]].join('  ')
}
