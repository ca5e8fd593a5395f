import { describe, expect, it } from 'vitest'
import { newEntry, toSecret } from '../../shared/domain/entry.ts'
import type { Identity } from '../../shared/domain/device.ts'
import { toBase64url } from '../../shared/kit/index.ts'
import {
  binEntry,
  CLOSED_ROWS_KEPT_MS,
  closeRegister,
  entryFor,
  linkRow,
  openRows,
  putRow,
  refOf,
  rowById,
  withoutOldRows,
  type RegisterRow,
  type RetireRow,
} from './journal.ts'
import type { VaultData } from './store.ts'
import { NOTHING_KEPT } from './whatif/kept.ts'

const NOW = 1_000_000_000_000
const seed = new Uint8Array(20).fill(7)
const alice: Identity = { id: 'alice', kind: 'user', name: 'alice', account: 'Northwind', isAdministrator: false }
const empty: VaultData = {
  entries: [],
  faultyEntries: [],
  journal: [],
  cases: [],
  manyCases: [],
  clock: [],
  keys: [],
  backends: [],
  backup: { changesSince: 0 },
  whatif: NOTHING_KEPT,
}
const row = (over: Partial<RegisterRow> = {}): RegisterRow => ({
  id: 'r1',
  backendId: 'demo',
  identityId: 'alice',
  openedAt: NOW,
  job: 'register',
  type: 'virtual-totp',
  name: 'alice-latchkey',
  stage: 'enabled',
  deviceId: 'arn:1',
  seed: toBase64url(seed),
  parameters: { algorithm: 'SHA1', digits: 6, periodSeconds: 30 },
  ...over,
})
const place = { backendId: 'demo', identityId: 'alice', deviceId: 'arn:1' }

describe('linking an enabled device', () => {
  it('moves the seed from its row into an entry, in one change that counts towards the next backup', () => {
    const linked = linkRow(putRow(empty, row()), 'r1', alice, 'e1', NOW)
    expect(linked.entries).toEqual([
      expect.objectContaining({
        id: 'e1',
        kind: 'totp',
        issuer: 'Northwind',
        account: 'alice',
        secret: toSecret(seed),
        digits: 6,
        link: place,
      }),
    ])
    expect(linked.journal).toEqual([
      expect.objectContaining({ stage: 'closed', end: 'linked', entryId: 'e1', closedAt: NOW }),
    ])
    expect(JSON.stringify(linked.journal)).not.toContain(toBase64url(seed))
    expect(linked.backup.changesSince).toBe(1)
  })
  it('names the device where the account has an entry already', () => {
    const draft = {
      kind: 'totp',
      issuer: 'Northwind',
      account: 'alice',
      secret: toSecret(new Uint8Array(20))!,
      algorithm: 'SHA1',
      digits: 6,
      periodSeconds: 30,
    } as const
    const before = { ...empty, entries: [newEntry(draft, 'e0', NOW)] }
    expect(linkRow(putRow(before, row()), 'r1', alice, 'e1', NOW).entries[1]?.account).toBe('alice (alice-latchkey)')
  })
  it('twice makes one entry', () => {
    const once = linkRow(putRow(empty, row()), 'r1', alice, 'e1', NOW)
    expect(linkRow(once, 'r1', alice, 'e2', NOW)).toBe(once)
  })
  it('leaves an entry that is tied already as it is', () => {
    const once = linkRow(putRow(empty, row()), 'r1', alice, 'e1', NOW)
    const again = linkRow(putRow(once, row({ id: 'r2' })), 'r2', alice, 'e2', NOW)
    expect(again.entries).toHaveLength(1)
    expect(rowById(again, 'register', 'r2')).toMatchObject({ end: 'linked', entryId: 'e1' })
  })
  it('of a device whose secret was never here makes no entry', () => {
    const { seed: _, parameters: __, ...key } = row({ type: 'fido' })
    const linked = linkRow(putRow(empty, key), 'r1', alice, 'e1', NOW)
    expect(linked.entries).toEqual([])
    expect(linked.journal[0]).toMatchObject({ stage: 'closed', end: 'kept' })
  })
})

describe('rows', () => {
  it('are put in once and changed in place', () => {
    const data = putRow(putRow(putRow(empty, row()), row({ id: 'r2' })), row({ name: 'renamed' }))
    expect(data.journal.map(({ id }) => id)).toEqual(['r1', 'r2'])
    expect(rowById(data, 'register', 'r1').name).toBe('renamed')
    expect(() => rowById(data, 'retire', 'r1')).toThrow('not found')
  })
  it('of a registration that came to nothing lose their seed', () => {
    expect(closeRegister(row({ stage: 'created' }), 'gone', NOW)).not.toHaveProperty('seed')
  })
  it('are found at the backend by identity, type and id', () => {
    expect(refOf(row())).toEqual({ identityId: 'alice', type: 'virtual-totp', deviceId: 'arn:1' })
  })
  it('that are closed are forgotten after a month, open ones never', () => {
    const retired: RetireRow = {
      id: 'r2',
      backendId: 'demo',
      identityId: 'alice',
      openedAt: 0,
      job: 'retire',
      type: 'fido',
      deviceId: 'k',
      name: 'key',
      stage: 'closed',
      closedAt: NOW,
      wasOnlyWay: false,
    }
    const data = putRow(putRow(empty, row({ openedAt: 0 })), retired)
    expect(withoutOldRows(data, NOW + CLOSED_ROWS_KEPT_MS - 1)).toBe(data)
    expect(withoutOldRows(data, NOW + CLOSED_ROWS_KEPT_MS).journal.map(({ id }) => id)).toEqual(['r1'])
    expect(openRows(data).map(({ id }) => id)).toEqual(['r1'])
  })
})

describe('the entry of a device that is gone', () => {
  const linked = linkRow(putRow(empty, row()), 'r1', alice, 'e1', NOW)
  it('goes to the bin, untied, with its secret', () => {
    expect(entryFor(linked, place)?.id).toBe('e1')
    const gone = binEntry(linked, place, NOW)
    expect(entryFor(gone, place)).toBeUndefined()
    expect(gone.entries[0]).toMatchObject({ deletedAt: NOW, secret: toSecret(seed) })
    expect(gone.entries[0]).not.toHaveProperty('link')
  })
  it('of another device stays', () => {
    expect(binEntry(linked, { ...place, deviceId: 'arn:2' }, NOW)).toBe(linked)
  })
})
