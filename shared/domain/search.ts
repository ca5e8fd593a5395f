/** Search as you type, and the orders of the list of codes. Made for 10,000 entries at each key stroke. */
import type { EntryMeta } from './entry.ts'
import { fold } from './text.ts'

export const ENTRY_ORDERS = ['name', 'use', 'added'] as const
export type EntryOrder = (typeof ENTRY_ORDERS)[number]

interface Row {
  readonly entry: EntryMeta
  readonly issuer: string
  readonly account: string
  /** Tags and note. */
  readonly rest: string
}

/** Entries made ready for searching. Made once for each snapshot of the list; orders are sorted when first asked for. */
export interface EntryIndex {
  readonly rows: readonly Row[]
  readonly collator: Intl.Collator
  readonly sorted: Map<EntryOrder, readonly Row[]>
}

/** `locale` (BCP 47) decides the order of names; without it, the platform's does. */
export const indexEntries = (entries: readonly EntryMeta[], locale?: string): EntryIndex => ({
  rows: entries.map((entry) => ({
    entry,
    issuer: fold(entry.issuer),
    account: fold(entry.account),
    rest: fold([...entry.tags, entry.note].join('\n')),
  })),
  collator: new Intl.Collator(locale, { numeric: true, sensitivity: 'base' }),
  sorted: new Map(),
})

export interface EntryQuery {
  /** Every word of it must be found in issuer, account, tags or note, whatever its case and diacritics. */
  readonly text: string
  /** The order where there is no text; favourites come first in each. */
  readonly order: EntryOrder
  /** Only entries with this tag. */
  readonly tag?: string | undefined
}

/** Longer than anything that is typed to find an entry. */
const MAX_QUERY_LENGTH = 256

/**
 * Entries that match. Without text: favourites, then the rest, each in the order asked for. With text: those whose issuer
 * begins with it first, then by where else it was found; among equals favourites, then the most used, then by name.
 */
export function searchEntries(index: EntryIndex, query: EntryQuery): EntryMeta[] {
  const words = fold(query.text.slice(0, MAX_QUERY_LENGTH)).split(/\s+/u).filter(Boolean)
  const { tag } = query
  const rows = sortedRows(index, words.length > 0 ? 'use' : query.order)
  // Rows are in the order of equals already, so that filling one bucket a rank sorts them.
  const buckets: EntryMeta[][] = []
  for (const row of rows) {
    if (tag !== undefined && !row.entry.tags.includes(tag)) continue
    const rank = rankOf(row, words)
    if (rank !== undefined) (buckets[rank] ??= []).push(row.entry)
  }
  return buckets.flat()
}

/** 0 where every word begins the issuer, more for each that was found further off, `undefined` where one was not found. */
function rankOf(row: Row, words: readonly string[]): number | undefined {
  let rank = 0
  for (const word of words) {
    if (row.issuer.startsWith(word)) continue
    if (row.account.startsWith(word) || row.issuer.includes(` ${word}`)) rank += 1
    else if (row.issuer.includes(word) || row.account.includes(word)) rank += 2
    else if (row.rest.includes(word)) rank += 3
    else return undefined
  }
  return rank
}

function sortedRows(index: EntryIndex, order: EntryOrder): readonly Row[] {
  const known = index.sorted.get(order)
  if (known) return known
  const { compare } = index.collator
  const byName = (a: Row, b: Row) =>
    compare(a.entry.issuer, b.entry.issuer) || compare(a.entry.account, b.entry.account)
  const orders: Readonly<Record<EntryOrder, (a: Row, b: Row) => number>> = {
    name: byName,
    use: (a, b) =>
      b.entry.useCount - a.entry.useCount || (b.entry.lastUsedAt ?? 0) - (a.entry.lastUsedAt ?? 0) || byName(a, b),
    added: (a, b) => b.entry.createdAt - a.entry.createdAt || byName(a, b),
  }
  const sorted = index.rows.toSorted(
    (a, b) => Number(b.entry.favourite) - Number(a.entry.favourite) || orders[order](a, b),
  )
  index.sorted.set(order, sorted)
  return sorted
}
