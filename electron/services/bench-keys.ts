/**
 * The bench's keys brought to life: a virtual key for each, behind the same waists as keys of metal. Latchkey finds them in
 * `source`; the bench's own pages (the sign-in page) speak to them as a browser would, through the same ceremonies.
 */
import { sleep, type Random } from '../../shared/kit/index.ts'
import {
  KeyFault,
  type Desk,
  type KeyMaker,
  type KeyMemory,
  type KeyQuestion,
  type LivingKeys,
  type PageKeys,
  type RelyingParty,
  type WebAuthnJson,
} from '../backends/index.ts'
import { client, openSession, PortRefused, virtual, WireError } from '../fido/index.ts'
import type { FoundKey, HidPort, KeySource } from '../fido/index.ts'

export interface BenchKeys {
  /** For `openDemoWorld`, which brings the keys to life when it opens. */
  readonly maker: KeyMaker
  readonly source: KeySource
}

export function createBenchKeys(random: Random): BenchKeys {
  let living: Living | undefined
  return {
    maker: {
      memory: (plan, now, from) => plain(virtual.makeMemory(plan, now, from)),
      credential: (memory, rpId, from) => virtual.makeCredentialOf(stateOf(memory), rpId, from),
      holds: (memory, credentialId, rpId) => virtual.knowsCredential(stateOf(memory), credentialId, rpId),
      isPin: (memory, pin) => virtual.pinMatches(stateOf(memory), pin),
      open: (desk) => (living = new Living(desk, random)),
    },
    source: {
      list: () => Promise.resolve(living?.found() ?? []),
      canOpen: () => Promise.resolve(true),
      async open(key, signal) {
        signal?.throwIfAborted()
        const port = living?.portAt(key.place)
        if (!port) throw new PortRefused('gone')
        return port
      },
      onHint: (listener) => living?.onPlug(listener) ?? (() => undefined),
    },
  }
}

// A memory is what a virtual key saved, through JSON; opening a key checks it whole.
const stateOf = (memory: KeyMemory) => memory as unknown as virtual.KeyState
const plain = (state: virtual.KeyState) => state as unknown as KeyMemory

/** WebAuthn §5.1.3: how long the bench's page waits for a touch. Own choice. */
const PAGE_TIMEOUT_MS = 120_000

interface Live {
  readonly key: virtual.VirtualKey
  /** Counts its times in a port, so that each is another key to those who look. */
  times: number
}

class Living implements LivingKeys {
  readonly page: PageKeys
  readonly #desk: Desk
  readonly #random: Random
  #keys = new Map<string, Live>()
  readonly #plugListeners = new Set<() => void>()
  /** The bench's page has one ceremony at a time: a new one ends the old. */
  #endCeremony: ((reason: unknown) => void) | undefined

  constructor(desk: Desk, random: Random) {
    this.#desk = desk
    this.#random = random
    this.page = {
      create: (options, rp, signal) => this.#run(options, rp, signal, 'create'),
      get: (options, rp, signal) => this.#run(options, rp, signal, 'get'),
    }
    this.#start()
    desk.onPlug((keyId) => {
      const live = this.#keys.get(keyId)
      if (!live) return
      // Out: every port closes. In: it has power, and its reset window opens.
      live.key.powerCycle()
      live.times++
      for (const heard of this.#plugListeners) heard()
    })
  }

  found(): FoundKey[] {
    return this.#desk
      .keys()
      .filter(({ isPlugged }) => isPlugged)
      .map(({ id, name }) => ({
        place: `${id}#${this.#keys.get(id)?.times ?? 0}`,
        kind: 'virtual',
        product: name,
        manufacturer: 'Latchkey demo',
        serialNumber: `demo-${id}`,
      }))
  }

  portAt(place: string): HidPort | undefined {
    const [id = '', times] = place.split('#')
    const live = this.#keys.get(id)
    return live && String(live.times) === times && this.#isPlugged(id) ? live.key.port() : undefined
  }

  onPlug(listener: () => void): () => void {
    this.#plugListeners.add(listener)
    return () => this.#plugListeners.delete(listener)
  }

  restart(): void {
    this.#endCeremony?.(new KeyFault('unplugged'))
    const times = Math.max(0, ...[...this.#keys.values()].map(({ times }) => times)) + 1
    for (const { key } of this.#keys.values()) key.powerCycle()
    this.#start(times)
    for (const heard of this.#plugListeners) heard()
  }

  close(): void {
    this.#endCeremony?.(new KeyFault('unplugged'))
    for (const { key } of this.#keys.values()) key.powerCycle()
  }

  #start(times = 0): void {
    const { clock } = this.#desk
    this.#keys = new Map(
      this.#desk.keys().map(({ id, hasSensor }) => [
        id,
        {
          times,
          key: virtual.createVirtualKey({
            clock,
            random: this.#random,
            person: handOf(this.#desk, id),
            state: {
              load: () => this.#desk.memory(id),
              save: (state) => this.#desk.remember(id, plain(state)),
            },
            options: { hasFingerprintSensor: hasSensor, profile: 'ctap2.1' },
          }),
        },
      ]),
    )
  }

  #isPlugged(keyId: string): boolean {
    return this.#desk.keys().some(({ id, isPlugged }) => id === keyId && isPlugged)
  }

  /** Asks every key that is plugged in, and those that come; the first that has anything to say is heard. */
  async #run(
    options: WebAuthnJson,
    rp: RelyingParty,
    signal: AbortSignal,
    ceremony: 'create' | 'get',
  ): Promise<WebAuthnJson> {
    signal.throwIfAborted()
    this.#endCeremony?.(new KeyFault('busy'))
    const over = new AbortController()
    const end = (reason: unknown) => over.abort(reason)
    this.#endCeremony = end
    const onAbort = () => end(signal.reason)
    signal.addEventListener('abort', onAbort, { once: true })
    const stopTimer = this.#desk.clock.after(PAGE_TIMEOUT_MS, () => end(new KeyFault('timed-out')))
    const unexpect = this.#desk.expect()
    try {
      return await this.#race(options, rp, over.signal, ceremony)
    } finally {
      unexpect()
      stopTimer()
      signal.removeEventListener('abort', onAbort)
      if (this.#endCeremony === end) this.#endCeremony = undefined
      over.abort(new KeyFault('busy'))
    }
  }

  #race(options: WebAuthnJson, rp: RelyingParty, signal: AbortSignal, ceremony: 'create' | 'get') {
    return new Promise<WebAuthnJson>((resolve, reject) => {
      const asked = new Set<string>()
      /** Those that have no such credential. */
      const strangers = new Set<string>()
      const fail = (error: unknown) => {
        stop()
        reject(error)
      }
      const ask = async (keyId: string) => {
        asked.add(keyId)
        try {
          const response = await this.#perform(keyId, options, rp, signal, ceremony)
          stop()
          resolve(response)
        } catch (error) {
          const fault = signal.aborted ? signal.reason : faultOf(error)
          const code = fault instanceof KeyFault ? fault.code : undefined
          if (code !== 'unplugged' && code !== 'no-such-credential') return fail(fault)
          // Another key may still have it; pulled out, it may come again.
          if (code === 'unplugged') asked.delete(keyId)
          else strangers.add(keyId)
          const isAnyLeft = this.#desk.keys().some(({ id, isPlugged }) => isPlugged && !strangers.has(id))
          if (!isAnyLeft) fail(fault)
        }
      }
      const askAll = () => {
        for (const { id, isPlugged } of this.#desk.keys()) if (isPlugged && !asked.has(id)) void ask(id)
      }
      const stopPlug = this.onPlug(askAll)
      const onAbort = () => fail(signal.reason)
      const stop = () => {
        stopPlug()
        signal.removeEventListener('abort', onAbort)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      askAll()
    })
  }

  /** One key's own answer. A key gives up on a hand after half a minute; the page waits longer and asks again. */
  async #perform(
    keyId: string,
    options: WebAuthnJson,
    rp: RelyingParty,
    signal: AbortSignal,
    ceremony: 'create' | 'get',
  ): Promise<WebAuthnJson> {
    const parts = { clock: this.#desk.clock, random: this.#random }
    for (;;) {
      const live = this.#keys.get(keyId)
      if (!live || !this.#isPlugged(keyId)) throw new KeyFault('unplugged')
      const session = await openSession<never, never>(live.key.port(), { ...parts, wipe: () => undefined, signal })
      try {
        return await session.run(
          async (transport, within) => {
            const held = { transport, person: NOBODY_ASKS }
            const answer =
              ceremony === 'create'
                ? await client.register(options as never, rp.origin, held, parts, { signal: within })
                : await client.authenticate(options as never, rp.origin, held, parts, { signal: within })
            return answer as unknown as WebAuthnJson
          },
          { signal },
        )
      } catch (error) {
        if (!(error instanceof client.CeremonyError) || error.fault !== 'timeout') throw error
      } finally {
        await session.close()
      }
      // Never a busy loop, whatever the key says.
      await sleep(this.#desk.clock, 100, signal)
    }
  }
}

/** The bench's page has no field for a PIN: the demo's server asks for none. */
const NOBODY_ASKS: client.Person = {
  pin: () => Promise.resolve(undefined),
  touch: () => undefined,
  verify: () => undefined,
  choose: () => Promise.resolve(0),
}

function faultOf(error: unknown): unknown {
  if (error instanceof KeyFault) return error
  if (error instanceof WireError || error instanceof PortRefused) {
    const isBusy = error instanceof WireError && error.fault === 'channel-busy'
    return new KeyFault(isBusy ? 'busy' : 'unplugged', { cause: error })
  }
  if (!(error instanceof client.CeremonyError)) return error
  return new KeyFault(FAULTS[error.fault] ?? 'refused', { cause: error })
}

const FAULTS: Partial<Record<client.CeremonyError['fault'], KeyFault['code']>> = {
  'already-registered': 'already-registered',
  'no-credential': 'no-such-credential',
  'bad-options': 'options-not-understood',
  'rp-id': 'options-not-understood',
  'no-common-algorithm': 'options-not-understood',
  timeout: 'timed-out',
}

/** The hand that holds a key of the bench. */
function handOf(desk: Desk, keyId: string) {
  const ask = (kind: KeyQuestion['kind'], purpose: string, signal: AbortSignal) =>
    desk.ask(keyId, { kind, purpose }, signal)
  return {
    async touch(purpose: string, signal: AbortSignal) {
      await ask('touch', purpose, signal)
      return 'touched' as const
    },
    verify: async (signal: AbortSignal) =>
      (await ask('finger', 'verify', signal)) === 'touch' ? ('matched' as const) : ('no-match' as const),
    sample: async (signal: AbortSignal) =>
      (await ask('sample', 'enrol', signal)) === 'touch' ? ('good' as const) : ('poor-quality' as const),
    onWink: () => desk.wink(keyId),
  }
}
