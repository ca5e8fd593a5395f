/** The one window. */
import { BrowserWindow, screen, type BrowserWindowConstructorOptions, type Session } from 'electron'
import { openingBounds, type BoundsFile, type SavedBounds } from './bounds.ts'
import { PAGE_URL } from './sender.ts'

/** Security.md §1.1 items 2 to 4, 6, 8 to 12: said in full, whatever the defaults are. */
export const WEB_PREFERENCES = {
  sandbox: true,
  contextIsolation: true,
  nodeIntegration: false,
  nodeIntegrationInWorker: false,
  nodeIntegrationInSubFrames: false,
  webviewTag: false,
  webSecurity: true,
  allowRunningInsecureContent: false,
  experimentalFeatures: false,
  plugins: false,
  // Its dictionaries would be fetched from the network.
  spellcheck: false,
  navigateOnDragDrop: false,
  safeDialogs: true,
  backgroundThrottling: true,
} as const satisfies BrowserWindowConstructorOptions['webPreferences']

export interface WindowOptions {
  readonly preload: string
  readonly session: Session
  readonly boundsFile: BoundsFile
  readonly platform: NodeJS.Platform
  readonly isDeveloper: boolean
  /** Kept out of screenshots and recordings, where the system can: Linux can't. */
  readonly isProtected: boolean
}

export function openWindow(options: WindowOptions): BrowserWindow {
  const { preload, session, boundsFile, platform, isDeveloper, isProtected } = options
  const { bounds, isMaximized } = openingBounds(
    boundsFile.store,
    screen.getAllDisplays().map(({ workArea }) => workArea),
  )
  const window = new BrowserWindow({
    ...bounds,
    minWidth: 360,
    minHeight: 480,
    show: false,
    title: 'Latchkey',
    backgroundColor: '#171a1f',
    webPreferences: { ...WEB_PREFERENCES, preload, session, devTools: isDeveloper },
  })
  if (isProtected && platform !== 'linux') window.setContentProtection(true)
  if (isMaximized) window.maximize()
  window.once('ready-to-show', () => window.show())
  window.on('close', () => {
    boundsFile.store = { ...window.getNormalBounds(), isMaximized: window.isMaximized() } satisfies SavedBounds
  })
  // A reload before it has loaded rejects this one, and is the same page.
  window.loadURL(PAGE_URL).catch(() => {})
  return window
}

export function bringToFront(window: BrowserWindow): void {
  if (window.isMinimized()) window.restore()
  window.show()
  window.focus()
}
