/** What the list shows: entries in their order, under group headings, narrowed by search and tag. */
import { useDeferredValue, useMemo } from 'react'
import type { EntryRow, Settings } from '../../../shared/contract/index.ts'
import { indexEntries, searchEntries } from '../../../shared/domain/search.ts'

export type ListItem =
  | {
      readonly is: 'group'
      readonly key: string
      readonly group: 'favourites' | 'all' | 'found'
      readonly count: number
    }
  | { readonly is: 'entry'; readonly key: string; readonly entry: EntryRow }

export interface CodesList {
  readonly items: readonly ListItem[]
  /** In the order shown. */
  readonly entries: readonly EntryRow[]
  readonly total: number
  readonly binned: readonly EntryRow[]
  readonly tags: readonly string[]
}

export function useList(
  state: Readonly<Record<string, EntryRow>>,
  query: string,
  tag: string | undefined,
  order: Settings['sort'],
): CodesList {
  const [live, binned, tags] = useMemo(() => {
    const all = Object.values(state)
    const live = all.filter(({ deletedAt }) => deletedAt === undefined)
    const binned = all
      .filter(({ deletedAt }) => deletedAt !== undefined)
      .toSorted((a, b) => b.deletedAt! - a.deletedAt!)
    return [live, binned, [...new Set(live.flatMap(({ tags }) => tags))].toSorted((a, b) => a.localeCompare(b))]
  }, [state])
  const index = useMemo(() => indexEntries(live), [live])
  // Typing stays ahead of a list of ten thousand.
  const text = useDeferredValue(query)
  return useMemo(() => {
    const entries = searchEntries(index, { text, order, ...(tag === undefined ? {} : { tag }) })
    return {
      items: grouped(entries, text.trim() !== '' || tag !== undefined),
      entries,
      total: live.length,
      binned,
      tags,
    }
  }, [index, text, order, tag, live, binned, tags])
}

function grouped(entries: readonly EntryRow[], isFound: boolean): ListItem[] {
  const rows = (list: readonly EntryRow[]) => list.map((entry): ListItem => ({ is: 'entry', key: entry.id, entry }))
  if (entries.length === 0) return []
  if (isFound) return [{ is: 'group', key: 'group:found', group: 'found', count: entries.length }, ...rows(entries)]
  const favourites = entries.filter(({ favourite }) => favourite)
  const others = entries.filter(({ favourite }) => !favourite)
  return [
    ...(favourites.length > 0
      ? [
          { is: 'group', key: 'group:favourites', group: 'favourites', count: favourites.length } as const,
          ...rows(favourites),
        ]
      : []),
    ...(others.length > 0
      ? [{ is: 'group', key: 'group:all', group: 'all', count: others.length } as const, ...rows(others)]
      : []),
  ]
}
