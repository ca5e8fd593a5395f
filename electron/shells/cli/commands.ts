/** What each command does: calls of the contract, and what is printed of their answers. */
import { CallError, callError, type EntryRow, type ShownCode } from '../../../shared/contract/index.ts'
import { showCode } from '../../../shared/domain/code-format.ts'
import { indexEntries, searchEntries } from '../../../shared/domain/search.ts'
import { fold } from '../../../shared/domain/text.ts'
import type { EntryMeta } from '../../../shared/domain/entry.ts'
import type { CliApp } from './app.ts'
import { EXIT } from './exit-codes.ts'
import { CommandFault } from './fault.ts'
import { readBounded, writeNewFile } from './files.ts'
import { isPicture, MAX_PICTURE_BYTES, readQrPicture } from './picture.ts'
import { PICTURE_WORDS } from './words.ts'

/** What a command found: the lines for a person and the value for `--json`. */
export interface Answer {
  readonly text: string
  readonly json: unknown
}

/** Codes may be watched for this many entries at a time. */
const IDS_A_WATCH = 500
export const MAX_BACKUP_BYTES = 64_000_000

const nameOf = ({ issuer, account }: Pick<EntryRow, 'issuer' | 'account'>) =>
  [issuer, account].filter((part) => part !== '').join(' ') || '(no name)'

const count = (entries: number) => (entries === 1 ? '1 entry' : `${entries} entries`)

/** Every entry that is not in the bin, by name. */
function liveEntries(app: CliApp): EntryMeta[] {
  const entries = Object.values(app.state('entries', {})).filter(({ deletedAt }) => deletedAt === undefined)
  return searchEntries(indexEntries(entries as EntryMeta[]), { text: '', order: 'name' })
}

function codesOf(app: CliApp, ids: readonly string[]): Map<string, ShownCode> {
  const codes = new Map<string, ShownCode>()
  for (let at = 0; at < ids.length; at += IDS_A_WATCH) {
    const state = app.state('codes', { ids: ids.slice(at, at + IDS_A_WATCH) })
    for (const [id, code] of Object.entries(state)) codes.set(id, code)
  }
  return codes
}

/** What is printed of a code: its validity in ISO 8601, for scripts. */
function codeFields(code: ShownCode | undefined) {
  if (code?.is === 'code')
    return { code: code.code, validUntil: new Date(code.validUntil).toISOString(), next: code.next }
  if (code?.is === 'counter') return { counter: code.counter }
  return { faulty: true }
}

const entryFields = ({ id, kind, issuer, account }: EntryMeta) => ({ id, kind, issuer, account })

export function listCodes(app: CliApp): Answer {
  const entries = liveEntries(app)
  const codes = codesOf(
    app,
    entries.map(({ id }) => id),
  )
  const lines = entries.map((entry) => {
    const code = codes.get(entry.id)
    const shown =
      code?.is === 'code' ? showCode(code.code) : code?.is === 'counter' ? `counter ${code.counter}` : 'faulty'
    return `${shown.padEnd(12)}  ${nameOf(entry)}`
  })
  return {
    text: lines.length > 0 ? lines.join('\n') : 'No entries yet. Add one with: latchkey add -',
    json: { codes: entries.map((entry) => ({ ...entryFields(entry), ...codeFields(codes.get(entry.id)) })) },
  }
}

/** The entry meant by `name`: its id, its whole name, or words that are found in one entry alone. */
export function findEntry(entries: readonly EntryMeta[], name: string): EntryMeta {
  const wanted = fold(name.trim())
  const wholeNames = ({ issuer, account }: EntryMeta) =>
    [issuer, account, `${issuer} ${account}`, `${issuer}:${account}`].map((whole) => fold(whole))
  const exact = entries.filter((entry) => entry.id === name || wholeNames(entry).includes(wanted))
  const found = exact.length > 0 ? exact : searchEntries(indexEntries(entries), { text: name, order: 'name' })
  const [only, ...others] = found
  if (!only || wanted === '') throw callError('not-found', { what: 'entry' })
  if (others.length === 0) return only
  const names = found.slice(0, 10).map((entry) => `  ${nameOf(entry)}  (${entry.id})`)
  const more = found.length > names.length ? [`  and ${found.length - names.length} more`] : []
  const words = ['More than one entry is called that:', ...names, ...more].join('\n')
  throw new CommandFault(EXIT.ambiguous, 'ambiguous', words)
}

/** A HOTP entry's counter is moved on and saved before its code is printed. */
export async function oneCode(app: CliApp, name: string): Promise<Answer> {
  const entry = findEntry(liveEntries(app), name)
  if (entry.kind === 'hotp') {
    const { code, counter } = await app.call('codes.next', { id: entry.id })
    return { text: code, json: { ...entryFields(entry), code, counter } }
  }
  const code = app.state('codes', { ids: [entry.id] })[entry.id]
  if (code?.is !== 'code') throw new CommandFault(EXIT.failed, 'faulty', 'No code can be made of this entry.')
  return { text: code.code, json: { ...entryFields(entry), ...codeFields(code) } }
}

export async function addEntry(app: CliApp, uri: string, keepBoth: boolean): Promise<Answer> {
  const { id } = await app.call('codes.add', { source: { uri }, keepBoth })
  const entry = app.state('entries', {})[id]
  if (!entry) throw callError('not-found', { what: 'entry' })
  const { kind, issuer, account } = entry
  return { text: `Added ${nameOf(entry)}.`, json: { id, kind, issuer, account } }
}

/** The link in what was given: the text itself, or the QR code of a picture. */
export async function linkIn(bytes: Uint8Array): Promise<string> {
  if (!isPicture(bytes)) return Buffer.from(bytes).toString('utf8').trim()
  const read = await readQrPicture(bytes)
  if (read.ok) return read.value
  throw new CommandFault(EXIT.refused, read.error, PICTURE_WORDS[read.error])
}

/** The bytes of a picture named on the command line. */
export async function readPicture(path: string): Promise<Uint8Array> {
  const bytes = await readBounded(path, MAX_PICTURE_BYTES)
  if (isPicture(bytes)) return bytes
  throw new CommandFault(EXIT.refused, 'not-a-picture', PICTURE_WORDS['not-a-picture'])
}

export async function makeBackup(app: CliApp, path: string, passphrase: string): Promise<Answer> {
  const { file, entries, at } = await app.call('backup.make', { passphrase })
  const written = await writeNewFile(path, Buffer.from(file))
  if (written.toString('utf8') !== file) throw callError('backup-not-verified', {})
  // Where another process writes the vault, the file is as good; only that it was made can't be noted.
  await app.call('backup.kept', { at }).catch((error: unknown) => {
    if (!(error instanceof CallError && error.error.code === 'vault-held')) throw error
  })
  return {
    text: `${count(entries)} in ${path}. It was opened again and holds them all; the vault’s passphrase opens it.`,
    json: { file: path, entries, at: new Date(at).toISOString() },
  }
}

export async function restoreBackup(app: CliApp, path: string, passphrase: string): Promise<Answer> {
  const file = Buffer.from(await readBounded(path, MAX_BACKUP_BYTES)).toString('utf8')
  const { added, skipped } = await app.call('backup.restore', { file, passphrase })
  return { text: `${count(added)} added, ${skipped} were there already or can’t be read.`, json: { added, skipped } }
}
