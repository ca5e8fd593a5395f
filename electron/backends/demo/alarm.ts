/** One timer for the next moment at which something happens by time alone; set anew whenever that moment may have changed. */
import type { Clock } from '../../../shared/kit/index.ts'

export class Alarm {
  readonly #clock: Clock
  readonly #nextAt: () => number | undefined
  readonly #ring: () => void
  #stop: (() => void) | undefined

  /** `nextAt`: the moment by `clock`, or undefined where there is none. After ringing the alarm waits to be set again. */
  constructor(clock: Clock, nextAt: () => number | undefined, ring: () => void) {
    this.#clock = clock
    this.#nextAt = nextAt
    this.#ring = ring
  }

  set(): void {
    this.clear()
    const at = this.#nextAt()
    if (at !== undefined) this.#stop = this.#clock.after(at - this.#clock.now(), () => this.#ring())
  }

  clear(): void {
    this.#stop?.()
    this.#stop = undefined
  }
}
