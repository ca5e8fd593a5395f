/** What can be done for an identity, from the rights the server listed at sign-in; reason codes have their words in the renderer. */
import { MAX_DEVICES, type MfaDevice } from '../../../shared/domain/device.ts'
import type { Can, Capabilities } from '../backend.ts'
import type { KeyToken } from './keys.ts'
import type { Rights } from './rights.ts'

/**
 * `policy`: the server's policies don't allow it to who is signed in. `eight-devices`: one must go first.
 * `nothing-registered`: there is nothing to do it to. `no-key-here`: no security key can be touched by this program.
 * `managed-elsewhere`: privacyIDEA takes contacts and passwords from a directory. `administrator-only`: of the server.
 */
export type Reason =
  'policy' | 'eight-devices' | 'nothing-registered' | 'no-key-here' | 'managed-elsewhere' | 'administrator-only'

const YES: Can = { can: true }
const no = (reason: Reason): Can => ({ can: false, reason })

export interface CapabilityFacts {
  readonly rights: Rights
  readonly devices: readonly MfaDevice[]
  readonly canTouch: boolean
}

export function capabilitiesOf({ rights, devices, canTouch }: CapabilityFacts): Capabilities {
  const may = (...actions: readonly string[]): Can =>
    actions.some((action) => rights.may(action)) ? YES : no('policy')
  const unlessFull = (can: Can) => (devices.length >= MAX_DEVICES ? no('eight-devices') : can)
  const onADevice = (can: Can) => (devices.length === 0 ? no('nothing-registered') : can)
  const keys = keyTokenOf(rights, false) === undefined ? no('policy') : canTouch ? YES : no('no-key-here')
  return {
    register: {
      'virtual-totp': unlessFull(may('enrollTOTP')),
      'hardware-totp': unlessFull(may('assign')),
      fido: unlessFull(keys),
    },
    // A seed that is in the journal before it is sent can be found again; one that the server made can't.
    seedFrom: rights.isSet('totp_force_server_generate') || isTwoStep(rights) ? ['backend'] : ['person'],
    resync: onADevice(may('resync')),
    remove: onADevice(may('delete', 'unassign')),
    rename: onADevice(may('setdescription')),
    markLost: onADevice(may('disable')),
    confirmContact: no('managed-elsewhere'),
    setContact: { email: no('managed-elsewhere'), phone: no('managed-elsewhere') },
    changePassword: no('managed-elsewhere'),
    alternativeFactors: no('administrator-only'),
    tellsDrift: true,
  }
}

const isTwoStep = (rights: Rights) => rights.valueOf('totp_2step') === 'force'

/** Which kind a key is enrolled as; `undefined` where neither is allowed. */
export function keyTokenOf(rights: Rights, isDiscoverable: boolean): KeyToken | undefined {
  const order: readonly KeyToken[] = isDiscoverable ? ['passkey'] : ['webauthn', 'passkey']
  return order.find((kind) => rights.may(`enroll${kind.toUpperCase()}`))
}
