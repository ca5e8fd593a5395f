/** authenticatorClientPIN, 0x06 (CTAP 2.1 §6.5). */
import { concat, equalBytes, fromBase64url, fromUtf8, toBase64url } from '../../../../shared/kit/index.ts'
import type { CborMap, CborValue } from '../../cbor/index.ts'
import { sha256 } from '../crypto.ts'
import type { Key, Turn } from '../key.ts'
import { MAX_PIN_BYTES, MAX_PIN_RETRIES } from '../options.ts'
import { need, type Params } from '../params.ts'
import type { PinProtocol, SharedSecret } from '../pin-protocol.ts'
import { refuse, STATUS } from '../status.ts'
import { PERMISSION } from '../token.ts'

/** Parameters (§6.5.5). */
const IN = {
  protocol: 0x01,
  subCommand: 0x02,
  keyAgreement: 0x03,
  pinUvAuthParam: 0x04,
  newPinEnc: 0x05,
  pinHashEnc: 0x06,
  permissions: 0x09,
  rpId: 0x0a,
} as const
/** Members of the answer. */
const OUT = { keyAgreement: 0x01, token: 0x02, pinRetries: 0x03, powerCycleState: 0x04, uvRetries: 0x05 } as const

const NEW_PIN_BYTES = 64
const MISMATCHES_UNTIL_POWER_CYCLE = 3

export function clientPin(key: Key, params: Params, turn: Turn): CborMap | undefined | Promise<CborMap> {
  const subCommand = need(params.uint(IN.subCommand))
  const { isCurrent } = key
  switch (subCommand) {
    case 0x01:
      return pinRetries(key)
    case 0x02:
      return answer(OUT.keyAgreement, key.protocol(need(params.uint(IN.protocol))).publicKey())
    case 0x03:
      return setPin(key, params)
    case 0x04:
      return changePin(key, params)
    case 0x05:
      return getPinToken(key, params)
    case 0x06:
      if (!isCurrent || !key.options.hasFingerprintSensor) return refuse(STATUS.invalidSubcommand)
      return getTokenUsingUv(key, params, turn)
    case 0x07:
      if (!isCurrent || !key.options.hasFingerprintSensor) return refuse(STATUS.invalidSubcommand)
      return answer(OUT.uvRetries, key.state.uvRetries)
    case 0x09:
      return isCurrent ? getTokenUsingPin(key, params) : refuse(STATUS.invalidSubcommand)
    default:
      return refuse(STATUS.invalidSubcommand)
  }
}

const answer = (member: number, value: CborValue): CborMap => new Map([[member, value]])

function pinRetries(key: Key): CborMap {
  const retries = new Map<number, CborValue>([[OUT.pinRetries, key.state.pinRetries]])
  // Only CTAP 2.1 knows powerCycleState, and older clients refuse what they don't know.
  if (key.isCurrent) {
    retries.set(OUT.powerCycleState, key.pinMismatches >= MISMATCHES_UNTIL_POWER_CYCLE)
  }
  return retries
}

function agreed(key: Key, params: Params): { protocol: PinProtocol; cose: Params } {
  return { protocol: key.protocol(need(params.uint(IN.protocol))), cose: need(params.params(IN.keyAgreement)) }
}

/** §6.5.5.5. */
function setPin(key: Key, params: Params): undefined {
  const { protocol, cose } = agreed(key, params)
  const newPinEnc = need(params.bytes(IN.newPinEnc))
  const param = need(params.bytes(IN.pinUvAuthParam))
  if (key.hasPin) refuse(STATUS.pinAuthInvalid)
  const secret = protocol.decapsulate(cose)
  if (!secret.verify(newPinEnc, param)) refuse(STATUS.pinAuthInvalid)
  key.change({ pin: newPin(key, secret, newPinEnc), pinRetries: MAX_PIN_RETRIES, forcePinChange: false })
  key.token.end()
  // Nobody may hold one from before there was a PIN.
  key.revokePersistentToken()
}

/** §6.5.5.6. */
function changePin(key: Key, params: Params): undefined {
  const { protocol, cose } = agreed(key, params)
  const pinHashEnc = need(params.bytes(IN.pinHashEnc))
  const newPinEnc = need(params.bytes(IN.newPinEnc))
  const param = need(params.bytes(IN.pinUvAuthParam))
  if (!key.hasPin) refuse(STATUS.pinNotSet)
  refuseBlocked(key)
  const secret = protocol.decapsulate(cose)
  if (!secret.verify(concat(newPinEnc, pinHashEnc), param)) refuse(STATUS.pinAuthInvalid)
  checkPin(key, protocol, secret, pinHashEnc)
  const pin = newPin(key, secret, newPinEnc)
  if (key.state.forcePinChange && pin.hash === key.state.pin?.hash) refuse(STATUS.pinPolicyViolation)
  key.change({ pin, forcePinChange: false })
  key.token.end()
  // Step 20: who knew the old PIN reads no more.
  key.revokePersistentToken()
}

function refuseBlocked(key: Key): void {
  if (key.state.pinRetries === 0) refuse(STATUS.pinBlocked)
  if (key.pinMismatches >= MISMATCHES_UNTIL_POWER_CYCLE) refuse(STATUS.pinAuthBlocked)
}

/** The try is counted before it is looked at, so that cutting the power at the right time wins nothing. */
function checkPin(key: Key, protocol: PinProtocol, secret: SharedSecret, pinHashEnc: Uint8Array): void {
  key.change({ pinRetries: key.state.pinRetries - 1 })
  const hash = secret.decrypt(pinHashEnc)
  const kept = fromBase64url(key.state.pin?.hash ?? '')!
  if (hash !== undefined && equalBytes(hash, kept)) return key.restoreRetries()
  protocol.regenerate()
  key.pinMismatches += 1
  if (key.state.pinRetries === 0) refuse(STATUS.pinBlocked)
  refuse(key.pinMismatches >= MISMATCHES_UNTIL_POWER_CYCLE ? STATUS.pinAuthBlocked : STATUS.pinInvalid)
}

function newPin(key: Key, secret: SharedSecret, newPinEnc: Uint8Array): { hash: string; codePoints: number } {
  const padded = secret.decrypt(newPinEnc)
  if (padded?.length !== NEW_PIN_BYTES) return refuse(STATUS.invalidParameter)
  const end = padded.findLastIndex((byte) => byte !== 0) + 1
  const pin = padded.subarray(0, end)
  const text = fromUtf8(pin)
  if (text === undefined || end > MAX_PIN_BYTES) return refuse(STATUS.pinPolicyViolation)
  const codePoints = [...text].length
  if (codePoints < key.state.minPinLength || isTooSimple(key, text)) return refuse(STATUS.pinPolicyViolation)
  return { hash: toBase64url(sha256(pin).subarray(0, 16)), codePoints }
}

/** The policy of this key, once it is switched on (CTAP 2.3 leaves it to the key): not one character alone. */
const isTooSimple = ({ state }: Key, pin: string) => state.pinComplexityPolicy === true && new Set(pin).size < 2

/** §6.5.5.7.1, kept for platforms that know no permissions. */
function getPinToken(key: Key, params: Params): CborMap {
  const { protocol, cose } = agreed(key, params)
  const pinHashEnc = need(params.bytes(IN.pinHashEnc))
  if (params.has(IN.permissions) || params.has(IN.rpId)) refuse(STATUS.invalidParameter)
  const secret = passPin(key, protocol, cose, pinHashEnc)
  // The old command's clients know this status and not the policy's.
  if (key.state.forcePinChange) refuse(STATUS.pinInvalid)
  const { credentialManagement, bioEnrollment } = PERMISSION
  // Step 14: the default permissions, where the PIN may open ceremonies at all.
  const forCeremonies = key.options.keepsPinFromCeremonies ? 0 : FOR_RP
  const permissions = key.isCurrent ? forCeremonies : FOR_RP | credentialManagement | bioEnrollment
  return answer(OUT.token, secret.encrypt(key.token.issue(protocol, permissions, undefined, false)))
}

/** §6.5.5.7.2. */
function getTokenUsingPin(key: Key, params: Params): CborMap {
  const { protocol, cose } = agreed(key, params)
  const pinHashEnc = need(params.bytes(IN.pinHashEnc))
  const wanted = wantedPermissions(key, params, 'pin')
  const secret = passPin(key, protocol, cose, pinHashEnc)
  if (key.state.forcePinChange) refuse(STATUS.pinPolicyViolation)
  return tokenAnswer(key, protocol, secret, wanted, false)
}

function passPin(key: Key, protocol: PinProtocol, cose: Params, pinHashEnc: Uint8Array): SharedSecret {
  if (!key.hasPin) refuse(STATUS.pinNotSet)
  refuseBlocked(key)
  const secret = protocol.decapsulate(cose)
  checkPin(key, protocol, secret, pinHashEnc)
  return secret
}

/** §6.5.5.7.3. */
async function getTokenUsingUv(key: Key, params: Params, turn: Turn): Promise<CborMap> {
  const { protocol, cose } = agreed(key, params)
  const wanted = wantedPermissions(key, params, 'uv')
  if (!key.hasBuiltInUv) refuse(STATUS.notAllowed)
  const secret = protocol.decapsulate(cose)
  await key.verifyUser(turn)
  return tokenAnswer(key, protocol, secret, wanted, true)
}

interface Wanted {
  readonly permissions: number
  readonly rpId: string | undefined
}

/** `pcmr` is answered with the persistent token, and ends no other (CTAP 2.2 §6.5.5.7.2 step 12). */
function tokenAnswer(
  key: Key,
  protocol: PinProtocol,
  secret: SharedSecret,
  { permissions, rpId }: Wanted,
  isUserPresent: boolean,
): CborMap {
  const isPersistent = permissions === PERMISSION.persistentCredentialManagementReadOnly
  const token = isPersistent ? key.persistentToken : key.token.issue(protocol, permissions, rpId, isUserPresent)
  return answer(OUT.token, secret.encrypt(token))
}

const FOR_RP = PERMISSION.makeCredential | PERMISSION.getAssertion
const KNOWN_PERMISSIONS = Object.values(PERMISSION).reduce<number>((all, bit) => all | bit, 0)

/**
 * Permissions nobody has defined are ignored; one that this key does not give ends in CTAP2_ERR_UNAUTHORIZED_PERMISSION
 * (CTAP 2.3 §6.5.5.7.2 and §6.5.5.7.3, steps 3 and 4). `mc` and `ga` must name their relying party (the table of §6.5.5.7).
 */
function wantedPermissions(key: Key, params: Params, by: 'pin' | 'uv'): Wanted {
  const asked = need(params.uint(IN.permissions))
  const rpId = params.text(IN.rpId)
  if (asked === 0) refuse(STATUS.invalidParameter)
  // `&` keeps the low bits of any safe integer; above them nothing is defined.
  const permissions = asked & KNOWN_PERMISSIONS
  if ((permissions & refused(key, permissions, by)) !== 0) refuse(STATUS.unauthorizedPermission)
  if ((permissions & FOR_RP) !== 0 && rpId === undefined) refuse(STATUS.missingParameter)
  return { permissions, rpId }
}

function refused(key: Key, permissions: number, by: 'pin' | 'uv'): number {
  const persistent = PERMISSION.persistentCredentialManagementReadOnly
  const isAlone = permissions === persistent
  return (
    (key.options.hasFingerprintSensor ? 0 : PERMISSION.bioEnrollment) |
    (by === 'pin' && key.options.keepsPinFromCeremonies ? FOR_RP : 0) |
    (key.isLatest && isAlone ? 0 : persistent)
  )
}
