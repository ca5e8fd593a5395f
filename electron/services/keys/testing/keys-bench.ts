/** The keys service on virtual keys that a test plugs in and out, with a scripted person and a record of what went down the wire. */
import type { CallName, Progress, Request, Response, State } from '../../../../shared/contract/index.ts'
import { BenchPerson } from '../../../fido/virtual/testing/bench.ts'
import { decode, type CborMap } from '../../../fido/cbor/index.ts'
import { Assembly, COMMAND, readPacket } from '../../../fido/ctaphid/index.ts'
import { PortRefused, Registry, virtual, type FoundKey, type HidPort, type KeySource } from '../../../fido/index.ts'
import { MemoryLog } from '../../../../test/support/connect.ts'
import { FakeClock } from '../../../../test/support/fake-clock.ts'
import { seededRandom } from '../../../../test/support/seeded-random.ts'
import { createConfirm, type Confirm } from '../../confirm.ts'
import type { BackendReading } from '../../devices-readings.ts'
import type { CallContext } from '../../handlers.ts'
import { createUnlocked } from '../../unlocked.ts'
import type { Losing } from '../../losing.ts'
import { EMPTY_VAULT } from '../../vault-data.ts'
import { createVaultStore } from '../../vault-store.ts'
import { createKeysService } from '../index.ts'
import type { RememberedKey } from '../remembered.ts'

export const PIN = '1234-abcd'

export interface KeyPlan extends virtual.MemoryPlan {
  readonly options?: Partial<virtual.VirtualKeyOptions>
  readonly product?: string
  readonly serial?: string
}

/** A CTAP2 command that a key was sent: its number, and of commands that have them the subcommand. */
export interface Sent {
  readonly key: string
  readonly command: number
  readonly sub: number | undefined
  readonly parameters: CborMap | undefined
}

export class BenchKey {
  readonly name: string
  readonly person = new BenchPerson()
  readonly key: virtual.VirtualKey
  readonly found: Omit<FoundKey, 'place'>
  readonly #master: string
  place: string | undefined
  /** What the port is refused for. */
  refusal: PortRefused['reason'] | undefined
  #times = 0

  constructor(name: string, plan: KeyPlan, clock: FakeClock) {
    this.name = name
    const random = seededRandom(`key ${name}`)
    const memory = virtual.makeMemory({ ...plan, aaguid: plan.options?.aaguid }, clock.now(), random)
    this.#master = memory.master
    let kept: virtual.KeyState = memory
    this.key = virtual.createVirtualKey({
      clock,
      random,
      person: this.person,
      state: { load: () => kept, save: (state) => (kept = state) },
      ...(plan.options ? { options: plan.options } : {}),
    })
    this.found = {
      kind: 'virtual',
      vendorId: 0x1209,
      productId: 0xf1d0,
      product: plan.product ?? 'Virtual key',
      serialNumber: plan.serial,
    }
  }
  /** A reset makes another secret of it. */
  get wasReset(): boolean {
    return this.key.state().master !== this.#master
  }
  /** It comes back as another place, as under a real hidraw. */
  plug() {
    this.key.powerCycle()
    this.place = `${this.name} ${++this.#times}`
  }
  unplug() {
    this.place = undefined
    this.key.powerCycle()
  }
}

type Ask = { readonly name: 'pin' | 'confirm'; readonly ask: Record<string, unknown> }
type Answerer = (question: Ask, signal: AbortSignal) => unknown

/** Answers by rule: says yes and types what is asked for, and gives the PIN. */
export const agreeable =
  (pin: string = PIN): Answerer =>
  ({ name, ask }) =>
    name === 'pin' ? { pin } : { confirmed: true, nonce: ask['nonce'], typedName: ask['typeName'] }

export class KeysBench implements KeySource {
  readonly clock = new FakeClock()
  readonly log = new MemoryLog()
  readonly store = createVaultStore(this.clock)
  readonly keys: BenchKey[] = []
  readonly sent: Sent[] = []
  readonly asked: Ask[] = []
  answer: Answerer = agreeable()
  /** Runs as a command goes down the wire. */
  onSent: () => void = () => {}
  readings: BackendReading[] = []
  readonly service
  readonly #handlers
  readonly #topics
  readonly #hints = new Set<() => void>()
  readonly confirm: Confirm
  /** What retrying mends. */
  onRetry: () => void = () => {}
  /** What the loss engine says of accounts. */
  losing: Losing = { effects: [] }
  /** Ports open now. */
  openPorts = 0

  constructor({ keys = [] as readonly RememberedKey[], seed = 'keys bench' } = {}) {
    const random = seededRandom(seed)
    this.confirm = createConfirm({ clock: this.clock, random, shell: {} })
    this.unlock(keys)
    this.service = createKeysService({
      registry: new Registry([this], this.clock),
      store: this.store,
      clock: this.clock,
      now: () => this.clock.now(),
      random,
      confirm: this.confirm,
      losing: async () => this.losing,
      log: this.log,
      readings: { all: () => this.readings, onChange: () => () => {} },
      retryNow: () => this.onRetry(),
      doctor: ({ plugged }) =>
        Promise.resolve({
          system: 'linux',
          findings: [
            { finding: 'all-well', facts: { keys: plugged.length, states: plugged.map(({ state }) => state).join() } },
          ],
          checkedAt: this.clock.now(),
        }),
      developerKey: false,
      hasSources: true,
    })
    const unlocked = createUnlocked(this.store, () => {}, this.log)
    this.#handlers = unlocked.handlers(this.service.handlers)
    this.#topics = unlocked.topics(this.service.topics)
  }

  unlock(keys: readonly RememberedKey[] = []) {
    this.store.open({ data: { ...EMPTY_VAULT.data, keys: [...keys] }, save: () => Promise.resolve() })
  }
  get remembered(): readonly RememberedKey[] {
    return this.store.data().keys
  }

  add(name: string, plan: KeyPlan = {}): BenchKey {
    const key = new BenchKey(name, plan, this.clock)
    this.keys.push(key)
    return key
  }
  /** Plugged in, and read by whoever watches. */
  async plug(...keys: BenchKey[]) {
    for (const key of keys) key.plug()
    await this.hint()
  }
  async unplug(...keys: BenchKey[]) {
    for (const key of keys) key.unplug()
    await this.hint()
  }
  async hint() {
    for (const hint of this.#hints) hint()
    await this.pass(100)
  }

  // A source of keys.
  list() {
    return Promise.resolve(this.keys.flatMap(({ found, place }) => (place === undefined ? [] : [{ ...found, place }])))
  }
  canOpen({ place }: FoundKey) {
    return Promise.resolve(this.keys.find((key) => key.place === place)?.refusal !== 'denied')
  }
  open({ place }: FoundKey): Promise<HidPort> {
    const key = this.keys.find((key) => key.place === place)
    if (!key) return Promise.reject(new PortRefused('gone'))
    if (key.refusal) return Promise.reject(new PortRefused(key.refusal))
    this.openPorts += 1
    const port = key.key.port()
    port.onClose(() => (this.openPorts -= 1))
    return Promise.resolve(this.#recording(key.name, port))
  }
  onHint(listener: () => void) {
    this.#hints.add(listener)
    return () => this.#hints.delete(listener)
  }

  /** Lets promises settle and `ms` pass. */
  async pass(ms = 0) {
    for (let done = 0; done <= ms; done += 20) {
      await this.clock.advance(done === 0 ? 0 : 20)
      await settled()
    }
  }

  /** A call's outcome, time passing until it has one. `during` runs once the first progress or question came. */
  async call<N extends CallName>(name: N, request: Request<N>, options: CallOptions<N> = {}): Promise<Response<N>> {
    const signal = options.signal ?? new AbortController().signal
    const context = {
      signal,
      progress: (progress: Progress<N>) => options.onProgress?.(progress),
      ask: async (question: 'pin' | 'confirm', ask: Record<string, unknown>) => {
        signal.throwIfAborted()
        this.asked.push({ name: question, ask })
        return await (options.answer ?? this.answer)({ name: question, ask }, signal)
      },
    }
    const handler = (
      this.#handlers as unknown as Record<string, (request: unknown, context: unknown) => Promise<unknown>>
    )[name]!
    return (await this.run(handler(request, context))) as Response<N>
  }
  /** The error of a call that must fail, as it would cross the wire. */
  async fails<N extends CallName>(name: N, request: Request<N>, options: CallOptions<N> = {}): Promise<unknown> {
    try {
      await this.call(name, request, options)
    } catch (error) {
      const crossing = (error as { error?: unknown }).error
      if (crossing === undefined) throw error
      return crossing
    }
    throw new Error(`${name} did not fail`)
  }
  async run<T>(promise: Promise<T>): Promise<T> {
    const state = { isSettled: false }
    void promise.catch(() => undefined).finally(() => (state.isSettled = true))
    for (let step = 0; step < 6000 && !state.isSettled; step++) {
      await settled()
      if (!state.isSettled) await this.clock.advance(step < 3 ? 0 : 50)
    }
    if (!state.isSettled) throw new Error('nothing came of it in five minutes')
    return promise
  }

  watch(): { readonly states: State<'keys'>[]; readonly last: State<'keys'>; readonly ended: string[]; stop(): void } {
    const states: State<'keys'>[] = []
    const ended: string[] = []
    const stop = this.#topics.keys.watch(
      {},
      (state) => states.push(state),
      (error) => ended.push(error.error.code),
    )
    return {
      states,
      ended,
      get last() {
        return states.at(-1)!
      },
      stop,
    }
  }
  /** Id of the plug-in of that key, as a page knows it. */
  async idOf(key: BenchKey): Promise<string> {
    const watched = this.watch()
    await this.pass(200)
    const index = this.keys.filter(({ place }) => place !== undefined).indexOf(key)
    const row = watched.last.plugged[index]
    watched.stop()
    if (!row) throw new Error(`${key.name} is not plugged in`)
    return row.id
  }
  count(command: number, ...subs: number[]): number {
    return this.sent.filter((one) => one.command === command && (subs.length === 0 || subs.includes(one.sub ?? -1)))
      .length
  }

  #recording(key: string, port: HidPort): HidPort {
    let assembly: Assembly | undefined
    return {
      onReport: (listener) => port.onReport(listener),
      onClose: (listener) => port.onClose(listener),
      close: () => port.close(),
      write: (report) => {
        const packet = readPacket(report)
        if (packet?.kind === 'init') assembly = Assembly.begin(packet)
        else if (packet) assembly?.add(packet)
        if (assembly?.message && assembly.command === COMMAND.cbor) {
          this.sent.push(readSent(key, assembly.message))
          assembly = undefined
          this.onSent()
        }
        return port.write(report)
      },
    }
  }
}

interface CallOptions<N extends CallName> {
  readonly signal?: AbortSignal
  readonly answer?: Answerer
  readonly onProgress?: (progress: Progress<N>) => void
}
export type Context<N extends CallName> = CallContext<N>

/** Where a command keeps its subcommand (CTAP 2.1 §6.5.5, §6.7, §6.8, §6.11). */
const SUB_AT: Readonly<Record<number, number>> = { 0x06: 2, 0x09: 2, 0x40: 2, 0x0a: 1, 0x41: 1, 0x0d: 1 }

function readSent(key: string, message: Uint8Array): Sent {
  const command = message[0]!
  const read = message.length > 1 ? decode(message.subarray(1)) : undefined
  const parameters = read?.ok ? (read.value.value as CborMap) : undefined
  const sub = parameters?.get(SUB_AT[command] ?? -1)
  return { key, command, sub: typeof sub === 'number' ? sub : undefined, parameters }
}

const settled = async () => {
  for (let i = 0; i < 3; i++) await new Promise(setImmediate)
}

/** Commands that take something from a key (CTAP 2.1 §6): all that a confirmation stands before. */
export const WIRE = {
  reset: [0x07],
  deleteCredential: [0x0a, 0x06],
  updateUser: [0x0a, 0x07],
  setPin: [0x06, 0x03],
  changePin: [0x06, 0x04],
  removeFingerprint: [0x09, 0x06],
  largeBlobs: [0x0c],
  config: [0x0d],
} as const
