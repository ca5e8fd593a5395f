/**
 * Registering MFA devices at the demo backend, with IAM's semantics (backends.md §1.1): what can be refused is refused before
 * anything is made; a virtual entity is made unassigned; two consecutive codes, or a new credential, make the device the
 * identity's. Each function changes the turn's draft only where it answers `ok`, but for the count of wrong codes.
 */
import { MAX_DEVICES, type MfaDevice } from '../../../shared/domain/device.ts'
import { err, ok, toBase64url, type Result } from '../../../shared/kit/index.ts'
import type { Actor, BackendError, Look, PendingRef, RegisterRequest } from '../backend.ts'
import { deviceView, isDeviceName, isNameTaken, removeEntity } from './devices.ts'
import { forbids, type Asked } from './standing.ts'
import { devicesOf, totpOf, type DeviceState, type FidoState, type IdentityState } from './state.ts'
import { refusalError, takePair } from './totp.ts'
import type { Turn } from './turn.ts'

type Answer<T> = Result<T, BackendError>
type RequestOf<T extends RegisterRequest['type']> = Extract<RegisterRequest, { type: T }>

const ENABLE: Asked = { need: 'way-in', action: 'EnableMFADevice' }

/** Bytes of a seed that is taken: 128 bits at least (RFC 4226 §4 R6), a block of SHA-1's HMAC at most. */
const SEED_BYTES = { least: 16, made: 20, most: 64 } as const

/** Serial numbers as they are printed come with spaces and hyphens, as they are typed in either case. */
export const plainSerial = (typed: string) => typed.replaceAll(/[\s-]/g, '').toUpperCase()

/** What a device of this request is called at the backend: predictable, as an ARN is, and nobody else's, by its nonce. */
export function refOf(identity: IdentityState, request: RegisterRequest): PendingRef {
  const { id: identityId, accountId } = identity
  const arn = (family: string) => `arn:demo:iam::${accountId}:${family}/${request.nonce}`
  const deviceId =
    request.type === 'hardware-totp' ? plainSerial(request.serial) : arn(request.type === 'fido' ? 'u2f' : 'mfa')
  return { identityId, type: request.type, deviceId }
}

/** The unassigned entity of a virtual device. The seed is told this once. */
export function createEntity(
  turn: Turn,
  identity: IdentityState,
  request: RequestOf<'virtual-totp'>,
  actor: Actor,
): Answer<{ ref: PendingRef; seed: Uint8Array }> {
  const name = request.name.trim()
  const refused = refusesRegister(turn, identity, request, actor)
  if (refused) return err(refused)
  if (turn.rules.nameIsTakenUntilDeleted && isNameTaken(turn, identity, name)) return err({ code: 'name-taken', name })
  const seed = request.seed ?? turn.random(SEED_BYTES.made)
  if (seed.length < SEED_BYTES.least || seed.length > SEED_BYTES.most)
    return err({ code: 'not-supported', reason: 'seed-length' })
  const ref = refOf(identity, request)
  const { accountId, id: madeFor } = identity
  turn.world.devices.push({
    id: ref.deviceId,
    type: 'virtual-totp',
    name,
    accountId,
    madeFor,
    createdAt: turn.now,
    totp: { secret: toBase64url(seed), driftSteps: 0, spent: [], tries: { wrong: 0 } },
  })
  return ok({ ref, seed })
}

/** A token of the vendor's catalogue is asked for; nobody's until its codes were right. */
export function claimToken(
  turn: Turn,
  identity: IdentityState,
  request: RequestOf<'hardware-totp'>,
  actor: Actor,
): Answer<PendingRef> {
  const ref = refOf(identity, request)
  const refused = refusesRegister(turn, identity, request, actor) ?? refusesSerial(turn, ref.deviceId)
  if (refused) return err(refused)
  const claim = { serial: ref.deviceId, identityId: identity.id, name: request.name.trim() }
  turn.world.claims = [...turn.world.claims.filter((other) => !isSameClaim(other, claim)), claim]
  return ok(ref)
}

/** What can be refused for every type before something is made: rights, the ninth device, the name. */
export function refusesRegister(
  turn: Turn,
  identity: IdentityState,
  request: RegisterRequest,
  actor: Actor,
): BackendError | undefined {
  const refused = forbids(turn, identity, actor, ENABLE) ?? refusesOneMore(turn, identity, request.type)
  if (refused) return refused
  const name = request.name.trim()
  if (!isDeviceName(name)) return { code: 'not-supported', reason: 'name-malformed' }
  // The very same request again (same nonce): what it made is still there.
  const { deviceId } = refOf(identity, request)
  const isMade = request.type !== 'hardware-totp' && turn.world.devices.some((device) => device.id === deviceId)
  return isMade ? { code: 'name-taken', name } : undefined
}

function refusesOneMore(turn: Turn, identity: IdentityState, type: RegisterRequest['type']): BackendError | undefined {
  const devices = devicesOf(turn.world, identity.id)
  if (turn.rules.eightDevicesAtMost && devices.length >= MAX_DEVICES)
    return { code: 'limit-reached', names: devices.map((device) => device.name) }
  const before = turn.world.devices.filter((device) => device.madeFor === identity.id)
  if (!turn.rules.anyTypeMayFollow && before.length > 0 && before.every((device) => device.type !== type))
    return { code: 'not-supported', reason: 'other-type' }
  return undefined
}

function refusesSerial(turn: Turn, serial: string): BackendError | undefined {
  const isKnown = turn.world.catalogue.some((token) => token.serial === serial)
  if (turn.rules.onlyVendorSerials && !isKnown) return { code: 'serial-unknown', serial }
  const isTaken = turn.world.devices.some((device) => device.id === serial)
  return turn.rules.serialIsTakenUntilDeactivated && isTaken ? { code: 'serial-taken', serial } : undefined
}

/** Two consecutive codes tie a virtual entity or a claimed token to the identity. */
export function enableTotp(
  turn: Turn,
  identity: IdentityState,
  ref: PendingRef,
  codes: readonly [string, string],
  actor: Actor,
): Answer<MfaDevice> {
  const forbidden = forbids(turn, identity, actor, { ...ENABLE, resource: ref.deviceId })
  if (forbidden) return err(forbidden)
  const device = ref.type === 'virtual-totp' ? entityOf(turn, identity, ref) : claimedToken(turn, identity, ref)
  if (!device.ok) return device
  const refused = refusesOneMore(turn, identity, ref.type)
  if (refused) return err(refused)
  const totp = totpOf(turn.world, device.value)
  if (!totp) return err({ code: 'not-found' })
  const taken = takePair(totp, codes, 'enable', turn)
  if (!taken.ok) return err(refusalError(taken.error))
  return ok(enable(turn, identity, device.value))
}

/** A checked credential becomes the identity's device. It must be new to the whole backend (WebAuthn Level 3 §7.1 step 26). */
export function enableKey(
  turn: Turn,
  identity: IdentityState,
  ref: PendingRef,
  asked: { readonly name: string; readonly fido: FidoState },
  actor: Actor,
): Answer<MfaDevice> {
  const { name, fido } = asked
  const forbidden = forbids(turn, identity, actor, { ...ENABLE, resource: ref.deviceId })
  const refused = forbidden ?? refusesOneMore(turn, identity, 'fido')
  if (refused) return err(refused)
  if (!isDeviceName(name)) return err({ code: 'not-supported', reason: 'name-malformed' })
  if (turn.world.devices.some((device) => device.fido?.credentialId === fido.credentialId))
    return err({ code: 'key-refused', reason: 'duplicate' })
  const { accountId, id: madeFor } = identity
  const { deviceId: id } = ref
  return ok(enable(turn, identity, { id, type: 'fido', name, accountId, madeFor, createdAt: turn.now, fido }))
}

function enable(turn: Turn, identity: IdentityState, device: DeviceState): MfaDevice {
  const enabled: DeviceState = { ...device, holder: identity.id, madeFor: identity.id, enabledAt: turn.now }
  turn.world.devices = [...turn.world.devices.filter((other) => other.id !== enabled.id), enabled]
  turn.world.claims = turn.world.claims.filter((claim) => claim.serial !== enabled.id)
  return deviceView(turn.world, enabled)
}

function entityOf(turn: Turn, identity: IdentityState, ref: PendingRef): Answer<DeviceState> {
  const device = turn.world.devices.find((device) => device.id === ref.deviceId && device.type === 'virtual-totp')
  if (!device || device.accountId !== identity.accountId) return err({ code: 'not-found' })
  return device.holder === undefined ? ok(device) : err({ code: 'serial-taken', serial: device.id })
}

function claimedToken(turn: Turn, identity: IdentityState, { deviceId: id }: PendingRef): Answer<DeviceState> {
  const refused = refusesSerial(turn, id)
  if (refused) return err(refused)
  const claim = turn.world.claims.find((claim) => claim.serial === id && claim.identityId === identity.id)
  if (!claim) return err({ code: 'not-found' })
  const { accountId, id: madeFor } = identity
  return ok({ id, type: 'hardware-totp', name: claim.name, accountId, madeFor, createdAt: turn.now })
}

/** Gives up a registration that was begun. Cleaning up one's own half-made device takes no more than having begun it. */
export function abandon(turn: Turn, identity: IdentityState, ref: PendingRef, actor: Actor): Answer<void> {
  const asked: Asked = { need: 'nothing', action: 'DeleteVirtualMFADevice', resource: ref.deviceId }
  const forbidden = forbids(turn, identity, actor, asked)
  if (forbidden) return err(forbidden)
  if (ref.type === 'virtual-totp') return removeEntity(turn, identity, ref.deviceId)
  const { claims, ceremonies, devices } = turn.world
  if (devices.some((device) => device.id === ref.deviceId && device.holder === identity.id))
    return err({ code: 'still-assigned' })
  const claim = { serial: ref.deviceId, identityId: identity.id }
  turn.world.claims = claims.filter((other) => !isSameClaim(other, claim))
  turn.world.ceremonies = ceremonies.filter((open) => open.deviceId !== ref.deviceId || open.identityId !== identity.id)
  return ok(undefined)
}

/** How things stand with a registration, found without changing anything. */
export function lookAt(turn: Turn, ref: PendingRef): Look {
  const device = turn.world.devices.find((device) => device.id === ref.deviceId)
  if (device) {
    if (device.holder !== undefined) return device.holder === ref.identityId ? 'enabled' : 'other-owner'
    return device.madeFor === ref.identityId ? 'created' : 'other-owner'
  }
  const isBegun =
    turn.world.claims.some((claim) => isSameClaim(claim, { serial: ref.deviceId, identityId: ref.identityId })) ||
    turn.world.ceremonies.some((open) => open.deviceId === ref.deviceId && turn.now < open.expiresAt)
  return isBegun ? 'created' : 'absent'
}

interface Claim {
  readonly serial: string
  readonly identityId: string
}
const isSameClaim = (a: Claim, b: Claim) => a.serial === b.serial && a.identityId === b.identityId
