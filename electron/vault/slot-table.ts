/** The slots of an open vault beside their files: what `slots/` should hold, and what `state.json` is to remember of it. */
import { writeDurably } from './durable.ts'
import { slotPath, type Folder } from './layout.ts'
import { sha256 } from './mirror.ts'
import type { Slot } from './payload.ts'
import type { OpenedSlot, SlotFile } from './slot-search.ts'

export interface SlotEntry {
  /** Absent where the file is missing or changed and no good copy was found: this slot may open nothing any more. */
  readonly bytes: Uint8Array | undefined
  readonly state: 'present' | 'changed' | 'missing'
  /** What `slots/` holds is not `bytes`. */
  readonly isToBeWritten: boolean
}

export type SlotTable = ReadonlyMap<string, SlotEntry>

export const presentEntry = (bytes: Uint8Array): SlotEntry => ({ bytes, state: 'present', isToBeWritten: false })

export function slotTable(slots: readonly Slot[], files: readonly SlotFile[], opened: OpenedSlot): SlotTable {
  const found = new Map(files.map((file) => [file.id, file]))
  return new Map(slots.map(({ id }) => [id, entryOf(found.get(id), opened.id === id ? opened.bytes : undefined)]))
}

/** What opened is good, whatever was recorded of it. */
function entryOf(file: SlotFile | undefined, opened: Uint8Array | undefined): SlotEntry {
  if (file === undefined) return { bytes: undefined, state: 'missing', isToBeWritten: false }
  const { state, own, copies } = file
  const bytes = opened ?? (state === 'as-recorded' || state === 'unrecorded' ? copies[0] : undefined)
  if (bytes === undefined) return { bytes, state: state === 'changed' ? state : 'missing', isToBeWritten: false }
  return { bytes, state: 'present', isToBeWritten: bytes !== own }
}

/** Puts back the files that were found in a snapshot only. The spoiled ones they replace open nothing, and are kept aside. */
export async function restoreSlotFiles(
  folder: Folder,
  table: SlotTable,
  setAside: (path: string) => Promise<void>,
): Promise<SlotTable> {
  const restored = new Map(table)
  for (const [id, entry] of table) {
    if (!entry.isToBeWritten || entry.bytes === undefined) continue
    const path = slotPath(folder.layout.slots, id)
    await folder.fs.makeDir(folder.layout.slots)
    await writeDurably(folder, { path, bytes: entry.bytes, beforeReplacing: () => setAside(path) })
    restored.set(id, presentEntry(entry.bytes))
  }
  return restored
}

/** Hashes of good files only: of a changed one the old hash stays known, so that it goes on being told as changed. */
export function slotHashes(table: SlotTable, recorded: Readonly<Record<string, string>>): Record<string, string> {
  const hashes: Record<string, string> = {}
  for (const [id, { bytes }] of table) {
    const hash = bytes === undefined ? recorded[id] : sha256(bytes)
    if (hash !== undefined) hashes[id] = hash
  }
  return hashes
}
