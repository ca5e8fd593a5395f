/** What opens the vault by a security key, read before anything is open: which credential, and what to ask it. */
import { prfInputsOf, type PrfInputs } from './age/fido2prf.ts'
import type { PrfCredential } from './age/plugin-identity.ts'
import { readStub } from './key-stub.ts'
import type { Folder } from './layout.ts'
import { readMirror } from './mirror.ts'
import { unarmored } from './slot-file.ts'
import { kindOfSlotId } from './slot-id.ts'
import { readSlotFiles, type SlotFile } from './slot-search.ts'

export interface KeySlot {
  readonly id: string
  readonly credential: PrfCredential
  readonly inputs: PrfInputs
}

/** Throws what the disk throws. */
export async function readKeySlots(folder: Folder): Promise<KeySlot[]> {
  const files = await readSlotFiles(folder, await readMirror(folder))
  const slots: KeySlot[] = []
  for (const file of files) {
    if (kindOfSlotId(file.id) !== 'security-key') continue
    const inputs = await inputsOf(file)
    const credential = inputs && (await readStub(folder, file.id))
    if (inputs && credential) slots.push({ id: file.id, credential, inputs })
  }
  return slots
}

async function inputsOf({ copies }: SlotFile): Promise<PrfInputs | undefined> {
  for (const copy of copies) {
    const binary = unarmored(copy)
    const inputs = binary && (await prfInputsOf(binary))
    if (inputs) return inputs
  }
  return undefined
}
