/** What the commands for security keys do, but for what is on a key (key-contents.ts). */
import { CallError, callError, keyCannot, type KeyRow, type Request } from '../../../shared/contract/index.ts'
import type { CliApp } from './app.ts'
import type { Answer } from './commands.ts'
import { findKey, keyLine, labelOf, pluggedKeys } from './key-find.ts'
import { infoAnswer, keyJson, listAnswer, settingsAnswer } from './key-info.ts'
import type { KeyPerson } from './key-person.ts'
import { FINDING_WORDS } from './key-words.ts'

/** What a command for one key works with. */
export interface AtKey {
  readonly app: CliApp
  readonly person: KeyPerson
  /** As it was when the command began. */
  readonly key: KeyRow
  /** As questions call it. */
  readonly label: string
}

/** The key that is meant, by touch where that is wished. Throws where `--yes` names another. */
export async function atKey(
  app: CliApp,
  person: KeyPerson,
  wanted: string | undefined,
  byTouch: boolean,
): Promise<AtKey> {
  const key = byTouch && wanted === undefined ? await selectKey(app, person) : await findKey(app, wanted)
  const label = labelOf(key)
  person.expect(label)
  return { app, person, key, label }
}

async function selectKey(app: CliApp, person: KeyPerson): Promise<KeyRow> {
  const { key } = await app.call('keys.select', {}, { signal: person.signal, progress: person.progress })
  return rowOf(app, key)
}

/** The key as it is now. Throws `key-gone`. */
export function rowOf(app: CliApp, id: string): KeyRow {
  const row = app.state('keys', {}).plugged.find((key) => key.id === id)
  if (!row) throw callError('key-gone', {})
  return row
}

export const listKeys = async (app: CliApp): Promise<Answer> => listAnswer(await pluggedKeys(app))

/** Tells who comes and goes, a line each, until the signal. */
export async function watchKeys(
  app: CliApp,
  tell: (text: string, json: unknown) => void,
  signal: AbortSignal,
): Promise<void> {
  let before = new Map<string, KeyRow>()
  const stop = app.watch('keys', {}, ({ plugged }) => {
    const read = plugged.filter(({ state }) => state !== 'reading')
    const now = new Map(read.map((key) => [key.id, key]))
    for (const [id, key] of before) {
      if (plugged.some((other) => other.id === id)) continue
      tell(`- ${keyLine({ ...key, state: 'unplugged' })}`, { unplugged: keyJson({ ...key, state: 'unplugged' }) })
    }
    for (const [id, key] of now) {
      if (before.get(id)?.state === key.state) continue
      tell(`+ ${keyLine(key)}`, { plugged: keyJson(key) })
    }
    // One that is read anew was told of already.
    before = new Map([...[...before].filter(([id]) => plugged.some((key) => key.id === id)), ...now])
  })
  await new Promise<void>((resolve) => {
    if (signal.aborted) resolve()
    signal.addEventListener('abort', () => resolve(), { once: true })
  })
  stop()
}

/** Throws why it could not be read. */
export function showKey({ key }: AtKey): Answer {
  switch (key.state) {
    case 'denied':
      throw callError('key-denied', {})
    case 'busy':
      throw callError('key-busy', {})
    case 'faulty':
      throw callError('key-answer', { fault: 'unreadable' })
    case 'reading':
    case 'silent':
      throw callError('key-silent', {})
    case 'unplugged':
      throw callError('key-gone', {})
    case 'ready':
      return infoAnswer(key)
  }
}

export async function setPin({ app, key, label, person }: AtKey): Promise<Answer> {
  requireCan(key, 'setPin')
  const newPin = await person.newPin(label)
  await app.call('keys.setPin', { key: key.id, newPin }, person)
  return { text: `The PIN of ${label} is set.`, json: { pinSet: true } }
}

export async function changePin({ app, key, label, person }: AtKey): Promise<Answer> {
  requireCan(key, 'changePin')
  const pin = await person.currentPin(label, key.info?.pin.retries)
  const newPin = await person.newPin(label)
  await app.call('keys.changePin', { key: key.id, pin, newPin }, person)
  return { text: `The PIN of ${label} is changed.`, json: { pinChanged: true } }
}

/** Before a PIN is typed in vain. A key that could not be read says itself why. */
export function requireCan({ info }: KeyRow, what: 'setPin' | 'changePin'): void {
  const can = info?.can[what]
  if (can && !can.can) throw keyCannot(can.reason)
}

export async function winkKey({ app, key, label, person }: AtKey): Promise<Answer> {
  await app.call('keys.wink', { key: key.id }, { signal: person.signal })
  return { text: `${label} winks.`, json: { winked: true } }
}

export async function selectByTouch(app: CliApp, person: KeyPerson): Promise<Answer> {
  await pluggedKeys(app)
  const key = await selectKey(app, person)
  return { text: keyLine(key), json: keyJson(key) }
}

const SAME_BY = {
  serial: 'its serial number is the same',
  'enc-identifier': 'its own identifier is the same',
  credential: 'it knew a credential made on it',
  alone: 'whether it was the very same could not be told, and no other was plugged in',
} as const

export async function resetKey({ app, key, label, person }: AtKey): Promise<Answer> {
  const { sameBy } = await app.call('keys.reset', { key: key.id }, person)
  return { text: `${label} is reset (${SAME_BY[sameBy]}).`, json: { reset: true, sameBy } }
}

export async function doctor(app: CliApp, signal: AbortSignal): Promise<Answer> {
  const { system, findings, checkedAt } = await app.call('keys.doctor', {}, { signal })
  const lines = findings.flatMap(({ finding, facts, mend }) => [
    [FINDING_WORDS[finding], ...Object.entries(facts).map(([name, value]) => `${name}: ${value}`)].join('  '),
    ...(mend?.path === undefined ? [] : [`Save this as ${mend.path}, as an administrator:`]),
    ...(mend && mend.text !== '' ? [mend.text.trimEnd()] : []),
    ...(mend && mend.commands.length > 0
      ? ['Then type in a terminal:', ...mend.commands.map((one) => `  ${one}`)]
      : []),
  ])
  return { text: lines.join('\n'), json: { system, findings, checkedAt: new Date(checkedAt).toISOString() } }
}

type Setting = Request<'keys.configure'>['set']

/** One after another; without any, what is set. An error after some of them says that something was changed. */
export async function configure({ app, key, label, person }: AtKey, settings: readonly Setting[]): Promise<Answer> {
  if (settings.length === 0) return settingsAnswer(key)
  let done = 0
  for (const set of settings) {
    try {
      await app.call('keys.configure', { key: key.id, set }, person)
    } catch (error) {
      if (done === 0 || !(error instanceof CallError)) throw error
      throw new CallError({ ...error.error, changed: true }, { cause: error })
    }
    done += 1
  }
  const { text, json } = settingsAnswer(rowOf(app, key.id))
  return { text: `${label}:\n${text}`, json }
}
