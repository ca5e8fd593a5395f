/** The vault's folder: which file is where, and which leftovers of an interrupted write may be removed. docs/vault.md draws it. */
import { join } from 'node:path'
import { toHex, type Random } from '../../shared/kit/index.ts'
import type { VaultFs } from './fs.ts'
import { isSlotId } from './slot-id.ts'

/** Refused before any parsing. 10,000 entries take about 3 MB. */
export const VAULT_LIMIT_BYTES = 64 * 1024 * 1024

export interface Layout {
  readonly dir: string
  readonly vault: string
  /** The generation before the present one. */
  readonly backup: string
  readonly slots: string
  readonly snapshots: string
  /** Damaged files that were moved out of the way. Nothing here is ever removed. */
  readonly aside: string
  readonly mirror: string
  /** Stands while a vault is being made; holds the id of its first slot. */
  readonly creating: string
}

export const layoutOf = (dir: string): Layout => ({
  dir,
  vault: join(dir, 'vault.age'),
  backup: join(dir, 'vault.age.bak'),
  slots: join(dir, 'slots'),
  snapshots: join(dir, 'snapshots'),
  aside: join(dir, 'aside'),
  mirror: join(dir, 'state.json'),
  creating: join(dir, 'vault.creating'),
})

/** What stands beside a security key's slot (key-stub.ts). */
export const stubPath = (slotsDir: string, id: string) => join(slotsDir, `${id}.txt`)

export const slotPath = (slotsDir: string, id: string) => join(slotsDir, `${id}.age`)

/** What everything that touches the folder is given. */
export interface Folder {
  readonly fs: VaultFs
  readonly layout: Layout
  readonly random: Random
}

/** 128 random bits, so that no name is guessed or met twice. */
export const temporaryName = (path: string, random: Random) => `${path}.${toHex(random(16))}.tmp`

const TEMPORARY = /\.[0-9a-f]{32}\.tmp$/
const OURS = /^(vault\.age|vault\.age\.bak|vault\.creating|state\.json)\./

/** The ids of the slots that have a file in a folder of slots. */
export async function slotIdsIn(fs: VaultFs, slotsDir: string): Promise<string[]> {
  const names = await fs.list(slotsDir)
  return names
    .flatMap((name) => (name.endsWith('.age') && isSlotId(name.slice(0, -4)) ? [name.slice(0, -4)] : []))
    .toSorted()
}

/** Removes what an interrupted write left behind. Only the one writer may: another's would be in use. */
export async function removeTemporaries({ fs, layout }: Folder): Promise<void> {
  for (const name of await fs.list(layout.dir)) {
    if (TEMPORARY.test(name) && OURS.test(name)) await fs.remove(join(layout.dir, name))
  }
  for (const name of await fs.list(layout.slots)) {
    if (TEMPORARY.test(name)) await fs.remove(join(layout.slots, name))
  }
  for (const name of await fs.list(layout.snapshots)) {
    if (TEMPORARY.test(name)) await removeSet(fs, join(layout.snapshots, name))
  }
}

/** Removes a folder that holds a vault and its slots, whole or in part. */
export async function removeSet(fs: VaultFs, dir: string): Promise<void> {
  const slots = join(dir, 'slots')
  for (const name of await fs.list(slots)) await fs.remove(join(slots, name))
  await fs.removeDir(slots)
  await fs.remove(join(dir, 'vault.age'))
  await fs.removeDir(dir)
}
