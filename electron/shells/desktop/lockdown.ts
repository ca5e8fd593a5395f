/** What a page may never do, whatever runs in it (security.md §1.1 items 1, 5, 11 to 14). */
import type { App, Session, WebContents } from 'electron'
import { PAGE_ORIGIN } from './sender.ts'

/** Permissions our own page may have. Camera for QR codes comes with the scanner. */
const ALLOWED_PERMISSIONS: ReadonlySet<string> = new Set(['clipboard-sanitized-write'])

export function lockSession(session: Session): void {
  const isAllowed = (permission: string, url: string) => ALLOWED_PERMISSIONS.has(permission) && isOwnUrl(url)
  session.setPermissionRequestHandler((_contents, permission, answer, details) =>
    answer(details.isMainFrame && isAllowed(permission, details.requestingUrl)),
  )
  session.setPermissionCheckHandler(
    (_contents, permission, origin, details) => details.isMainFrame && isAllowed(permission, origin),
  )
  session.setDevicePermissionHandler(() => false)
  session.setBluetoothPairingHandler((_details, answer) => answer({ confirmed: false }))
  session.setUSBProtectedClassesHandler(({ protectedClasses }) => protectedClasses)
  session.webRequest.onBeforeRequest((details, answer) => answer({ cancel: !mayLoad(details.url) }))
}

/** Every web contents that is ever made, ours or not. */
export function lockContents(app: App): void {
  app.on('web-contents-created', (_event, contents: WebContents) => {
    contents.setWindowOpenHandler(() => ({ action: 'deny' }))
    contents.on('will-navigate', (event) => isOwnUrl(event.url) || event.preventDefault())
    contents.on('will-frame-navigate', (event) => isOwnUrl(event.url) || event.preventDefault())
    contents.on('will-redirect', (event) => isOwnUrl(event.url) || event.preventDefault())
    contents.on('will-attach-webview', (event) => event.preventDefault())
  })
}

/** Our own page and nothing that only starts like it. */
export function isOwnUrl(url: string): boolean {
  try {
    const parsed = new URL(url)
    return parsed.protocol === 'app:' && parsed.host === 'bundle' && `app://${parsed.host}` === PAGE_ORIGIN
  } catch {
    return false
  }
}

/** Pictures of the page's own making are `blob:` or `data:`; developer tools bring their own scheme. */
export function mayLoad(url: string): boolean {
  return (
    isOwnUrl(url) ||
    url.startsWith(`blob:${PAGE_ORIGIN}/`) ||
    url.startsWith('data:image/') ||
    url.startsWith('devtools:')
  )
}
