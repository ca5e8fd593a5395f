/** A page that crashed gets a fresh document; one that crashes again at once ends the program instead of going round. */
import type { WebContents } from 'electron'
import type { Log } from '../../services/ports.ts'
import type { Clock } from '../../../shared/kit/index.ts'

export const AGAIN_WITHIN_MS = 10_000

export interface ReviveOptions {
  readonly clock: Clock
  readonly log: Log
  readonly giveUp: () => void
}

export function reviveAfterCrash(contents: WebContents, { clock, log, giveUp }: ReviveOptions): void {
  let lastAt: number | undefined
  contents.on('render-process-gone', (_event, { reason }) => {
    if (reason === 'clean-exit') return
    log.error('page-gone', { reason })
    const now = clock.now()
    const isAgain = lastAt !== undefined && now - lastAt < AGAIN_WITHIN_MS
    lastAt = now
    if (isAgain) giveUp()
    // Not within the event, while Electron still takes the old process down.
    else clock.after(0, () => contents.isDestroyed() || contents.reload())
  })
}
