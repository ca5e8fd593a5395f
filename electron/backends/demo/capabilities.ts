/** What an identity can do now at the demo backend, and why not: reason codes whose words are the renderer's. */
import { MAX_DEVICES } from '../../../shared/domain/device.ts'
import type { Can, Capabilities } from '../backend.ts'
import { hasWayIn } from './standing.ts'
import { devicesOf, type IdentityState } from './state.ts'
import type { Turn } from './turn.ts'

/**
 * `eight-devices`: one must go first. `administrator-needed`, `alternative-factors-needed`: no device left that signs in.
 * `nothing-registered`: there is nothing to do it to. `root-only`: users have no contacts and no alternative factors.
 */
type Reason =
  'eight-devices' | 'administrator-needed' | 'alternative-factors-needed' | 'nothing-registered' | 'root-only'

const YES: Can = { can: true }
const no = (reason: Reason): Can => ({ can: false, reason })

export function capabilitiesOf(turn: Turn, identity: IdentityState): Capabilities {
  const devices = devicesOf(turn.world, identity.id)
  const isRoot = identity.kind === 'root'
  const wayIn = hasWayIn(turn, identity) ? YES : no(isRoot ? 'alternative-factors-needed' : 'administrator-needed')
  const onADevice = (can: Can) => (devices.length === 0 ? no('nothing-registered') : can)
  const isFull = turn.rules.eightDevicesAtMost && devices.length >= MAX_DEVICES
  const register = isFull ? no('eight-devices') : wayIn
  const contact = isRoot ? YES : no('root-only')
  return {
    register: { 'virtual-totp': register, 'hardware-totp': register, fido: register },
    seedFrom: ['backend', 'person'],
    resync: onADevice(YES),
    remove: onADevice(wayIn),
    rename: onADevice(wayIn),
    markLost: onADevice(YES),
    confirmContact: contact,
    setContact: { email: isRoot ? wayIn : contact, phone: contact },
    changePassword: wayIn,
    alternativeFactors: isRoot && turn.rules.alternativeFactorsForRoot ? YES : no('root-only'),
    tellsDrift: true,
  }
}
