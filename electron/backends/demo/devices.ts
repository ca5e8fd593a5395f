/**
 * MFA devices at the demo backend, with IAM's semantics (backends.md §1.1): resynchronised by two consecutive codes,
 * deactivated before their entity is deleted. Registering is register.ts. Each function changes the turn's draft only where it
 * answers `ok`, but for the count of wrong codes.
 */
import type { Drift, Loss, MfaDevice } from '../../../shared/domain/device.ts'
import { err, ok, type Result } from '../../../shared/kit/index.ts'
import type { Actor, BackendError } from '../backend.ts'
import { DEMO_CODE } from './otp.ts'
import { forbids, type Asked } from './standing.ts'
import { totpOf, type DeviceState, type IdentityState, type WorldState } from './state.ts'
import { refusalError, takePair } from './totp.ts'
import type { Turn } from './turn.ts'

type Answer<T> = Result<T, BackendError>

/** Puts an enabled device in order by two consecutive codes; answers with how far it is off the backend's time. */
export function resync(
  turn: Turn,
  identity: IdentityState,
  deviceId: string,
  codes: readonly [string, string],
  actor: Actor,
): Answer<{ drift: Drift }> {
  const forbidden = forbids(turn, identity, actor, { need: 'nothing', action: 'ResyncMFADevice', resource: deviceId })
  if (forbidden) return err(forbidden)
  const device = heldDevice(turn, identity, deviceId)
  if (!device) return err({ code: 'not-found' })
  if (device.type === 'fido' && turn.rules.fidoNeverDrifts)
    return err({ code: 'not-supported', reason: 'fido-never-drifts' })
  const totp = totpOf(turn.world, device)
  if (!totp) return err({ code: 'codes-refused' })
  if (device.outOfUse) return err({ code: 'not-supported', reason: 'device-out-of-use' })
  const taken = takePair(totp, codes, 'resync', turn)
  return taken.ok ? ok({ drift: driftOf(taken.value) }) : err(refusalError(taken.error))
}

/** Unties a device. A virtual entity stays, unassigned; a token's serial is free again; a key is forgotten. */
export function deactivate(turn: Turn, identity: IdentityState, deviceId: string, actor: Actor): Answer<void> {
  const asked: Asked = { need: 'session', action: 'DeactivateMFADevice', resource: deviceId }
  if (actor.as === 'administrator' && !turn.rules.administratorDeactivates)
    return err({ code: 'not-permitted', action: asked.action })
  const forbidden = forbids(turn, identity, actor, asked)
  if (forbidden) return err(forbidden)
  const device = heldDevice(turn, identity, deviceId)
  if (!device) return err({ code: 'not-found' })
  if (device.type === 'virtual-totp' && turn.rules.entityStaysBehind) {
    delete device.holder
    delete device.enabledAt
    delete device.outOfUse
    return ok(undefined)
  }
  if (device.type !== 'fido' || turn.rules.deactivatedKeyIsDead)
    turn.world.devices = turn.world.devices.filter((other) => other !== device)
  return ok(undefined)
}

/** Only when unassigned, so that a blind delete can't take a live device. */
export function deleteEntity(turn: Turn, identity: IdentityState, deviceId: string, actor: Actor): Answer<void> {
  const asked: Asked = { need: 'way-in', action: 'DeleteVirtualMFADevice', resource: deviceId }
  const forbidden = forbids(turn, identity, actor, asked)
  if (forbidden) return err(forbidden)
  return removeEntity(turn, identity, deviceId)
}

/** Of the account, unassigned, and made for this identity. */
export function removeEntity(turn: Turn, identity: IdentityState, deviceId: string): Answer<void> {
  const device = turn.world.devices.find((device) => device.id === deviceId && device.type === 'virtual-totp')
  if (!device || device.accountId !== identity.accountId) return err({ code: 'not-found' })
  if (device.holder !== undefined) return err({ code: 'still-assigned' })
  if (device.madeFor !== identity.id)
    return err({ code: 'not-permitted', action: 'DeleteVirtualMFADevice', resource: deviceId })
  turn.world.devices = turn.world.devices.filter((other) => other !== device)
  turn.world.goneDevices = turn.world.goneDevices.filter((gone) => gone !== deviceId)
  return ok(undefined)
}

export function rename(
  turn: Turn,
  identity: IdentityState,
  deviceId: string,
  name: string,
  actor: Actor,
): Answer<void> {
  const forbidden = forbids(turn, identity, actor, { need: 'way-in', action: 'TagMFADevice', resource: deviceId })
  if (forbidden) return err(forbidden)
  const device = heldDevice(turn, identity, deviceId)
  if (!device) return err({ code: 'not-found' })
  const next = name.trim()
  if (!isDeviceName(next)) return err({ code: 'not-supported', reason: 'name-malformed' })
  if (device.type === 'virtual-totp' && isNameTaken(turn, identity, next, device))
    return err({ code: 'name-taken', name: next })
  device.name = next
  return ok(undefined)
}

/** From then on the device opens nothing. Who lost it may say so without signing in: that is when it is needed. */
export function markLost(
  turn: Turn,
  identity: IdentityState,
  deviceId: string,
  loss: Loss,
  actor: Actor,
): Answer<void> {
  const forbidden = forbids(turn, identity, actor, { need: 'nothing', action: 'MarkLost', resource: deviceId })
  if (forbidden) return err(forbidden)
  const device = heldDevice(turn, identity, deviceId)
  if (!device) return err({ code: 'not-found' })
  device.outOfUse = { loss, since: device.outOfUse?.since ?? turn.now }
  return ok(undefined)
}

/** Takes over what a checked assertion proves. A counter that did not rise since is a second answer of the same key. */
export function takeAssertion(
  turn: Turn,
  identity: IdentityState,
  credentialId: string,
  signCount: number,
): Answer<DeviceState> {
  const device = turn.world.devices.find((device) => device.fido?.credentialId === credentialId)
  if (!device?.fido || device.holder !== identity.id || device.outOfUse)
    return err({ code: 'key-refused', reason: 'unknown-credential' })
  const hasRisen = signCount > device.fido.signCount || (signCount === 0 && device.fido.signCount === 0)
  if (!hasRisen) return err({ code: 'key-refused', reason: 'signature' })
  device.fido.signCount = signCount
  device.lastUsedAt = turn.now
  return ok(device)
}

export const isDeviceName = (trimmed: string) => trimmed !== '' && [...trimmed].length <= 128

/** Names of virtual devices are unique in the account, unassigned entities included. */
export const isNameTaken = (turn: Turn, { accountId }: IdentityState, name: string, but?: DeviceState) =>
  turn.world.devices.some(
    (other) => other !== but && other.type === 'virtual-totp' && other.accountId === accountId && other.name === name,
  )

export const heldDevice = (turn: Turn, identity: IdentityState, deviceId: string): DeviceState | undefined =>
  turn.world.devices.find((device) => device.id === deviceId && device.holder === identity.id)

const driftOf = (steps: number): Drift => ({ steps, seconds: steps * DEMO_CODE.periodSeconds })

/** A device as the backend tells it. */
export function deviceView(world: WorldState, device: DeviceState): MfaDevice {
  const { id, type, name, enabledAt, lastUsedAt } = device
  return {
    id,
    type,
    name,
    ...(type === 'hardware-totp' ? { serial: id } : {}),
    ...(enabledAt === undefined ? {} : { enabledAt }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    health: healthOf(world, device),
  }
}

function healthOf(world: WorldState, device: DeviceState): MfaDevice['health'] {
  if (device.outOfUse) return { state: 'out-of-use', ...device.outOfUse }
  const totp = totpOf(world, device)
  if (!totp) return { state: 'in-order' }
  const steps = totp.suspectedDriftSteps
  return steps === undefined ? { state: 'in-sync' } : { state: 'drifted', drift: driftOf(steps) }
}
