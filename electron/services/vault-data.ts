/**
 * What the vault holds, between the object that is stored and what services work on. Reading is tolerant: an entry, row or
 * case that can't be read, and fields that a later version added, are kept as they were found and written back.
 */
import { z } from 'zod'
import { readEntries } from '../../shared/domain/entry.ts'
import { caseRecord } from '../../shared/domain/playbooks/index.ts'
import { journalRow } from '../backends/journal.ts'
import type { ClockMeasurement, VaultData } from './store.ts'

/** What was found and not understood, with the data it is written back with. */
export interface Unread {
  readonly journal: readonly unknown[]
  readonly cases: readonly unknown[]
  readonly fields: Readonly<Record<string, unknown>>
}

export interface ReadVault {
  readonly data: VaultData
  readonly unread: Unread
}

const clockMeasurement: z.ZodType<ClockMeasurement> = z.strictObject({
  from: z.discriminatedUnion('kind', [
    z.strictObject({ kind: z.literal('backend'), id: z.string(), name: z.string() }),
    z.strictObject({ kind: z.literal('phone-code') }),
  ]),
  offsetMs: z.number().finite(),
  uncertaintyMs: z.number().nonnegative(),
  measuredAt: z.number().int(),
})
const backup = z
  .strictObject({ lastAt: z.number().int().exactOptional(), changesSince: z.number().int().nonnegative() })
  .catch({ changesSince: 0 })

export const EMPTY_VAULT: ReadVault = {
  data: { entries: [], faultyEntries: [], journal: [], cases: [], clock: [], backup: { changesSince: 0 } },
  unread: { journal: [], cases: [], fields: {} },
}

export function readVault(stored: Readonly<Record<string, unknown>>): ReadVault {
  const { entries: storedEntries = [], journal, cases, clock, backup: storedBackup, ...fields } = stored
  const { entries, faults } = readEntries(storedEntries)
  const rows = readList(journalRow, journal)
  const records = readList(caseRecord, cases)
  return {
    data: {
      entries,
      faultyEntries: faults.map(({ raw }) => raw),
      journal: rows.read,
      cases: records.read,
      // A measurement that can't be read is made again in a moment.
      clock: readList(clockMeasurement, clock).read,
      backup: backup.parse(storedBackup),
    },
    unread: { journal: rows.unread, cases: records.unread, fields },
  }
}

export const writeVault = (data: VaultData, { journal, cases, fields }: Unread): Record<string, unknown> => ({
  ...fields,
  entries: [...data.entries, ...data.faultyEntries],
  journal: [...data.journal, ...journal],
  cases: [...data.cases, ...cases],
  clock: data.clock,
  backup: data.backup,
})

function readList<T>(schema: z.ZodType<T>, stored: unknown): { read: T[]; unread: unknown[] } {
  const read: T[] = []
  const unread: unknown[] = []
  for (const item of Array.isArray(stored) ? (stored as readonly unknown[]) : []) {
    const parsed = schema.safeParse(item)
    if (parsed.success) read.push(parsed.data)
    else unread.push(item)
  }
  return { read, unread }
}
