/** The one window. */
import { BrowserWindow, type BrowserWindowConstructorOptions } from 'electron'
import { PAGE_ORIGIN } from './sender.ts'

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
  spellcheck: false,
  backgroundThrottling: true,
} as const satisfies BrowserWindowConstructorOptions['webPreferences']

export function openWindow(preload: string, bounds: Partial<Electron.Rectangle>): BrowserWindow {
  const window = new BrowserWindow({
    width: 1040,
    height: 720,
    ...bounds,
    minWidth: 360,
    minHeight: 480,
    show: false,
    title: 'Latchkey',
    backgroundColor: '#171a1f',
    webPreferences: { ...WEB_PREFERENCES, preload },
  })
  // Codes on screen stay out of screenshots and recordings; Linux offers nothing of the kind.
  if (process.platform !== 'linux') window.setContentProtection(true)
  window.once('ready-to-show', () => window.show())
  void window.loadURL(`${PAGE_ORIGIN}/`)
  return window
}
