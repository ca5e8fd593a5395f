/** Codes on the system clipboard: written where the shell can, and cleared later, on lock and on quit if still ours. */
import type { Clock } from '../../shared/kit/index.ts'
import type { Log, Shell } from './ports.ts'

export type Copied =
  { readonly where: 'host'; readonly clearsAfterSeconds: number } | { readonly where: 'page'; readonly code: string }

export interface Clipboard {
  copy(code: string): Promise<Copied>
  /** Clears what was copied last, if it is still there. */
  clear(): Promise<void>
}

export function createClipboard(shell: Shell, clock: Clock, log: Log, clearSeconds: () => number): Clipboard {
  let ours: { readonly text: string; readonly cancel: () => void } | undefined
  const clear = async () => {
    const copied = ours
    ours = undefined
    copied?.cancel()
    if (copied && shell.clipboard.where === 'host') await shell.clipboard.clearIf(copied.text)
  }
  return {
    async copy(code) {
      if (shell.clipboard.where === 'page') return { where: 'page', code }
      await shell.clipboard.write(code)
      ours?.cancel()
      const clearsAfterSeconds = clearSeconds()
      ours = {
        text: code,
        cancel: clock.after(
          clearsAfterSeconds * 1000,
          () => void clear().catch(() => log.error('clipboard.not-cleared')),
        ),
      }
      return { where: 'host', clearsAfterSeconds }
    },
    clear,
  }
}
