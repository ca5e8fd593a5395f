/** Settings of a key (authenticatorConfig, CTAP 2.1 §6.11). */
import { callError, type Request } from '../../../shared/contract/index.ts'
import { unreachable } from '../../../shared/kit/index.ts'
import { ctap2, type Transport } from '../../fido/index.ts'
import type { Effects } from '../confirm.ts'
import type { Handlers } from '../handlers.ts'
import { approve } from './approve.ts'
import { labelOf, requireCan, withKey, type Desk } from './desk.ts'
import { handOf } from './hand.ts'
import { isProtected } from './key-info.ts'
import type { OpenKey } from './plugged.ts'
import { infoOf, withToken } from './token.ts'

const { clientPin, config } = ctap2
const CONFIGURE = { permissions: clientPin.PERMISSION.authenticatorConfiguration }

type Wanted = Request<'keys.configure'>['set']

const CAN = {
  'always-uv': 'toggleAlwaysUv',
  'enterprise-attestation': 'enableEnterpriseAttestation',
  'long-touch-for-reset': 'longTouchForReset',
  'min-pin-length': 'setMinPinLength',
} as const

export function configCalls(desk: Desk): Pick<Handlers, 'keys.configure'> {
  return {
    async 'keys.configure'({ key, set }, context) {
      await withKey(desk, key, context.signal, async (open) => {
        const info = infoOf(open)
        if (isSoAlready(info, set)) return
        requireCan(open, CAN[set.setting])
        check(info, set)
        const hand = handOf(context)
        const effects = effectsOf(info, set)
        const approval = await approve(desk, open, hand.confirm, {
          operation: 'keys.configure',
          effects,
          ...(isForGood(info, set) ? { typeName: labelOf(desk, open) } : {}),
        })
        const send = async (transport: Transport, signal: AbortSignal, token: ctap2.PinUvAuthToken | undefined) => {
          // A toggle is sent only to what it was seen to be.
          const now = await ctap2.getInfo(transport, { signal })
          if (isSoAlready(now, set)) return
          approval.use(effectsOf(now, set))
          await configure({ transport, token }, set, signal)
        }
        await sending(desk, open, () =>
          isProtected(info)
            ? withToken(desk, open, hand, CONFIGURE, send)
            : open.session.run((transport, signal) => send(transport, signal, undefined), hand),
        )
      })
      return {}
    },
  }
}

async function sending(desk: Desk, open: OpenKey, send: () => Promise<void>): Promise<void> {
  try {
    await send()
    // A key may end its tokens with a change of what they are for.
    open.session.token.forget()
  } finally {
    await desk.plugged.refresh(open)
  }
}

function isSoAlready(info: ctap2.Info, set: Wanted): boolean {
  return set.setting === 'always-uv' && info.options.alwaysUv === set.on
}

/** Throws `bad-request` for what the key would refuse. */
function check(info: ctap2.Info, set: Wanted): void {
  if (set.setting !== 'min-pin-length') return
  const refuse = (field: string, reason: string) => callError('bad-request', { fields: [{ field, reason }] })
  const { length, rpIds, forceChange } = set
  if (length === undefined && rpIds === undefined && !forceChange) throw refuse('length', 'missing')
  if (length !== undefined && length < shortestPin(info)) throw refuse('length', 'too-short')
  if (rpIds && rpIds.length > (info.maxRPIDsForSetMinPINLength ?? 0)) throw refuse('rpIds', 'too-many')
}

const shortestPin = (info: ctap2.Info) => info.minPINLength ?? clientPin.MIN_PIN_CODE_POINTS

/** Only a reset takes it back (§6.11.1, §6.11.4). */
function isForGood(info: ctap2.Info, set: Wanted): boolean {
  switch (set.setting) {
    case 'enterprise-attestation':
    case 'long-touch-for-reset':
      return true
    case 'min-pin-length':
      return set.length !== undefined && set.length > shortestPin(info)
    case 'always-uv':
      return false
    default:
      return unreachable(set)
  }
}

function effectsOf(info: ctap2.Info, set: Wanted): Effects {
  const forGood = isForGood(info, set) ? [{ effect: 'only-reset-undoes', facts: {} }] : []
  return [{ effect: 'setting', facts: factsOf(set) }, ...forGood]
}

function factsOf(set: Wanted): Effects[number]['facts'] {
  switch (set.setting) {
    case 'always-uv':
      return { setting: set.setting, on: set.on }
    case 'enterprise-attestation':
    case 'long-touch-for-reset':
      return { setting: set.setting }
    case 'min-pin-length': {
      const { setting, length, rpIds, forceChange } = set
      return {
        setting,
        forceChange,
        ...(length === undefined ? {} : { length }),
        ...(rpIds === undefined ? {} : { rpIds: rpIds.join(', ') }),
      }
    }
    default:
      return unreachable(set)
  }
}

function configure(configuring: ctap2.config.Configuring, set: Wanted, signal: AbortSignal): Promise<void> {
  switch (set.setting) {
    case 'always-uv':
      return config.toggleAlwaysUv(configuring, { signal })
    case 'enterprise-attestation':
      return config.enableEnterpriseAttestation(configuring, { signal })
    case 'long-touch-for-reset':
      return config.enableLongTouchForReset(configuring, { signal })
    case 'min-pin-length': {
      const { length, rpIds, forceChange } = set
      const change = {
        newMinPINLength: length,
        minPinLengthRPIDs: rpIds,
        forceChangePin: forceChange ? true : undefined,
      }
      return config.setMinPINLength(configuring, change, { signal })
    }
    default:
      return unreachable(set)
  }
}
