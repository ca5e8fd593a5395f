/** Importing, exporting, and the vault's ways in, as commands. */
import {
  callError,
  CallError,
  MAX_IMPORT_BYTES,
  type ExportFormat,
  type ImportFormat,
  type ImportRow,
  type Response,
} from '../../../shared/contract/index.ts'
import { toBase64url } from '../../../shared/kit/index.ts'
import type { CliApp } from './app.ts'
import type { Answer } from './commands.ts'
import { EXIT } from './exit-codes.ts'
import { CommandFault } from './fault.ts'
import { readBounded, writeNewFile } from './files.ts'

export interface Importing {
  readonly path: string
  readonly format: ImportFormat | undefined
  /** Says what would be done, and does nothing. */
  readonly isPreview: boolean
  /** Asked only for a file that is encrypted. */
  readonly password: () => Promise<string>
}

/** A verdict a line; what is new is added, all else is left as it is. */
export async function importFile(app: CliApp, { path, format, isPreview, password }: Importing): Promise<Answer> {
  const file = toBase64url(await readBounded(path, MAX_IMPORT_BYTES))
  const request = { source: { file, name: path }, ...(format === undefined ? {} : { format }) }
  const found = await app.call('import.read', request).catch(async (error: unknown) => {
    if (!(error instanceof CallError) || error.error.code !== 'import-password-needed') throw error
    return app.call('import.read', { ...request, password: await password() })
  })
  const lines = found.rows.map((row) => `${row.proposed.padEnd(5)} ${nameOf(row)}: ${verdictOf(row)}`)
  const missing = found.batches?.missing ?? []
  if (missing.length > 0) lines.push(`QR codes of the same export that are missing: ${missing.join(', ')}`)
  const json = { format: found.format, version: found.version, rows: found.rows, withoutCode: found.withoutCode }
  if (isPreview) {
    await app.call('import.drop', { preview: found.preview })
    return { text: [...lines, 'Nothing was changed (--preview).'].join('\n'), json: { ...json, applied: false } }
  }
  const { added, changed } = await app.call('import.apply', { preview: found.preview, choices: [] })
  return { text: [...lines, `${count(added)} added.`].join('\n'), json: { ...json, applied: true, added, changed } }
}

const nameOf = ({ issuer, account, item }: ImportRow) =>
  [issuer, account].filter((part) => part !== '').join(' ') || `(no name, number ${item})`
const count = (entries: number) => (entries === 1 ? '1 entry' : `${entries} entries`)

function verdictOf({ verdict, line }: ImportRow): string {
  switch (verdict.is) {
    case 'new':
      return 'new'
    case 'duplicate':
      return 'here already'
    case 'changed':
      return `here with another ${verdict.fields.join(', ')}`
    case 'repeated':
      return 'a second time in this file'
    case 'refused': {
      const { reason, field, position, letter } = verdict
      const place = [
        ...(line === undefined ? [] : [`line ${line}`]),
        ...(field === undefined ? [] : [field]),
        ...(position === undefined ? [] : [`letter ${position}${letter === undefined ? '' : ` “${letter}”`}`]),
      ].join(', ')
      return `refused (${reason}${place === '' ? '' : `; ${place}`})`
    }
  }
}

/** Seeds in the clear, into a new file that only its owner can read. */
export async function exportFile(
  app: CliApp,
  path: string,
  format: Exclude<ExportFormat, 'sheet'>,
  passphrase: string,
): Promise<Answer> {
  const { exported, entries, refused, leftOut } = await app.call('export.make', { passphrase, format })
  const text = textOf(exported)
  const written = await writeNewFile(path, Buffer.from(text))
  if (written.toString('utf8') !== text) throw callError('backup-not-verified', {})
  const lines = [
    `${count(entries)} in ${path}, with their secrets: whoever has the file has them.`,
    ...refused.map(({ issuer, account, reason }) => `Left out: ${issuer} ${account} (${reason})`),
    ...(leftOut.length > 0 ? [`This format does not hold: ${leftOut.join(', ')}`] : []),
  ]
  return { text: lines.join('\n'), json: { file: path, entries, refused, leftOut } }
}

function textOf(exported: Response<'export.make'>['exported']): string {
  switch (exported.is) {
    case 'file':
      return exported.text
    case 'codes':
      return exported.codes.map((code) => `${code}\n`).join('')
    case 'sheet':
      throw new CommandFault(EXIT.usage, 'not-here', 'A sheet is printed from the window.')
  }
}

/** The ways into the vault. */
export function listSlots(app: CliApp): Answer {
  const vault = app.state('vault', {})
  const slots = vault.state === 'unlocked' ? vault.slots : []
  const made = (createdAt: number) => new Date(createdAt).toISOString()
  return {
    text: slots
      .map(({ kind, label, createdAt }) => `${kind.padEnd(13)}  ${made(createdAt)}${label === '' ? '' : `  ${label}`}`)
      .join('\n'),
    json: { slots: slots.map(({ id, kind, label, createdAt }) => ({ id, kind, label, createdAt: made(createdAt) })) },
  }
}
