/** What the desktop offers the services: clipboard, lock wishes, a question in a window of its own, the end. */
import { app, dialog, type BrowserWindow } from 'electron'
import type { Log, Shell } from '../../services/ports.ts'
import { systemClipboard } from './clipboard.ts'
import { forkHidHost } from './hid-host.ts'
import type { LockWishes } from './lock-wishes.ts'
import { cancelWord, questionWords } from './words.ts'

export interface DesktopShellOptions {
  readonly log: Log
  readonly wishes: LockWishes
  /** The window that questions belong to, if it is open. */
  readonly window: () => BrowserWindow | undefined
  /** The built `hid-host.js`. */
  readonly hidHostFile: string
}

export function desktopShell({ log, wishes, window, hidHostFile }: DesktopShellOptions): Shell {
  return {
    kind: 'desktop',
    clipboard: systemClipboard(process.platform, log),
    // WebAuthn can't run at app:// (security.md §1.4): the simulated key does that work here.
    webauthn: undefined,
    confirm: ({ operation, object }) => ask(window(), questionWords(operation, object)),
    startHidHost: () => forkHidHost(hidHostFile),
    onLockWish: wishes.onLockWish,
    quit: () => app.quit(),
  }
}

/** Enter and Escape both mean no. */
async function ask(window: BrowserWindow | undefined, { message, detail, go }: ReturnType<typeof questionWords>) {
  const box: Electron.MessageBoxOptions = {
    type: 'warning',
    message,
    detail,
    buttons: [cancelWord, go],
    defaultId: 0,
    cancelId: 0,
    noLink: true,
  }
  const { response } = await (window ? dialog.showMessageBox(window, box) : dialog.showMessageBox(box))
  return response === 1
}
