/**
 * What is inside a backup: UTF-8 JSON `{ "format": "latchkey-backup", "version": 1, "createdAt", "entries", "cases",
 * "journal" }`, sealed whole into one age file. Entries that could not be read are among `entries`, as they were found.
 * Cases and the journal's open registrations (which hold seeds) are carried as they are: their rules are not known here.
 * Reading is total: content or a fault, for any bytes.
 */
import { z } from 'zod'
import { readEntries, type Entry, type EntryFault } from '../../shared/domain/entry.ts'
import { err, fromUtf8, ok, utf8, type Result } from '../../shared/kit/index.ts'

export const BACKUP_FORMAT = 'latchkey-backup'
export const BACKUP_VERSION = 1

export interface BackupContent {
  /** Milliseconds since 1970. */
  readonly createdAt: number
  readonly entries: readonly Entry[]
  readonly faults: readonly EntryFault[]
  readonly cases: readonly unknown[]
  readonly journal: readonly unknown[]
}

export type BackupFault =
  | { readonly code: 'not-recognised' }
  | { readonly code: 'damaged' }
  | { readonly code: 'newer'; readonly version: number }

const head = z.object({ format: z.literal(BACKUP_FORMAT), version: z.number().int().positive() })
const body = z.object({
  createdAt: z.number().int().nonnegative(),
  entries: z.array(z.unknown()),
  cases: z.array(z.unknown()).default([]),
  journal: z.array(z.unknown()).default([]),
})

export function writeBackup({ createdAt, entries, faults, cases, journal }: BackupContent): Uint8Array {
  return utf8(
    JSON.stringify({
      format: BACKUP_FORMAT,
      version: BACKUP_VERSION,
      createdAt,
      entries: [...entries, ...faults.map(({ raw }) => raw)],
      cases,
      journal,
    }),
  )
}

export function readBackup(bytes: Uint8Array): Result<BackupContent, BackupFault> {
  const value = parseJson(bytes)
  const read = head.safeParse(value)
  if (!read.success) return err({ code: 'not-recognised' })
  if (read.data.version > BACKUP_VERSION) return err({ code: 'newer', version: read.data.version })
  const content = body.safeParse(value)
  if (!content.success) return err({ code: 'damaged' })
  const { entries, faults } = readEntries(content.data.entries)
  const { createdAt, cases, journal } = content.data
  return ok({ createdAt, entries, faults, cases, journal })
}

function parseJson(bytes: Uint8Array): unknown {
  const text = fromUtf8(bytes)
  try {
    return text === undefined ? undefined : JSON.parse(text)
  } catch {
    return undefined
  }
}
