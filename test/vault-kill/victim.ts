/** Starts the process that works on a vault, listens to what it acknowledges, and kills it. */
import { fork, type ChildProcess } from 'node:child_process'
import { once } from 'node:events'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { build } from 'vite'
import type { Message, Order } from './orders.ts'

/** The worker as plain JavaScript that Node runs by itself. */
export async function bundleWorker(): Promise<{ path: string; remove: () => Promise<void> }> {
  const outDir = await mkdtemp(join(tmpdir(), 'latchkey-worker-'))
  await build({
    configFile: false,
    logLevel: 'error',
    ssr: { noExternal: true },
    build: {
      ssr: join(import.meta.dirname, 'worker.ts'),
      outDir,
      target: 'node20',
      minify: false,
      rolldownOptions: { output: { entryFileNames: 'worker.mjs', format: 'es' } },
    },
  })
  return { path: join(outDir, 'worker.mjs'), remove: () => rm(outDir, { recursive: true, force: true }) }
}

export class Victim {
  readonly #child: ChildProcess
  #listener: () => void = () => undefined
  /** The highest number whose acknowledgement has reached this process. */
  acknowledged = 0
  acknowledgements = 0
  isStopped = false
  exit: string | undefined

  constructor(workerPath: string, order: Order) {
    this.#child = fork(workerPath, [JSON.stringify(order)], { stdio: ['ignore', 'inherit', 'inherit', 'ipc'] })
    this.#child.on('message', (message: Message) => {
      if (message.is === 'stopped') this.isStopped = true
      else {
        this.acknowledged = message.number
        this.acknowledgements += 1
      }
      this.#listener()
    })
    this.#child.on('exit', (code, signal) => {
      this.exit = signal ?? `exit ${code}`
      this.#listener()
    })
  }

  /** Resolves when `isSo`, or when the process has ended by itself. */
  until(isSo: () => boolean): Promise<void> {
    return new Promise((resolve) => {
      this.#listener = () => {
        if (isSo() || this.exit !== undefined) resolve()
      }
      this.#listener()
    })
  }

  /** Resolves when the process is gone and everything it had said has been heard. */
  async kill(): Promise<void> {
    if (this.exit !== undefined) throw new Error(`the process ended by itself: ${this.exit}`)
    const gone = once(this.#child, 'close')
    this.#child.kill('SIGKILL')
    await gone
  }
}
