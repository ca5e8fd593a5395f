/**
 * What the vault keeps for What if?: what the person added, whose identities are somebody else's, and the marks of the last
 * check. Reading is tolerant: an item that can't be read, or a list of a later version, is written back as it was found.
 */
import { z } from 'zod'
import {
  identityRef,
  losable,
  NOTHING_SAID,
  said,
  weakPointMark,
  type Said,
} from '../../../shared/domain/loss/index.ts'

const checked = z.strictObject({
  /** Milliseconds since 1970. */
  at: z.number().int(),
  marks: z.array(weakPointMark),
  /** Weak points that were new at a check and have not been shown since. */
  fresh: z.array(losable),
})
export type Checked = z.infer<typeof checked>

export interface Kept {
  readonly said: Said
  readonly othersIdentities: readonly z.infer<typeof identityRef>[]
  readonly checked?: Checked
}

export const NOTHING_KEPT: Kept = { said: NOTHING_SAID, othersIdentities: [] }

/** What was found and not understood. */
export interface UnreadKept {
  readonly lists: Readonly<Record<string, readonly unknown[]>>
  readonly said: Readonly<Record<string, unknown>>
  readonly fields: Readonly<Record<string, unknown>>
}
export const NOTHING_UNREAD: UnreadKept = { lists: {}, said: {}, fields: {} }

export const SAID_LISTS = Object.keys(said.shape) as readonly (keyof Said)[]

export function readKept(stored: unknown): { readonly kept: Kept; readonly unread: UnreadKept } {
  const { said: storedSaid, othersIdentities, checked: storedChecked, ...fields } = members(stored)
  const lists: Record<string, unknown[]> = {}
  const readList = (name: string, item: z.ZodType, value: unknown) => {
    const items = Array.isArray(value) ? (value as readonly unknown[]) : []
    const parsed = items.map((one) => ({ one, result: item.safeParse(one) }))
    const unread = parsed.filter(({ result }) => !result.success).map(({ one }) => one)
    if (unread.length > 0) lists[name] = unread
    return parsed.flatMap(({ result }) => (result.success ? [result.data] : []))
  }
  const saidMembers = members(storedSaid)
  const read = Object.fromEntries(
    SAID_LISTS.map((name) => [name, readList(name, said.shape[name].element, saidMembers[name])]),
  ) as unknown as Said
  const others = readList('othersIdentities', identityRef, othersIdentities) as Kept['othersIdentities']
  // Marks that can't be read are made again by the next check.
  const marks = checked.safeParse(storedChecked)
  return {
    kept: { said: read, othersIdentities: others, ...(marks.success ? { checked: marks.data } : {}) },
    unread: {
      lists,
      said: Object.fromEntries(Object.entries(saidMembers).filter(([name]) => !Object.hasOwn(said.shape, name))),
      fields,
    },
  }
}

export function writeKept(kept: Kept, { lists, said: more, fields }: UnreadKept): Record<string, unknown> {
  const withUnread = (name: string, items: readonly unknown[]) => [...items, ...(lists[name] ?? [])]
  return {
    ...fields,
    said: { ...more, ...Object.fromEntries(SAID_LISTS.map((name) => [name, withUnread(name, kept.said[name])])) },
    othersIdentities: withUnread('othersIdentities', kept.othersIdentities),
    ...(kept.checked ? { checked: kept.checked } : {}),
  }
}

const members = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
