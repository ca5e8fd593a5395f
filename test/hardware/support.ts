/** What the hardware suites and the bench share. */
import { spawnSync } from 'node:child_process'
import { join } from 'node:path'
import type { Person, SampleStatus } from '../../electron/fido/virtual/index.ts'

/** The suites are run from the project's folder; this is bundled too, so its own place says nothing. */
export const ROOT = process.cwd()
export const PEERS = join(ROOT, 'test/hardware/peers')
/** What is downloaded or built once; it may be deleted at any time. */
export const CACHE = join(ROOT, 'node_modules/.cache/latchkey-hardware')

export const runs = (command: string, ...words: string[]): boolean =>
  spawnSync(command, words, { stdio: 'ignore' }).status === 0

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
