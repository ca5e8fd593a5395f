/** Quitting waits for the services: writes already sent get their answer into the journal, and the vault locks. */
import type { App, PowerMonitor } from 'electron'
import type { Log } from '../../services/ports.ts'
import type { Clock } from '../../../shared/kit/index.ts'

/** A little more than services take at most (`Services.close`). */
export const QUIT_WITHIN_MS = 35_000

export interface QuitOptions {
  readonly close: () => Promise<void>
  readonly clock: Clock
  readonly log: Log
  readonly platform: NodeJS.Platform
}

/** Returns whether the end has begun. */
export function closeBeforeQuit(app: App, powerMonitor: PowerMonitor, options: QuitOptions): () => boolean {
  const { close, clock, log, platform } = options
  let state: 'open' | 'closing' | 'closed' = 'open'
  let mayWait = true

  const end = () => {
    if (state === 'closed') return
    state = 'closed'
    app.quit()
  }
  app.on('before-quit', (event) => {
    if (state === 'closed') return
    if (mayWait) event.preventDefault()
    if (state === 'closing') return
    state = 'closing'
    const cancel = clock.after(QUIT_WITHIN_MS, () => {
      log.error('quit.services-late')
      end()
    })
    void close()
      .catch(() => log.error('quit.services-failed'))
      .finally(() => {
        cancel()
        end()
      })
  })
  // macOS takes a wait as a refusal and gives up the whole logout. The store is crash-safe, and the journal knows what was sent.
  if (platform === 'darwin') {
    powerMonitor.on('shutdown', () => {
      mayWait = false
    })
  }
  return () => state !== 'open'
}
