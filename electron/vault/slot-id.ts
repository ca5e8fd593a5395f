/** A slot's name in every place: `passphrase-1f0c…`. The kind in front is a hint which files to try first; the payload's word is what counts. */
import { toHex, type Random } from '../../shared/kit/index.ts'

/** The kinds that open a vault on any computer. At least one slot of these always remains. */
export const PORTABLE_KINDS = ['passphrase', 'recovery-code'] as const
export type PortableKind = (typeof PORTABLE_KINDS)[number]
/** All kinds that this version opens. */
export const SLOT_KINDS = [...PORTABLE_KINDS, 'security-key'] as const
export type SlotKind = (typeof SLOT_KINDS)[number]

const PATTERN = /^([a-z][a-z-]{0,30})-[0-9a-f]{16}$/

export const newSlotId = (kind: SlotKind, random: Random) => `${kind}-${toHex(random(8))}`

export const isSlotId = (text: string) => PATTERN.test(text)

export const kindOfSlotId = (id: string): string | undefined => PATTERN.exec(id)?.[1]

export const isSlotKind = (kind: string): kind is SlotKind => SLOT_KINDS.some((known) => known === kind)

export const isPortableKind = (kind: string): kind is PortableKind => PORTABLE_KINDS.some((known) => known === kind)
