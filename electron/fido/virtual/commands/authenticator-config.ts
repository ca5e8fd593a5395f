/** authenticatorConfig, 0x0D (CTAP 2.1 §6.11). */
import { concat } from '../../../../shared/kit/index.ts'
import { encode } from '../../cbor/index.ts'
import type { Key } from '../key.ts'
import { MAX_PIN_BYTES } from '../options.ts'
import { need, type Params } from '../params.ts'
import { refuse, STATUS } from '../status.ts'
import { FF32, PERMISSION } from '../token.ts'
import { authParam, requireToken } from './authorise.ts'
import { readRpId } from './entities.ts'

const IN = { subCommand: 0x01, subCommandParams: 0x02, pinUvAuthProtocol: 0x03, pinUvAuthParam: 0x04 } as const
const SUB_IN = { newMinPinLength: 0x01, minPinLengthRpIds: 0x02, forceChangePin: 0x03 } as const
const SUB = { enableEnterpriseAttestation: 0x01, toggleAlwaysUv: 0x02, setMinPinLength: 0x03 } as const

export function authenticatorConfig(key: Key, params: Params): undefined {
  const subCommand = need(params.uint(IN.subCommand))
  if (!Object.values<number>(SUB).includes(subCommand)) return refuse(STATUS.invalidSubcommand)
  // A key that nothing protects yet may be set up without a token (§6.11, step 3).
  if (key.isProtected) authorise(key, params, subCommand)
  switch (subCommand) {
    case SUB.enableEnterpriseAttestation:
      return key.change({ enterpriseAttestation: true }) as undefined
    case SUB.toggleAlwaysUv:
      return key.change({ alwaysUv: !key.state.alwaysUv }) as undefined
    default:
      return setMinPinLength(key, params.params(IN.subCommandParams))
  }
}

/** §6.11: 32 × 0xff ‖ 0x0d ‖ subcommand ‖ its parameters. */
function authorise(key: Key, params: Params, subCommand: number): void {
  const auth = authParam(key, params, { param: IN.pinUvAuthParam, protocol: IN.pinUvAuthProtocol })
  const sub = params.params(IN.subCommandParams)
  const written = sub === undefined ? new Uint8Array() : encode(sub.map)
  requireToken(key, auth, PERMISSION.authenticatorConfig, concat(FF32, Uint8Array.of(0x0d, subCommand), written))
}

/** §6.11.4. The least length only ever grows, until a reset. */
function setMinPinLength(key: Key, sub: Params | undefined): undefined {
  const { state, options } = key
  const least = sub?.uint(SUB_IN.newMinPinLength) ?? state.minPinLength
  const rpIds = sub?.list(SUB_IN.minPinLengthRpIds)?.map(readListedRpId)
  const forces = sub?.bool(SUB_IN.forceChangePin) ?? false
  if (least < state.minPinLength || least > MAX_PIN_BYTES) refuse(STATUS.pinPolicyViolation)
  if (forces && state.pin === null) refuse(STATUS.pinNotSet)
  if ((rpIds?.length ?? 0) > options.maxRpIdsForSetMinPinLength) refuse(STATUS.keyStoreFull)
  const isTooShort = state.pin !== null && state.pin.codePoints < least
  const forcePinChange = state.forcePinChange || forces || isTooShort
  key.change({
    minPinLength: least,
    forcePinChange,
    ...(rpIds === undefined ? {} : { minPinLengthRpIds: rpIds }),
  })
  if (forcePinChange) key.token.end()
}

const readListedRpId = (rpId: unknown): string =>
  typeof rpId === 'string' ? readRpId(rpId) : refuse(STATUS.cborUnexpectedType)
