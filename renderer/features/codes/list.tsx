/** The rows, of which only those in view are drawn; arrows, Home, End and Enter work from the list and from search. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useCallback, useEffect, useMemo, useRef, useSyncExternalStore, type KeyboardEvent } from 'react'
import type { EntryRow, Settings } from '../../../shared/contract/index.ts'
import { useTopic } from '../../client/index.ts'
import { codes as words } from '../../i18n/codes.ts'
import { cx } from '../../ui/index.ts'
import type { EntryActions } from './actions.ts'
import { Row } from './row.tsx'
import type { Health } from './types.ts'
import type { CodesList } from './use-list.ts'

const GROUP_HEIGHT = 32
const ROW_HEIGHT = { comfortable: 56, compact: 40 } as const
/** Rows drawn beyond the edge, so that a quick scroll finds them there. */
const OVERSCAN = 2

export interface EntryListProps {
  readonly list: CodesList
  readonly selected: string | undefined
  readonly settings: Settings
  readonly actions: EntryActions
  /** Condition of the linked device, by entry. */
  readonly healthOf: ReadonlyMap<string, Health>
  readonly onSelect: (id: string) => void
  readonly onOpen: (dialog: 'edit' | 'reveal' | 'compare', id: string) => void
  readonly onResync: (id: string) => void
}

export const rowId = (entryId: string) => `entry-${entryId}`
const NO_IDS: string[] = []
export const LIST_ID = 'entries'

export function EntryList(props: EntryListProps) {
  const { list, selected, settings, actions, healthOf, onSelect, onOpen, onResync } = props
  const scroll = useRef<HTMLDivElement>(null)
  const rowHeight = ROW_HEIGHT[settings.density]
  // oxlint-disable-next-line react/incompatible-library -- its functions are not handed on, and the list is drawn anew by it
  const virtual = useVirtualizer({
    count: list.items.length,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => (list.items[at]!.is === 'group' ? GROUP_HEIGHT : rowHeight),
    getItemKey: (at) => list.items[at]!.key,
    overscan: OVERSCAN,
  })
  useEffect(() => virtual.measure(), [virtual, rowHeight])

  const inView = virtual.getVirtualItems()
  const ids = useMemo(
    () =>
      inView.flatMap(({ index }) => (list.items[index]?.is === 'entry' ? [list.items[index].entry.id] : [])).toSorted(),
    [inView, list.items],
  )
  // Nobody sees codes of a hidden page, so none are asked for.
  const isSeen = usePageSeen()
  const codes = useTopic('codes', { ids: isSeen ? ids : NO_IDS }, { keepPrevious: true }).state
  const selectedAt = list.items.findIndex((item) => item.is === 'entry' && item.entry.id === selected)
  const scrollTo = useRef(virtual.scrollToIndex)
  useEffect(() => {
    scrollTo.current = virtual.scrollToIndex
  })
  useEffect(() => {
    // The first one comes with the heading above it.
    if (selectedAt >= 0) scrollTo.current(selectedAt === 1 ? 0 : selectedAt, { align: 'auto' })
  }, [selectedAt])

  const onKeyDown = useListKeys(list.entries, selected, onSelect, actions.copy)

  return (
    <div ref={scroll} className="lk-scroll">
      <div
        role="grid"
        id={LIST_ID}
        aria-label={words.list}
        aria-rowcount={list.entries.length}
        aria-activedescendant={selectedAt >= 0 ? rowId(selected!) : undefined}
        tabIndex={0}
        className={cx('lk-virtual', settings.density === 'compact' && 'is-compact')}
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {inView.map(({ index, key, start }) => {
          const item = list.items[index]!
          return (
            <div
              key={key}
              className={cx('lk-virtual-item', list.items[index - 1]?.is === 'entry' && 'has-line')}
              role="presentation"
              style={{ transform: `translateY(${start}px)` }}
            >
              {item.is === 'group' ? (
                <Group group={item.group} count={item.count} sort={settings.sort} />
              ) : (
                <Row
                  id={rowId(item.entry.id)}
                  entry={item.entry}
                  index={index + 1}
                  code={codes?.[item.entry.id]}
                  made={actions.made[item.entry.id]}
                  isSelected={item.entry.id === selected}
                  isCopied={actions.copied === item.entry.id}
                  isHidden={(item.entry.hidden || settings.hideCodes) && !actions.shown.has(item.entry.id)}
                  showsNext={settings.showNextCode}
                  health={healthOf.get(item.entry.id)}
                  actions={actions}
                  onSelect={onSelect}
                  onOpen={onOpen}
                  onResync={onResync}
                />
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

function Group({
  group,
  count,
  sort,
}: {
  group: 'favourites' | 'all' | 'found'
  count: number
  sort: Settings['sort']
}) {
  return (
    <div className="lk-group" role="row">
      <span role="gridcell">
        {words[group]} <span className="num">{count}</span>
      </span>
      {group === 'all' && <span className="end">{words.sortedBy[sort]}</span>}
    </div>
  )
}

const watchVisibility = (run: () => void) => {
  document.addEventListener('visibilitychange', run)
  return () => document.removeEventListener('visibilitychange', run)
}
const usePageSeen = () => useSyncExternalStore(watchVisibility, () => !document.hidden)

/** Keys of the list; search hands its own on to them. */
export function useListKeys(
  entries: readonly EntryRow[],
  selected: string | undefined,
  onSelect: (id: string) => void,
  copy: EntryActions['copy'],
) {
  return useCallback(
    (event: KeyboardEvent) => {
      if (event.target instanceof Element && event.target.closest('button')) return
      const at = entries.findIndex(({ id }) => id === selected)
      const to = {
        ArrowDown: at + 1,
        ArrowUp: at - 1,
        Home: 0,
        End: entries.length - 1,
        PageDown: at + 10,
        PageUp: at - 10,
      }[event.key]
      const isInField = event.target instanceof HTMLInputElement
      if (to !== undefined && !(isInField && (event.key === 'Home' || event.key === 'End'))) {
        const entry = entries[Math.max(0, Math.min(entries.length - 1, to))]
        if (entry) onSelect(entry.id)
        event.preventDefault()
      } else if (event.key === 'Enter') {
        const entry = entries[at] ?? (isInField ? entries[0] : undefined)
        if (!entry) return
        onSelect(entry.id)
        copy(entry, event.shiftKey ? 'next' : 'current')
        event.preventDefault()
      }
    },
    [entries, selected, onSelect, copy],
  )
}
