import { describe, expect, it } from 'vitest'
import type { CaseView, DeviceRow, IdentityRow } from '../../../shared/contract/index.ts'
import type { Health } from '../../../shared/domain/device.ts'
import {
  administratorsFor,
  countDevices,
  deviceIcon,
  eightCounts,
  findShown,
  keyOf,
  openCasesOf,
  phoneChangersFor,
} from './look.ts'

const CAN = { can: true } as const

function device(id: string, more: Partial<DeviceRow> = {}): DeviceRow {
  return {
    id,
    type: 'virtual-totp',
    name: `Device ${id}`,
    health: { state: 'in-sync' },
    can: { resync: CAN, rename: CAN, remove: CAN, replace: CAN },
    ...more,
  }
}

function row(name: string, more: Partial<IdentityRow['identity']> = {}, devices: DeviceRow[] = []): IdentityRow {
  return {
    ref: { backendId: 'demo', identityId: name },
    identity: { id: name, kind: 'user', name, account: 'Northwind production', isAdministrator: false, ...more },
    devices,
    warnings: [],
    can: {
      register: { 'virtual-totp': CAN, 'hardware-totp': CAN, fido: CAN },
      confirmContact: CAN,
      setEmail: CAN,
      setPhone: CAN,
      changePassword: CAN,
    },
  }
}

const drifted: Health = { state: 'drifted', drift: { steps: 3, seconds: 90 } }
const stolen: Health = { state: 'out-of-use', loss: 'stolen', since: 0 }

describe('the bar of eight', () => {
  it('counts a lost device as lost, whatever else is said of it', () => {
    const devices = [device('a'), device('b', { health: drifted }), device('c', { health: stolen })]
    expect(eightCounts({ devices, warnings: [] })).toEqual({ ok: 1, warn: 1, lost: 1 })
    expect(eightCounts({ devices, warnings: [{ is: 'drifted', deviceId: 'c' }] })).toEqual({ ok: 1, warn: 1, lost: 1 })
  })
  it('marks a device that stands alone', () => {
    const warnings = [{ is: 'single-device', deviceId: 'a', offer: 'fido', helpFrom: 'administrator' }] as const
    expect(eightCounts({ devices: [device('a')], warnings: [...warnings] })).toEqual({ ok: 0, warn: 1, lost: 0 })
    expect(eightCounts({ devices: [device('a'), device('b', { health: stolen })], warnings: [...warnings] })).toEqual({
      ok: 0,
      warn: 1,
      lost: 1,
    })
  })
})

describe('a device’s icon', () => {
  it('shows a virtual device of this vault as on this computer', () => {
    expect(deviceIcon(device('a', { entryId: 'e' }))).toBe('laptop')
    expect(deviceIcon(device('a'))).toBe('phone')
    expect(deviceIcon(device('a', { type: 'fido' }))).toBe('key')
  })
})

describe('searching', () => {
  const all = [
    row('Root user', { kind: 'root', accountId: '447109823316' }, [device('a', { name: 'Pixel 8' })]),
    row('dmitri.lindqvist', {}, [
      device('b', { name: 'Desk token', type: 'hardware-totp', serial: '260088310415' }),
      device('c', { name: 'Pixel 8, Dmítri' }),
    ]),
  ]
  const found = (query: string) => findShown(all, query).map(({ row, devices }) => [row.identity.name, devices.length])

  it('shows all for an empty search', () => {
    expect(found('  ')).toEqual([
      ['Root user', 1],
      ['dmitri.lindqvist', 2],
    ])
  })
  it('shows all devices of an identity that was sought', () => {
    expect(found('lindqvist')).toEqual([['dmitri.lindqvist', 2]])
    expect(found('4471')).toEqual([['Root user', 1]])
  })
  it('shows only the devices that were sought, in their identity’s card', () => {
    expect(found('token')).toEqual([['dmitri.lindqvist', 1]])
    expect(found('8310')).toEqual([['dmitri.lindqvist', 1]])
    expect(found('production pixel')).toEqual([
      ['Root user', 1],
      ['dmitri.lindqvist', 1],
    ])
  })
  it('minds neither capitals nor accents', () => {
    expect(found('PIXEL DMITRI')).toEqual([['dmitri.lindqvist', 1]])
  })
  it('finds nothing where not every word is there', () => {
    expect(found('pixel staging')).toEqual([])
  })
  it('counts devices, not identities', () => {
    expect(countDevices(findShown(all, 'pixel'))).toBe(2)
  })
})

describe('who may act for another', () => {
  const root = row('root', { kind: 'root' })
  const carol = row('carol', { isAdministrator: true })
  const alice = row('alice')
  const elsewhere = row('eve', { isAdministrator: true, account: 'Northwind staging' })
  const otherBackend = { ...row('carol', { isAdministrator: true }), ref: { backendId: 'x', identityId: 'carol' } }
  const all = [root, carol, alice, elsewhere, otherBackend]

  it('offers administrators and the root user of the same account to a user', () => {
    expect(administratorsFor(alice, all)).toEqual([root, carol])
    expect(administratorsFor(carol, all)).toEqual([root])
  })
  it('offers nobody above the root user, but for its phone number', () => {
    expect(administratorsFor(root, all)).toEqual([])
    expect(phoneChangersFor(root, all)).toEqual([carol])
    expect(phoneChangersFor(alice, all)).toEqual([])
  })
})

describe('keys of cards and rows', () => {
  it('tell the same ids at two backends apart', () => {
    const other = { ...row('a'), ref: { backendId: 'x', identityId: 'a' } }
    expect(keyOf(row('a'), 'd')).not.toBe(keyOf(other, 'd'))
    expect(keyOf(row('a'), 'd')).toBe(keyOf(row('a'), 'd'))
  })
})

describe('open cases of an identity', () => {
  const view = (id: string, more: Partial<CaseView> = {}): CaseView => ({
    id,
    kind: 'replace',
    identity: { ref: { backendId: 'demo', identityId: 'alice' }, name: 'alice', account: 'x', kind: 'user' },
    openedAt: 1,
    steps: [],
    canGoBack: false,
    ...more,
  })
  it('are those not closed, of this identity at this backend, the oldest first', () => {
    const cases = {
      late: view('late', { openedAt: 9 }),
      early: view('early', { openedAt: 2 }),
      closed: view('closed', { closedAt: 3 }),
      other: view('other', { identity: { ...view('x').identity, ref: { backendId: 'x', identityId: 'alice' } } }),
    }
    expect(openCasesOf(row('alice'), cases).map(({ id }) => id)).toEqual(['early', 'late'])
    expect(openCasesOf(row('alice'), undefined)).toEqual([])
  })
})
