/**
 * What is inside vault.age: JSON `{ format, vaultId, generation, savedAt, slots, data }`.
 * Fields this version does not know are kept as they are, so that a later version loses nothing by a visit to this one.
 */
import { z } from 'zod'
import { err, fromUtf8, ok, toHex, utf8, type Random, type Result } from '../../shared/kit/index.ts'
import { isSlotId } from './slot-id.ts'

export const FORMAT = 1
export const SLOT_LIMIT = 16

const slot = z.looseObject({
  id: z.string().refine(isSlotId),
  kind: z.string().max(40),
  label: z.string().max(200),
  createdAt: z.int().nonnegative(),
  /** Secret: who knows it can write a vault that opens. */
  recipient: z.string().regex(/^age1[02-9ac-hj-np-z]{58}$/),
  /** Of a security key: `AGE-PLUGIN-FIDO2PRF-1…`, which names its credential. */
  plugin: z.string().max(4096).optional(),
})
export type Slot = Readonly<z.infer<typeof slot>>

const isDistinct = (values: readonly string[]) => new Set(values).size === values.length

const envelope = z.looseObject({
  format: z.literal(FORMAT),
  vaultId: z.string().regex(/^[0-9a-f]{32}$/),
  generation: z.int().positive(),
  /** Milliseconds since 1970, by the clock of the computer that saved. */
  savedAt: z.int().nonnegative(),
  slots: z
    .array(slot)
    .min(1)
    .max(SLOT_LIMIT)
    .refine((slots) => isDistinct(slots.map(({ id }) => id)) && isDistinct(slots.map(({ recipient }) => recipient))),
  data: z.looseObject({}),
})
/** The data is whatever the vault's owner keeps in it. */
export type Envelope = Readonly<z.infer<typeof envelope>>

export const newVaultId = (random: Random) => toHex(random(16))

export const encodePayload = (payload: Envelope): Uint8Array => utf8(JSON.stringify(payload))

export type PayloadFault = { readonly fault: 'content' } | { readonly fault: 'newer-format'; readonly format: number }

/** Total: a payload of this format or a typed fault. */
export function decodePayload(bytes: Uint8Array): Result<Envelope, PayloadFault> {
  const parsed = parse(bytes)
  const format = z.looseObject({ format: z.int() }).safeParse(parsed)
  if (format.success && format.data.format > FORMAT) return err({ fault: 'newer-format', format: format.data.format })
  // The parsed value itself goes on, not the schema's copy of it: unknown fields and their order stay as they were.
  return envelope.safeParse(parsed).success ? ok(parsed as Envelope) : err({ fault: 'content' })
}

function parse(bytes: Uint8Array): unknown {
  const text = fromUtf8(bytes)
  if (text === undefined) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
