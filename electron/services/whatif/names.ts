/** Names for what the loss engine refers to, as people know them. */
import type { LosableKind, Named, NamedAccount } from '../../../shared/contract/index.ts'
import {
  accountKey,
  contactKey,
  deviceKey,
  nodeRef,
  THIS_COMPUTER,
  type AccessWorld,
  type AccountName,
  type AccountRef,
  type DeviceRef,
  type IdentityRef,
  type Losable,
} from '../../../shared/domain/loss/index.ts'

export interface Names {
  account(ref: AccountRef): NamedAccount
  of(ref: IdentityRef): AccountName
  device(ref: DeviceRef): string
  losable(what: Losable): Named
  /** Is there such a thing in the world? */
  knows(what: Losable): boolean
}

const known = new WeakMap<AccessWorld, Names>()

/** What is not in the world has an empty name. */
export function namesOf(world: AccessWorld): Names {
  const present = known.get(world)
  if (present) return present
  const names = makeNames(world)
  known.set(world, names)
  return names
}

function makeNames(world: AccessWorld): Names {
  const accounts = new Map<string, AccountName>()
  const devices = new Map<string, { readonly kind: LosableKind; readonly name: string; readonly of: AccountName }>()
  for (const node of world.identities) {
    const { kind, account, name } = node.identity
    const of = { kind, at: account, who: name }
    accounts.set(accountKey({ is: 'identity', ...nodeRef(node) }), of)
    for (const device of node.devices) {
      devices.set(deviceKey({ ...nodeRef(node), deviceId: device.id }), { kind: device.type, name: device.name, of })
    }
  }
  for (const { id, issuer, account } of world.entries) {
    accounts.set(accountKey({ is: 'entry', entryId: id }), { kind: 'entry', at: issuer, who: account })
  }
  for (const { rpId, userId, userName } of world.keys.flatMap(({ passkeys }) => passkeys)) {
    accounts.set(accountKey({ is: 'site', rpId, userId }), { kind: 'site', at: rpId, who: userName })
  }
  const things = new Map(world.said.things.map((thing) => [thing.id, thing]))
  const keys = new Map(world.keys.map((key) => [key.id, key]))
  const slots = new Map(world.slots.map((slot) => [slot.id, slot]))
  const backups = new Map(world.backups.map((backup) => [backup.id, backup]))
  const contacts = new Set(
    [
      ...world.identities.map(({ contacts: told }) => told),
      ...world.said.contacts.map((told) => told.contacts),
    ].flatMap((told) =>
      (['email', 'phone'] as const).map((kind) => told?.[kind] && contactKey(kind, told[kind].value)),
    ),
  )

  const nameOf = (ref: AccountRef): AccountName =>
    accounts.get(accountKey(ref)) ?? { kind: ref.is === 'identity' ? 'user' : ref.is, at: '', who: '' }

  const look = (what: Losable): Omit<Named, 'what'> | undefined => {
    switch (what.is) {
      case 'thing': {
        if (what.thing === THIS_COMPUTER) return { kind: 'computer', name: '' }
        const thing = things.get(what.thing)
        return thing && { kind: thing.kind, name: thing.name }
      }
      case 'key': {
        const key = keys.get(what.key)
        return key && { kind: 'key', name: key.name }
      }
      case 'device':
        return devices.get(deviceKey(what))
      case 'entry': {
        const of = accounts.get(accountKey(what))
        return of && { kind: 'entry', name: [of.at, of.who].filter(Boolean).join(' '), of }
      }
      case 'passkey': {
        const passkey = keys.get(what.key)?.passkeys.find((one) => one.rpId === what.rpId && one.userId === what.userId)
        return passkey && { kind: 'passkey', name: what.rpId, of: nameOf({ is: 'site', ...passkey }) }
      }
      case 'slot': {
        const slot = slots.get(what.slot)
        return slot && { kind: `slot-${slot.kind}`, name: slot.label }
      }
      case 'backup': {
        const backup = backups.get(what.backup)
        return backup && { kind: 'backup', name: backup.name }
      }
      case 'contact':
        return contacts.has(contactKey(what.contact, what.value)) || what.value === ''
          ? { kind: what.contact === 'email' ? 'email' : 'phone-number', name: what.value }
          : undefined
      case 'passphrase':
        return { kind: 'passphrase', name: '' }
      case 'password': {
        const of = accounts.get(accountKey(what.of))
        return of && { kind: 'password', name: '', of }
      }
    }
  }

  return {
    account: (ref) => ({ ref, name: nameOf(ref) }),
    of: (ref) => nameOf({ is: 'identity', ...ref }),
    device: (ref) => devices.get(deviceKey(ref))?.name ?? '',
    losable: (what) => ({ what, ...(look(what) ?? { kind: 'other', name: '' }) }),
    knows: (what) => look(what) !== undefined,
  }
}
