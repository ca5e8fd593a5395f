/** The checks of pinUvAuthParam that every command makes (CTAP 2.1 §6.1.2, §6.2.2, §6.7 to §6.11). */
import { need, type Params } from '../params.ts'
import type { Key, Turn } from '../key.ts'
import type { PinProtocol } from '../pin-protocol.ts'
import { refuse, STATUS } from '../status.ts'
import { PERMISSION } from '../token.ts'

export interface AuthParam {
  readonly protocol: PinProtocol
  readonly param: Uint8Array
}

/** pinUvAuthParam and its protocol, or `undefined` where none was sent. */
export function authParam(key: Key, params: Params, at: { param: number; protocol: number }): AuthParam | undefined {
  const param = params.bytes(at.param)
  const version = params.uint(at.protocol)
  if (param === undefined) return undefined
  return { protocol: key.protocol(need(version)), param }
}

/** Management commands: a token with the permission, that signed the message, or a refusal. */
export function requireToken(key: Key, auth: AuthParam | undefined, permission: number, message: Uint8Array): void {
  if (auth === undefined) return refuse(STATUS.puatRequired)
  if (!key.token.verify(auth.protocol, message, auth.param)) refuse(STATUS.pinAuthInvalid)
  if (!key.token.permits(permission)) refuse(STATUS.pinAuthInvalid)
}

/** A registration or sign-in: the token must also be for this relying party, or for none yet. */
export function useToken(
  key: Key,
  auth: AuthParam,
  use: { readonly permission: number; readonly clientDataHash: Uint8Array; readonly rpId: string },
): void {
  requireToken(key, auth, use.permission, use.clientDataHash)
  if (key.token.rpId !== undefined && key.token.rpId !== use.rpId) refuse(STATUS.pinAuthInvalid)
  if (!key.token.isUserVerified) refuse(STATUS.pinAuthInvalid)
  key.token.bind(use.rpId)
}

/**
 * An empty pinUvAuthParam asks which of several keys is meant: a touch, then whether a PIN is set (§6.1.2 step 1), which a
 * finger enrolled is not. Always refuses where that was asked.
 */
export async function answerEmptyAuthParam(key: Key, param: Uint8Array | undefined, turn: Turn): Promise<void> {
  if (param?.length !== 0) return
  await key.touchForCeremony('pin-missing', turn)
  refuse(key.hasPin ? STATUS.pinInvalid : STATUS.pinNotSet)
}

export { PERMISSION }
