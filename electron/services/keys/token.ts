/**
 * Proof to a key that its person is there: the reader first where one is set, then the PIN (CTAP 2.1 §6.5.5.7). Each PIN
 * given is one attempt on the wire, and the last attempts are asked about before each by a question of their own.
 */
import { callError } from '../../../shared/contract/index.ts'
import { ctap2, KeyStatusError, type Transport } from '../../fido/index.ts'
import { labelOf, type Desk } from './desk.ts'
import { approve, type KeyApproval } from './approve.ts'
import { whileItBlinks, type Hand } from './hand.ts'
import type { OpenKey } from './plugged.ts'

const { clientPin, STATUS } = ctap2

/** From here on a person types the key's name before each attempt. */
export const FEW_RETRIES = 2
/** A token is forgotten then, used or not. */
export const TOKEN_KEPT_MS = 5 * 60_000
/** Attempts at the reader before the PIN is asked for, where the key has no preference (§6.4). */
const READER_ATTEMPTS = 3
/** CTAP 2.0's PIN_TOKEN_EXPIRED; later keys say PIN_AUTH_INVALID. */
const TOKEN_REFUSED: ReadonlySet<number> = new Set([STATUS.pinAuthInvalid, 0x38])
/** A token of getPinToken has the permissions that the key gives it (§6.5.5.7.1). */
const ALL_PERMISSIONS = 0xff

export type Work<T> = (transport: Transport, signal: AbortSignal, token: ctap2.PinUvAuthToken) => Promise<T>

/**
 * Does `work` with a token that has these permissions. One that was kept and that the key takes no more is asked for anew,
 * once; a key refuses a token before it does anything.
 */
export async function withToken<T>(
  desk: Desk,
  open: OpenKey,
  hand: Hand,
  request: ctap2.clientPin.TokenRequest,
  work: Work<T>,
): Promise<T> {
  const { session } = open
  const kept = session.token.take(request.permissions, request.rpId)
  const run = (token: ctap2.PinUvAuthToken) =>
    session.run((transport, signal) => work(transport, signal, token), { signal: hand.signal })
  if (kept) {
    try {
      return await run(kept)
    } catch (error) {
      if (!isRefused(error)) throw error
      session.token.forget()
    }
  }
  await obtain(desk, open, hand, request)
  const token = session.token.take(request.permissions, request.rpId)
  // It was unplugged, or the vault was locked, in that very moment.
  if (!token) throw callError('key-gone', {})
  try {
    return await run(token)
  } catch (error) {
    if (isRefused(error)) session.token.forget()
    throw error
  }
}

const isRefused = (error: unknown) => error instanceof KeyStatusError && TOKEN_REFUSED.has(error.status)

/** Puts a token into the session. */
async function obtain(desk: Desk, open: OpenKey, hand: Hand, request: ctap2.clientPin.TokenRequest): Promise<void> {
  const info = infoOf(open)
  if (info.forcePINChange === true) throw callError('pin-must-change', {})
  const version = ctap2.chooseProtocol(info.pinUvAuthProtocols)
  if (version === undefined) throw callError('key-cannot', { reason: 'not-offered' })
  const byReader = canUseReader(info, request.permissions) && (await tokenByReader(desk, open, hand, version, request))
  if (!byReader) await tokenByPin(desk, open, hand, version, request)
}

export function infoOf({ facts }: OpenKey): ctap2.Info {
  if (!facts.info) throw callError('key-cannot', { reason: 'u2f-only' })
  return facts.info
}

/** `uvBioEnroll` and `uvAcfg`: whether those permissions are given for a finger too (§6.4). */
function canUseReader({ options, ...info }: ctap2.Info, permissions: number): boolean {
  if (options.uv !== true || !clientPin.hasPermissions({ options, ...info })) return false
  const { bioEnrollment, authenticatorConfiguration } = clientPin.PERMISSION
  if ((permissions & bioEnrollment) !== 0 && options.uvBioEnroll !== true) return false
  return (permissions & authenticatorConfiguration) === 0 || options.uvAcfg === true
}

/** False where the PIN is to be asked for. */
async function tokenByReader(
  desk: Desk,
  open: OpenKey,
  hand: Hand,
  version: ctap2.PinProtocolVersion,
  request: ctap2.clientPin.TokenRequest,
): Promise<boolean> {
  const info = infoOf(open)
  const { session } = open
  const hasPin = info.options.clientPin === true
  const attempts = Math.min(info.preferredPlatformUvAttempts ?? READER_ATTEMPTS, READER_ATTEMPTS)
  for (let attempt = 0; attempt < attempts; attempt++) {
    const retries = await session.run((transport, signal) => clientPin.getUVRetries(transport, { signal }), hand)
    if (retries === 0) break
    const tell = () => hand.progress({ doing: 'finger', keyName: labelOf(desk, open), retries })
    try {
      const token = await whileItBlinks(desk, open, 'finger', tell, (onKeepalive) =>
        session.run((transport, signal) => {
          const access = { transport, version, random: desk.random }
          return clientPin.getTokenUsingUv(access, request, { signal, onKeepalive })
        }, hand),
      )
      session.token.put(token, { ...request, lifetimeMs: TOKEN_KEPT_MS })
      return true
    } catch (error) {
      const status = error instanceof KeyStatusError ? error.status : undefined
      if (status !== STATUS.uvInvalid && status !== STATUS.uvBlocked) throw error
      if (status === STATUS.uvBlocked) break
    } finally {
      await desk.plugged.refresh(open)
    }
  }
  if (!hasPin) throw callError('finger-blocked', {})
  return false
}

async function tokenByPin(
  desk: Desk,
  open: OpenKey,
  hand: Hand,
  version: ctap2.PinProtocolVersion,
  request: ctap2.clientPin.TokenRequest,
): Promise<void> {
  const info = infoOf(open)
  const { session } = open
  if (info.options.clientPin !== true) throw callError('pin-not-set', {})
  for (let wasWrong = false; ; wasWrong = true) {
    const { retries, approval } = await beforeAttempt(desk, open, hand)
    const { pin } = await hand.pin({
      keyName: labelOf(desk, open),
      retries,
      wasWrong,
      minLength: info.minPINLength ?? clientPin.MIN_PIN_CODE_POINTS,
    })
    hand.signal.throwIfAborted()
    try {
      const token = await session.run(async (transport, signal) => {
        await checkAttempt(transport, signal, retries, approval)
        const access = { transport, version, random: desk.random }
        return clientPin.hasPermissions(info)
          ? clientPin.getTokenUsingPin(access, pin, request, { signal })
          : clientPin.getPinToken(access, pin, { signal })
      }, hand)
      const permissions = token.permissions ?? ALL_PERMISSIONS
      session.token.put(token, { ...request, permissions, lifetimeMs: TOKEN_KEPT_MS })
      return
    } catch (error) {
      if (!(error instanceof KeyStatusError) || error.status !== STATUS.pinInvalid) throw error
    } finally {
      await desk.plugged.refresh(open)
    }
  }
}

export interface Attempt {
  readonly retries: number
  /** Where few are left: the person's word for this one attempt. */
  readonly approval: KeyApproval | undefined
}

/** Reads the attempts left, and asks about the last ones. Throws `pin-blocked`, `pin-needs-power-cycle` or `not-confirmed`. */
async function beforeAttempt(desk: Desk, open: OpenKey, hand: Hand): Promise<Attempt> {
  const retries = await open.session.run((transport, signal) => retriesNow(transport, signal), hand)
  if (retries > FEW_RETRIES) return { retries, approval: undefined }
  const approval = await approve(desk, open, hand.confirm, {
    operation: 'keys.pinTry',
    typeName: labelOf(desk, open),
    effects: triesLeft(retries),
  })
  return { retries, approval }
}

export const triesLeft = (retries: number) => [{ effect: 'pin-tries-left', facts: { retries } }]

/** Throws `pin-blocked` or `pin-needs-power-cycle`, for which no attempt is made. */
export async function retriesNow(transport: Transport, signal: AbortSignal): Promise<number> {
  const { pinRetries, powerCycleState } = await clientPin.getPINRetries(transport, { signal })
  if (pinRetries === 0) throw callError('pin-blocked', {})
  if (powerCycleState === true) throw callError('pin-needs-power-cycle', {})
  return pinRetries
}

/** In the same turn as the attempt: another program may have used some up since the person was asked. */
async function checkAttempt(
  transport: Transport,
  signal: AbortSignal,
  asked: number,
  approval: KeyApproval | undefined,
): Promise<void> {
  const retries = await retriesNow(transport, signal)
  if (retries !== asked) throw callError('confirmation-stale', {})
  approval?.use(triesLeft(retries))
}
