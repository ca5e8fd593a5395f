/** What a look at the folder says before anything is opened. An empty vault is never offered where one should be. */
import { fromUtf8 } from '../../shared/kit/index.ts'
import { stanzaTypes } from './age/file.ts'
import { errnoOf, type Damaged, type Missing } from './faults.ts'
import { slotIdsIn, slotPath, VAULT_LIMIT_BYTES, type Folder } from './layout.ts'
import { readMirror } from './mirror.ts'
import { isSlotId, isSlotKind, kindOfSlotId, type SlotKind } from './slot-id.ts'
import { listSnapshots } from './snapshots.ts'

export type FolderState =
  | { readonly is: 'absent' }
  /** `ways`: kinds of the slots that have a file or a record. */
  | { readonly is: 'present'; readonly ways: readonly SlotKind[]; readonly fault: Damaged | Missing | undefined }

/** Throws what the disk throws. */
export async function lookAt(folder: Folder): Promise<FolderState> {
  const { fs, layout } = folder
  const vault = await vaultFault(folder)
  const isVaultThere = vault?.code !== 'missing'
  const isBackupThere = (await fs.list(layout.dir)).includes('vault.age.bak')
  const mirror = await readMirror(folder)
  const slots = await slotIdsIn(fs, layout.slots)
  const creating = await slotBeingCreated(folder)
  const hasSnapshots = (await listSnapshots(folder)).length > 0
  const isSlotLeft = slots.some((id) => id !== creating)
  if (!isVaultThere && !isBackupThere && mirror === undefined && !hasSnapshots && !isSlotLeft) return { is: 'absent' }
  const kinds = [...slots, ...Object.keys(mirror?.slots ?? {})].flatMap((id) => kindOfSlotId(id) ?? [])
  const ways = [...new Set(kinds)].filter(isSlotKind).toSorted()
  return { is: 'present', ways, fault: vault ?? (slots.length === 0 ? { code: 'missing', file: 'slots' } : undefined) }
}

/** Only what its header shows; whether it opens is learned by opening it. */
async function vaultFault({ fs, layout }: Folder): Promise<Damaged | Missing | undefined> {
  const file = 'vault.age'
  const bytes = await fs.read(layout.vault, VAULT_LIMIT_BYTES).catch((error: unknown) => {
    if (errnoOf(error) === 'EIO') return 'unreadable' as const
    throw error
  })
  if (bytes === 'absent') return { code: 'missing', file }
  if (bytes === 'too-large' || bytes === 'unreadable') return { code: 'damaged', file, reason: bytes }
  return stanzaTypes(bytes).ok ? undefined : { code: 'damaged', file, reason: 'changed' }
}

const MARKER_LIMIT_BYTES = 200

/** The slot of a vault whose making was interrupted, if one was. */
async function slotBeingCreated({ fs, layout }: Folder): Promise<string | undefined> {
  const bytes = await fs.read(layout.creating, MARKER_LIMIT_BYTES)
  const id = typeof bytes === 'string' ? undefined : fromUtf8(bytes)
  return id !== undefined && isSlotId(id) ? id : undefined
}

/** Removes what an interrupted making left; the folder must have been found `absent`. */
export async function clearUnfinished(folder: Folder): Promise<void> {
  const { fs, layout } = folder
  const id = await slotBeingCreated(folder)
  if (id !== undefined) await fs.remove(slotPath(layout.slots, id))
  await fs.remove(layout.creating)
}
