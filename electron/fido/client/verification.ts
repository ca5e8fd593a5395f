/**
 * How the person is verified before a ceremony (CTAP 2.1 §6.1, §6.2 platform steps): built-in verification first, then the
 * PIN. Each PIN the person gives is one attempt on the wire.
 */
import { KeyStatusError } from '../errors.ts'
import { chooseProtocol, clientPin, STATUS, type Info, type PinUvAuthToken } from '../ctap2/index.ts'
import { CeremonyError } from './ceremony-error.ts'
import { withTouch, type Context } from './context.ts'
import type { UserVerification } from './json.ts'

export interface Verified {
  readonly token: PinUvAuthToken | undefined
  /** A key of CTAP 2.0 verifies by itself when told `uv: true`. */
  readonly uv: true | undefined
}
const NOT_VERIFIED: Verified = { token: undefined, uv: undefined }

/** Whether the key has something to verify the person with. */
export function canVerify(info: Info): boolean {
  return clientPin.opensCeremonies(info) || info.options.uv === true
}

/** Whether making a credential needs verification whatever the relying party says (§6.1.2, makeCredUvNotRqd). */
export function mustVerifyToMake(info: Info, isDiscoverable: boolean): boolean {
  if (info.options.alwaysUv === true) return true
  return canVerify(info) && (isDiscoverable || info.options.makeCredUvNotRqd !== true)
}

/** Throws `CeremonyError` where the person must be verified and can't, or doesn't want to. */
export async function verify(
  context: Context,
  wanted: UserVerification,
  isForced: boolean,
  request: clientPin.TokenRequest,
): Promise<Verified> {
  const { info } = context
  if (wanted === 'discouraged' && !isForced) return NOT_VERIFIED
  if (!canVerify(info)) {
    if (wanted === 'required' || isForced) throw new CeremonyError('verification-not-set')
    return NOT_VERIFIED
  }
  const version = chooseProtocol(info.pinUvAuthProtocols)
  if (info.options.uv === true && (version === undefined || !clientPin.hasPermissions(info))) {
    return { token: undefined, uv: true }
  }
  if (version === undefined) throw new CeremonyError('verification-not-set')
  const access: clientPin.PinAccess = { transport: context.transport, version, random: context.random }
  const byFinger = info.options.uv === true ? await tokenByUv(context, access, request) : undefined
  return { token: byFinger ?? (await tokenByPin(context, access, request)), uv: undefined }
}

/**
 * Does what was verified for. A key that verifies by itself and did not succeed sends for the PIN (CTAP2_ERR_PUAT_REQUIRED,
 * CTAP 2.1 §6.1.2 step 11.2.3; CTAP 2.0 names the same number PIN_REQUIRED): then it is done once more with that.
 */
export async function withVerification<T>(
  context: Context,
  verified: Verified,
  request: clientPin.TokenRequest,
  use: (verified: Verified) => Promise<T>,
): Promise<T> {
  try {
    return await use(verified)
  } catch (error) {
    const version = chooseProtocol(context.info.pinUvAuthProtocols)
    const isSentForPin = verified.uv === true && error instanceof KeyStatusError && error.status === STATUS.puatRequired
    if (!isSentForPin || version === undefined || !clientPin.opensCeremonies(context.info)) throw error
    const access = { transport: context.transport, version, random: context.random }
    return use({ token: await tokenByPin(context, access, request), uv: undefined })
  }
}

/** Attempts of built-in verification before the PIN is asked for, where the key has no preference (§6.4). */
const UV_ATTEMPTS = 3

/** `undefined` where built-in verification did not work out and the PIN is to be asked for. */
async function tokenByUv(
  context: Context,
  access: clientPin.PinAccess,
  request: clientPin.TokenRequest,
): Promise<PinUvAuthToken | undefined> {
  const { info, person, signal, transport } = context
  const hasPin = clientPin.opensCeremonies(info)
  const attempts = Math.min(info.preferredPlatformUvAttempts ?? UV_ATTEMPTS, UV_ATTEMPTS)
  for (let attempt = 0; attempt < attempts; attempt++) {
    try {
      const retries = await clientPin.getUVRetries(transport, { signal })
      const options = withTouch(context, () => person.verify(retries, signal))
      return await clientPin.getTokenUsingUv(access, request, options)
    } catch (error) {
      if (!(error instanceof KeyStatusError)) throw error
      if (error.status === STATUS.uvInvalid) continue
      if (error.status === STATUS.uvBlocked && hasPin) return undefined
      throw error
    }
  }
  if (hasPin) return undefined
  throw new CeremonyError('uv-blocked')
}

async function tokenByPin(
  context: Context,
  access: clientPin.PinAccess,
  request: clientPin.TokenRequest,
): Promise<PinUvAuthToken> {
  const { info, person, signal, transport } = context
  if (!clientPin.opensCeremonies(info)) throw new CeremonyError('verification-not-set')
  if (info.forcePINChange === true) throw new CeremonyError('pin-change-required')
  for (let wasWrong = false; ; wasWrong = true) {
    const { pinRetries, powerCycleState } = await clientPin.getPINRetries(transport, { signal })
    if (pinRetries === 0) throw new CeremonyError('pin-blocked')
    if (powerCycleState === true) throw new CeremonyError('pin-auth-blocked')
    const pin = await person.pin({ retries: pinRetries, wasWrong }, signal)
    if (pin === undefined) throw new CeremonyError('declined')
    signal.throwIfAborted()
    // Another program may have used some up since the person was asked, who agreed to an attempt of those then left.
    const now = await clientPin.getPINRetries(transport, { signal })
    if (now.pinRetries !== pinRetries) throw new CeremonyError('pin-tries-changed')
    try {
      return clientPin.hasPermissions(info)
        ? await clientPin.getTokenUsingPin(access, pin, request, { signal })
        : await clientPin.getPinToken(access, pin, { signal })
    } catch (error) {
      if (!(error instanceof KeyStatusError)) throw error
      // What a right PIN is answered where it must be changed first, and getInfo was read before that (CTAP 2.3 §6.5.5.7.2).
      if (error.status === STATUS.pinPolicyViolation) throw new CeremonyError('pin-change-required')
      if (error.status !== STATUS.pinInvalid) throw error
    }
  }
}
