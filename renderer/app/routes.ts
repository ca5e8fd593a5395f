/** Which room is open, kept in the address so that reload, lock and unlock come back to it. */
import { useSyncExternalStore } from 'react'
import { TABS, type KeyTab } from '../features/keys/actions.ts'

export type Room = 'codes' | 'devices' | 'keys' | 'whatif' | 'recovery' | 'settings'
export interface Route {
  readonly room: Room
  /** The open case, in Recovery. */
  readonly caseId?: string | undefined
  /** The chosen key, in Security keys, and the part of it that is shown. */
  readonly keyId?: string | undefined
  readonly tab?: KeyTab | undefined
}

const ROOMS: readonly Room[] = ['codes', 'devices', 'keys', 'whatif', 'recovery', 'settings']

/** `#/recovery/<case>`, `#/keys/<key>/<part>` and the like; anything else is Codes. */
export function readRoute(hash: string): Route {
  const [, room, id, part] = hash.split('/')
  const known = ROOMS.find((other) => other === room) ?? 'codes'
  const named = id === undefined || id === '' ? undefined : readable(id)
  if (known === 'recovery' && named !== undefined) return { room: known, caseId: named }
  if (known !== 'keys') return { room: known }
  const tab = TABS.find((each) => each === part)
  return {
    room: known,
    ...(named === undefined || named === '-' ? {} : { keyId: named }),
    ...(tab === undefined ? {} : { tab }),
  }
}

/** What somebody typed into the address may be no encoded text. */
function readable(part: string): string | undefined {
  try {
    return decodeURIComponent(part)
  } catch {
    return undefined
  }
}

export function hrefOf({ room, caseId, keyId, tab }: Route): string {
  // The part of whichever key is chosen stands behind a dash.
  const id = room === 'recovery' ? caseId : room === 'keys' ? (keyId ?? (tab && '-')) : undefined
  return [
    '#',
    room,
    ...(id === undefined ? [] : [encodeURIComponent(id)]),
    ...(room === 'keys' && tab ? [tab] : []),
  ].join('/')
}

export function go(route: Route): void {
  location.hash = hrefOf(route)
}

/** The same room, otherwise chosen: no step that the browser's Back would go. */
export function choose(route: Route): void {
  location.replace(hrefOf(route))
}

const watchHash = (run: () => void) => {
  window.addEventListener('hashchange', run)
  return () => window.removeEventListener('hashchange', run)
}

export function useRoute(): Route {
  const hash = useSyncExternalStore(watchHash, () => location.hash)
  return readRoute(hash)
}
