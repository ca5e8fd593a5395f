/** The world that the loss engine is asked about, made of what backends, vault and keys told and what the person added. */
import { isDeepStrictEqual } from 'node:util'
import type { Entry } from '../../../shared/domain/entry.ts'
import {
  accountKey,
  policyOf,
  type AccessWorld,
  type EntryNode,
  type IdentityNode,
  type KeyNode,
  type SlotNode,
} from '../../../shared/domain/loss/index.ts'
import type { BackendReading, IdentityReading } from '../devices-readings.ts'
import type { RememberedCredential, RememberedKey } from '../keys/remembered.ts'
import { lossSaid } from '../recovery/cases.ts'
import { administratorsFor } from '../recovery/world.ts'
import type { VaultData } from '../store.ts'

export interface WorldFacts {
  readonly data: VaultData
  readonly readings: readonly BackendReading[]
  readonly slots: readonly SlotNode[]
}

/** Only one backup is remembered: the last. */
export const LAST_BACKUP = 'last-backup'

/**
 * The world as it is now: `before` itself where nothing that counts has changed, for a world that was prepared answers at once.
 * Counting how often an entry is used changes nothing.
 */
export function worldOf({ data, readings, slots }: WorldFacts, before?: AccessWorld): AccessWorld {
  const world: AccessWorld = {
    identities: readings.flatMap((reading) => identityNodes(reading, data)),
    entries: entryNodes(data.entries, before?.entries),
    keys: data.keys.map((key) => keyNode(key, readings)),
    slots,
    backups: backupNodes(data),
    said: data.whatif.said,
  }
  if (!before || world.entries !== before.entries) return world
  const isSame = (['identities', 'keys', 'slots', 'backups', 'said'] as const).every(
    (part) => world[part] === before[part] || isDeepStrictEqual(world[part], before[part]),
  )
  return isSame ? before : world
}

function identityNodes({ backend, identities }: BackendReading, { cases, whatif }: VaultData): IdentityNode[] {
  const others = new Set(whatif.othersIdentities.map((ref) => accountKey({ is: 'identity', ...ref })))
  const all = identities.map(({ identity }) => identity)
  return identities.map(({ identity, devices, contacts }: IdentityReading): IdentityNode => {
    const ref = { backendId: backend.id, identityId: identity.id }
    return {
      backendId: backend.id,
      identity,
      devices: devices.map((device) => {
        // What an open case says of a device counts, where the backend knows nothing of it.
        const loss = device.health.state === 'out-of-use' ? undefined : lossSaid(cases, { ...ref, deviceId: device.id })
        return loss ? { ...device, health: { state: 'out-of-use', ...loss } } : device
      }),
      contacts,
      administrators: administratorsFor(identity, all),
      isOwn: !others.has(accountKey({ is: 'identity', ...ref })),
      policy: policyOf(backend.kind, identity),
    }
  })
}

/** The list as it was, where no entry came, went or changed in what counts. */
function entryNodes(entries: readonly Entry[], before: readonly EntryNode[] = []): readonly EntryNode[] {
  const nodes: EntryNode[] = []
  let isSame = true
  for (const entry of entries) {
    if (entry.deletedAt !== undefined) continue
    const old = before[nodes.length]
    const isOld = old !== undefined && isSameEntry(old, entry)
    isSame &&= isOld
    nodes.push(isOld ? old : entryNode(entry))
  }
  return isSame && nodes.length === before.length ? before : nodes
}

export const entryNode = ({ id, issuer, account, createdAt, link }: Entry): EntryNode => ({
  id,
  issuer,
  account,
  createdAt,
  ...(link ? { link } : {}),
})

const isSameEntry = (node: EntryNode, entry: Entry) =>
  node.id === entry.id &&
  node.issuer === entry.issuer &&
  node.account === entry.account &&
  node.createdAt === entry.createdAt &&
  isDeepStrictEqual(node.link, entry.link)

/** A passkey that is an identity's device is that device, not a site's. */
function keyNode(key: RememberedKey, readings: readonly BackendReading[]): KeyNode {
  const devices = readings.flatMap(({ backend, identities }) =>
    identities.flatMap(({ identity, devices: registered }) =>
      registered
        .filter(({ type }) => type === 'fido')
        .map(({ id }) => ({ backendId: backend.id, identityId: identity.id, deviceId: id }))
        .filter((ref) => key.credentials.some((credential) => isDevice(credential, ref))),
    ),
  )
  const sites = key.credentials.filter((credential) => !devices.some((ref) => isDevice(credential, ref)))
  const listed = new Map(key.passkeys?.list.map((passkey) => [passkey.credentialId, passkey]))
  return {
    id: key.id,
    name: nameOfKey(key),
    devices,
    passkeys: sites.flatMap(({ credentialId, rpId, userId }) => {
      const passkey = listed.get(credentialId)
      return passkey && userId !== undefined
        ? [{ rpId, userId, userName: passkey.userName ?? passkey.displayName ?? '' }]
        : []
    }),
  }
}

type Place = NonNullable<RememberedCredential['device']>
export const isDevice = ({ device, credentialId }: RememberedCredential, ref: Place): boolean =>
  device
    ? device.backendId === ref.backendId && device.identityId === ref.identityId && device.deviceId === ref.deviceId
    : credentialId === ref.deviceId

/** Empty where nobody named it and it told nothing. */
const nameOfKey = ({ name, product }: RememberedKey) => name ?? product ?? ''

/** Whether it has a passphrase of its own is not remembered: then it is taken to hang on the vault's. */
const backupNodes = ({ backup: { lastAt } }: VaultData): AccessWorld['backups'] =>
  lastAt === undefined
    ? []
    : [
        {
          id: LAST_BACKUP,
          name: new Date(lastAt).toISOString().slice(0, 10),
          madeAt: lastAt,
          passphrase: 'of-vault',
        },
      ]

const SLOT_KINDS: ReadonlySet<string> = new Set<SlotNode['kind']>([
  'passphrase',
  'recovery-code',
  'security-key',
  'keychain',
])
const isSlotKind = (kind: string): kind is SlotNode['kind'] => SLOT_KINDS.has(kind)

/** A slot of a kind that only a later version knows opens nothing here. */
export const slotNodes = (
  slots: readonly { readonly id: string; readonly kind: string; readonly label: string }[],
): readonly SlotNode[] => slots.flatMap(({ id, kind, label }) => (isSlotKind(kind) ? [{ id, kind, label }] : []))
