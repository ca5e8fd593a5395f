/** MFA devices that are known to be on a key, and what losing them would mean. */
import type { DeviceRef, KeyRow } from '../../../shared/contract/index.ts'
import type { MfaDevice } from '../../../shared/domain/device.ts'
import { isOnlyWayIn, type Ways } from '../../../shared/domain/loss/index.ts'
import type { Effects } from '../confirm.ts'
import type { Desk } from './desk.ts'
import type { RememberedCredential, RememberedKey } from './remembered.ts'

export interface LinkedDevice {
  readonly ref: DeviceRef
  readonly device: MfaDevice
  readonly ways: Ways
  readonly credential: RememberedCredential
}

/**
 * Those that the backends still name: linked when they were registered here, or named by their credential's id. What a
 * backend has not been read for yet is not among them.
 */
export function devicesOn({ readings }: Desk, key: Pick<RememberedKey, 'credentials'>): LinkedDevice[] {
  return readings.all().flatMap(({ backend, identities }) =>
    identities.flatMap(({ identity, devices, contacts }) =>
      devices.flatMap((device): LinkedDevice[] => {
        if (device.type !== 'fido') return []
        const ref = { backendId: backend.id, identityId: identity.id, deviceId: device.id }
        const credential = key.credentials.find((one) => isOf(one, ref))
        // Whoever could help is no way in, and is not asked about here.
        return credential
          ? [{ ref, device, ways: { identity, devices, contacts, administrators: [] }, credential }]
          : []
      }),
    ),
  )
}

const isOf = ({ device, credentialId }: RememberedCredential, ref: DeviceRef): boolean =>
  device
    ? device.backendId === ref.backendId && device.identityId === ref.identityId && device.deviceId === ref.deviceId
    : credentialId === ref.deviceId

export const deviceNames = (linked: readonly LinkedDevice[]): KeyRow['devices'] =>
  linked.map(({ ref, device, ways }) => ({
    ref,
    identity: ways.identity.name,
    account: ways.identity.account,
    name: device.name,
  }))

/** `device-lost` for each, and `only-way-in` where it is that. */
export const deviceEffects = (linked: readonly LinkedDevice[]): Effects =>
  linked.flatMap(({ device, ways }) => {
    const facts = { identity: ways.identity.name, account: ways.identity.account, name: device.name }
    const lost = { effect: 'device-lost', facts }
    return isOnlyWayIn(ways, device.id) ? [lost, { effect: 'only-way-in', facts }] : [lost]
  })

/** Rule 11: the name to be typed, where one of them is an only way in. */
export const nameToType = (linked: readonly LinkedDevice[]): string | undefined =>
  linked.find(({ device, ways }) => isOnlyWayIn(ways, device.id))?.device.name
