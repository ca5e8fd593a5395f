/**
 * The keys that are plugged in, each with its session. They are looked for and kept open while somebody watches or a call
 * needs one, and let go soon after: another program may want them.
 */
import { callError, type KeyRow } from '../../../shared/contract/index.ts'
import { orAborted, type Clock, type Random } from '../../../shared/kit/index.ts'
import {
  AnswerError,
  ctap2,
  KeyStatusError,
  openSession,
  u2f,
  WireError,
  type PluggedKey,
  type Registry,
  type Session,
  type Sighting,
  type Work,
} from '../../fido/index.ts'
import { fromKey, isKeyTrouble } from '../errors.ts'
import type { Log } from '../ports.ts'
import { createSignal, type OnChange } from '../source.ts'
import type { KeyFacts } from './key-info.ts'
import { recognise, type Known } from './recognise.ts'
import type { RememberedKey } from './remembered.ts'

export type KeySession = Session<ctap2.Info, ctap2.PinUvAuthToken>

/** How long sessions stay open once nobody watches any more. */
export const IDLE_MS = 10_000
/** A key that is busy, or does not answer, is asked again. */
export const RETRY_MS = 3_000
/** What a key says of itself takes it a second at the most; whoever waits for all keys waits no longer for a faulty one. */
export const READ_MS = 20_000

type State = Exclude<KeyRow['state'], 'unplugged'>

/** A key that is plugged in, as it is now. */
export interface Plugged {
  readonly key: PluggedKey
  readonly state: State
  readonly facts: KeyFacts | undefined
  readonly waitsFor: 'touch' | 'finger' | undefined
  /** The remembered key it is for certain. */
  readonly known: Known | undefined
}

/** A key at work: the session is the one that it was when the work began, ended or not. */
export interface OpenKey {
  readonly key: PluggedKey
  readonly session: KeySession
  readonly facts: KeyFacts
  readonly known: Known | undefined
}

export interface PluggedOptions {
  readonly registry: Registry
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Empty while locked. */
  readonly remembered: () => readonly RememberedKey[]
  /** A key that is known for certain came or went. */
  readonly onKnown: (id: string) => void
}

interface Entry {
  readonly key: PluggedKey
  readonly gone: AbortController
  state: State
  facts: KeyFacts | undefined
  session: KeySession | undefined
  waitsFor: 'touch' | 'finger' | undefined
  /** Why it has no session. */
  fault: unknown
  reading: Promise<void> | undefined
  stopRetry: (() => void) | undefined
}

export class PluggedKeys {
  readonly #options: PluggedOptions
  readonly #changed = createSignal()
  readonly onChange: OnChange = this.#changed.on
  #entries: readonly Entry[] = []
  #trouble: Sighting['trouble'] = []
  /** By the id of the plug-in. */
  readonly #known = new Map<string, Known>()
  #holders = 0
  #stopWatch: (() => void) | undefined
  #stopIdle: (() => void) | undefined
  #isSighted = false

  constructor(options: PluggedOptions) {
    this.#options = options
  }

  get all(): readonly Plugged[] {
    return this.#entries.map((entry) => this.#plugged(entry))
  }
  get trouble(): Sighting['trouble'] {
    return this.#trouble
  }
  /** It was looked for keys since they are watched. */
  get isSighted(): boolean {
    return this.#isSighted
  }
  find(id: string): Plugged | undefined {
    const entry = this.#entry(id)
    return entry && this.#plugged(entry)
  }

  /** Keys are watched until what is returned is called, and for a while after. */
  hold(): () => void {
    this.#holders += 1
    this.#stopIdle?.()
    this.#stopIdle = undefined
    this.#stopWatch ??= this.#options.registry.watch(({ keys, trouble }) => this.#sight(keys, trouble))
    let isHeld = true
    return () => {
      if (!isHeld) return
      isHeld = false
      this.#holders -= 1
      if (this.#holders === 0) this.#stopIdle = this.#options.clock.after(IDLE_MS, () => void this.#rest())
    }
  }

  /**
   * Does `work` with the key of that plug-in, once it has been read. Throws `CallError`: `not-found`, `key-denied`,
   * `key-busy`, `key-silent`, `key-answer`; or the signal's reason.
   */
  async use<T>(id: string, signal: AbortSignal, work: (open: OpenKey) => Promise<T>): Promise<T> {
    const letGo = this.hold()
    try {
      await this.sighted(signal)
      return await work(await this.open(id, signal))
    } finally {
      letGo()
    }
  }

  /** The same for who holds already. */
  async open(id: string, signal: AbortSignal): Promise<OpenKey> {
    const entry = this.#entry(id)
    if (!entry) throw callError('not-found', { what: 'key' })
    if (!entry.session && !entry.reading && entry.key.access === 'ok') this.#read(entry)
    await orAborted(entry.reading ?? Promise.resolve(), signal)
    const { session, facts } = entry
    if (!session || !facts) throw whyClosed(entry)
    return { key: entry.key, session, facts, known: this.#known.get(id) }
  }

  /** Looks for keys now, and asks anew those that could not be read. Resolves when all have answered. Only while held. */
  async lookAnew(signal: AbortSignal): Promise<void> {
    await orAborted(this.#look(), signal)
    for (const entry of this.#entries) {
      if (!entry.session && !entry.reading && entry.key.access === 'ok') this.#read(entry)
    }
    await orAborted(Promise.all(this.#entries.map(({ reading }) => reading)), signal)
  }

  /** Resolves once it was looked for keys. Only while held. */
  async sighted(signal: AbortSignal): Promise<void> {
    await this.until(signal, () => this.#isSighted || undefined)
  }

  /** Resolves when `find` answers something. Only while held. */
  until<T>(signal: AbortSignal, find: () => T | undefined): Promise<T> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const look = (): boolean => {
        const found = find()
        if (found === undefined) return false
        stop()
        resolve(found)
        return true
      }
      const onAbort = (): void => {
        stop()
        reject(signal.reason)
      }
      const stopListening = this.onChange(look)
      const stop = (): void => {
        stopListening()
        signal.removeEventListener('abort', onAbort)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      look()
    })
  }

  /** Is it still the session that the key is reached by? */
  isCurrent({ key, session }: OpenKey): boolean {
    return this.#entry(key.id)?.session === session && !session.hasEnded
  }

  /** Shows what a key waits for, until what is returned is called. */
  waits(id: string, what: 'touch' | 'finger'): () => void {
    const entry = this.#entry(id)
    if (!entry) return () => {}
    entry.waitsFor = what
    this.#changed.emit()
    return () => {
      entry.waitsFor = undefined
      this.#changed.emit()
    }
  }

  /** From now on it is that remembered key. */
  know(id: string, known: Known): void {
    this.#known.set(id, known)
    this.#changed.emit()
  }

  /** Reads anew what the key says of itself; what it can't be asked now stays as it was. */
  async refresh({ key, session }: OpenKey): Promise<void> {
    const entry = this.#entry(key.id)
    if (!entry || entry.session !== session || session.hasEnded) return
    try {
      session.info.forget()
      const facts = await readFacts(session)
      if (entry.session !== session) return
      entry.facts = facts
      this.#changed.emit()
    } catch (error) {
      if (!isKeyTrouble(error)) throw error
    }
  }

  /** Lets the keys go now where nobody holds them. */
  restIfIdle(): void {
    if (this.#holders === 0) void this.close()
  }

  /** Lets every key go at once, their tokens overwritten first, and forgets what was seen. */
  async close(): Promise<void> {
    this.#known.clear()
    await this.#rest()
  }

  async #rest(): Promise<void> {
    this.#stopIdle?.()
    this.#stopWatch?.()
    this.#stopIdle = this.#stopWatch = undefined
    const entries = this.#entries
    this.#entries = []
    this.#trouble = []
    this.#isSighted = false
    this.#changed.emit()
    await Promise.all(entries.map((entry) => end(entry)))
  }

  #entry(id: string): Entry | undefined {
    return this.#entries.find((entry) => entry.key.id === id)
  }

  #plugged({ key, state, facts, waitsFor }: Entry): Plugged {
    return { key, state, facts, waitsFor, known: this.#known.get(key.id) }
  }

  async #look(): Promise<void> {
    const { registry } = this.#options
    const keys = await registry.look()
    this.#sight(keys, registry.trouble)
  }

  #sight(keys: readonly PluggedKey[], trouble: Sighting['trouble']): void {
    if (!this.#stopWatch) return
    const before = this.#entries
    this.#trouble = trouble
    this.#entries = keys.map((key) => {
      const known = before.find((entry) => entry.key.id === key.id && entry.key.access === key.access)
      return known ?? fresh(key)
    })
    for (const entry of before) if (!this.#entries.includes(entry)) void end(entry)
    for (const [id, known] of this.#known) {
      if (this.#entry(id)) continue
      this.#known.delete(id)
      this.#options.onKnown(known.id)
    }
    for (const entry of this.#entries) {
      if (!before.includes(entry) && entry.key.access === 'ok') this.#read(entry)
    }
    this.#isSighted = true
    this.#changed.emit()
  }

  #read(entry: Entry): void {
    entry.stopRetry?.()
    entry.stopRetry = undefined
    // One that was busy or silent is so until it answers.
    if (entry.fault === undefined) entry.state = 'reading'
    entry.reading = this.#readKey(entry).finally(() => {
      entry.reading = undefined
      this.#changed.emit()
    })
  }

  /** Never rejects. */
  async #readKey(entry: Entry): Promise<void> {
    const { registry, clock, random } = this.#options
    const late = new AbortController()
    const stopTimer = clock.after(READ_MS, () => late.abort(new WireError('no-answer')))
    const signal = AbortSignal.any([entry.gone.signal, late.signal])
    let session: KeySession | undefined
    try {
      const port = await registry.open(entry.key.id, signal)
      session = await openSession<ctap2.Info, ctap2.PinUvAuthToken>(port, {
        clock,
        random,
        wipe: (token) => token.forget(),
        signal,
      })
      const facts = await readFacts(session, signal)
      await this.#recognise(entry, session, facts, signal)
      signal.throwIfAborted()
      entry.session = session
      entry.facts = facts
      entry.fault = undefined
      entry.state = 'ready'
      void this.#lostAfter(entry, session)
    } catch (error) {
      await session?.close()
      if (!entry.gone.signal.aborted) this.#failed(entry, error)
    } finally {
      stopTimer()
    }
  }

  #failed(entry: Entry, error: unknown): void {
    if (!isKeyTrouble(error)) this.#options.log.error('keys.not-read')
    const state = stateOf(error)
    // Asked again every few seconds, it is said once.
    if (entry.fault === undefined || entry.state !== state) this.#options.log.info('keys.not-ready', { state })
    entry.fault = error
    entry.state = state
    // Whose access was refused is looked at anew by the registry.
    if (entry.state === 'denied') return
    entry.stopRetry = this.#options.clock.after(RETRY_MS, () => this.#read(entry))
  }

  async #recognise(entry: Entry, session: KeySession, { info }: KeyFacts, within: AbortSignal): Promise<void> {
    const { remembered, random, onKnown } = this.#options
    const { key } = entry
    if (this.#known.has(key.id)) return
    const others = this.#entries.map((other) => other.key).filter(({ id }) => id !== key.id)
    const taken = new Set(others.map(({ id }) => this.#known.get(id)?.id))
    const candidates = remembered().filter(({ id }) => !taken.has(id))
    const known = await session
      .run((transport, signal) => recognise(key, candidates, others, { transport, info, random, signal }), {
        signal: within,
      })
      .catch(unlessRefused)
    if (!known || !this.#entries.includes(entry)) return
    this.#known.set(key.id, known)
    onKnown(known.id)
  }

  /** Unplugged, as a rule, and the registry will see it; or the port broke and the key is still there. */
  async #lostAfter(entry: Entry, session: KeySession): Promise<void> {
    await session.ended
    entry.session = undefined
    if (!this.#entries.includes(entry)) return
    entry.state = 'reading'
    entry.waitsFor = undefined
    this.#changed.emit()
    await this.#look()
    if (!this.#entries.includes(entry) || entry.session || entry.reading) return
    entry.stopRetry = this.#options.clock.after(RETRY_MS, () => this.#read(entry))
  }
}

const fresh = (key: PluggedKey): Entry => ({
  key,
  gone: new AbortController(),
  state: key.access === 'denied' ? 'denied' : 'reading',
  facts: undefined,
  session: undefined,
  waitsFor: undefined,
  fault: undefined,
  reading: undefined,
  stopRetry: undefined,
})

async function end(entry: Entry): Promise<void> {
  entry.stopRetry?.()
  entry.gone.abort(callError('key-gone', {}))
  const { session } = entry
  entry.session = undefined
  session?.token.close()
  await session?.close()
}

/** getInfo, and the attempts left, which a key tells without any being made. */
function readFacts(session: KeySession, within?: AbortSignal): Promise<KeyFacts> {
  const { wink: canWink, cbor } = session.capabilities
  const read: Work<KeyFacts> = async (transport, signal) => {
    if (!cbor) return { info: undefined, canWink }
    const info = await session.info.get(() => ctap2.getInfo(transport, { signal }))
    const { clientPin } = ctap2
    const hasPin = info.options.clientPin === true && clientPin.isSupported(info)
    const hasUv = info.options.uv === true && clientPin.hasPermissions(info)
    return {
      info,
      canWink,
      pin: hasPin ? await orUnsaid(() => clientPin.getPINRetries(transport, { signal })) : undefined,
      uvRetries: hasUv ? await orUnsaid(() => clientPin.getUVRetries(transport, { signal })) : undefined,
    }
  }
  return session.run(read, { signal: within })
}

/** A key that answers such a question with an error does not say. */
async function orUnsaid<T>(ask: () => Promise<T>): Promise<T | undefined> {
  try {
    return await ask()
  } catch (error) {
    if (error instanceof KeyStatusError) return undefined
    throw error
  }
}

/** A key that does not like the question is not recognised, and well all the same. */
function unlessRefused(error: unknown): undefined {
  const isRefusal =
    error instanceof KeyStatusError || error instanceof AnswerError || error instanceof u2f.StatusWordError
  if (!isRefusal) throw error
}

function stateOf(error: unknown): State {
  if (!isKeyTrouble(error)) return 'faulty'
  switch (fromKey(error).error.code) {
    case 'key-denied':
      return 'denied'
    case 'key-busy':
      return 'busy'
    case 'key-silent':
    case 'key-gone':
    case 'keys-unavailable':
      return 'silent'
    default:
      return 'faulty'
  }
}

function whyClosed({ key, fault }: Entry): Error {
  if (key.access === 'denied') return callError('key-denied', {})
  return isKeyTrouble(fault) ? fromKey(fault) : callError('key-gone', {}, { cause: fault })
}
