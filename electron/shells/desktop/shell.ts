/** What the desktop offers the services: clipboard, power events, a question in a window of its own, the end. */
import { app, clipboard, ClipboardItem, dialog, powerMonitor, type BrowserWindow } from 'electron'
import type { Shell } from '../../services/ports.ts'

export function desktopShell(window: () => BrowserWindow | undefined): Shell {
  return {
    kind: 'desktop',
    clipboard: {
      where: 'host',
      async write(text) {
        await clipboard.write([new ClipboardItem({ 'text/plain': text, ...doNotRecordHints() })])
      },
      async clearIf(text) {
        if ((await clipboard.readText()) === text) clipboard.clear()
      },
    },
    // WebAuthn can't run at app:// (security.md §1.4): the simulated key does that work here.
    webauthn: undefined,
    async confirm({ operation, object }) {
      const { response } = await dialog.showMessageBox(...parent(window()), {
        type: 'warning',
        message: `${operation}: ${object}`,
        detail: 'This can’t be undone.',
        buttons: ['Cancel', operation],
        defaultId: 0,
        cancelId: 0,
        noLink: true,
      })
      return response === 1
    },
    onLockWish(listener) {
      const events = ['suspend', 'lock-screen', 'shutdown', 'user-did-resign-active'] as const
      for (const event of events) powerMonitor.on(event as 'suspend', listener)
      return () => {
        for (const event of events) powerMonitor.off(event as 'suspend', listener)
      }
    },
    quit: () => app.quit(),
  }
}

/** Told to clipboard managers and histories, as KeePassXC does (security.md §1.5). */
function doNotRecordHints(): Record<string, string> {
  const raw = (format: string) => `electron application/osclipboard;format="${format}"`
  if (process.platform === 'linux') return { [raw('x-kde-passwordManagerHint')]: 'secret' }
  if (process.platform === 'darwin') return { [raw('org.nspasteboard.ConcealedType')]: '' }
  return { [raw('ExcludeClipboardContentFromMonitorProcessing')]: '1' }
}

const parent = (window: BrowserWindow | undefined) =>
  (window ? ([window] as const) : ([] as const)) as unknown as [BrowserWindow]
