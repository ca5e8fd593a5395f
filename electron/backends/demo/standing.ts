/**
 * Who may do what at the demo backend, by whom they are and how they signed in. After AWS's self-manage policy (backends.md
 * §1.2): creating, enabling and resynchronising need no MFA session, deactivating does. Beyond it, who could not sign in at
 * all does nothing that takes a sign-in.
 */
import { fromBase64url } from '../../../shared/kit/index.ts'
import type { Actor, BackendError } from '../backend.ts'
import {
  devicesOf,
  identityById,
  type DeviceState,
  type IdentityState,
  type KeyState,
  type SessionState,
} from './state.ts'
import type { Turn } from './turn.ts'

/** `nothing`: anyone who speaks for the identity. `way-in`: could sign in. `session`: signed in with MFA, where it has any. */
export type Need = 'nothing' | 'way-in' | 'session'

export interface Asked {
  readonly need: Need
  /** As the provider names it, for the administrator to whom the refusal is shown. */
  readonly action: string
  readonly resource?: string
  /** May an administrator do this to the root user? Never to its devices; the seed allows it for the phone number. */
  readonly onRoot?: boolean
}

/** `undefined` where the actor may; else why not. */
export function forbids(turn: Turn, identity: IdentityState, actor: Actor, asked: Asked): BackendError | undefined {
  const { need, action, resource, onRoot = false } = asked
  if (actor.as === 'self') return lacks(turn, identity, need)
  const administrator = identityById(turn.world, actor.identityId)
  const mayActOn =
    administrator?.isAdministrator === true &&
    administrator.accountId === identity.accountId &&
    (identity.kind === 'user' || onRoot)
  if (!administrator || !mayActOn)
    return { code: 'not-permitted', action, ...(resource === undefined ? {} : { resource }) }
  return lacks(turn, administrator, 'session')
}

function lacks(turn: Turn, identity: IdentityState, need: Need): BackendError | undefined {
  if (need === 'nothing') return undefined
  const isAllowed = need === 'session' ? mayManage(turn, identity) : hasWayIn(turn, identity)
  if (isAllowed) return undefined
  const usable = devicesOf(turn.world, identity.id).filter((device) => isUsable(turn, device))
  return { code: 'mfa-session-needed', onlyFido: usable.length > 0 && usable.every((device) => device.type === 'fido') }
}

function mayManage(turn: Turn, identity: IdentityState): boolean {
  if (devicesOf(turn.world, identity.id).length === 0) return true
  if (!turn.rules.usersNeedAnAdministrator && identity.kind === 'user') return true
  return mfaSessionOf(turn, identity.id) !== undefined
}

/** Could this identity sign in now, by itself and without alternative factors, or has it done so? */
export function hasWayIn(turn: Turn, identity: IdentityState): boolean {
  const devices = devicesOf(turn.world, identity.id)
  if (devices.length === 0 || devices.some((device) => isUsable(turn, device))) return true
  if (!turn.rules.usersNeedAnAdministrator && identity.kind === 'user') return true
  return mfaSessionOf(turn, identity.id) !== undefined
}

/** The live session that counts as MFA: by a device, or by alternative factors. */
export function mfaSessionOf(turn: Turn, identityId: string): SessionState | undefined {
  return turn.world.sessions.find(
    (session) =>
      session.identityId === identityId &&
      turn.now < session.endsAt &&
      (session.via === 'device' ||
        (session.via === 'alternative-factors' && turn.rules.alternativeFactorsManageDevices)),
  )
}

/** The live session of the sign-in page. */
export const pageSessionOf = (turn: Turn, identityId: string): SessionState | undefined =>
  turn.world.sessions.find(
    (session) => session.identityId === identityId && session.from === 'page' && turn.now < session.endsAt,
  )

/** Puts a session in the place of the identity's last one from the same door. */
export function openSession(turn: Turn, session: SessionState): void {
  turn.world.sessions = turn.world.sessions.filter(
    (other) => turn.now < other.endsAt && (other.identityId !== session.identityId || other.from !== session.from),
  )
  turn.world.sessions.push(session)
}

/**
 * Can anybody still use the device? The server knows what was reported to it; the world knows as well what became of the
 * thing. A device with no thing on the bench (in Latchkey's vault, in somebody's drawer) is taken to be at hand.
 */
export function isUsable(turn: Turn, device: DeviceState): boolean {
  const { world } = turn
  if (device.outOfUse || world.goneDevices.includes(device.id)) return false
  return thingsOf(turn, device).every((thing) => thing.state === 'here')
}

function thingsOf(turn: Turn, device: DeviceState): { readonly state: string }[] {
  const { phone, tokens, keys } = turn.world
  switch (device.type) {
    case 'virtual-totp':
      return phone.accounts.some((account) => account.deviceId === device.id) ? [phone] : []
    case 'hardware-totp':
      return tokens.filter((token) => token.serial === device.id)
    case 'fido':
      return keys.filter((key) => isOnKey(turn, device, key))
  }
}

/** Did this key make the device's credential? */
export function isOnKey(turn: Turn, { fido }: DeviceState, { memory }: KeyState): boolean {
  const credentialId = fido && fromBase64url(fido.credentialId)
  return credentialId !== undefined && turn.keys.holds(memory, credentialId, fido!.rpId)
}
