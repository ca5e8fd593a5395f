/**
 * `state.json`: what the last save left on the disk, kept outside the vault. It shows a restored backup, a sync mistake or
 * a damaged slot file; it shows nothing to a thief who writes both. Holds no secret and no recipient.
 */
import { createHash } from 'node:crypto'
import { z } from 'zod'
import { fromUtf8, utf8 } from '../../shared/kit/index.ts'
import { writeDurably } from './durable.ts'
import type { Folder } from './layout.ts'
import { isSlotId } from './slot-id.ts'

const LIMIT_BYTES = 64 * 1024

const sha256Hex = z.string().regex(/^[0-9a-f]{64}$/)
const mirror = z.object({
  format: z.literal(1),
  vaultId: z.string(),
  generation: z.int().positive(),
  /** Of vault.age as a whole. */
  sha256: sha256Hex,
  /** Of each slot's file, by the slot's id. */
  slots: z.record(z.string().refine(isSlotId), sha256Hex),
})
export type Mirror = Readonly<z.infer<typeof mirror>>

export const sha256 = (bytes: Uint8Array) => createHash('sha256').update(bytes).digest('hex')

/** `undefined` where there is none that can be read: the vault then opens without this check. Throws what the disk throws. */
export async function readMirror({ fs, layout }: Folder): Promise<Mirror | undefined> {
  const bytes = await fs.read(layout.mirror, LIMIT_BYTES)
  const text = typeof bytes === 'string' ? undefined : fromUtf8(bytes)
  if (text === undefined) return undefined
  try {
    return mirror.safeParse(JSON.parse(text)).data
  } catch {
    return undefined
  }
}

/** Written after the vault itself, never before: a mirror that is behind raises no alarm. */
export async function writeMirror(folder: Folder, value: Omit<Mirror, 'format'>): Promise<void> {
  const text = `${JSON.stringify({ format: 1, ...value }, null, 2)}\n`
  await writeDurably(folder, { path: folder.layout.mirror, bytes: utf8(text) })
}

export interface OutOfStep {
  /** `forked`: the same generation with other bytes, so it was saved in two places. */
  readonly kind: 'older' | 'forked' | 'other-vault'
  readonly expected: number
  readonly found: number
}

/** How the vault that was opened differs from what this computer last saved; `undefined` where it does not, or is newer. */
export function outOfStep(
  expected: Mirror | undefined,
  found: { vaultId: string; generation: number; sha256: string },
): OutOfStep | undefined {
  if (expected === undefined) return undefined
  const facts = { expected: expected.generation, found: found.generation }
  if (found.vaultId !== expected.vaultId) return { kind: 'other-vault', ...facts }
  if (found.generation < expected.generation) return { kind: 'older', ...facts }
  const isForked = found.generation === expected.generation && found.sha256 !== expected.sha256
  return isForked ? { kind: 'forked', ...facts } : undefined
}
