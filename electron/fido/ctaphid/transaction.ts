/** One request that is waited for: what ends it, how long it may take, and what becomes of it when it is cancelled. */
import type { Clock } from '../../../shared/kit/index.ts'
import { WireError } from '../errors.ts'
import type { MessageOptions } from '../transport.ts'
import type { MachineEvent } from './machine.ts'
import { KEEPALIVE } from './packets.ts'
import { Patience } from './patience.ts'

/** A key that was asked to give up answers at once; one that does not know CTAPHID_CANCEL does not. */
export const CANCEL_WAIT_MS = 3_000
/** Ten are usual. */
export const MAX_KEEPALIVES_A_SECOND = 200

export interface TransactionOptions<T> extends MessageOptions {
  readonly deadlineMs: number
  /** What ends the transaction well, and with what. */
  readonly read: (event: MachineEvent) => T | undefined
  /** Runs when the signal is aborted, and the key's answer is then waited for; without it nothing more is. */
  readonly giveUp?: (() => void) | undefined
}

export class Transaction<T> {
  /** Rejects with `WireError`, or with the signal's reason where the key did not answer to being cancelled. */
  readonly outcome: Promise<T>
  isOver = false
  readonly #clock: Clock
  readonly #options: TransactionOptions<T>
  readonly #patience: Patience
  readonly #resolve: (outcome: T) => void
  readonly #reject: (error: unknown) => void
  #keepalives = { since: 0, count: 0 }

  constructor(clock: Clock, options: TransactionOptions<T>) {
    this.#clock = clock
    this.#options = options
    const { promise, resolve, reject } = withResolvers<T>()
    this.outcome = promise
    this.#resolve = resolve
    this.#reject = reject
    this.#patience = new Patience(clock, options.deadlineMs, () => {
      this.fail(options.signal?.aborted ? options.signal.reason : new WireError('no-answer'))
    })
    options.signal?.addEventListener('abort', this.#onAbort, { once: true })
  }

  take(event: MachineEvent): void {
    if (this.isOver) return
    if (event.kind === 'keepalive') return this.#keepalive(event.status)
    if (event.kind === 'fault') return this.fail(new WireError(event.fault))
    const outcome = this.#options.read(event)
    if (outcome === undefined) return
    this.#end()
    this.#resolve(outcome)
  }

  fail(error: unknown): void {
    if (this.isOver) return
    this.#end()
    this.#reject(error)
  }

  #end(): void {
    this.isOver = true
    this.#patience.stop()
    this.#options.signal?.removeEventListener('abort', this.#onAbort)
  }

  readonly #onAbort = (): void => {
    const { signal, giveUp } = this.#options
    if (!giveUp) return this.fail(signal?.reason)
    this.#patience.waitAtMost(CANCEL_WAIT_MS)
    giveUp()
  }

  #keepalive(status: number): void {
    if (this.#isFlood()) return this.fail(new WireError('malformed'))
    // Once cancelled, a key gains no time by asking again.
    if (this.#options.signal?.aborted) return
    if (status === KEEPALIVE.userPresenceNeeded) this.#patience.waitForPerson()
    else this.#patience.waitForKey()
    try {
      this.#options.onKeepalive?.(status)
    } catch (error) {
      // Thrown further, it would reach the port, which has no answer to it.
      this.fail(error)
    }
  }

  #isFlood(): boolean {
    const now = this.#clock.now()
    const { since } = this.#keepalives
    // The computer's clock may be set back.
    if (now >= since + 1000 || now < since) this.#keepalives = { since: now, count: 0 }
    this.#keepalives.count += 1
    return this.#keepalives.count > MAX_KEEPALIVES_A_SECOND
  }
}

interface Resolvers<T> {
  readonly promise: Promise<T>
  readonly resolve: (value: T) => void
  readonly reject: (error: unknown) => void
}

/** `Promise.withResolvers`, which Node 20 lacks. */
function withResolvers<T>(): Resolvers<T> {
  let resolve!: (value: T) => void
  let reject!: (error: unknown) => void
  const promise = new Promise<T>((onValue, onError) => {
    resolve = onValue
    reject = onError
  })
  return { promise, resolve, reject }
}
