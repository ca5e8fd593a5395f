/**
 * One key, from being opened until it is unplugged or closed. It has one channel and does one piece of work at a time, so
 * that what must follow on (getNextAssertion, the Next of an enumeration) is never torn apart by somebody else's call.
 * `Info` and `Token` are what the CTAP2 side keeps here: getInfo's answer, and the pinUvAuthToken.
 */
import { sleep, type Clock, type Random } from '../../shared/kit/index.ts'
import { openTransport } from './ctaphid/index.ts'
import { WireError } from './errors.ts'
import type { HidPort } from './hid-port.ts'
import { Memo } from './memo.ts'
import { TokenSlot } from './token-slot.ts'
import type { Transport } from './transport.ts'

export interface SessionParts<Token> {
  readonly clock: Clock
  readonly random: Random
  /** Overwrites a token that is done with. */
  readonly wipe: (token: Token) => void
  readonly signal?: AbortSignal | undefined
}

/** Gets the transport for itself alone, and a signal that also ends when the session does: hand it to every message. */
export type Work<T> = (transport: Transport, signal: AbortSignal) => Promise<T>

/** How long closing waits for work to end, a cancelled key to answer. */
const CLOSE_WAIT_MS = 5_000

/** Takes the port over. Throws `WireError`, or the signal's reason, and the port is closed then. */
export async function openSession<Info, Token>(
  port: HidPort,
  { clock, random, wipe, signal }: SessionParts<Token>,
): Promise<Session<Info, Token>> {
  const lost = new AbortController()
  const tapped: HidPort = {
    write: (report) => port.write(report),
    ...(port.writeAll && { writeAll: (reports) => port.writeAll!(reports) }),
    onReport: (listener) => port.onReport(listener),
    onClose: (listener) =>
      port.onClose((reason) => {
        listener(reason)
        lost.abort()
      }),
    close: () => port.close(),
  }
  const transport = await openTransport({ port: tapped, clock, random }, { signal })
  return new Session<Info, Token>(transport, lost.signal, clock, wipe)
}

export class Session<Info, Token> {
  readonly info = new Memo<Info>()
  readonly token: TokenSlot<Token>
  readonly capabilities: Transport['capabilities']
  readonly deviceVersion: Transport['deviceVersion']
  /** Resolves when the key is gone or the session was closed. */
  readonly ended: Promise<void>
  readonly #transport: Transport
  readonly #clock: Clock
  readonly #end = new AbortController()
  readonly #waiting: (() => void)[] = []
  #working: Promise<unknown> | undefined
  #closing: Promise<void> | undefined

  /** `lost` is aborted when the port is gone; see `openSession`. */
  constructor(transport: Transport, lost: AbortSignal, clock: Clock, wipe: (token: Token) => void) {
    this.#transport = transport
    this.#clock = clock
    this.token = new TokenSlot(clock, wipe)
    this.capabilities = transport.capabilities
    this.deviceVersion = transport.deviceVersion
    this.ended = new Promise((resolve) => this.#end.signal.addEventListener('abort', () => resolve(), { once: true }))
    if (lost.aborted) this.#lose()
    else lost.addEventListener('abort', () => this.#lose(), { once: true })
  }

  get hasEnded(): boolean {
    return this.#end.signal.aborted
  }

  /**
   * Does `work` when its turn comes. Rejects with `WireError` `gone` where the key goes or the session ends before that,
   * or with the signal's reason. `work` may not wait for another `run` of this session: its turn would never come.
   */
  async run<T>(work: Work<T>, options: { readonly signal?: AbortSignal | undefined } = {}): Promise<T> {
    const signal = AbortSignal.any([this.#end.signal, ...(options.signal ? [options.signal] : [])])
    await this.#turn(signal)
    try {
      signal.throwIfAborted()
      const result = work(this.#transport, signal)
      this.#working = result
      return await result
    } finally {
      this.#working = undefined
      this.#waiting.shift()
      this.#waiting[0]?.()
    }
  }

  /** Cancels what runs, so that the key asks for no touch that nobody means, and closes the port. Never rejects. */
  close(): Promise<void> {
    this.#closing ??= this.#close()
    return this.#closing
  }

  async #close(): Promise<void> {
    this.#stop()
    if (this.#working) await this.#settled(this.#working)
    this.#forget()
    await this.#transport.close().catch(() => undefined)
  }

  /** Resolves when `work` has ended, or has had its time. */
  async #settled(work: Promise<unknown>): Promise<void> {
    const done = new AbortController()
    await Promise.race([work, sleep(this.#clock, CLOSE_WAIT_MS, done.signal)]).catch(() => undefined)
    done.abort()
  }

  #lose(): void {
    this.#stop()
    this.#forget()
  }

  #stop(): void {
    if (!this.hasEnded) this.#end.abort(new WireError('gone'))
  }

  #forget(): void {
    this.info.forget()
    this.token.close()
  }

  /** Resolves when this caller is first in the queue; a caller that gives up has left it. */
  #turn(signal: AbortSignal): Promise<void> {
    return new Promise((resolve, reject) => {
      if (signal.aborted) return reject(signal.reason)
      const onTurn = (): void => {
        signal.removeEventListener('abort', onAbort)
        resolve()
      }
      const onAbort = (): void => {
        this.#waiting.splice(this.#waiting.indexOf(onTurn), 1)
        reject(signal.reason)
      }
      signal.addEventListener('abort', onAbort, { once: true })
      this.#waiting.push(onTurn)
      if (this.#waiting.length === 1) onTurn()
    })
  }
}
