/** Worlds for tests: small ones made by hand in a few words, and any small world at all. */
import * as fc from 'fast-check'
import { DEVICE_TYPES, LOSSES, type Contacts, type DeviceType, type MfaDevice } from '../../device.ts'
import {
  NOTHING_SAID,
  policyOf,
  THIS_COMPUTER,
  losables,
  type AccessWorld,
  type AccountRef,
  type IdentityNode,
  type Losable,
  type LossItem,
  type Said,
} from '../index.ts'

export const NOW = Date.UTC(2026, 10, 24)
export const BACKEND = 'demo'

export const lost = (...what: readonly Losable[]): LossItem[] => what.map((one) => ({ what: one, how: 'lost' }))
export const thing = (id: string): Losable => ({ is: 'thing', thing: id })
export const computer = thing(THIS_COMPUTER)
export const key = (id: string): Losable => ({ is: 'key', key: id })
export const account = (identityId: string): Extract<AccountRef, { is: 'identity' }> => ({
  is: 'identity',
  backendId: BACKEND,
  identityId,
})
export const ofEntry = (entryId: string): AccountRef => ({ is: 'entry', entryId })
export const deviceOf = (identityId: string, deviceId: string) => ({ backendId: BACKEND, identityId, deviceId })

export const device = (id: string, type: DeviceType = 'virtual-totp'): MfaDevice => ({
  id,
  type,
  name: `Device ${id}`,
  health: { state: 'in-sync' },
})

export const both: Contacts = {
  email: { value: 'root@northwind.example', confirmedAt: NOW },
  phone: { value: '+31 20 555 0148', confirmedAt: NOW },
}

export const identity = (
  id: string,
  devices: readonly MfaDevice[],
  over: Partial<Omit<IdentityNode, 'identity'>> & { kind?: 'root' | 'user'; isAdministrator?: boolean } = {},
): IdentityNode => {
  const { kind = 'user', isAdministrator = false, ...rest } = over
  return {
    backendId: BACKEND,
    identity: { id, kind, name: id, account: 'Northwind', isAdministrator },
    devices,
    contacts: kind === 'root' ? both : undefined,
    administrators: [],
    isOwn: true,
    policy: policyOf('demo', { kind }),
    ...rest,
  }
}

export const entry = (id: string, link?: ReturnType<typeof deviceOf>) => ({
  id,
  issuer: `Site ${id}`,
  account: 'me',
  createdAt: NOW - 1000,
  link,
})

export const world = ({
  said,
  ...over
}: Partial<Omit<AccessWorld, 'said'>> & { said?: Partial<Said> } = {}): AccessWorld => ({
  identities: [],
  entries: [],
  keys: [],
  slots: [{ id: 'pass', kind: 'passphrase', label: '' }],
  backups: [],
  ...over,
  said: { ...NOTHING_SAID, ...said },
})

const PEOPLE = ['root', 'ann', 'bob'] as const
const KEYS = ['blue', 'spare'] as const
const PHONES = ['pixel', 'sheet'] as const
const ENTRIES = ['e0', 'e1', 'e2', 'e3'] as const
const DEVICES = ['d0', 'd1', 'd2'] as const

const some = <T>(of: readonly T[], most = 3) => fc.uniqueArray(fc.constantFrom(...of), { maxLength: most })

const someContacts = fc.record(
  {
    email: fc.record({ value: fc.constantFrom('m1', 'm2'), confirmedAt: fc.constantFrom(NOW, 0) }),
    phone: fc.record({ value: fc.constantFrom('n1', 'n2'), confirmedAt: fc.constantFrom(NOW, 0) }),
  },
  { requiredKeys: [] },
)

const someIdentity = (id: (typeof PEOPLE)[number]): fc.Arbitrary<IdentityNode> =>
  fc
    .record({
      devices: fc.uniqueArray(fc.record({ id: fc.constantFrom(...DEVICES), type: fc.constantFrom(...DEVICE_TYPES) }), {
        selector: (one) => one.id,
        maxLength: 3,
      }),
      contacts: fc.option(someContacts, { nil: undefined }),
      administrators: some(['ann', 'bob', 'root', 'elsewhere'], 2),
      isOwn: fc.boolean(),
      isComplete: fc.boolean(),
      hasSupport: fc.boolean(),
    })
    .map(({ devices, contacts, administrators, isOwn, isComplete, hasSupport }) => {
      const kind = id === 'root' ? 'root' : 'user'
      return identity(
        id,
        devices.map((one) => device(one.id, one.type)),
        {
          kind,
          contacts,
          isOwn,
          administrators: administrators.filter((other) => other !== id).map((other) => ({ id: other, name: other })),
          policy: { ...policyOf('demo', { kind }), isAdministratorListComplete: isComplete, hasSupport },
        },
      )
    })

const someAccount = fc.oneof(
  fc.constantFrom(...PEOPLE).map(account),
  fc.constantFrom(...ENTRIES).map(ofEntry),
  fc.constantFrom('a.example', 'b.example').map((rpId): AccountRef => ({ is: 'site', rpId, userId: 'me' })),
)
const someDeviceRef = fc
  .tuple(fc.constantFrom(...PEOPLE), fc.constantFrom(...DEVICES))
  .map(([who, id]) => deviceOf(who, id))
const somePlace = fc.constantFrom(...PHONES, THIS_COMPUTER)

const someSaid: fc.Arbitrary<Said> = fc.record({
  things: fc.constant([
    { id: 'pixel', kind: 'phone' as const, name: 'Pixel' },
    { id: 'sheet', kind: 'sheet' as const, name: 'Sheet' },
  ]),
  copies: fc.array(
    fc.record({
      of: fc.oneof(
        fc.constantFrom(...ENTRIES).map((entryId) => ({ is: 'entry' as const, entryId })),
        someDeviceRef.map((ref) => ({ is: 'device' as const, ...ref })),
      ),
      on: somePlace,
    }),
    { maxLength: 3 },
  ),
  deviceKeys: fc.array(fc.record({ device: someDeviceRef, key: fc.constantFrom(...KEYS) }), { maxLength: 2 }),
  recoveryCodes: fc.array(fc.record({ of: someAccount, on: somePlace }), { maxLength: 2 }),
  passwords: fc.uniqueArray(fc.record({ of: someAccount, isRemembered: fc.boolean(), on: some([...PHONES], 2) }), {
    maxLength: 2,
    selector: ({ of }) => JSON.stringify(of),
  }),
  backupsAt: fc.array(fc.record({ backup: fc.constant('b0'), on: somePlace }), { maxLength: 1 }),
  mailboxes: fc.array(fc.record({ address: fc.constantFrom('m1', 'm2'), account: someAccount }), { maxLength: 2 }),
  numbers: fc.array(fc.record({ number: fc.constantFrom('n1', 'n2'), on: somePlace }), { maxLength: 2 }),
  contacts: fc.constant([]),
  sameAccount: fc.array(
    fc.record({ site: fc.constant({ rpId: 'a.example', userId: 'me' }), entryId: fc.constantFrom(...ENTRIES) }),
    { maxLength: 1 },
  ),
  everyWayKnown: fc.array(someAccount, { maxLength: 3 }),
  otherWay: fc.array(someAccount, { maxLength: 1 }),
  supportHelps: fc.array(someAccount, { maxLength: 1 }),
  keysComplete: fc.constant([]),
})

/** Any small world: up to three identities, four entries, two keys, two more things and a backup. */
export const someWorld: fc.Arbitrary<AccessWorld> = fc
  .record({
    people: some(PEOPLE),
    nodes: fc.tuple(...PEOPLE.map(someIdentity)),
    entries: fc.uniqueArray(
      fc.record({ id: fc.constantFrom(...ENTRIES), link: fc.option(someDeviceRef, { nil: undefined }) }),
      { selector: ({ id }) => id, maxLength: 3 },
    ),
    keys: fc.array(
      fc.record({ sites: some(['a.example', 'b.example'], 2), devices: fc.array(someDeviceRef, { maxLength: 1 }) }),
      {
        maxLength: 2,
      },
    ),
    slots: some(['passphrase', 'recovery-code', 'security-key', 'keychain'] as const, 3),
    slotKey: fc.constantFrom(undefined, ...KEYS),
    backup: fc.option(fc.constantFrom('of-vault', 'own'), { nil: undefined }),
    said: someSaid,
  })
  .map(({ people, nodes, entries, keys, slots, slotKey, backup, said }) => ({
    identities: nodes.filter(({ identity: { id } }) => people.some((name) => name === id)),
    entries: entries.map(({ id, link }) => entry(id, link)),
    keys: keys.map(({ sites, devices }, at) => ({
      id: KEYS[at]!,
      name: KEYS[at]!,
      passkeys: sites.map((rpId) => ({ rpId, userId: 'me', userName: 'me' })),
      devices,
    })),
    slots: slots.map((kind) => ({ id: kind, kind, label: '', key: kind === 'security-key' ? slotKey : undefined })),
    backups: backup ? [{ id: 'b0', name: 'Backup', madeAt: NOW, passphrase: backup }] : [],
    said,
  }))

/** A world, and some of what can be lost in it, entries, slots and passkeys included. */
export const someLoss: fc.Arbitrary<{ world: AccessWorld; losses: LossItem[]; more: LossItem[] }> = someWorld.chain(
  (of) => {
    const everything: Losable[] = [
      ...losables(of),
      ...of.entries.map(({ id }): Losable => ({ is: 'entry', entryId: id })),
      ...of.slots.map(({ id }): Losable => ({ is: 'slot', slot: id })),
      ...of.keys.flatMap(({ id, passkeys }) =>
        passkeys.map(({ rpId, userId }): Losable => ({ is: 'passkey', key: id, rpId, userId })),
      ),
      ...of.said.passwords.map((told): Losable => ({ is: 'password', of: told.of })),
    ]
    const items = fc.array(fc.record({ what: fc.constantFrom(...everything), how: fc.constantFrom(...LOSSES) }), {
      maxLength: 4,
    })
    return fc.record({ world: fc.constant(of), losses: items, more: items })
  },
)
