/**
 * Older states, each a folder with a vault and the slot files that open it: a vault without its slots would be useless.
 * They are copies, not links: what spoils a file in place must not reach its snapshot.
 */
import { join } from 'node:path'
import { writeNew } from './durable.ts'
import { removeSet, slotIdsIn, slotPath, stubPath, temporaryName, type Folder } from './layout.ts'
import type { Snapshot } from './retention.ts'

export interface SnapshotSet {
  readonly savedAt: number
  readonly generation: number
  readonly vault: Uint8Array
  /** Slot id to the bytes of its file. */
  readonly slotFiles: ReadonlyMap<string, Uint8Array>
  /** Slot id to what stands beside it (key-stub.ts). */
  readonly stubs: ReadonlyMap<string, Uint8Array>
}

export const snapshotVaultPath = (folder: Folder, id: string) => join(folder.layout.snapshots, id, 'vault.age')
export const snapshotSlotsDir = (folder: Folder, id: string) => join(folder.layout.snapshots, id, 'slots')

/** All complete ones, the newest generation first. */
export async function listSnapshots({ fs, layout }: Folder): Promise<Snapshot[]> {
  const names = await fs.list(layout.snapshots)
  return names
    .flatMap((name) => readName(name) ?? [])
    .toSorted((a, b) => b.generation - a.generation || b.savedAt - a.savedAt)
}

/** Appears under its name only when it is complete. */
export async function writeSnapshot(folder: Folder, set: SnapshotSet): Promise<void> {
  const { fs, layout, random } = folder
  const path = join(layout.snapshots, nameOf(set))
  const temporary = temporaryName(path, random)
  const slots = join(temporary, 'slots')
  try {
    await fs.makeDir(slots)
    for (const [id, bytes] of set.slotFiles) await writeNew(fs, slotPath(slots, id), bytes)
    for (const [id, bytes] of set.stubs) await writeNew(fs, stubPath(slots, id), bytes)
    await writeNew(fs, join(temporary, 'vault.age'), set.vault)
    await fs.syncDir(slots)
    await fs.syncDir(temporary)
    await fs.rename(temporary, path)
    await fs.syncDir(layout.snapshots)
  } catch (error) {
    await removeSet(fs, temporary).catch(() => undefined)
    throw error
  }
}

/** Renamed first, so that no half of it is ever taken for a whole. */
export async function deleteSnapshot({ fs, layout, random }: Folder, id: string): Promise<void> {
  if (readName(id) === undefined) return
  const path = join(layout.snapshots, id)
  const doomed = temporaryName(path, random)
  await fs.rename(path, doomed)
  await removeSet(fs, doomed)
}

/** Those that a slot's file lies in, and that its secret therefore opens. */
export async function snapshotsOpenedBy(folder: Folder, slotId: string): Promise<Snapshot[]> {
  const opened: Snapshot[] = []
  for (const snapshot of await listSnapshots(folder)) {
    const ids = await slotIdsIn(folder.fs, snapshotSlotsDir(folder, snapshot.id))
    if (ids.includes(slotId)) opened.push(snapshot)
  }
  return opened
}

/** `20261124T120000Z-g12` */
function nameOf({ savedAt, generation }: { savedAt: number; generation: number }): string {
  const time = new Date(savedAt).toISOString().replaceAll(/[-:]|\.\d+/g, '')
  return `${time}-g${generation}`
}

function readName(name: string): Snapshot | undefined {
  const match = /^(\d{4})(\d\d)(\d\d)T(\d\d)(\d\d)(\d\d)Z-g(\d{1,15})$/.exec(name)
  if (match === null) return undefined
  const [year, month, day, hour, minute, second, generation] = match.slice(1).map(Number)
  const savedAt = Date.UTC(year!, month! - 1, day, hour, minute, second)
  return { id: name, savedAt, generation: generation! }
}
