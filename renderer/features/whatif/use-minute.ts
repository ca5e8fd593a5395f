import { useSyncExternalStore } from 'react'
import { useTicker } from '../../ui/index.ts'

const MINUTE_MS = 60_000

/** The time in ms since 1970, cut to the minute; draws the caller again when the next begins. For "3 months ago". */
export function useMinute(): number {
  const tick = useTicker()
  const minute = () => Math.floor(tick.now() / MINUTE_MS) * MINUTE_MS
  return useSyncExternalStore((run) => tick.onSecond(run), minute, minute)
}
