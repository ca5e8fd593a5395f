/** The importer on a thread of its own: reads the one file it is started with, answers once, and ends. */
import { parentPort, workerData } from 'node:worker_threads'
import { readImport, type ReadOptions } from './read.ts'

export interface ImportJob {
  readonly bytes: Uint8Array
  readonly options: ReadOptions
}

const { bytes, options } = workerData as ImportJob
// oxlint-disable-next-line unicorn/require-post-message-target-origin -- a thread's answer has no target origin
parentPort?.postMessage(await readImport(bytes, options))
