/** Twins: what one key opens and its spare does not, by passkeys and by devices at backends (product.md, Security keys). Pure but for `twinsOf`. */
import { createHash } from 'node:crypto'
import type { Twin, TwinRow } from '../../../shared/contract/index.ts'
import { toBase64url } from '../../../shared/kit/index.ts'
import { defined, modelFor, NAMELESS, type Desk } from './desk.ts'
import { devicesOn, type LinkedDevice } from './linked-devices.ts'
import { keyById, type RememberedCredential, type RememberedKey, type RememberedTwin } from './remembered.ts'

/** One key of a twin, and what is known to be on it. */
export interface Side {
  readonly key: RememberedKey
  readonly devices: readonly LinkedDevice[]
}

/** A row, and the credential by which the spare can prove it, where one is known. */
export interface Provable {
  readonly row: TwinRow
  readonly credential: RememberedCredential | undefined
}

export function twinRows(first: Side, spare: Side, twin: RememberedTwin): readonly Provable[] {
  const ticked = new Set(twin.ticked)
  const drilled = new Map(twin.drilled.map(({ row, at }) => [row, at]))
  const ofDevices = new Set(first.devices.map(({ credential }) => credential.credentialId))
  const finished = (row: Omit<TwinRow, 'onSpare'>, onSpare: 'yes' | 'no' | 'unknown'): TwinRow => ({
    ...row,
    // What the person did by hand counts until a list tells.
    onSpare: onSpare !== 'yes' && ticked.has(row.id) ? 'ticked' : onSpare,
    ...defined({ drilledAt: onSpare === 'yes' ? drilled.get(row.id) : undefined }),
  })
  return [
    ...first.devices.map((device): Provable => {
      const credential = sameIdentity(spare, device)?.credential
      const { ref, ways } = device
      const { backendId, identityId } = ref
      const { name: identity, account } = ways.identity
      const what = {
        is: 'device' as const,
        ref,
        identityRef: { backendId, identityId },
        identity,
        account,
        name: device.device.name,
      }
      const id = rowId('device', backendId, identityId, ref.deviceId)
      return { row: finished({ id, what, how: 'program' }, credential ? 'yes' : 'no'), credential }
    }),
    ...(first.key.passkeys?.list ?? [])
      .filter(({ credentialId }) => !ofDevices.has(credentialId))
      .map((passkey): Provable => {
        const { rpId, userName, displayName, credentialId } = passkey
        const userId = credentialOf(first.key, credentialId)?.userId
        const found = (spare.key.passkeys?.list ?? []).find(
          (other) =>
            other.rpId === rpId &&
            (isSame(userId, credentialOf(spare.key, other.credentialId)?.userId) || isSame(userName, other.userName)),
        )
        const what = { is: 'passkey' as const, rpId, ...defined({ user: userName ?? displayName }) }
        const id = rowId('passkey', rpId, userId ?? credentialId)
        const onSpare = found ? 'yes' : spare.key.passkeys ? 'no' : 'unknown'
        return {
          row: finished({ id, what, how: 'site' }, onSpare),
          credential: found && credentialOf(spare.key, found.credentialId),
        }
      }),
  ]
}

const credentialOf = ({ credentials }: RememberedKey, id: string) =>
  credentials.find(({ credentialId }) => credentialId === id)

const isSame = (a: string | undefined, b: string | undefined) => a !== undefined && a !== '' && a === b

const sameIdentity = (spare: Side, { ref }: LinkedDevice): LinkedDevice | undefined =>
  spare.devices.find(
    (other) =>
      other.ref.backendId === ref.backendId &&
      other.ref.identityId === ref.identityId &&
      other.ref.deviceId !== ref.deviceId,
  )

/** The same for the same account, also when its passkey was made anew. */
const rowId = (...parts: readonly string[]): string =>
  toBase64url(new Uint8Array(createHash('sha256').update(JSON.stringify(parts)).digest().subarray(0, 16)))

export const sideOf = (desk: Desk, key: RememberedKey): Side => ({ key, devices: devicesOn(desk, key) })

export const nameOfRemembered = ({ name, aaguid, product }: RememberedKey): string =>
  name ?? modelFor(aaguid, product)?.model ?? NAMELESS

export function twinsOf(desk: Desk): Twin[] {
  const data = desk.store.data()
  return data.keys.flatMap((first) =>
    first.twins.flatMap((twin): Twin[] => {
      const spare = keyById(data, twin.spareId)
      if (!spare) return []
      return [
        {
          firstId: first.id,
          spareId: spare.id,
          firstName: nameOfRemembered(first),
          spareName: nameOfRemembered(spare),
          rows: twinRows(sideOf(desk, first), sideOf(desk, spare), twin).map(({ row }) => row),
          ...defined({ firstAsOf: first.passkeys?.asOf, spareAsOf: spare.passkeys?.asOf, drill: twin.drill }),
        },
      ]
    }),
  )
}
