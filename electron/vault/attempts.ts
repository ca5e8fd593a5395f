/** Slows down guessing at an unlocked door of this process. Not a boundary: who has the files guesses elsewhere. */
import type { Clock } from '../../shared/kit/index.ts'

const FREE_TRIES = 3
const FIRST_DELAY_MS = 1000
const LONGEST_DELAY_MS = 30_000

export class Attempts {
  readonly #clock: Clock
  #failures = 0
  #retryAt = 0

  constructor(clock: Clock) {
    this.#clock = clock
  }

  /** When the next try may be made, in milliseconds since 1970; `undefined` where it may be made now. */
  retryAt(): number | undefined {
    const waitMs = this.#retryAt - this.#clock.now()
    // A clock that was set back must not lock anyone out.
    return waitMs > 0 && waitMs <= LONGEST_DELAY_MS ? this.#retryAt : undefined
  }

  /** Returns what `retryAt` will say now. */
  failed(): number | undefined {
    this.#failures += 1
    if (this.#failures < FREE_TRIES) return undefined
    const delayMs = Math.min(FIRST_DELAY_MS * 2 ** (this.#failures - FREE_TRIES), LONGEST_DELAY_MS)
    this.#retryAt = this.#clock.now() + delayMs
    return this.#retryAt
  }

  succeeded(): void {
    this.#failures = 0
    this.#retryAt = 0
  }
}
