/** The page's link, whichever shell it runs in. */
import type { Clock } from '../../shared/kit/index.ts'
import { electronWire, preloadOf } from './electron-wire.ts'
import { readLaunch, type Launch } from './launch.ts'
import { singleLink, type Link } from './link.ts'
import { socketLink } from './socket-link.ts'

/** The link, or why there is none: the page was opened without its token (see `Launch`). */
export async function connectPage(page: Window, clock: Clock): Promise<Link | Exclude<Launch, { is: 'ready' }>> {
  const preload = preloadOf(page)
  if (preload) return singleLink(electronWire(preload))
  const { location, history, sessionStorage } = page
  const launch = await readLaunch({ location, history, sessionStorage, fetch: (path, init) => page.fetch(path, init) })
  if (launch.is !== 'ready') return launch
  return socketLink({
    url: `ws://${location.host}/wire`,
    token: launch.token,
    clock,
    open: (url, protocols) => new WebSocket(url, protocols),
  })
}
