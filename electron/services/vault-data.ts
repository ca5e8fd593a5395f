/**
 * What the vault holds, between the object that is stored and what services work on. Reading is tolerant: an entry, row or
 * case that can't be read, and fields that a later version added, are kept as they were found and written back.
 */
import { setImmediate as nextTurn } from 'node:timers/promises'
import { z } from 'zod'
import { readEntries, type Entry } from '../../shared/domain/entry.ts'
import { caseRecord, manyCase } from '../../shared/domain/playbooks/index.ts'
import { journalRow } from '../backends/journal.ts'
import { backendConfig } from './backends/config.ts'
import { rememberedKey } from './keys/remembered.ts'
import type { ClockMeasurement, VaultData } from './store.ts'
import { NOTHING_KEPT, NOTHING_UNREAD, readKept, writeKept, type UnreadKept } from './whatif/kept.ts'

/** What was found and not understood, with the data it is written back with. */
export interface Unread {
  readonly journal: readonly unknown[]
  readonly cases: readonly unknown[]
  readonly manyCases: readonly unknown[]
  readonly keys: readonly unknown[]
  readonly backends: readonly unknown[]
  readonly whatif: UnreadKept
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
  data: {
    entries: [],
    faultyEntries: [],
    journal: [],
    cases: [],
    manyCases: [],
    keys: [],
    backends: [],
    clock: [],
    backup: { changesSince: 0 },
    whatif: NOTHING_KEPT,
  },
  unread: { journal: [], cases: [], manyCases: [], keys: [], backends: [], whatif: NOTHING_UNREAD, fields: {} },
}

/** Never keeps the event loop busy for long, however many entries there are. */
export async function readVault(stored: Readonly<Record<string, unknown>>): Promise<ReadVault> {
  const { entries: storedEntries = [], journal, cases, keys, backends, clock, ...others } = stored
  const { backup: storedBackup, whatif, manyCases, ...fields } = others
  const { entries, faulty } = await readInTurns(storedEntries)
  const rows = readList(journalRow, journal)
  const records = readList(caseRecord, cases)
  const many = readList(manyCase, manyCases)
  const remembered = readList(rememberedKey, keys)
  const configured = readList(backendConfig, backends)
  const { kept, unread: unreadKept } = readKept(whatif)
  return {
    data: {
      entries,
      faultyEntries: faulty,
      journal: rows.read,
      cases: records.read,
      manyCases: many.read,
      keys: remembered.read,
      backends: configured.read,
      // A measurement that can't be read is made again in a moment.
      clock: readList(clockMeasurement, clock).read,
      backup: backup.parse(storedBackup),
      whatif: kept,
    },
    unread: {
      journal: rows.unread,
      cases: records.unread,
      manyCases: many.unread,
      keys: remembered.unread,
      backends: configured.unread,
      whatif: unreadKept,
      fields,
    },
  }
}

export const writeVault = (
  data: VaultData,
  { journal, cases, manyCases, keys, backends, whatif, fields }: Unread,
): Record<string, unknown> => ({
  ...fields,
  entries: [...data.entries, ...data.faultyEntries],
  journal: [...data.journal, ...journal],
  cases: [...data.cases, ...cases],
  manyCases: [...data.manyCases, ...manyCases],
  keys: [...data.keys, ...keys],
  backends: [...data.backends, ...backends],
  clock: data.clock,
  backup: data.backup,
  whatif: writeKept(data.whatif, whatif),
})

/** Entries read between two turns of the event loop: about 3 ms. */
const ENTRIES_A_TURN = 500

async function readInTurns(stored: unknown): Promise<{ entries: Entry[]; faulty: unknown[] }> {
  if (!Array.isArray(stored)) return { entries: [], faulty: [stored] }
  const entries: Entry[] = []
  const faulty: unknown[] = []
  const ids = new Set<string>()
  for (let at = 0; at < stored.length; at += ENTRIES_A_TURN) {
    if (at > 0) await nextTurn()
    const some = readEntries(stored.slice(at, at + ENTRIES_A_TURN))
    faulty.push(...some.faults.map(({ raw }) => raw))
    for (const entry of some.entries) {
      // An id that was read in an earlier turn; within a turn `readEntries` sees to it.
      if (ids.has(entry.id)) faulty.push(entry)
      else entries.push(entry)
      ids.add(entry.id)
    }
  }
  return { entries, faulty }
}

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
