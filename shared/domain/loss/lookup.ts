/** A world looked up by what its parts refer to, and the sites its entries and passkeys stand for. */
import type { Contact, ContactKind } from '../device.ts'
import {
  accountKey,
  contactKey,
  deviceKey,
  identityKey,
  THIS_COMPUTER,
  type AccountRef,
  type DeviceRef,
  type IdentityRef,
} from './refs.ts'
import type { Said } from './said.ts'
import { nodeRef, type AccessWorld, type EntryNode, type IdentityNode, type PasskeyNode } from './world.ts'

export interface Index {
  hasThing(thing: string): boolean
  hasKey(key: string): boolean
  hasAccount(account: AccountRef): boolean
  identity(ref: IdentityRef): IdentityNode | undefined
  /** The device an entry makes the codes for, where that is in the world: else the entry stands alone. */
  deviceOf(entry: EntryNode): DeviceRef | undefined
  entriesOf(device: DeviceRef): readonly EntryNode[]
  /** Things on which the same code is said to be. */
  copiesOf(device: DeviceRef): readonly string[]
  copiesOfEntry(entryId: string): readonly string[]
  keysOf(device: DeviceRef): readonly string[]
  placesOfBackup(backup: string): readonly string[]
  thingsOfNumber(number: string): readonly string[]
  /** These take the account's key. */
  recoveryCodesOf(accountKey: string): readonly string[]
  passwordOf(accountKey: string): Said['passwords'][number] | undefined
  /** What the person told comes first. */
  contactOf(node: IdentityNode, contact: ContactKind): { readonly value?: Contact; readonly isTold: boolean }
  /** Accounts with a mailbox of this address. */
  mailboxesOf(address: string): readonly AccountRef[]
  isSaid(what: 'everyWayKnown' | 'otherWay' | 'supportHelps', accountKey: string): boolean
}

export function index(world: AccessWorld): Index {
  const { said } = world
  const things = new Set([THIS_COMPUTER, ...said.things.map(({ id }) => id)])
  const keys = new Set(world.keys.map(({ id }) => id))
  const identities = new Map(world.identities.map((node) => [identityKey(nodeRef(node)), node]))
  const entryIds = new Set(world.entries.map(({ id }) => id))
  const devices = new Set(
    world.identities.flatMap((node) => node.devices.map(({ id }) => deviceKey({ ...nodeRef(node), deviceId: id }))),
  )
  const deviceOf = ({ link }: EntryNode) => (link && devices.has(deviceKey(link)) ? link : undefined)
  const entries = group(world.entries, (entry) => {
    const device = deviceOf(entry)
    return device && deviceKey(device)
  })
  const isHere = <T extends { on: string }>(placed: readonly T[]) => placed.filter(({ on }) => things.has(on))
  const copies = group(isHere(said.copies), ({ of }) => (of.is === 'entry' ? of.entryId : deviceKey(of)))
  const deviceKeys = group(
    [
      ...world.keys.flatMap(({ id, devices: on }) => on.map((device) => ({ device, key: id }))),
      ...said.deviceKeys.filter(({ key }) => keys.has(key)),
    ],
    ({ device }) => deviceKey(device),
  )
  const backups = group(isHere(said.backupsAt), ({ backup }) => backup)
  const numbers = group(isHere(said.numbers), ({ number }) => contactKey('phone', number))
  const recoveryCodes = group(isHere(said.recoveryCodes), ({ of }) => accountKey(of))
  const passwords = new Map(said.passwords.map((told) => [accountKey(told.of), told]))
  const contacts = new Map(said.contacts.map((told) => [identityKey(told.identity), told.contacts]))
  const sites = new Set(
    world.keys.flatMap(({ passkeys }) => passkeys.map((site) => accountKey({ is: 'site', ...siteOf(site) }))),
  )
  const alone = new Set(world.entries.filter((entry) => !deviceOf(entry)).map(({ id }) => id))
  const hasAccount = (ref: AccountRef) => {
    if (ref.is === 'identity') return identities.has(identityKey(ref))
    return ref.is === 'entry' ? alone.has(ref.entryId) : sites.has(accountKey(ref))
  }
  const mailboxes = group(
    said.mailboxes.filter(({ account }) => hasAccount(account)),
    ({ address }) => contactKey('email', address),
  )
  const flags = {
    everyWayKnown: new Set(said.everyWayKnown.map(accountKey)),
    otherWay: new Set(said.otherWay.map(accountKey)),
    supportHelps: new Set(said.supportHelps.map(accountKey)),
  }
  return {
    hasThing: (thing) => things.has(thing),
    hasKey: (key) => keys.has(key),
    hasAccount,
    identity: (ref) => identities.get(identityKey(ref)),
    deviceOf,
    entriesOf: (device) => entries.get(deviceKey(device)) ?? [],
    copiesOf: (device) => unique(copies.get(deviceKey(device))?.map(({ on }) => on)),
    copiesOfEntry: (id) => (entryIds.has(id) ? unique(copies.get(id)?.map(({ on }) => on)) : []),
    keysOf: (device) => unique(deviceKeys.get(deviceKey(device))?.map(({ key }) => key)),
    placesOfBackup: (id) => unique(backups.get(id)?.map(({ on }) => on)),
    thingsOfNumber: (number) => unique(numbers.get(contactKey('phone', number))?.map(({ on }) => on)),
    recoveryCodesOf: (of) => unique(recoveryCodes.get(of)?.map(({ on }) => on)),
    passwordOf: (of) => passwords.get(of),
    contactOf(node, contact) {
      const value = contacts.get(identityKey(nodeRef(node)))?.[contact] ?? node.contacts?.[contact]
      return { ...(value ? { value } : {}), isTold: value !== undefined || node.contacts !== undefined }
    },
    mailboxesOf: (address) => mailboxes.get(contactKey('email', address))?.map(({ account }) => account) ?? [],
    isSaid: (what, of) => flags[what].has(of),
  }
}

const unique = (values: readonly string[] | undefined): readonly string[] => (values ? [...new Set(values)] : NONE)
const NONE: readonly string[] = []

/** Items by key; those without one are left out. */
function group<T>(items: readonly T[], keyOf: (item: T) => string | undefined): Map<string, T[]> {
  const groups = new Map<string, T[]>()
  for (const item of items) {
    const key = keyOf(item)
    if (key === undefined) continue
    const present = groups.get(key)
    if (present) present.push(item)
    else groups.set(key, [item])
  }
  return groups
}

const siteOf = ({ rpId, userId }: PasskeyNode) => ({ rpId, userId })

/** An account at a site: what is known to open it. */
export interface Site {
  readonly ref: Exclude<AccountRef, { is: 'identity' }>
  readonly at: string
  readonly who: string
  readonly entry?: EntryNode
  readonly passkeys: readonly { readonly key: string; readonly rpId: string; readonly userId: string }[]
}

/** Entries that stand alone and passkeys, as accounts: a site's passkeys join an entry's account where the person says so. */
export function foldSites(world: AccessWorld, at: Index) {
  const passkeys = world.keys.flatMap(({ id, passkeys: on }) => on.map((passkey) => ({ ...passkey, key: id })))
  const joined = new Map(
    world.said.sameAccount
      .filter(({ entryId }) => at.hasAccount({ is: 'entry', entryId }))
      .map(({ site, entryId }) => [accountKey({ is: 'site', ...site }), entryId]),
  )
  const bySite = group(passkeys, (passkey) => accountKey({ is: 'site', ...siteOf(passkey) }))
  const byEntry = group([...bySite], ([site]) => joined.get(site))
  const ofEntry = (entry: EntryNode): Site => ({
    ref: { is: 'entry', entryId: entry.id },
    at: entry.issuer,
    who: entry.account,
    entry,
    passkeys: (byEntry.get(entry.id) ?? []).flatMap(([, some]) => some),
  })
  const rest = [...bySite]
    .filter(([site]) => !joined.has(site))
    .map(([, some]): Site => ({
      ref: { is: 'site', ...siteOf(some[0]!) },
      at: some[0]!.rpId,
      who: some[0]!.userName,
      passkeys: some,
    }))
  return { ofEntry, rest }
}
