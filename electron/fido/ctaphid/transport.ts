/**
 * Whole messages over a `HidPort`: the machine of `machine.ts` given reports and time. Every call ends, whatever the key
 * does: answered, refused, late, gone or cancelled. After an answer that breaks the framing, or none, the channel is put
 * in step again (CTAPHID_INIT on it, and a new channel where that fails) before anything else is asked.
 */
import { concat, equalBytes, sleep, type Clock, type Random } from '../../../shared/kit/index.ts'
import { KeyStatusError, MisuseError, WireError } from '../errors.ts'
import type { HidPort } from '../hid-port.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import { Machine, type InitAnswer, type MachineEvent } from './machine.ts'
import { COMMAND, ERROR_CODE, MAX_MESSAGE_BYTES, NONCE_BYTES } from './packets.ts'
import { Transaction, type TransactionOptions } from './transaction.ts'

export interface TransportParts {
  readonly port: HidPort
  readonly clock: Clock
  readonly random: Random
}

/** Unless the caller says otherwise; RSA key generation is the longest that keys do. */
export const KEY_DEADLINE_MS = 30_000
/** CTAPHID_INIT is answered without thought. */
export const INIT_DEADLINE_MS = 3_000
/** An attempt to put a channel in step again; there may be two, and the caller already waits for bad news. */
export const RESYNC_DEADLINE_MS = 1_000
/** How long a key that another program uses is asked again, before that is reported. */
export const BUSY_LIMIT_MS = 5_000
const FIRST_BACK_OFF_MS = 100
const LONGEST_BACK_OFF_MS = 1_000

/** CTAP2_OK, and what a cancelled command is answered (CTAP 2.1 §8.2). */
const STATUS = { ok: 0x00, keepaliveCancel: 0x2d } as const
/** CTAP 2.1 §11.2.9.2.2. */
const MAX_LOCK_SECONDS = 10

/**
 * Asks the key at the other end of `port` for a channel. Throws `WireError`, or the signal's reason; the port is closed
 * then, as it is by the transport's `close`.
 */
export async function openTransport(
  parts: TransportParts,
  options: { readonly signal?: AbortSignal | undefined } = {},
): Promise<Transport> {
  const link = new Link(parts)
  try {
    const init = await link.begin(options.signal)
    return new CtapHidTransport(link, init)
  } catch (error) {
    await link.close()
    throw error
  }
}

class CtapHidTransport implements Transport {
  readonly capabilities: InitAnswer['capabilities']
  readonly deviceVersion: InitAnswer['deviceVersion']
  readonly #link: Link

  constructor(link: Link, init: InitAnswer) {
    this.#link = link
    this.capabilities = init.capabilities
    this.deviceVersion = init.deviceVersion
  }

  async cbor(command: number, parameters: Uint8Array, options: MessageOptions = {}): Promise<Uint8Array> {
    if (!this.capabilities.cbor) throw new MisuseError('CTAPHID_CBOR: the key does not offer it')
    if (!Number.isInteger(command) || command < 0 || command > 0xff)
      throw new MisuseError('a CTAP2 command is one byte')
    const answer = await this.#link.exchange(COMMAND.cbor, concat(Uint8Array.of(command), parameters), options)
    const status = answer[0]
    if (status === undefined) throw new WireError('malformed')
    if (status === STATUS.keepaliveCancel) options.signal?.throwIfAborted()
    if (status !== STATUS.ok) throw new KeyStatusError(status)
    return answer.subarray(1)
  }

  async msg(apdu: Uint8Array, options: MessageOptions = {}): Promise<Uint8Array> {
    if (!this.capabilities.msg) throw new MisuseError('CTAPHID_MSG: the key does not offer it')
    return this.#link.exchange(COMMAND.msg, apdu, options)
  }

  async ping(data: Uint8Array, options: MessageOptions = {}): Promise<Uint8Array> {
    const answer = await this.#link.exchange(COMMAND.ping, data, options)
    if (!equalBytes(answer, data)) throw new WireError('malformed')
    return answer
  }

  async wink(options: MessageOptions = {}): Promise<void> {
    if (!this.capabilities.wink) throw new MisuseError('CTAPHID_WINK: the key does not offer it')
    await this.#link.exchange(COMMAND.wink, new Uint8Array(), options)
  }

  async lock(seconds: number, options: MessageOptions = {}): Promise<void> {
    if (!Number.isInteger(seconds) || seconds < 0 || seconds > MAX_LOCK_SECONDS) {
      throw new MisuseError('CTAPHID_LOCK: 0 to 10 whole seconds')
    }
    await this.#link.exchange(COMMAND.lock, Uint8Array.of(seconds), options)
  }

  close(): Promise<void> {
    return this.#link.close()
  }
}

/** One channel to one key, and the one transaction on it. */
class Link {
  readonly #port: HidPort
  readonly #clock: Clock
  readonly #random: Random
  readonly #machine = new Machine()
  #current: Pick<Transaction<unknown>, 'take' | 'fail'> | undefined
  #isBusy = false
  #isInStep = false
  #gone: WireError | undefined

  constructor({ port, clock, random }: TransportParts) {
    this.#port = port
    this.#clock = clock
    this.#random = random
    port.onReport((report) => {
      const event = this.#machine.receive(report)
      if (event) this.#current?.take(event)
    })
    port.onClose((reason) => this.#lose(reason))
  }

  async begin(signal?: AbortSignal): Promise<InitAnswer> {
    return this.#askWhileBusy(signal, () => this.#init(INIT_DEADLINE_MS, signal))
  }

  async exchange(command: number, message: Uint8Array, options: MessageOptions): Promise<Uint8Array> {
    if (message.length > MAX_MESSAGE_BYTES) throw new MisuseError('CTAPHID: more than 7609 bytes')
    if (this.#isBusy) throw new MisuseError('CTAPHID: one message at a time')
    this.#isBusy = true
    try {
      options.signal?.throwIfAborted()
      if (!this.#isInStep) await this.#synchronise(options.signal)
      const ask = () => this.#request(command, message, options)
      return await (options.isSentOnce === true ? ask() : this.#askWhileBusy(options.signal, ask))
    } finally {
      this.#isBusy = false
    }
  }

  async close(): Promise<void> {
    this.#lose()
    await this.#port.close()
  }

  #lose(cause?: unknown): void {
    this.#gone ??= new WireError('gone', { cause })
    this.#current?.fail(this.#gone)
  }

  /** Asks again with growing pauses while the key has no time for this channel (CTAP 2.1 §11.2.5.1). */
  async #askWhileBusy<T>(signal: AbortSignal | undefined, ask: () => Promise<T>): Promise<T> {
    let waitedMs = 0
    for (let backOffMs = FIRST_BACK_OFF_MS; ; backOffMs = Math.min(2 * backOffMs, LONGEST_BACK_OFF_MS)) {
      try {
        return await ask()
      } catch (error) {
        const isBusy = error instanceof WireError && error.fault === 'channel-busy'
        if (!isBusy || waitedMs >= BUSY_LIMIT_MS) throw error
      }
      await sleep(this.#clock, backOffMs, signal)
      waitedMs += backOffMs
    }
  }

  async #request(command: number, message: Uint8Array, options: MessageOptions): Promise<Uint8Array> {
    const reports = this.#machine.request(command, message)
    const deadlineMs = options.deadlineMs ?? KEY_DEADLINE_MS
    // Only CTAPHID_CBOR can be cancelled; a key answers all else without waiting for anybody (CTAP 2.1 §11.2.9.1.5).
    const cancel = (): Uint8Array[] => (command === COMMAND.cbor ? this.#machine.cancel() : [])
    try {
      return await this.#transact(reports, { ...options, deadlineMs, read: messageOf }, cancel)
    } catch (error) {
      if (!isLastWordOfTheKey(error)) await this.#recover()
      throw error
    }
  }

  /** The key may still be at it, waiting for a touch that nobody means any more; and its answer may still come. */
  async #recover(): Promise<void> {
    this.#isInStep = false
    if (this.#gone) return
    // What went wrong first is what the caller hears; the next call tries again, and hears of this.
    await this.#synchronise().catch(() => undefined)
  }

  async #synchronise(signal?: AbortSignal): Promise<void> {
    if (this.#machine.hasChannel) {
      try {
        await this.#init(RESYNC_DEADLINE_MS, signal)
        return
      } catch (error) {
        if (this.#gone || signal?.aborted) throw error
        this.#machine.forgetChannel()
      }
    }
    await this.#init(RESYNC_DEADLINE_MS, signal)
  }

  async #init(deadlineMs: number, signal?: AbortSignal): Promise<InitAnswer> {
    const reports = this.#machine.init(this.#random(NONCE_BYTES))
    const init = await this.#transact(reports, { deadlineMs, signal, read: initOf })
    this.#isInStep = true
    return init
  }

  /** Where `cancel` is given, aborting sends it after the request, and the key's answer is still waited for. */
  async #transact<T>(
    reports: readonly Uint8Array[],
    options: TransactionOptions<T>,
    cancel?: () => readonly Uint8Array[],
  ): Promise<T> {
    try {
      options.signal?.throwIfAborted()
      if (this.#gone) throw this.#gone
      const giveUp = cancel && (() => void sent.then(() => this.#send(cancel(), transaction)))
      const transaction = new Transaction(this.#clock, { ...options, giveUp })
      this.#current = transaction
      // Not at once: a port that answers while it is written to would find half of this set up.
      const sent = Promise.resolve().then(() => this.#send(reports, transaction))
      return await transaction.outcome
    } finally {
      this.#machine.abandon()
      this.#current = undefined
    }
  }

  /** Never rejects: a port that can't send ends the transaction. */
  async #send(
    reports: readonly Uint8Array[],
    transaction: Pick<Transaction<unknown>, 'isOver' | 'fail'>,
  ): Promise<void> {
    try {
      if (this.#port.writeAll) return await this.#port.writeAll(reports)
      for (const report of reports) {
        if (transaction.isOver) return
        await this.#port.write(report)
      }
    } catch (cause) {
      transaction.fail(new WireError('gone', { cause }))
    }
  }
}

const messageOf = (event: MachineEvent) => (event.kind === 'answer' ? event.message : undefined)
const initOf = (event: MachineEvent) => (event.kind === 'ready' ? event.init : undefined)

/** Whether the key itself ended the transaction, on a channel that still is one. */
const isLastWordOfTheKey = (error: unknown): boolean =>
  error instanceof WireError && error.fault in ERROR_CODE && error.fault !== 'invalid-channel'
