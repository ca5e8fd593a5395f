/**
 * Which slot does a secret open? A wrong passphrase and a spoiled slot file look alike to age, so each file is first held
 * against the hash that `state.json` keeps of it. One that differs or is gone is looked for in the snapshots.
 */
import { err, ok, type Result } from '../../shared/kit/index.ts'
import type { Derive } from './age/scrypt.ts'
import { errnoOf, type Damaged, type Missing, type TooCostly, type WrongSecret } from './faults.ts'
import { slotIdsIn, slotPath, type Folder } from './layout.ts'
import { sha256, type Mirror } from './mirror.ts'
import { wrong, type ReadSecret } from './secret.ts'
import { openSlotFile, SLOT_FILE_LIMIT_BYTES, type SlotFileFault, type SlotKey } from './slot-file.ts'
import { kindOfSlotId, type SlotKind } from './slot-id.ts'
import { listSnapshots, snapshotSlotsDir } from './snapshots.ts'

export interface SlotFile {
  readonly id: string
  /** `as-recorded`: the first copy has the recorded hash. `unrecorded`: there is none to compare with. */
  readonly state: 'as-recorded' | 'unrecorded' | 'changed' | 'missing'
  /** What lies in `slots/`, where it could be read. */
  readonly own: Uint8Array | undefined
  /** What to try, the likeliest first; others than `own` are from snapshots. */
  readonly copies: readonly Uint8Array[]
}

/** Every slot that has a file or a record. Where neither is left of a kind, the snapshots' own slots are taken. */
export async function readSlotFiles(folder: Folder, mirror: Mirror | undefined): Promise<SlotFile[]> {
  const recorded = Object.keys(mirror?.slots ?? {}).toSorted()
  const present = await slotIdsIn(folder.fs, folder.layout.slots)
  const ids = [...new Set([...recorded, ...present])]
  if (ids.length === 0) ids.push(...(await snapshotSlotIds(folder)))
  return Promise.all(ids.map((id) => readSlotFile(folder, id, mirror?.slots[id])))
}

async function readSlotFile(folder: Folder, id: string, recorded: string | undefined): Promise<SlotFile> {
  const read = await readCopy(folder, folder.layout.slots, id)
  const own = typeof read === 'string' ? undefined : read
  if (own !== undefined && sha256(own) === recorded) return { id, state: 'as-recorded', own, copies: [own] }
  const others = await snapshotCopies(folder, id)
  const good = others.find((copy) => sha256(copy) === recorded)
  if (good !== undefined) return { id, state: 'as-recorded', own, copies: [good] }
  const copies = own === undefined ? others : [own, ...others.filter((copy) => Buffer.compare(copy, own) !== 0)]
  if (read === 'spoiled' || (own !== undefined && recorded !== undefined)) return { id, state: 'changed', own, copies }
  return { id, state: recorded === undefined && copies.length > 0 ? 'unrecorded' : 'missing', own, copies }
}

async function snapshotSlotIds(folder: Folder): Promise<string[]> {
  const ids = new Set<string>()
  for (const { id } of await listSnapshots(folder)) {
    for (const slotId of await slotIdsIn(folder.fs, snapshotSlotsDir(folder, id))) ids.add(slotId)
  }
  return [...ids]
}

/** Distinct copies, from the newest snapshot to the oldest. */
async function snapshotCopies(folder: Folder, slotId: string): Promise<Uint8Array[]> {
  const copies = new Map<string, Uint8Array>()
  for (const { id } of await listSnapshots(folder)) {
    const copy = await readCopy(folder, snapshotSlotsDir(folder, id), slotId)
    if (typeof copy !== 'string' && !copies.has(sha256(copy))) copies.set(sha256(copy), copy)
  }
  return [...copies.values()]
}

async function readCopy({ fs }: Folder, slotsDir: string, id: string): Promise<Uint8Array | 'absent' | 'spoiled'> {
  try {
    const bytes = await fs.read(slotPath(slotsDir, id), SLOT_FILE_LIMIT_BYTES)
    return bytes === 'too-large' ? 'spoiled' : bytes
  } catch (error) {
    // A bad sector under this file is a damaged file; everything else may pass and is the caller's to report.
    if (errnoOf(error) === 'EIO') return 'spoiled'
    throw error
  }
}

export interface OpenedSlot {
  readonly id: string
  readonly kind: SlotKind
  readonly key: SlotKey
  readonly bytes: Uint8Array
}

export type SlotSearchFault = WrongSecret | Damaged | Missing | TooCostly

/** One key derivation for each file that could be meant, the recorded ones first; normally that is one. */
export async function openSlotWith(
  secret: ReadSecret,
  files: readonly SlotFile[],
  derive: Derive,
): Promise<Result<OpenedSlot, SlotSearchFault>> {
  const isMeant = (id: string) => kindOfSlotId(id) === secret.kind && ('slot' in secret ? id === secret.slot : true)
  const candidates = files.filter(({ id }) => isMeant(id))
  const refusals: { file: SlotFile; fault: SlotFileFault | undefined }[] = []
  for (const file of candidates) {
    let fault: SlotFileFault | undefined
    for (const bytes of file.copies) {
      const opened = await openSlotFile(bytes, secret, derive)
      if (opened.ok) return ok({ id: file.id, kind: secret.kind, key: opened.value, bytes })
      fault ??= opened.error
    }
    refusals.push({ file, fault })
  }
  return err(verdict(secret.kind, refusals, files.length > 0))
}

/** Files that are as they were left speak first: only where a slot's file is not, can its secret have been the right one. */
function verdict(
  kind: SlotKind,
  refusals: readonly { file: SlotFile; fault: SlotFileFault | undefined }[],
  hasOtherSlots: boolean,
): SlotSearchFault {
  if (refusals.length === 0) return hasOtherSlots ? wrong(kind) : { code: 'missing', file: 'slots' }
  for (const { file, fault } of refusals) {
    if (fault?.was === 'too-costly') return { code: 'kdf-too-costly', workFactor: fault.workFactor }
    if (file.state === 'missing') return { code: 'missing', file: fileName(file) }
    if (file.state === 'changed') return { code: 'damaged', file: fileName(file), reason: 'changed' }
  }
  const isAnyWrong = refusals.some(({ fault }) => fault?.was === 'wrong')
  return isAnyWrong ? wrong(kind) : { code: 'damaged', file: fileName(refusals[0]!.file), reason: 'changed' }
}

const fileName = ({ id }: SlotFile) => `slots/${id}.age`
