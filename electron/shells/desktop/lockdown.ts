/** What a page may never do, whatever runs in it (security.md §1.1 items 1, 5, 11 to 14). */
import type { App, Session } from 'electron'
import { isOwnUrl, isPageUrl, PAGE_ORIGIN } from './sender.ts'

/** Permissions our own page may have. Camera for QR codes comes with the scanner. */
const ALLOWED: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

export interface Lockdown {
  /** Developer tools bring their own scheme. */
  readonly isDeveloper: boolean
}

/** Every session and every web contents that is ever made, ours or not. To be called before `ready`. */
export function lockDown(app: App, lockdown: Lockdown): void {
  app.on('session-created', (session) => lockSession(session, lockdown))
  app.on('web-contents-created', (_event, contents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    // No address in our network, nor any other, through peer connections.
    contents.setWebRTCIPHandlingPolicy('disable_non_proxied_udp')
    contents.on('will-navigate', (event) => isPageUrl(event.url) || event.preventDefault())
    contents.on('will-redirect', (event) => event.preventDefault())
    contents.on('will-frame-navigate', (event) => (event.isMainFrame && isPageUrl(event.url)) || event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
    // Left alone, Electron takes the first device there is.
    contents.on('select-bluetooth-device', (event, _devices, answer) => {
      event.preventDefault()
      answer('')
    })
  })
}

/** Doing it twice is doing it once. */
export function lockSession(session: Session, { isDeveloper }: Lockdown): void {
  session.setPermissionRequestHandler((_contents, permission, answer, { isMainFrame, requestingUrl }) =>
    answer(isMainFrame && ALLOWED.has(permission) && isOwnUrl(requestingUrl)),
  )
  session.setPermissionCheckHandler(
    (contents, permission, origin, { isMainFrame }) =>
      // Without web contents a worker asks.
      contents !== null && isMainFrame && ALLOWED.has(permission) && isOwnUrl(origin),
  )
  session.setDevicePermissionHandler(() => false)
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }))
  session.setUSBProtectedClassesHandler(() => [
    'audio',
    'audio-video',
    'hid',
    'mass-storage',
    'smart-card',
    'video',
    'wireless',
  ])
  session.webRequest.onBeforeRequest(({ url }, answer) => answer({ cancel: !mayLoad(url, isDeveloper) }))
}

/** Exported for its test. Pictures of the page's own making are `blob:` or `data:`. */
export function mayLoad(url: string, isDeveloper: boolean): boolean {
  return (
    isOwnUrl(url) ||
    url.startsWith(`blob:${PAGE_ORIGIN}/`) ||
    url.startsWith('data:image/') ||
    (isDeveloper && url.startsWith('devtools://devtools/'))
  )
}
