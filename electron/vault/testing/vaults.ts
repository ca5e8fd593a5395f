/** For tests: vaults in folders of their own, with keys that are quick to derive. */
import { randomBytes } from 'node:crypto'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { err, ok, type Clock, type Random, type Result } from '../../../shared/kit/index.ts'
import { openVaultStore, type OpenVaultStore, type VaultSession, type VaultStore } from '../index.ts'

export interface Notes {
  readonly notes: readonly string[]
  readonly version?: number
}

/** Data of version 2 and later is for a later version of the owner. */
export function checkNotes(data: unknown): Result<Notes, 'damaged' | { newerFormat: number }> {
  const { notes, version } = data as Partial<Record<string, unknown>>
  if (typeof version === 'number' && version > 1) return err({ newerFormat: version })
  return Array.isArray(notes) && notes.every((note) => typeof note === 'string') ? ok(data as Notes) : err('damaged')
}

export const PASSPHRASE = 'correct horse battery staple'
/** scrypt with N = 2: for tests of everything but scrypt. */
export const QUICK = 1

export const systemRandom: Random = (length) => Uint8Array.from(randomBytes(length))

/** A clock that stands still and never calls. */
export const stillClock = (now = Date.UTC(2026, 10, 24, 12, 0, 0)): Clock => ({
  now: () => now,
  after: () => () => undefined,
})

export function storeIn(dir: string, options: Partial<OpenVaultStore<Notes>> = {}): VaultStore<Notes> {
  return openVaultStore<Notes>({
    dir,
    self: { pid: process.pid, label: 'test' },
    clock: stillClock(),
    random: systemRandom,
    check: checkNotes,
    scryptLogN: QUICK,
    ...options,
  })
}

/** The value, or a throw that names the fault. */
export function must<T>(result: Result<T, unknown>): T {
  if (!result.ok) throw new Error(`refused: ${JSON.stringify(result.error)}`)
  return result.value
}

/** A vault that holds `notes`, open. */
export async function newVault(
  dir: string,
  notes: readonly string[],
  options: Partial<OpenVaultStore<Notes>> = {},
): Promise<VaultSession<Notes>> {
  return must(await storeIn(dir, options).create({ passphrase: PASSPHRASE, data: { notes } })).session
}

/** What a fresh process finds: the notes, and what was said beside them. Locks again. */
export async function reopen(
  dir: string,
  options: Partial<OpenVaultStore<Notes>> = {},
  passphrase = PASSPHRASE,
  how = {},
) {
  const unlocked = await storeIn(dir, options).unlock({ passphrase }, how)
  if (!unlocked.ok) return { error: unlocked.error }
  const { session, fellBack, rolledBack } = unlocked.value
  const { notes } = session.data()
  const { generation } = session
  await session.lock()
  return { notes, generation, fellBack, rolledBack }
}

/** A folder that is gone after the test: `using dir = …` is not in Node 20, so `remove` is handed to `onTestFinished`. */
export async function temporaryFolder(): Promise<{ path: string; remove: () => Promise<void> }> {
  const path = await mkdtemp(join(tmpdir(), 'latchkey-vault-'))
  return { path, remove: () => rm(path, { recursive: true, force: true }) }
}
