/** What Devices shows of an identity: its devices, what can be done with them, and what should be mended. */
import type { Can, DeviceRow, IdentityRow, Warning } from '../../shared/contract/index.ts'
import type { Loss, MfaDevice } from '../../shared/domain/device.ts'
import {
  contactsToMend,
  isInUse,
  singlePointOfFailure,
  signsInByPasswordAlone,
  type WayBack,
  type Ways,
} from '../../shared/domain/loss/index.ts'
import type { BackendReading, IdentityReading } from './devices-readings.ts'
import { entryFor, type DevicePlace } from './journal.ts'
import type { Recovery } from './recovery/index.ts'
import { administratorsFor } from './recovery/world.ts'
import type { VaultData } from './store.ts'

export interface RowFacts {
  readonly data: VaultData
  /** Milliseconds since 1970. */
  readonly now: number
  readonly recovery: Pick<Recovery, 'halfMade' | 'lossSaid'>
}

export const identityRows = ({ backend, identities }: BackendReading, facts: RowFacts): IdentityRow[] =>
  identities.map((reading) => {
    const ref = { backendId: backend.id, identityId: reading.identity.id }
    const devices = reading.devices.map((device) => withLoss(device, facts.recovery.lossSaid(placeOf(ref, device))))
    const administrators = administratorsFor(
      reading.identity,
      identities.map(({ identity }) => identity),
    )
    const { identity, contacts } = reading
    return {
      ref,
      identity,
      ...(contacts ? { contacts } : {}),
      devices: devices.map((device) => deviceRow(device, ref, reading, facts)),
      warnings: warningsOf({ identity, devices, contacts, administrators }, ref, facts),
      can: canOf(reading),
    }
  })

type IdentityRef = IdentityRow['ref']
const placeOf = (ref: IdentityRef, { id }: MfaDevice): DevicePlace => ({ ...ref, deviceId: id })

/** What an open case says of a device counts, where the backend knows nothing of it. */
const withLoss = (device: MfaDevice, said: { readonly loss: Loss; readonly since: number } | undefined): MfaDevice =>
  said && isInUse(device) ? { ...device, health: { state: 'out-of-use', ...said } } : device

const YES: Can = { can: true }
const no = (reason: string): Can => ({ can: false, reason })

function deviceRow(
  device: MfaDevice,
  ref: IdentityRef,
  { capabilities }: IdentityReading,
  { data }: RowFacts,
): DeviceRow {
  const entry = entryFor(data, placeOf(ref, device))
  return {
    ...device,
    ...(entry ? { entryId: entry.id } : {}),
    can: {
      resync: canResync(device, capabilities.resync),
      rename: capabilities.rename,
      remove: capabilities.remove,
      replace: YES,
    },
  }
}

/** Rule 3: a FIDO key never goes out of sync. */
function canResync(device: MfaDevice, resync: Can): Can {
  if (device.type === 'fido') return no('fido-never-drifts')
  return isInUse(device) ? resync : no('out-of-use')
}

/** What a backend takes on a page of its own alone is led to there, and looked for afterwards. */
const led = (can: Can): Can =>
  !can.can && (can.reason === 'fido-by-console' || can.reason === 'root-by-console') ? YES : can

const canOf = ({ capabilities }: IdentityReading): IdentityRow['can'] => ({
  register: {
    'virtual-totp': led(capabilities.register['virtual-totp']),
    'hardware-totp': led(capabilities.register['hardware-totp']),
    fido: led(capabilities.register.fido),
  },
  confirmContact: capabilities.confirmContact,
  setEmail: capabilities.setContact.email,
  setPhone: capabilities.setContact.phone,
  changePassword: capabilities.changePassword,
})

/** The worst first. */
function warningsOf(ways: Ways, ref: IdentityRef, { now, recovery }: RowFacts): Warning[] {
  const single = singlePointOfFailure(ways)
  return [
    ...recovery
      .halfMade()
      .filter(({ backendId, identityId }) => backendId === ref.backendId && identityId === ref.identityId)
      .map(({ caseId }): Warning => ({ is: 'half-made', caseId })),
    ...(signsInByPasswordAlone(ways.devices) ? [{ is: 'password-alone' } as const] : []),
    ...(single
      ? [
          {
            is: 'single-device',
            deviceId: single.deviceId,
            offer: single.offer,
            helpFrom: helpFrom(single.helpFrom),
          } as const,
        ]
      : []),
    ...ways.devices
      .filter(({ health }) => health.state === 'drifted')
      .map(({ id }): Warning => ({ is: 'drifted', deviceId: id })),
    ...contactsToMend(ways, now).map(({ contact, state }): Warning => {
      const confirmedAt = ways.contacts?.[contact]?.confirmedAt
      if (state === 'missing') return { is: 'contact-missing', contact }
      return { is: 'contact-old', contact, ...(confirmedAt === undefined ? {} : { confirmedAt }) }
    }),
  ]
}

/** Who lets somebody back in once the single device is gone. */
function helpFrom(way: WayBack): Extract<Warning, { is: 'single-device' }>['helpFrom'] {
  switch (way) {
    case 'alternative-factors':
      return 'alternative-factors'
    case 'phone-by-administrator':
    case 'administrator':
      return 'administrator'
    // The first two can't be: the device was the only one, and it is still registered.
    case 'password-alone':
    case 'other-device':
    case 'support':
      return 'support'
  }
}
