/**
 * When an unlocked vault locks by itself: after idle time, when the shell says that the person left (suspend, screen
 * lock), and when the clock shows that the computer slept (security.md §2.5). Time is the computer's real clock: a
 * demo's moved clock is not a person who left.
 */
import type { Clock } from '../../shared/kit/index.ts'

/** How often the clock is looked at. */
export const TICK_MS = 15_000
/** A step of the wall clock beyond the expected by more than this, either way, is a sleep or a clock that was set. */
export const JUMP_MS = 60_000

export interface AutoLock {
  /** The vault was unlocked: begin to watch. */
  start(): void
  stop(): void
  /** A person did something: the idle time begins anew. */
  active(): void
}

export type LockReason = 'idle' | 'clock-jump'

export interface AutoLockOptions {
  readonly clock: Clock
  /** 0: never by idle time. Read at every tick, so that a changed setting holds at once. */
  readonly idleMs: () => number
  readonly lock: (reason: LockReason) => void
}

export function createAutoLock({ clock, idleMs, lock }: AutoLockOptions): AutoLock {
  let cancel: (() => void) | undefined
  let lastActive = 0
  let expectedAt = 0

  const tick = () => {
    const now = clock.now()
    if (Math.abs(now - expectedAt) > JUMP_MS) return lock('clock-jump')
    if (idleMs() > 0 && now - lastActive >= idleMs()) return lock('idle')
    return schedule(now)
  }
  const schedule = (now: number) => {
    const idleLeft = idleMs() > 0 ? lastActive + idleMs() - now : TICK_MS
    const wait = Math.max(1, Math.min(TICK_MS, idleLeft))
    expectedAt = now + wait
    cancel = clock.after(wait, tick)
  }

  return {
    start() {
      cancel?.()
      lastActive = clock.now()
      schedule(lastActive)
    },
    stop() {
      cancel?.()
      cancel = undefined
    },
    active() {
      lastActive = clock.now()
    },
  }
}
