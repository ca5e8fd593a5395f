/** What the desktop shell is told on its command line. */
import { parseArgs } from 'node:util'
import { resolve } from 'node:path'

export interface Flags {
  readonly isDemo: boolean
  /** Absolute. */
  readonly dataDir: string | undefined
  /** Developer tools and reload in the menu. */
  readonly isDeveloper: boolean
  /** Events and codes on standard error. */
  readonly wantsLog: boolean
}

/** Others are not refused: Chromium and the system add their own. `npm start` checks what a person typed. */
export function readFlags(argv: readonly string[]): Flags {
  const { values } = parseArgs({
    args: [...argv],
    options: {
      demo: { type: 'boolean' },
      'data-dir': { type: 'string' },
      developer: { type: 'boolean' },
      log: { type: 'boolean' },
    },
    strict: false,
    allowPositionals: true,
  })
  const folder = values['data-dir']
  return {
    isDemo: values.demo === true,
    dataDir: typeof folder === 'string' && folder !== '' ? resolve(folder) : undefined,
    isDeveloper: values.developer === true,
    wantsLog: values.log === true,
  }
}
