/** The built browser shell as a process of its own, as a person starts it. */
import { spawn, type ChildProcess } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'

const ENTRY = fileURLToPath(new URL('../../dist/node/browser.js', import.meta.url))
const READY = /^Latchkey: (http:\/\/\S+)$/m

export interface RunningShell {
  readonly url: string
  readonly process: ChildProcess
  /** Everything it wrote to standard output and error so far. */
  output(): string
  /** Ends it as the system does (SIGTERM, or the signal given) and resolves when it is gone. */
  stop(signal?: NodeJS.Signals): Promise<void>
}

/** Starts the shell on `dataDir` and resolves when it has said that it is ready. Rejects with its output where it ends before. */
export function startBrowserShell(dataDir: string, ...more: string[]): Promise<RunningShell> {
  const child = spawn(process.execPath, [ENTRY, '--no-open', '--data-dir', dataDir, ...more], {
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let text = ''
  const gone = new Promise<void>((resolve) => child.once('exit', () => resolve()))
  return new Promise((resolve, reject) => {
    const onData = (chunk: Buffer) => {
      text += chunk.toString('utf8')
      const url = READY.exec(text)?.[1]
      if (url)
        resolve({
          url,
          process: child,
          output: () => text,
          stop: (signal = 'SIGTERM') => {
            child.kill(signal)
            return gone
          },
        })
    }
    child.stdout.on('data', onData)
    child.stderr.on('data', onData)
    void gone.then(() => reject(new Error(`the browser shell ended before it was ready:\n${text}`)))
  })
}

/** A data folder that is removed at the end. */
export function temporaryDataDir(): { readonly path: string; remove(): void } {
  const path = mkdtempSync(join(tmpdir(), 'latchkey-test-'))
  return { path, remove: () => rmSync(path, { recursive: true, force: true }) }
}
