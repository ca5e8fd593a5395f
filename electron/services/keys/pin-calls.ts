/** The first PIN and another one (CTAP 2.1 §6.5.5.5, §6.5.5.6). */
import { callError } from '../../../shared/contract/index.ts'
import { unreachable } from '../../../shared/kit/index.ts'
import { ctap2, KeyStatusError } from '../../fido/index.ts'
import type { Asking } from '../confirm.ts'
import type { CallContext, Handlers } from '../handlers.ts'
import { approve } from './approve.ts'
import { labelOf, requireCan, withKey, type Desk } from './desk.ts'
import type { OpenKey } from './plugged.ts'
import { FEW_RETRIES, infoOf, retriesNow, triesLeft } from './token.ts'

const { clientPin, STATUS } = ctap2

export function pinCalls(desk: Desk): Pick<Handlers, 'keys.setPin' | 'keys.changePin'> {
  return {
    async 'keys.setPin'({ key, newPin }, context) {
      await withKey(desk, key, context.signal, async (open) => {
        requireCan(open, 'setPin')
        checkNewPin(open, newPin)
        const effects = [{ effect: 'pin-set', facts: {} }]
        const approval = await approve(desk, open, askingOf(context), { operation: 'keys.setPin', effects })
        await sending(desk, open, async () => {
          const version = protocolOf(open)
          await open.session.run(async (transport, signal) => {
            approval.use(effects)
            await clientPin.setPIN({ transport, version, random: desk.random }, newPin, { signal })
          }, context)
        })
      })
      return {}
    },

    async 'keys.changePin'({ key, pin, newPin }, context) {
      await withKey(desk, key, context.signal, async (open) => {
        requireCan(open, 'changePin')
        if (pin === newPin) throw callError('pin-refused', { fault: 'same' })
        checkNewPin(open, newPin)
        const retries = await open.session.run((transport, signal) => retriesNow(transport, signal), context)
        const effects = (left: number) => [{ effect: 'pin-changed', facts: {} }, ...triesLeft(left)]
        // The current PIN is an attempt as any other is.
        const approval = await approve(desk, open, askingOf(context), {
          operation: 'keys.changePin',
          effects: effects(retries),
          ...(retries <= FEW_RETRIES ? { typeName: labelOf(desk, open) } : {}),
        })
        await sending(desk, open, async () => {
          const version = protocolOf(open)
          await open.session.run(async (transport, signal) => {
            approval.use(effects(await retriesNow(transport, signal)))
            await clientPin.changePIN({ transport, version, random: desk.random }, pin, newPin, { signal })
          }, context)
        })
      })
      return {}
    },
  }
}

const askingOf = ({ ask }: CallContext<'keys.setPin'> | CallContext<'keys.changePin'>): Asking => ({
  ask: (name, question) => ask(name, question),
})

function protocolOf(open: OpenKey): ctap2.PinProtocolVersion {
  const version = ctap2.chooseProtocol(infoOf(open).pinUvAuthProtocols)
  if (version === undefined) throw callError('key-cannot', { reason: 'not-offered' })
  return version
}

/** Throws `pin-refused` for what the key would refuse, before anything is sent. */
function checkNewPin(open: OpenKey, newPin: string): void {
  const info = infoOf(open)
  const read = clientPin.readNewPin(newPin, info)
  if (read.ok) return
  const minLength = info.minPINLength ?? clientPin.MIN_PIN_CODE_POINTS
  switch (read.error) {
    case 'too-short':
      throw callError('pin-refused', { fault: 'too-short', minLength })
    case 'too-long':
    case 'ends-in-nul':
      throw callError('pin-refused', { fault: read.error })
    default:
      unreachable(read.error)
  }
}

/** Says how many attempts are left after a wrong one. What the key says of itself is read anew, whatever came of it. */
async function sending(desk: Desk, open: OpenKey, send: () => Promise<void>): Promise<void> {
  try {
    await send()
    // Every token ends with the PIN it was given for (§6.5.5.6).
    open.session.token.forget()
  } catch (error) {
    const status = error instanceof KeyStatusError ? error.status : undefined
    if (status === STATUS.pinInvalid) throw await wrongPin(desk, open, error)
    if (status === STATUS.pinPolicyViolation) throw callError('pin-refused', { fault: 'policy' })
    throw error
  } finally {
    await desk.plugged.refresh(open)
  }
}

async function wrongPin(desk: Desk, open: OpenKey, cause: unknown): Promise<Error> {
  await desk.plugged.refresh(open)
  const retries = desk.plugged.find(open.key.id)?.facts?.pin?.pinRetries
  return callError('pin-wrong', retries === undefined ? {} : { retries }, { cause })
}
