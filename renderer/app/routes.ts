/** Which room is open, kept in the address so that reload, lock and unlock come back to it. */
import { useSyncExternalStore } from 'react'

export type Room = 'codes' | 'devices' | 'recovery' | 'settings'
export interface Route {
  readonly room: Room
  /** The open case, in Recovery. */
  readonly caseId?: string | undefined
}

const ROOMS: readonly Room[] = ['codes', 'devices', 'recovery', 'settings']

/** `#/recovery/<case>` and the like; anything else is Codes. */
export function readRoute(hash: string): Route {
  const [, room, caseId] = hash.split('/')
  const known = ROOMS.find((other) => other === room) ?? 'codes'
  return known === 'recovery' && caseId ? { room: known, caseId: decodeURIComponent(caseId) } : { room: known }
}

export const hrefOf = ({ room, caseId }: Route) =>
  `#/${room}${caseId === undefined ? '' : `/${encodeURIComponent(caseId)}`}`

export function go(route: Route): void {
  location.hash = hrefOf(route)
}

const watchHash = (run: () => void) => {
  window.addEventListener('hashchange', run)
  return () => window.removeEventListener('hashchange', run)
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(watchHash, () => location.hash)
  return readRoute(hash)
}
