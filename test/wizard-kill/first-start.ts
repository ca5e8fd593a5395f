/**
 * A data folder as the first start leaves it, made once and copied for each run, and a look into the vault from outside. The
 * vault's key is derived with little work: what is killed here is what comes after the unlocking. scrypt at its full cost is
 * killed in test/vault-kill.
 */
import { cp, mkdtemp, readdir, readFile, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import type { JournalRow } from '../../electron/backends/journal.ts'
import { worldState, type WorldState } from '../../electron/backends/demo/state.ts'
import { EMPTY_VAULT, readVault, writeVault } from '../../electron/services/vault-data.ts'
import { checkStored } from '../../electron/services/vault.ts'
import { systemClock, systemRandom } from '../../electron/shells/node/system.ts'
import { openVaultStore } from '../../electron/vault/index.ts'
import { must } from '../../electron/vault/testing/vaults.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import type { CaseRecord } from '../../shared/domain/playbooks/index.ts'

export const PASSPHRASE = 'killed at every single step'
const QUICK_SCRYPT = 10

/** Where the demo lives in a data folder. */
const demoIn = (dataDir: string) => join(dataDir, 'demo')

const storeIn = (dataDir: string) =>
  openVaultStore({
    dir: join(demoIn(dataDir), 'vault'),
    self: { pid: process.pid, label: 'test' },
    clock: systemClock,
    random: systemRandom,
    check: checkStored,
    scryptLogN: QUICK_SCRYPT,
  })

export interface FirstStart {
  /** Devices that nobody made here. */
  readonly deviceIds: ReadonlySet<string>
  /** A copy of the folder. */
  copy(): Promise<{ readonly path: string; remove(): Promise<void> }>
  remove(): Promise<void>
}

/** `run` starts the program on the folder once and ends it, so that the world is made. */
export async function firstStart(run: (dataDir: string) => Promise<void>): Promise<FirstStart> {
  const path = await mkdtemp(join(tmpdir(), 'latchkey-wizards-'))
  const data = writeVault(EMPTY_VAULT.data, EMPTY_VAULT.unread)
  const { session } = must(await storeIn(path).create({ passphrase: PASSPHRASE, data }))
  await session.lock()
  await run(path)
  const { devices } = await readWorld(path)
  return {
    deviceIds: new Set(devices.map(({ id }) => id)),
    async copy() {
      const own = await mkdtemp(join(tmpdir(), 'latchkey-wizard-'))
      await cp(path, own, { recursive: true })
      return { path: own, remove: () => rm(own, { recursive: true, force: true }) }
    },
    remove: () => rm(path, { recursive: true, force: true }),
  }
}

export const readWorld = async (dataDir: string): Promise<WorldState> =>
  worldState.parse(JSON.parse(await readFile(join(demoIn(dataDir), 'demo-world.json'), 'utf8')))

export interface Kept {
  readonly entries: readonly Entry[]
  readonly journal: readonly JournalRow[]
  readonly cases: readonly CaseRecord[]
}

/** What the vault holds after a kill. Throws where it does not open, or where something in it can't be read. */
export async function readKept(dataDir: string): Promise<Kept> {
  const { session } = must(await storeIn(dataDir).unlock({ passphrase: PASSPHRASE }))
  const { data, unread } = await readVault(session.data())
  await session.lock()
  const isAllRead = data.faultyEntries.length + unread.journal.length + unread.cases.length === 0
  if (!isAllRead) throw new Error('something in the vault can’t be read')
  return data
}

/** Names and bytes of all files but the world's own, which is outside of what the program may be silent about. */
export async function filesIn(dataDir: string): Promise<{ readonly name: string; readonly text: string }[]> {
  const found = await readdir(dataDir, { recursive: true, withFileTypes: true })
  const files = found.filter((file) => file.isFile() && !file.name.startsWith('demo-world.json'))
  return Promise.all(
    files.map(async (file) => ({ name: file.name, text: await readFile(join(file.parentPath, file.name), 'latin1') })),
  )
}
