/**
 * How long one answer is waited for. The key has its own time; while it says that it waits for a touch, that time stands
 * still and the person's counts. A key that goes silent while it waits for a touch has its own time again, from the start.
 */
import type { Clock } from '../../../shared/kit/index.ts'

/** From the first request for a touch, whatever the key says afterwards: nobody is coming any more. */
export const PERSON_DEADLINE_MS = 600_000
/** Keys send a keepalive every 100 ms (CTAP 2.1 §11.2.9.1.7). */
export const SILENCE_MS = 3_000

export class Patience {
  readonly #clock: Clock
  readonly #keyMs: number
  readonly #onEnd: () => void
  #stopKey: (() => void) | undefined
  #stopPerson: (() => void) | undefined
  #stopSilence: (() => void) | undefined

  /** Calls `onEnd` once, unless stopped before. */
  constructor(clock: Clock, keyMs: number, onEnd: () => void) {
    this.#clock = clock
    this.#keyMs = keyMs
    this.#onEnd = () => {
      this.stop()
      onEnd()
    }
    this.waitForKey()
  }

  waitForKey(): void {
    this.#stopSilence?.()
    this.#stopSilence = undefined
    this.#stopKey ??= this.#clock.after(this.#keyMs, this.#onEnd)
  }

  waitForPerson(): void {
    this.#stopKey?.()
    this.#stopKey = undefined
    this.#stopPerson ??= this.#clock.after(PERSON_DEADLINE_MS, this.#onEnd)
    this.#stopSilence?.()
    this.#stopSilence = this.#clock.after(SILENCE_MS, () => this.waitForKey())
  }

  /** From now on only `ms` more, whatever the key says. */
  waitAtMost(ms: number): void {
    this.stop()
    this.#stopKey = this.#clock.after(ms, this.#onEnd)
  }

  stop(): void {
    for (const stop of [this.#stopKey, this.#stopPerson, this.#stopSilence]) stop?.()
    this.#stopKey = this.#stopPerson = this.#stopSilence = undefined
  }
}
