/** What the hardware suites share: people who hold the key, and a folder for sockets. */
import { spawnSync } from 'node:child_process'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll } from 'vitest'
import type { Person, SampleStatus } from '../../electron/fido/virtual/index.ts'

export const PEERS = join(import.meta.dirname, 'peers')
export const ROOT = join(import.meta.dirname, '../..')
/** What is downloaded or built once; it may be deleted at any time. */
export const CACHE = join(ROOT, 'node_modules/.cache/latchkey-hardware')

export const runs = (command: string, ...words: string[]): boolean =>
  spawnSync(command, words, { stdio: 'ignore' }).status === 0

/** A new folder, removed after the file's tests. */
export function temporaryFolder(): string {
  const folder = mkdtempSync(join(tmpdir(), 'latchkey-hardware-'))
  afterAll(() => rmSync(folder, { recursive: true, force: true }))
  return folder
}

/** Touches at once; the first sample of a finger is too fast. */
export function willing(): Person {
  const samples: SampleStatus[] = ['too-fast']
  return {
    touch: async () => 'touched',
    verify: async () => 'matched',
    sample: async () => samples.shift() ?? 'good',
  }
}

export function absent(): Person {
  const never = () => new Promise<never>(() => {})
  return { touch: never, verify: never, sample: never }
}

/** What a peer said: a line a step, "ok NAME" or "failed NAME: WHY". */
export interface Ran {
  readonly code: number
  readonly output: string
  readonly steps: readonly string[]
}
