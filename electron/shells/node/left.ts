/** Locks some time after the last page was closed: whoever closed it has left. A reload comes back sooner. */
import type { Wire } from '../../../shared/contract/index.ts'
import type { Clock } from '../../../shared/kit/index.ts'

export const LEFT_AFTER_MS = 30_000

export interface Leaving {
  /** A page is here until its wire closes. */
  arrived(wire: Wire): void
  /** Returns the unsubscriber. */
  onLeft(listener: () => void): () => void
}

export function createLeaving(clock: Clock): Leaving {
  const listeners = new Set<() => void>()
  let pages = 0
  let cancel = () => {}
  return {
    arrived(wire) {
      pages += 1
      cancel()
      wire.onClose(() => {
        pages -= 1
        if (pages > 0) return
        cancel = clock.after(LEFT_AFTER_MS, () => {
          for (const listener of listeners) listener()
        })
      })
    },
    onLeft(listener) {
      const own = () => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
  }
}
