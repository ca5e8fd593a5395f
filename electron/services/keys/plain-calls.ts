/** Calls that change nothing on a key: its name, forgetting it, telling keys apart, the doctor. */
import { callError } from '../../../shared/contract/index.ts'
import { cleanLine } from '../../../shared/domain/text.ts'
import { ctap2 } from '../../fido/index.ts'
import { isKeyTrouble } from '../errors.ts'
import type { CallContext, Handlers } from '../handlers.ts'
import { byLooks, certainly, checkName, NAMELESS, remember, requireCan, withKey, type Desk } from './desk.ts'
import { touchOf, whileItBlinks } from './hand.ts'
import { keyInfo } from './key-info.ts'
import { devicesOn } from './linked-devices.ts'
import { changeKey, isSameName, keyById, withoutKey, type RememberedKey } from './remembered.ts'
import { keysState } from './rows.ts'

type PlainCall = 'keys.name' | 'keys.forget' | 'keys.wink' | 'keys.select' | 'keys.doctor'

export function plainCalls(desk: Desk): Pick<Handlers, PlainCall> {
  const { plugged, store } = desk
  return {
    async 'keys.name'({ key: id, name: typed }, { signal }) {
      const name = cleanLine(typed)
      if (name === '') throw callError('bad-request', { fields: [{ field: 'name', reason: 'name-missing' }] })
      if (keyById(store.data(), id) && !plugged.all.some(({ known }) => known?.id === id)) {
        checkName(desk, name, id)
        await store.change((data) => changeKey(data, id, (key) => ({ ...key, name })))
        return {}
      }
      await withKey(desk, id, signal, async (open) => {
        const present = plugged.find(open.key.id)
        const alike = present && !certainly(desk, present.known) ? byLooks(desk, present) : undefined
        // By its old name a person says themselves that it is the same key; by another, that it may not be.
        if (alike?.name !== undefined && isSameName(alike.name, name)) {
          plugged.know(open.key.id, { id: alike.id, by: 'now' })
        }
        checkName(desk, name, certainly(desk, plugged.find(open.key.id)?.known)?.id)
        await remember(desk, open, (key) => ({ ...key, name }))
      })
      return {}
    },

    async 'keys.forget'({ key: id }, context) {
      const remembered = rememberedOf(desk, id)
      const effects = () => forgetEffects(desk, rememberedOf(desk, remembered.id))
      const approval = await desk.confirm(
        { ask: (name, question) => context.ask(name, question) },
        { operation: 'keys.forget', object: remembered.name ?? remembered.product ?? NAMELESS, effects: effects() },
      )
      approval.use(effects())
      await store.change((data) => withoutKey(data, remembered.id))
      return {}
    },

    async 'keys.wink'({ key: id }, { signal }) {
      await withKey(desk, id, signal, async (open) => {
        requireCan(open, 'wink')
        await open.session.run((transport, signal) => transport.wink({ signal }), { signal })
      })
      return {}
    },

    async 'keys.select'(_request, context) {
      const letGo = plugged.hold()
      try {
        await plugged.sighted(context.signal)
        return { key: await selectByTouch(desk, context.signal, (progress) => context.progress(progress)) }
      } finally {
        letGo()
      }
    },

    async 'keys.doctor'(_request, { signal }) {
      const letGo = plugged.hold()
      try {
        // "Check again" is said after something was mended: what was found before that tells nothing.
        desk.retryNow?.()
        await plugged.lookAnew(signal)
        return await desk.doctor({ plugged: keysState(desk).plugged, trouble: plugged.trouble })
      } finally {
        letGo()
      }
    },
  }
}

/** By its own id, or by that of its plug-in where it is certain. */
function rememberedOf(desk: Desk, id: string): RememberedKey {
  const key = keyById(desk.store.data(), id) ?? certainly(desk, desk.plugged.find(id)?.known)
  if (!key) throw callError('not-found', { what: 'key' })
  return key
}

/** Nothing is done to the key; what goes is what this vault knew of it. */
const forgetEffects = (desk: Desk, key: RememberedKey) => [
  {
    effect: 'record-lost',
    facts: { key: key.id, passkeys: key.passkeys?.list.length ?? 0, devices: devicesOn(desk, key).length },
  },
]

type Tell = CallContext<'keys.select'>['progress']

/**
 * The plug-in of the key that is touched first. While held. Throws `keys-unavailable` or `several-keys` where none can be asked, trouble with
 * the last one that could, or the signal's reason.
 */
export async function selectByTouch(desk: Desk, signal: AbortSignal, tell: Tell): Promise<string> {
  const { plugged } = desk
  await plugged.until(signal, () => plugged.all.every(({ state }) => state !== 'reading') || undefined)
  const able = plugged.all.filter(({ state, facts }) => state === 'ready' && facts && keyInfo(facts).can.select.can)
  if (able.length === 0) {
    // Keys of U2F alone can't be asked this.
    const isAnyHere = plugged.all.some(({ state }) => state === 'ready')
    throw isAnyHere ? callError('several-keys', {}) : callError('keys-unavailable', { reason: 'none-here' })
  }
  const enough = new AbortController()
  const within = AbortSignal.any([signal, enough.signal])
  const asked = able.map(async ({ key }) => {
    const open = await plugged.open(key.id, within)
    await whileItBlinks(
      desk,
      open,
      'touch',
      () => tell(touchOf(desk, open)),
      (onKeepalive) =>
        open.session.run(
          (transport, signal) => ctap2.selection.select(transport, open.facts.info!, { signal, onKeepalive }),
          {
            signal: within,
          },
        ),
    )
    return key.id
  })
  try {
    return await Promise.any(asked)
  } catch (error) {
    signal.throwIfAborted()
    const causes: readonly unknown[] = error instanceof AggregateError ? error.errors : [error]
    throw causes.find(isKeyTrouble) ?? causes[0]
  } finally {
    // The others blink no more; a key that goes on blinking would take the next touch for this.
    enough.abort(callError('cancelled', {}))
    await Promise.allSettled(asked)
  }
}
