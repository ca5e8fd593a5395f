/**
 * The journal of backend writes as the vault keeps it (backends.md §5.2): pure changes of its rows, and the one place where
 * a device that was enabled is tied to its entry. A seed leaves a row only here, and only into an entry or by `closeRow`.
 */
import { MAX_NAME_LENGTH, newEntry, toSecret, type Entry } from '../../shared/domain/entry.ts'
import type { Identity } from '../../shared/domain/device.ts'
import { fromBase64url } from '../../shared/kit/index.ts'
import type { PendingRef } from '../backends/backend.ts'
import type { JournalRow } from '../backends/journal.ts'
import type { VaultData } from './store.ts'

export type RegisterRow = Extract<JournalRow, { job: 'register' }>
export type RetireRow = Extract<JournalRow, { job: 'retire' }>
export type ResyncRow = Extract<JournalRow, { job: 'resync' }>

/** Closed rows are kept this long: they explain what a person may still ask about. Open ones are never dropped. */
export const CLOSED_ROWS_KEPT_MS = 30 * 86_400_000

export const isOpen = (row: JournalRow): boolean => row.stage !== 'closed'

export const openRows = (data: VaultData): readonly JournalRow[] => data.journal.filter(isOpen)

/** Puts a row in, or in the place of the one with its id. */
export function putRow(data: VaultData, row: JournalRow): VaultData {
  const isKnown = data.journal.some(({ id }) => id === row.id)
  return {
    ...data,
    journal: isKnown ? data.journal.map((other) => (other.id === row.id ? row : other)) : [...data.journal, row],
  }
}

/** The row by its id, as it is now. Throws where it was never written. */
export function rowById<J extends JournalRow['job']>(data: VaultData, job: J, id: string) {
  const row = data.journal.find((other) => other.id === id && other.job === job)
  if (!row) throw new Error('journal row not found')
  return row as Extract<JournalRow, { job: J }>
}

/** Forgets rows that were closed long ago. */
export function withoutOldRows(data: VaultData, now: number): VaultData {
  const journal = data.journal.filter(({ closedAt }) => closedAt === undefined || now - closedAt < CLOSED_ROWS_KEPT_MS)
  return journal.length === data.journal.length ? data : { ...data, journal }
}

/** A registration that made no device, or whose device the backend was seen without. Its seed opens nothing, and goes. */
export function closeRegister(row: RegisterRow, end: 'abandoned' | 'gone', at: number): RegisterRow {
  const { seed: _, ...rest } = row
  return { ...rest, stage: 'closed', end, closedAt: at }
}

/** How `look` finds what this row is about. */
export const refOf = ({ identityId, type, deviceId }: RegisterRow): PendingRef => ({ identityId, type, deviceId })

/**
 * The device of this row was seen enabled: its entry is put in and its seed dropped, in one change. Devices whose secret was
 * never here have no entry. An entry that is tied to this device already is left as it is.
 */
export function linkRow(data: VaultData, rowId: string, identity: Identity, entryId: string, at: number): VaultData {
  const row = rowById(data, 'register', rowId)
  if (row.stage === 'closed') return data
  const { seed: _, ...rest } = row
  const entry = entryOf(data, row, identity, entryId, at)
  if (!entry) return putRow(data, { ...rest, stage: 'closed', end: 'kept', closedAt: at })
  const tied = data.entries.find(({ link }) => link && sameDevice(link, row))
  const closed = putRow(data, { ...rest, stage: 'closed', end: 'linked', closedAt: at, entryId: tied?.id ?? entry.id })
  if (tied) return closed
  return {
    ...closed,
    entries: [...data.entries, entry],
    backup: { ...data.backup, changesSince: data.backup.changesSince + 1 },
  }
}

function entryOf(data: VaultData, row: RegisterRow, identity: Identity, id: string, at: number): Entry | undefined {
  const bytes = row.seed === undefined ? undefined : fromBase64url(row.seed)
  const secret = bytes && toSecret(bytes)
  if (!secret || !row.parameters) return undefined
  const issuer = identity.account.slice(0, MAX_NAME_LENGTH)
  const isTaken = data.entries.some((entry) => entry.issuer === issuer && entry.account === identity.name)
  const account = isTaken ? `${identity.name} (${row.name})` : identity.name
  const draft = {
    kind: 'totp',
    issuer,
    account: account.slice(0, MAX_NAME_LENGTH),
    secret,
    ...row.parameters,
  } as const
  const link = { backendId: row.backendId, identityId: row.identityId, deviceId: row.deviceId }
  return { ...newEntry(draft, id, at), link }
}

export interface DevicePlace {
  readonly backendId: string
  readonly identityId: string
  readonly deviceId: string
}

export const sameDevice = (a: DevicePlace, b: DevicePlace): boolean =>
  a.backendId === b.backendId && a.identityId === b.identityId && a.deviceId === b.deviceId

/** The entry in use that makes a device's codes. */
export const entryFor = (data: VaultData, place: DevicePlace): Entry | undefined =>
  data.entries.find(({ link, deletedAt }) => deletedAt === undefined && link !== undefined && sameDevice(link, place))

/** A device that is gone: its entry goes to the bin, untied, from where it can still be put back. */
export function binEntry(data: VaultData, place: DevicePlace, at: number): VaultData {
  if (!entryFor(data, place)) return data
  return {
    ...data,
    entries: data.entries.map((entry) => {
      if (entry.deletedAt !== undefined || !entry.link || !sameDevice(entry.link, place)) return entry
      const { link: _, ...rest } = entry
      return { ...rest, deletedAt: at }
    }),
    backup: { ...data.backup, changesSince: data.backup.changesSince + 1 },
  }
}
