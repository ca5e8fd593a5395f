/** Everything that says "lock now" on a desktop: the system's power and session events, and whoever calls `wish`. */
import type { PowerMonitor } from 'electron'

export interface LockWishes {
  /** Returns the unsubscriber. */
  onLockWish(listener: () => void): () => void
  wish(): void
}

/** To be called when the app is ready. Linux tells of sleep and shutdown, but not of a locked screen (powerMonitor's documentation). */
export function createLockWishes(powerMonitor: PowerMonitor): LockWishes {
  const listeners = new Set<() => void>()
  const wish = () => {
    for (const listener of listeners) listener()
  }
  powerMonitor.on('suspend', wish)
  powerMonitor.on('shutdown', wish)
  powerMonitor.on('lock-screen', wish)
  powerMonitor.on('user-did-resign-active', wish)
  return {
    onLockWish(listener) {
      const own = () => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
    wish,
  }
}
