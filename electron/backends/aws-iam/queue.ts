/**
 * One queue a backend: few requests at a time, writes before reads, and a pause for all of them when the server asks to slow
 * down. IAM publishes no limits for each call (backends.md §1.2).
 */
import { sleep, type Clock } from '../../../shared/kit/index.ts'

interface Waiting {
  readonly start: () => void
  readonly isWrite: boolean
}

export class Queue {
  readonly #clock: Clock
  readonly #atOnce: number
  #running = 0
  #waiting: Waiting[] = []
  #pausedUntil = 0

  constructor(clock: Clock, atOnce: number) {
    this.#clock = clock
    this.#atOnce = atOnce
  }

  /** Runs `work` in its turn. Throws the signal's reason where it is aborted while waiting. */
  async run<T>(kind: 'read' | 'write', work: () => Promise<T>, signal?: AbortSignal): Promise<T> {
    await this.#turn(kind === 'write', signal)
    try {
      const pause = this.#pausedUntil - this.#clock.now()
      // A write is not held back for what reads did: its outcome is awaited by a person.
      if (kind === 'read' && pause > 0) await sleep(this.#clock, pause, signal)
      return await work()
    } finally {
      this.#running--
      this.#next()
    }
  }

  /** No further read starts before then. */
  pauseUntil(at: number): void {
    this.#pausedUntil = Math.max(this.#pausedUntil, at)
  }

  #turn(isWrite: boolean, signal: AbortSignal | undefined): Promise<void> {
    signal?.throwIfAborted()
    return new Promise((resolve, reject) => {
      const leave = () => {
        this.#waiting = this.#waiting.filter((other) => other !== waiting)
        reject(signal!.reason)
      }
      const waiting: Waiting = {
        isWrite,
        start: () => {
          signal?.removeEventListener('abort', leave)
          resolve()
        },
      }
      signal?.addEventListener('abort', leave, { once: true })
      this.#waiting.push(waiting)
      this.#next()
    })
  }

  #next(): void {
    while (this.#running < this.#atOnce) {
      const next = this.#waiting.find(({ isWrite }) => isWrite) ?? this.#waiting[0]
      if (!next) return
      this.#waiting = this.#waiting.filter((other) => other !== next)
      this.#running++
      next.start()
    }
  }
}
