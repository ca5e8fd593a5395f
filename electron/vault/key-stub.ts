/**
 * What stands beside a security key's slot: an age identity file that names the credential, so that a key can be asked, by us
 * or by the age plugin, before anything is open. Held in the payload too, from which a lost one is written again. No secret.
 */
import { fromUtf8, utf8 } from '../../shared/kit/index.ts'
import { readPluginIdentity, type PrfCredential } from './age/plugin-identity.ts'
import { writeDurably } from './durable.ts'
import { errnoOf } from './faults.ts'
import { stubPath, type Folder } from './layout.ts'
import type { Slot } from './payload.ts'
import { isSlotId } from './slot-id.ts'
import { listSnapshots, snapshotSlotsDir } from './snapshots.ts'

const LIMIT_BYTES = 8 * 1024
const EXTENSION = '.txt'

export const stubBytes = ({ id, plugin }: { readonly id: string; readonly plugin: string }): Uint8Array =>
  utf8(`# Latchkey slot ${id}: the security key's credential\n${plugin}\n`)

/** Of the slots that have one. */
export const stubsOf = (slots: readonly Slot[]): ReadonlyMap<string, Uint8Array> =>
  new Map(slots.flatMap(({ id, plugin }) => (plugin === undefined ? [] : [[id, stubBytes({ id, plugin })] as const])))

/** Writes those that are not as they should be. */
export async function restoreStubs(folder: Folder, stubs: ReadonlyMap<string, Uint8Array>): Promise<void> {
  const { fs, layout } = folder
  for (const [id, bytes] of stubs) {
    const path = stubPath(layout.slots, id)
    const present = await fs.read(path, LIMIT_BYTES)
    if (typeof present !== 'string' && Buffer.compare(present, bytes) === 0) continue
    await fs.makeDir(layout.slots)
    await writeDurably(folder, { path, bytes })
  }
}

/** The credential of a slot, by the file in `slots/`, else by the newest snapshot's that can be read. */
export async function readStub(folder: Folder, id: string): Promise<PrfCredential | undefined> {
  const dirs = [folder.layout.slots, ...(await listSnapshots(folder)).map((one) => snapshotSlotsDir(folder, one.id))]
  for (const dir of dirs) {
    const credential = readCredential(await readOrSpoiled(folder, stubPath(dir, id)))
    if (credential !== undefined) return credential
  }
  return undefined
}

/** Ids that have a file of this kind. */
export async function stubIdsIn({ fs }: Folder, slotsDir: string): Promise<string[]> {
  const names = await fs.list(slotsDir)
  return names
    .map((name) => (name.endsWith(EXTENSION) ? name.slice(0, -EXTENSION.length) : ''))
    .filter((id) => isSlotId(id))
}

function readCredential(bytes: Uint8Array | undefined): PrfCredential | undefined {
  for (const line of (bytes && fromUtf8(bytes))?.split(/\r?\n/) ?? []) {
    const credential = readPluginIdentity(line.trim())
    if (credential !== undefined) return credential
  }
  return undefined
}

async function readOrSpoiled({ fs }: Folder, path: string): Promise<Uint8Array | undefined> {
  try {
    const bytes = await fs.read(path, LIMIT_BYTES)
    return typeof bytes === 'string' ? undefined : bytes
  } catch (error) {
    // A bad sector under this file is a damaged file; everything else is the caller's to report.
    if (errnoOf(error) === 'EIO') return undefined
    throw error
  }
}
