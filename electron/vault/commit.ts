/** Puts one generation on the disk: the vault itself, and then what may fail without taking that back. */
import { basename, join } from 'node:path'
import { ok, err, type Result } from '../../shared/kit/index.ts'
import { decryptWith, encryptTo } from './age/file.ts'
import { keepAs, writeDurably } from './durable.ts'
import { errnoOf, notWritten, type NotWritten, type TooLarge } from './faults.ts'
import { temporaryName, VAULT_LIMIT_BYTES, type Folder } from './layout.ts'
import { sha256, writeMirror } from './mirror.ts'
import { encodePayload, type Envelope } from './payload.ts'
import { expired, hourOf } from './retention.ts'
import { restoreStubs, stubsOf } from './key-stub.ts'
import { restoreSlotFiles, slotHashes, type SlotTable } from './slot-table.ts'
import { deleteSnapshot, listSnapshots, writeSnapshot } from './snapshots.ts'

/** age adds a header and 16 bytes to every 64 KiB; this much room is plenty. */
const PLAINTEXT_LIMIT_BYTES = VAULT_LIMIT_BYTES - 1024 * 1024

/** What went wrong after the vault was safe: `state.json`, the snapshot of the hour, or old files that a removed slot still opens. */
export type SaveWarning = 'mirror' | 'snapshot' | 'old-files'

export interface Commit {
  readonly envelope: Envelope
  /** Of one of the envelope's slots, to open what was written. */
  readonly identity: string
  readonly slots: SlotTable
  readonly recordedHashes: Readonly<Record<string, string>>
  /** Files that did not open and must not be overwritten. */
  readonly spoiled: readonly ('vault' | 'backup')[]
  readonly snapshot: 'hourly' | 'now'
}

export interface Committed {
  readonly slots: SlotTable
  readonly hashes: Readonly<Record<string, string>>
  readonly warnings: SaveWarning[]
}

export async function commit(folder: Folder, next: Commit): Promise<Result<Committed, TooLarge | NotWritten>> {
  const { envelope, identity, recordedHashes, spoiled } = next
  const plaintext = encodePayload(envelope)
  try {
    if (plaintext.length > PLAINTEXT_LIMIT_BYTES) return err({ code: 'too-large', limitBytes: PLAINTEXT_LIMIT_BYTES })
    const bytes = await encryptTo(
      envelope.slots.map(({ recipient }) => recipient),
      plaintext,
    )
    const slots = await restoreSlotFiles(folder, next.slots, (path) => moveAside(folder, path))
    await restoreStubs(folder, stubsOf(envelope.slots))
    await writeDurably(folder, {
      path: folder.layout.vault,
      bytes,
      check: (reread) => opensTo(identity, reread, plaintext),
      beforeReplacing: () => makeRoom(folder, spoiled),
    })
    const hashes = slotHashes(slots, recordedHashes)
    const warnings = await afterwards(folder, next, bytes, slots, hashes)
    return ok({ slots, hashes, warnings })
  } catch (error) {
    return err(notWritten(error))
  } finally {
    plaintext.fill(0)
  }
}

async function opensTo(identity: string, file: Uint8Array, plaintext: Uint8Array): Promise<boolean> {
  const opened = await decryptWith(identity, file)
  if (!opened.ok) return false
  const isSame = Buffer.compare(opened.value, plaintext) === 0
  opened.value.fill(0)
  return isSame
}

/** A good vault.age stays as vault.age.bak; a spoiled file goes aside, while what was opened instead of it stays where it is. */
async function makeRoom(folder: Folder, spoiled: Commit['spoiled']): Promise<void> {
  const { vault, backup } = folder.layout
  if (spoiled.includes('backup')) await moveAside(folder, backup)
  if (spoiled.includes('vault')) await moveAside(folder, vault)
  else await keepAs(folder, vault, backup, VAULT_LIMIT_BYTES)
}

async function moveAside({ fs, layout, random }: Folder, path: string): Promise<void> {
  await fs.makeDir(layout.aside)
  const name = basename(temporaryName(path, random)).replace(/\.tmp$/, '')
  try {
    await fs.rename(path, join(layout.aside, name))
  } catch (error) {
    if (errnoOf(error) !== 'ENOENT') throw error
  }
}

async function afterwards(
  folder: Folder,
  { envelope, snapshot }: Commit,
  vault: Uint8Array,
  slots: SlotTable,
  hashes: Readonly<Record<string, string>>,
): Promise<SaveWarning[]> {
  const { vaultId, generation, savedAt } = envelope
  const warnings: SaveWarning[] = []
  const mirror = { vaultId, generation, sha256: sha256(vault), slots: hashes }
  if (!(await succeeds(() => writeMirror(folder, mirror)))) warnings.push('mirror')
  const isSnapshotMade = await succeeds(async () => {
    const present = await listSnapshots(folder)
    if (snapshot === 'hourly' && present.some((other) => hourOf(other.savedAt) === hourOf(savedAt))) return
    const slotFiles = new Map([...slots].flatMap(([id, { bytes }]) => (bytes ? [[id, bytes] as const] : [])))
    await writeSnapshot(folder, { savedAt, generation, vault, slotFiles, stubs: stubsOf(envelope.slots) })
    for (const id of expired(await listSnapshots(folder))) await deleteSnapshot(folder, id)
  })
  if (!isSnapshotMade) warnings.push('snapshot')
  return warnings
}

/** For what the vault does not depend on: what the system refuses is a warning, what it did not is a fault of ours and goes up. */
export async function succeeds(work: () => Promise<void>): Promise<boolean> {
  try {
    await work()
    return true
  } catch (error) {
    notWritten(error)
    return false
  }
}
