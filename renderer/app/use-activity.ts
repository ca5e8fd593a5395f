/** Tells the services that a person is here, at most once in twenty seconds, so that idle time is real idle time. */
import { useEffect } from 'react'
import { useClient } from '../client/index.ts'

const AT_MOST_EVERY_MS = 20_000

export function useActivity(): void {
  const client = useClient()
  useEffect(() => {
    let toldAt = -Infinity
    const tell = () => {
      const now = performance.now()
      if (now - toldAt < AT_MOST_EVERY_MS) return
      toldAt = now
      // Where it does not get through, the vault locks by idle time: the safe side.
      client.call('vault.active', {}).catch(() => undefined)
    }
    const events = ['pointerdown', 'keydown', 'wheel'] as const
    for (const event of events) window.addEventListener(event, tell, { passive: true, capture: true })
    return () => {
      for (const event of events) window.removeEventListener(event, tell, { capture: true })
    }
  }, [client])
}
