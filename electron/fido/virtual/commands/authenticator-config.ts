/** authenticatorConfig, 0x0D (CTAP 2.1 §6.11). */
import { concat } from '../../../../shared/kit/index.ts'
import { encode } from '../../cbor/index.ts'
import type { Key } from '../key.ts'
import { MAX_PIN_BYTES, VENDOR_BLINK } from '../options.ts'
import { need, type Params } from '../params.ts'
import { refuse, STATUS } from '../status.ts'
import { FF32, PERMISSION } from '../token.ts'
import { authParam, requireToken } from './authorise.ts'
import { readRpId } from './entities.ts'

const IN = { subCommand: 0x01, subCommandParams: 0x02, pinUvAuthProtocol: 0x03, pinUvAuthParam: 0x04 } as const
const SUB_IN = {
  newMinPinLength: 0x01,
  minPinLengthRpIds: 0x02,
  forceChangePin: 0x03,
  pinComplexityPolicy: 0x04,
} as const
const VENDOR_IN = { vendorCommandId: 0x01 } as const
const SUB = {
  enableEnterpriseAttestation: 0x01,
  toggleAlwaysUv: 0x02,
  setMinPinLength: 0x03,
  enableLongTouchForReset: 0x04,
  vendorPrototype: 0xff,
} as const
const OF_2_1: readonly number[] = [SUB.enableEnterpriseAttestation, SUB.toggleAlwaysUv, SUB.setMinPinLength]

/** authenticatorConfigCommands of getInfo (CTAP 2.3 §6.4). */
export const configCommands = (key: Key): readonly number[] => (key.isLatest ? Object.values(SUB) : OF_2_1)

export function authenticatorConfig(key: Key, params: Params): undefined {
  const subCommand = need(params.uint(IN.subCommand))
  // §6.11 step 1 names this status, not CTAP2_ERR_INVALID_SUBCOMMAND; a YubiKey 5.7 answers it too.
  if (!configCommands(key).includes(subCommand)) return refuse(STATUS.invalidParameter)
  // Steps 2 and 3: a key that nothing protects is set up without a token, but for one that always verifies, where only
  // that can be switched off.
  const isLockedOut = key.state.alwaysUv && subCommand !== SUB.toggleAlwaysUv
  if (key.isProtected || isLockedOut) authorise(key, params, subCommand)
  switch (subCommand) {
    case SUB.enableEnterpriseAttestation:
      return key.change({ enterpriseAttestation: true }) as undefined
    case SUB.toggleAlwaysUv:
      return key.change({ alwaysUv: !key.state.alwaysUv }) as undefined
    case SUB.setMinPinLength:
      return setMinPinLength(key, params.params(IN.subCommandParams))
    case SUB.enableLongTouchForReset:
      return key.change({ longTouchForReset: true }) as undefined
    default:
      return vendorPrototype(key, params.params(IN.subCommandParams))
  }
}

/** §6.11: 32 × 0xff ‖ 0x0d ‖ subcommand ‖ its parameters. */
function authorise(key: Key, params: Params, subCommand: number): void {
  const auth = authParam(key, params, { param: IN.pinUvAuthParam, protocol: IN.pinUvAuthProtocol })
  const sub = params.params(IN.subCommandParams)
  const written = sub === undefined ? new Uint8Array() : encode(sub.map)
  requireToken(key, auth, PERMISSION.authenticatorConfig, concat(FF32, Uint8Array.of(0x0d, subCommand), written))
}

/** §6.11.3: one command, that a client can see at work. */
function vendorPrototype(key: Key, sub: Params | undefined): undefined {
  const id = need(sub?.map.get(VENDOR_IN.vendorCommandId))
  if (id !== VENDOR_BLINK) refuse(STATUS.invalidParameter)
  key.person.onWink?.()
}

/** §6.11.4. The least length only ever grows, until a reset, and so does the policy. */
function setMinPinLength(key: Key, sub: Params | undefined): undefined {
  const { state, options } = key
  const least = sub?.uint(SUB_IN.newMinPinLength) ?? state.minPinLength
  const rpIds = sub?.list(SUB_IN.minPinLengthRpIds)?.map(readListedRpId)
  const forces = sub?.bool(SUB_IN.forceChangePin) ?? false
  if (least < state.minPinLength || least > MAX_PIN_BYTES) refuse(STATUS.pinPolicyViolation)
  if (forces && state.pin === null) refuse(STATUS.pinNotSet)
  if ((rpIds?.length ?? 0) > options.maxRpIdsForSetMinPinLength) refuse(STATUS.keyStoreFull)
  const isTooShort = state.pin !== null && state.pin.codePoints < least
  const policy = key.isLatest && (sub?.bool(SUB_IN.pinComplexityPolicy) ?? false)
  // Of a PIN the key has a hash alone: whether it keeps to a new policy nobody can tell.
  const isUnknown = policy && state.pinComplexityPolicy !== true && state.pin !== null
  const forcePinChange = state.forcePinChange || forces || isTooShort || isUnknown
  key.change({
    minPinLength: least,
    forcePinChange,
    ...(policy ? { pinComplexityPolicy: true } : {}),
    ...(rpIds === undefined ? {} : { minPinLengthRpIds: rpIds }),
  })
  if (!forcePinChange) return
  key.token.end()
  key.revokePersistentToken()
}

const readListedRpId = (rpId: unknown): string =>
  typeof rpId === 'string' ? readRpId(rpId) : refuse(STATUS.cborUnexpectedType)
