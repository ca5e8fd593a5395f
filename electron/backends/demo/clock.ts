/**
 * The world's clock: real time, moved forward by hand. Timers wait for the world's time, so moving it makes due ones run at
 * once, the earliest first, each a single time at the new time: what happens to a computer that slept.
 */
import type { Clock } from '../../../shared/kit/index.ts'
import { guarded } from './guarded.ts'

/** The longest delay a platform timer takes (2^31 - 1 ms); longer waits are renewed. */
const LONGEST_DELAY_MS = 0x7fffffff

interface Timer {
  readonly dueAt: number
  readonly run: () => void
}

export class MovableClock implements Clock {
  readonly #real: Clock
  readonly #timers = new Set<Timer>()
  #movedMs: number
  #disarm: (() => void) | undefined
  #isClosed = false

  constructor(real: Clock, movedMs: number) {
    this.#real = real
    this.#movedMs = movedMs
  }

  now(): number {
    return this.#real.now() + this.#movedMs
  }

  after(delayMs: number, run: () => void): () => void {
    const timer: Timer = { dueAt: this.now() + Math.max(0, delayMs), run }
    this.#timers.add(timer)
    this.#arm()
    return () => {
      if (this.#timers.delete(timer)) this.#arm()
    }
  }

  /** Sets how far the world is moved against real time, and runs what is due by then. Backward moves run nothing. */
  setMoved(movedMs: number): void {
    this.#movedMs = movedMs
    this.#runDue()
  }

  /** Forgets all timers; none runs any more. */
  close(): void {
    this.#isClosed = true
    this.#timers.clear()
    this.#arm()
  }

  #earliest(): Timer | undefined {
    let earliest: Timer | undefined
    for (const timer of this.#timers) if (!earliest || timer.dueAt < earliest.dueAt) earliest = timer
    return earliest
  }

  #arm(): void {
    this.#disarm?.()
    this.#disarm = undefined
    const next = this.#isClosed ? undefined : this.#earliest()
    if (!next) return
    const delayMs = Math.min(LONGEST_DELAY_MS, Math.max(0, next.dueAt - this.now()))
    this.#disarm = this.#real.after(delayMs, () => this.#runDue())
  }

  /** Only what was due at the start runs: a timer that renews itself without delay gets its turn next time. */
  #runDue(): void {
    const now = this.now()
    const due = [...this.#timers].filter((timer) => timer.dueAt <= now).toSorted((a, b) => a.dueAt - b.dueAt)
    for (const timer of due) if (this.#timers.delete(timer)) guarded(timer.run)
    this.#arm()
  }
}

/** This computer's clock: the world's, plus an error that is read at each look. Setting the error is no passing of time. */
export const erringClock = (world: Clock, errorMs: () => number): Clock => ({
  now: () => world.now() + errorMs(),
  after: (delayMs, run) => world.after(delayMs, run),
})
