/**
 * Reset, coached (CTAP 2.1 §6.6): confirmed by name, then unplugged, plugged in and touched. The key that comes back is checked
 * to be the one that was confirmed; nothing is sent to any other.
 */
import { callError, type Response } from '../../../shared/contract/index.ts'
import { ctap2, KeyStatusError, type PluggedKey } from '../../fido/index.ts'
import type { Effects } from '../confirm.ts'
import { afterChange } from '../errors.ts'
import type { CallContext } from '../handlers.ts'
import { onKey } from './approve.ts'
import { byLooks, certainly, labelOf, requireCan, type Desk } from './desk.ts'
import { whileItBlinks } from './hand.ts'
import { deviceEffects, devicesOn } from './linked-devices.ts'
import { passkeyLost } from './passkeys.ts'
import type { KeyFacts } from './key-info.ts'
import type { OpenKey } from './plugged.ts'
import { aaguidOf, findWitness, isSameSerial } from './recognise.ts'
import { changeKey, emptied, type RememberedCredential } from './remembered.ts'
import { infoOf } from './token.ts'

const { RESET_WINDOW_MS, STATUS } = ctap2

type SameBy = Response<'keys.reset'>['sameBy']
type Context = CallContext<'keys.reset'>

/** What the key that comes back must be, taken from the one in the port before the question. */
interface Mark {
  readonly key: PluggedKey
  readonly traits: string
  readonly label: string
  /** Only one key has it, of those in the ports and those remembered. */
  readonly serial: string | undefined
  /** It answered to this before it was taken out. */
  readonly witness: RememberedCredential | undefined
  readonly rememberedId: string | undefined
}

/** While held. Throws a `CallError`, trouble with the key, or the signal's reason. */
export async function resetKey(desk: Desk, open: OpenKey, context: Context): Promise<Response<'keys.reset'>> {
  requireCan(open, 'reset')
  const mark = await markOf(desk, open, context.signal)
  const effects = async (signal: AbortSignal) => [...onKey(desk, open), ...(await losingAll(desk, mark, signal))]
  const approval = await desk.confirm(
    { ask: (name, question) => context.ask(name, question) },
    { operation: 'keys.reset', object: mark.label, typeName: mark.label, effects: await effects(context.signal) },
  )
  await coachOut(desk, mark, context)
  context.progress({ doing: 'plug' })
  const back = await firstToCome(desk, mark, context.signal)
  const until = desk.clock.now() + RESET_WINDOW_MS
  context.progress({ doing: 'checking' })
  const again = await desk.plugged.open(back.id, context.signal)
  const sameBy = await checkSame(desk, mark, again, context.signal)
  const isLong = infoOf(again).longTouchForReset === true
  const tell = () => context.progress({ doing: 'touch', keyName: mark.label, until, isLong })
  try {
    await whileItBlinks(desk, again, 'touch', tell, (onKeepalive) =>
      again.session.run(async (transport, signal) => {
        const now = await effects(signal)
        requireAlone(desk, mark, again)
        approval.use(now)
        await ctap2.reset(transport, { signal, onKeepalive })
      }, context),
    )
  } catch (error) {
    if (error instanceof KeyStatusError && error.status === STATUS.notAllowed) throw callError('reset-too-late', {})
    throw error
  }
  again.session.token.forget()
  await desk.plugged.refresh(again)
  await forgetContents(desk, mark)
  return { sameBy }
}

async function markOf(desk: Desk, open: OpenKey, signal: AbortSignal): Promise<Mark> {
  const { key, session, facts } = open
  const remembered = certainly(desk, open.known)
  const plugged = desk.plugged.find(key.id)
  const alike = remembered ?? (plugged && byLooks(desk, plugged))
  const others = [
    ...desk.plugged.all.map((other) => other.key).filter(({ id }) => id !== key.id),
    ...desk.store
      .data()
      .keys.flatMap(({ id, serial, ...one }) =>
        id === alike?.id || serial === undefined ? [] : [{ ...one, serialNumber: serial }],
      ),
  ]
  const probing = { info: facts.info, random: desk.random }
  // Also of a key that only looks the same: what it answers to now, it must answer to when it is back.
  const witness = alike
    ? await session.run((transport, signal) => findWitness(alike.credentials, { ...probing, transport, signal }), {
        signal,
      })
    : undefined
  return {
    key,
    traits: traitsOf(key, facts),
    label: labelOf(desk, open),
    serial: others.some((other) => isSameSerial(other, key)) ? undefined : key.serialNumber,
    witness,
    rememberedId: remembered?.id ?? (witness && alike?.id),
  }
}

/** Everything, by what is known of it. */
async function losingAll(desk: Desk, mark: Mark, signal: AbortSignal): Promise<Effects> {
  const key = certainly(desk, mark.rememberedId === undefined ? undefined : { id: mark.rememberedId, by: 'now' })
  const passkeys = key?.passkeys?.list
  return [
    { effect: 'everything-lost', facts: {} },
    ...(passkeys ? passkeys.map(passkeyLost) : [{ effect: 'passkeys-unknown', facts: {} }]),
    ...(key ? deviceEffects(devicesOn(desk, key)) : []),
    ...(key ? (await desk.losing([{ is: 'key', key: key.id }], signal)).effects : []),
  ]
}

const canBeTold = ({ serial, witness }: Mark) => serial !== undefined || witness !== undefined

/** Until it is out of the port, and every other one that it can't be told from as well. */
async function coachOut(desk: Desk, mark: Mark, { progress, signal }: Context): Promise<void> {
  const { plugged } = desk
  progress({ doing: 'unplug' })
  await plugged.until(signal, () => (plugged.find(mark.key.id) ? undefined : true))
  let shown = ''
  await plugged.until(signal, () => {
    const others = canBeTold(mark) ? [] : plugged.all
    if (others.length === 0) return true
    const names = others.map((other) => labelOf(desk, other))
    // Only what is new is told: a key that is read changes too.
    if (shown !== names.join('\n')) progress({ doing: 'unplug-others', others: names })
    shown = names.join('\n')
    return undefined
  })
}

/** The first that comes to a port; those that were in one all the time are not it. */
function firstToCome({ plugged }: Desk, mark: Mark, signal: AbortSignal): Promise<PluggedKey> {
  const before = new Set(plugged.all.map(({ key }) => key.id)).add(mark.key.id)
  return plugged.until(signal, () => plugged.all.find(({ key }) => !before.has(key.id))?.key)
}

/** Throws `reset-other-key` for any other, `several-keys` where it can't be told. */
async function checkSame(desk: Desk, mark: Mark, again: OpenKey, signal: AbortSignal): Promise<SameBy> {
  const { key, facts, session } = again
  const other = () => callError('reset-other-key', {})
  const known = certainly(desk, desk.plugged.find(key.id)?.known)
  if (traitsOf(key, facts) !== mark.traits || (known && known.id !== mark.rememberedId)) throw other()
  const { witness } = mark
  // Also beside a serial: there are makers who give one to all their keys.
  if (witness) {
    const found = await session.run(
      (transport, signal) => findWitness([witness], { transport, info: facts.info, random: desk.random, signal }),
      { signal },
    )
    if (!found) throw other()
  }
  if (mark.serial !== undefined) return 'serial'
  if (witness) return 'credential'
  requireAlone(desk, mark, again)
  return 'alone'
}

/** What a key says of itself and keeps over a power cycle: whatever differs in it is another key. */
function traitsOf({ kind, vendorId, productId, product, serialNumber }: PluggedKey, { info, pin }: KeyFacts): string {
  const usb = [kind, vendorId, productId, product, serialNumber]
  if (!info) return JSON.stringify(usb)
  const { versions, extensions, algorithms, transports, firmwareVersion, minPINLength, forcePINChange } = info
  const { remainingDiscoverableCredentials } = info
  const said = { versions, extensions, algorithms, transports, firmwareVersion, minPINLength, forcePINChange }
  return JSON.stringify([
    usb,
    aaguidOf(info),
    said,
    [...info.allOptions],
    remainingDiscoverableCredentials,
    pin?.pinRetries,
  ])
}

/** Where it can't be told from others, there must be none. */
function requireAlone({ plugged }: Desk, mark: Mark, again: OpenKey): void {
  if (canBeTold(mark)) return
  if (plugged.all.some(({ key }) => key.id !== again.key.id)) throw callError('several-keys', {})
}

/** It keeps its name and its spares. Whatever goes wrong here, the key was reset. */
async function forgetContents({ store, now }: Desk, { rememberedId }: Mark): Promise<void> {
  if (rememberedId === undefined) return
  try {
    await store.change((data) => changeKey(data, rememberedId, (key) => emptied(key, now())))
  } catch (error) {
    throw afterChange(error)
  }
}
