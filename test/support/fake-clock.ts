import type { Clock } from '../../shared/kit/index.ts'

/** A clock that moves only when told. Timers due within a move run in order, each at its own time. */
export class FakeClock implements Clock {
  #now: number
  #timers: { at: number; run: () => void }[] = []
  constructor(now = Date.UTC(2026, 10, 24, 12, 0, 0)) {
    this.#now = now
  }
  now() {
    return this.#now
  }
  after(delayMs: number, run: () => void) {
    const timer = { at: this.#now + delayMs, run }
    this.#timers.push(timer)
    return () => {
      this.#timers = this.#timers.filter((other) => other !== timer)
    }
  }
  /** Moves time forward by `ms`, running what falls due and letting promises settle between timers. */
  async advance(ms: number) {
    const end = this.#now + ms
    for (;;) {
      const due = this.#timers.filter((timer) => timer.at <= end).toSorted((a, b) => a.at - b.at)[0]
      if (!due) break
      this.#timers = this.#timers.filter((other) => other !== due)
      this.#now = Math.max(this.#now, due.at)
      due.run()
      for (let i = 0; i < 10; i++) await Promise.resolve()
    }
    this.#now = end
  }
  /** Sets the wall clock without running timers: what a person or a time server does to a computer's clock. */
  jump(to: number) {
    this.#now = to
  }
}
