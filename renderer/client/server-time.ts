/** The time that codes are made for, as the services told it last: this page's clock and its distance from theirs. */
import type { Clock } from '../../shared/kit/index.ts'
import type { TopicStore } from './topic-store.ts'

/** Smaller differences are the way of the message, not a clock that was moved. */
const JITTER_MS = 50

export interface ServerTime extends Clock {
  /** After time was moved rather than waited for: the clock was corrected, or the demo's was moved. */
  onJump(listener: () => void): () => void
}

/** Watches for as long as the page lives; while the vault is locked the last distance holds. */
export function createServerTime(topics: TopicStore, clock: Clock): ServerTime {
  const listeners = new Set<() => void>()
  let distanceMs = 0
  let seenAt: number | undefined

  topics.subscribe('clock', {}, () => {
    const { state } = topics.view('clock', {})
    if (!state || state.at === seenAt) return
    seenAt = state.at
    const next = state.at - clock.now()
    if (Math.abs(next - distanceMs) <= JITTER_MS) return
    distanceMs = next
    for (const listener of listeners) listener()
  })
  return {
    now: () => clock.now() + distanceMs,
    after: (delayMs, run) => clock.after(delayMs, run),
    onJump(listener) {
      const own = () => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
  }
}
