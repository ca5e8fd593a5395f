import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { DEVICE_TYPES, LOSSES, type Contacts, type DeviceType, type Identity, type MfaDevice } from '../device.ts'
import {
  CONTACT_OLD_AFTER_MS,
  contactState,
  contactsToMend,
  digest,
  isOnlyWayIn,
  limitReached,
  offeredTypes,
  removalEffects,
  signsInByPasswordAlone,
  singlePointOfFailure,
  wayBack,
  WAYS_BACK,
  type Ways,
} from './index.ts'

const NOW = Date.UTC(2026, 10, 24)
const identity = (kind: Identity['kind']): Identity => ({
  id: kind,
  kind,
  name: kind === 'root' ? 'Root user' : 'alice',
  account: 'Northwind',
  isAdministrator: false,
})
const device = (id: string, type: DeviceType = 'virtual-totp', isOut = false): MfaDevice => ({
  id,
  type,
  name: `Device ${id}`,
  health: isOut ? { state: 'out-of-use', loss: 'lost', since: NOW } : { state: 'in-sync' },
})
const both: Contacts = { email: { value: 'a@b.example' }, phone: { value: '+31 20 555 0148' } }
const ways = (over: Partial<Ways> & { kind?: Identity['kind'] } = {}): Ways => ({
  identity: identity(over.kind ?? 'root'),
  devices: [device('a')],
  contacts: both,
  administrators: [{ id: 'carol', name: 'Carol' }],
  ...over,
})
const all = (of: Ways) => new Set(of.devices.map(({ id }) => id))

describe('places and kinds', () => {
  it('names the eight where a ninth can’t be had, lost ones included', () => {
    const eight = Array.from({ length: 8 }, (_, i) => device(String(i), 'virtual-totp', i === 0))
    expect(limitReached(eight.slice(1))).toBeUndefined()
    expect(limitReached(eight)?.names).toEqual(eight.map(({ name }) => name))
  })

  it('says that an identity without a device signs in by password alone', () => {
    expect(signsInByPasswordAlone([])).toBe(true)
    expect(signsInByPasswordAlone([device('a', 'fido', true)])).toBe(false)
  })

  it.each<[DeviceType[], DeviceType]>([
    [[], 'virtual-totp'],
    [['virtual-totp'], 'fido'],
    [['fido'], 'virtual-totp'],
    [['hardware-totp'], 'virtual-totp'],
    [['virtual-totp', 'fido'], 'hardware-totp'],
    [['virtual-totp', 'fido', 'hardware-totp'], 'virtual-totp'],
  ])('offers a kind not yet in use first: to %j, %s', (held, offered) => {
    expect(offeredTypes(held.map((type, i) => device(String(i), type)))[0]).toBe(offered)
  })

  it('counts a kind that is lost as not in use', () => {
    expect(offeredTypes([device('a', 'virtual-totp', true), device('b', 'fido')])[0]).toBe('virtual-totp')
  })
})

describe('the way back in', () => {
  const rootWithoutContacts = { contacts: {} }
  it.each<[string, Ways, WAY]>([
    ['a root user with another device', ways({ devices: [device('a'), device('b', 'fido')] }), 'other-device'],
    ['a root user with none, email and phone known', ways(), 'alternative-factors'],
    [
      'a root user without a phone number',
      ways({ contacts: { email: { value: 'a@b.example' } } }),
      'phone-by-administrator',
    ],
    [
      'a root user without a phone number or administrator',
      ways({ contacts: { email: { value: 'a@b.example' } }, administrators: [] }),
      'support',
    ],
    ['a root user without an email address', ways({ contacts: { phone: { value: '1' } } }), 'support'],
    ['a root user without contacts', ways(rootWithoutContacts), 'support'],
    [
      'a root user whose other device is lost too',
      ways({ devices: [device('a'), device('b', 'fido', true)] }),
      'alternative-factors',
    ],
    ['a user with another device', ways({ kind: 'user', devices: [device('a'), device('b')] }), 'other-device'],
    ['a user with none', ways({ kind: 'user' }), 'administrator'],
    ['a user with none and no administrator known', ways({ kind: 'user', administrators: [] }), 'administrator'],
    ['an identity without any device', ways({ devices: [] }), 'password-alone'],
  ])('of %s is found', (_, of, expected) => {
    expect(wayBack(of, new Set(['a']))).toBe(expected)
  })
  type WAY = (typeof WAYS_BACK)[number]

  it('heeds what the person says of contacts that are on record', () => {
    expect(wayBack(ways(), new Set(['a']), { phone: true })).toBe('phone-by-administrator')
    expect(wayBack(ways(), new Set(['a']), { email: true })).toBe('support')
    expect(wayBack(ways({ administrators: [] }), new Set(['a']), { phone: true })).toBe('support')
  })
})

describe('single point of failure', () => {
  it('is the one device in use, with a different kind to add and who would help', () => {
    expect(singlePointOfFailure(ways())).toEqual({ deviceId: 'a', offer: 'fido', helpFrom: 'alternative-factors' })
    expect(singlePointOfFailure(ways({ kind: 'user' }))?.helpFrom).toBe('administrator')
    expect(singlePointOfFailure(ways({ contacts: {} }))?.helpFrom).toBe('support')
  })
  it('is still there beside a device that is lost', () => {
    expect(singlePointOfFailure(ways({ devices: [device('a'), device('b', 'fido', true)] }))?.deviceId).toBe('a')
    expect(singlePointOfFailure(ways({ devices: [device('a'), device('b')] }), new Set(['b']))?.deviceId).toBe('a')
  })
  it('is not said of none and not of two', () => {
    expect(singlePointOfFailure(ways({ devices: [] }))).toBeUndefined()
    expect(singlePointOfFailure(ways({ devices: [device('a'), device('b')] }))).toBeUndefined()
  })
})

describe('contacts', () => {
  it.each([
    [undefined, 'missing'],
    [{ value: 'x' }, 'never-confirmed'],
    [{ value: 'x', confirmedAt: NOW - CONTACT_OLD_AFTER_MS }, 'current'],
    [{ value: 'x', confirmedAt: NOW - CONTACT_OLD_AFTER_MS - 1 }, 'old'],
  ] as const)('%j is %s', (contact, state) => {
    expect(contactState(contact, NOW)).toBe(state)
  })
  it('are to be mended for a root user only', () => {
    expect(contactsToMend(ways({ contacts: {} }), NOW)).toHaveLength(2)
    expect(contactsToMend(ways({ kind: 'user', contacts: {} }), NOW)).toEqual([])
  })
})

describe('removing a device', () => {
  const effectsOf = (of: Ways, lost: ReadonlySet<string> = new Set()) =>
    removalEffects({ ways: of, deviceId: 'a', lost }).map(({ effect }) => effect)

  it('of two says which still opens', () => {
    const of = ways({ devices: [device('a', 'fido'), device('b')] })
    expect(removalEffects({ ways: of, deviceId: 'a' })).toEqual([
      { effect: 'opens-with', facts: { name: 'Device b', type: 'virtual-totp' } },
    ])
    expect(isOnlyWayIn(of, 'a')).toBe(false)
  })
  it('of the only one says that the password alone is left, and it is the only way in', () => {
    expect(effectsOf(ways())).toEqual(['entity-deleted', 'password-alone'])
    expect(isOnlyWayIn(ways(), 'a')).toBe(true)
  })
  it('leaving only lost ones behind says which way back there is', () => {
    const of = ways({ devices: [device('a', 'fido'), device('b', 'fido', true)] })
    expect(effectsOf(of)).toEqual(['only-lost-stay', 'way-back'])
    expect(isOnlyWayIn(of, 'a')).toBe(true)
  })
  it('that is gone loses no way in', () => {
    expect(effectsOf(ways(), new Set(['a']))).toEqual(['was-out-of-use', 'entity-deleted', 'password-alone'])
    expect(isOnlyWayIn(ways(), 'a', new Set(['a']))).toBe(false)
  })
  it('names the codes that open nothing any more', () => {
    const entry = { issuer: 'Northwind', account: 'alice' }
    expect(removalEffects({ ways: ways(), deviceId: 'a', entry })).toContainEqual({
      effect: 'codes-useless',
      facts: entry,
    })
  })
  it('that is not registered has no effect', () => {
    expect(removalEffects({ ways: ways(), deviceId: 'z' })).toEqual([])
  })
  it('is digested alike for the same effects in any order of facts, and otherwise for others', () => {
    const one = [{ effect: 'opens-with', facts: { name: 'b', type: 'fido' } }] as const
    const same = [{ effect: 'opens-with', facts: { type: 'fido', name: 'b' } }] as const
    const other = [{ effect: 'opens-with', facts: { name: 'c', type: 'fido' } }] as const
    expect(digest(one)).toBe(digest(same))
    expect(digest(one)).not.toBe(digest(other))
  })
})

describe('for any identity', () => {
  const someDevice = fc.record({
    id: fc.constantFrom('a', 'b', 'c', 'd', 'e'),
    type: fc.constantFrom(...DEVICE_TYPES),
    loss: fc.option(fc.constantFrom(...LOSSES), { nil: undefined }),
  })
  const someWays = fc
    .record({
      kind: fc.constantFrom('root' as const, 'user' as const),
      devices: fc.uniqueArray(someDevice, { selector: ({ id }) => id, maxLength: 5 }),
      email: fc.boolean(),
      phone: fc.boolean(),
      hasAdministrator: fc.boolean(),
    })
    .map(({ kind, devices, email, phone, hasAdministrator }): Ways => ({
      identity: identity(kind),
      devices: devices.map(({ id, type, loss }) => device(id, type, loss !== undefined)),
      contacts: { ...(email ? { email: { value: 'e' } } : {}), ...(phone ? { phone: { value: 'p' } } : {}) },
      administrators: hasAdministrator ? [{ id: 'carol', name: 'Carol' }] : [],
    }))
  const someLost = fc.uniqueArray(fc.constantFrom('a', 'b', 'c', 'd', 'e'))
  const rank = (of: Ways, lost: ReadonlySet<string>) => {
    const way = wayBack(of, lost)
    // Both let in at once.
    return way === 'password-alone' ? WAYS_BACK.indexOf('other-device') : WAYS_BACK.indexOf(way)
  }

  it('losing more never opens more', () => {
    fc.assert(
      fc.property(someWays, someLost, someLost, (of, lost, more) => {
        expect(rank(of, new Set([...lost, ...more]))).toBeGreaterThanOrEqual(rank(of, new Set(lost)))
      }),
    )
  })
  it('adding a device that is not lost never makes the way back worse', () => {
    fc.assert(
      fc.property(someWays, someLost, fc.constantFrom(...DEVICE_TYPES), (of, lost, type) => {
        const more = { ...of, devices: [...of.devices, device('new', type)] }
        expect(rank(more, new Set(lost))).toBeLessThanOrEqual(rank(of, new Set(lost)))
      }),
    )
  })
  it('adding a contact or an administrator never makes the way back worse', () => {
    fc.assert(
      fc.property(someWays, (of) => {
        const better = { ...of, contacts: both, administrators: [{ id: 'carol', name: 'Carol' }] }
        expect(rank(better, all(of))).toBeLessThanOrEqual(rank(of, all(of)))
      }),
    )
  })
  it('at most one device is the only way in, and it is the single point of failure', () => {
    fc.assert(
      fc.property(someWays, someLost, (of, lost) => {
        const only = of.devices.filter(({ id }) => isOnlyWayIn(of, id, new Set(lost)))
        expect(only.length).toBeLessThanOrEqual(1)
        expect(only[0]?.id).toBe(singlePointOfFailure(of, new Set(lost))?.deviceId)
      }),
    )
  })
  it('removing a device says who still opens it, or what is left: never nothing', () => {
    fc.assert(
      fc.property(someWays, someLost, (of, lost) => {
        for (const { id } of of.devices) {
          const effects = removalEffects({ ways: of, deviceId: id, lost: new Set(lost) }).map(({ effect }) => effect)
          const says = ['opens-with', 'password-alone', 'way-back'] as const
          expect(says.filter((effect) => effects.includes(effect))).toHaveLength(1)
        }
      }),
    )
  })
})
