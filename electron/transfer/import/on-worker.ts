/**
 * Reads a file on a worker: key derivations and large files take seconds, and a hostile one may take memory. The thread has a
 * heap of its own, ends with its answer, and is ended when its time is over or nobody waits any more.
 */
import { Worker } from 'node:worker_threads'
import { err, type Clock, type Result } from '../../../shared/kit/index.ts'
import type { Found, ReadFault } from './found.ts'
import { MAX_FILE_BYTES, MAX_READ_SECONDS } from './limits.ts'
import type { ReadOptions } from './read.ts'
import type { ImportJob } from './worker.ts'

export interface ImportReaderOptions {
  /** The built worker.ts. */
  readonly workerFile: URL | string
  readonly clock: Clock
}

export type ReadOnWorker = (
  bytes: Uint8Array,
  options: ReadOptions,
  signal?: AbortSignal,
) => Promise<Result<Found, ReadFault>>

/** Of its JavaScript objects; WebAssembly's memory, which Argon2 uses, is bounded by limits.ts. */
const HEAP_MB = 1024

/** Rejects with the signal's reason where it is aborted, and with the worker's error where that is at fault. */
export function createImportReader({ workerFile, clock }: ImportReaderOptions): ReadOnWorker {
  return (bytes, options, signal) =>
    new Promise((resolve, reject) => {
      if (signal?.aborted) return reject(signal.reason)
      if (bytes.length > MAX_FILE_BYTES) return resolve(err({ code: 'too-large', what: 'bytes', max: MAX_FILE_BYTES }))
      const worker = new Worker(workerFile, {
        workerData: { bytes, options } satisfies ImportJob,
        resourceLimits: { maxOldGenerationSizeMb: HEAP_MB },
      })
      const end = (settle: () => void) => {
        cancel()
        signal?.removeEventListener('abort', onAbort)
        void worker.terminate()
        settle()
      }
      const onAbort = () => end(() => reject(signal?.reason))
      const cancel = clock.after(MAX_READ_SECONDS * 1000, () =>
        end(() => resolve(err({ code: 'too-slow', seconds: MAX_READ_SECONDS }))),
      )
      signal?.addEventListener('abort', onAbort)
      worker.once('message', (result: Result<Found, ReadFault>) => end(() => resolve(result)))
      worker.once('error', (error) => {
        const isOutOfMemory = (error as NodeJS.ErrnoException).code === 'ERR_WORKER_OUT_OF_MEMORY'
        const tooLarge = err({ code: 'too-large', what: 'bytes', max: MAX_FILE_BYTES } as const)
        end(() => (isOutOfMemory ? resolve(tooLarge) : reject(error)))
      })
    })
}
