/** The table, worst first, of which only what is in view is drawn. Arrows, Home and End move; Enter unfolds. */
import { useVirtualizer } from '@tanstack/react-virtual'
import {
  useCallback,
  useEffect,
  useLayoutEffect,
  useMemo,
  useRef,
  useState,
  type KeyboardEvent,
  type RefObject,
} from 'react'
import type { HelpStep, LossRow, Report } from '../../../shared/contract/index.ts'
import { headWords, whatif as words } from '../../i18n/whatif.ts'
import { cx, Icon } from '../../ui/index.ts'
import type { WhatIfActions } from './actions.ts'
import { outcomeLooks, tableItems, type TableItem } from './look.ts'
import { OutcomeRow } from './outcome-row.tsx'

const HEIGHTS: Readonly<Record<TableItem['is'], number>> = { head: 33, row: 55, fold: 36, rest: 36 }
const OVERSCAN = 4

export interface OutcomeTableProps {
  readonly report: Report
  readonly rows: readonly LossRow[]
  readonly steps: readonly HelpStep[]
  readonly now: number
  readonly isStale: boolean
  readonly scroll: RefObject<HTMLDivElement | null>
  readonly onReadOn: () => void
  readonly actions: WhatIfActions
}

export function OutcomeTable(props: OutcomeTableProps) {
  const { report, rows, steps, now, isStale, scroll, onReadOn, actions } = props
  const [unfolded, setUnfolded] = useState<ReadonlySet<string>>(new Set())
  const [opened, setOpened] = useState<ReadonlySet<string>>(new Set())
  const [selected, setSelected] = useState<string | undefined>(undefined)
  const items = useMemo(() => tableItems(rows, report, unfolded), [rows, report, unfolded])
  const list = useRef<HTMLDivElement>(null)
  const margin = useMargin(list, scroll)
  // oxlint-disable-next-line react/incompatible-library -- its functions are not handed on, and the table is drawn anew by it
  const virtual = useVirtualizer({
    count: items.length,
    getScrollElement: () => scroll.current,
    estimateSize: (at) => HEIGHTS[items[at]!.is],
    getItemKey: (at) => items[at]!.key,
    scrollMargin: margin,
    overscan: OVERSCAN,
  })
  const inView = virtual.getVirtualItems()
  const isRestSeen = inView.some(({ index }) => items[index]?.is === 'rest')
  useEffect(() => {
    if (isRestSeen) onReadOn()
  }, [isRestSeen, onReadOn, rows.length])

  const act = useCallback((item: TableItem | undefined, way: 'toggle' | 'open' | 'close') => {
    if (item?.is === 'row') setOpened((last) => put(last, item.key, way))
    if (item?.is === 'fold') setUnfolded((last) => put(last, item.group, way))
  }, [])
  const at = items.findIndex(({ key }) => key === selected)
  const onKeyDown = (event: KeyboardEvent) => {
    if (event.target instanceof Element && event.target.closest('button, a')) return
    const to = { ArrowDown: at + 1, ArrowUp: at - 1, Home: 0, End: items.length - 1, PageDown: at + 8, PageUp: at - 8 }[
      event.key
    ]
    if (to !== undefined) {
      const next = Math.max(0, Math.min(items.length - 1, to))
      setSelected(items[next]?.key)
      virtual.scrollToIndex(next, { align: 'auto' })
    } else if (event.key === 'ArrowRight') act(items[at], 'open')
    else if (event.key === 'ArrowLeft') act(items[at], 'close')
    else if (event.key === 'Enter' || event.key === ' ') act(items[at], 'toggle')
    else return
    event.preventDefault()
  }

  return (
    <div className="lk-card lk-out" aria-busy={isStale}>
      <div
        ref={list}
        role="treegrid"
        aria-label={words.table}
        aria-rowcount={report.total}
        aria-readonly
        // Only what is drawn can be pointed at.
        aria-activedescendant={inView.some(({ index }) => index === at) ? idOf(items[at]!.key) : undefined}
        tabIndex={0}
        className="lk-out-list"
        style={{ height: virtual.getTotalSize() }}
        onKeyDown={onKeyDown}
      >
        {inView.map(({ index, key, start }) => {
          const item = items[index]!
          return (
            <div
              key={key}
              ref={virtual.measureElement}
              data-index={index}
              role="presentation"
              className="lk-virtual-item"
              style={{ transform: `translateY(${start - margin}px)` }}
            >
              {item.is === 'row' ? (
                <OutcomeRow
                  id={idOf(item.key)}
                  index={index + 1}
                  row={item.row}
                  steps={steps}
                  now={now}
                  isSelected={item.key === selected}
                  isOpen={opened.has(item.key)}
                  onToggle={() => {
                    setSelected(item.key)
                    act(item, 'toggle')
                  }}
                  actions={actions}
                />
              ) : (
                <Line item={item} isSelected={item.key === selected} onToggle={() => act(item, 'toggle')} />
              )}
            </div>
          )
        })}
      </div>
    </div>
  )
}

const idOf = (key: string) => `out-${key.replaceAll(/\s/g, '_')}`

function put(set: ReadonlySet<string>, key: string, way: 'toggle' | 'open' | 'close'): ReadonlySet<string> {
  const next = new Set(set)
  if (way === 'open' || (way === 'toggle' && !set.has(key))) next.add(key)
  else next.delete(key)
  return next
}

interface LineProps {
  readonly item: Exclude<TableItem, { is: 'row' }>
  readonly isSelected: boolean
  readonly onToggle: () => void
}

/** A head, "Show all", or what is still to be read. */
function Line({ item, isSelected, onToggle }: LineProps) {
  const shared = { role: 'row', id: idOf(item.key), 'aria-level': 1 } as const
  if (item.is === 'head') {
    const { icon, tone } = outcomeLooks[item.outcome]
    return (
      <div {...shared} className={cx('lk-out-head', `is-${tone}`, isSelected && 'is-selected')}>
        <Icon name={icon} />
        <span role="gridcell">
          <h3>
            {headWords(item.outcome, item.atWorst)}{' '}
            {item.count !== undefined && <span className="num">{item.count}</span>}
          </h3>
        </span>
      </div>
    )
  }
  if (item.is === 'rest') {
    return (
      <div {...shared} className="lk-out-fold muted" aria-busy="true">
        <span role="gridcell">{words.rest(item.count)}</span>
      </div>
    )
  }
  return (
    <div {...shared} aria-expanded={item.isOpen} className={cx('lk-out-fold', isSelected && 'is-selected')}>
      <span role="gridcell">
        <button type="button" tabIndex={-1} onClick={onToggle}>
          {item.isOpen ? words.showFew : words.showAll(item.count)}
          <Icon name={item.isOpen ? 'up' : 'down'} size="sm" />
        </button>
      </span>
    </div>
  )
}

/** How far the list stands below the top of what scrolls. */
function useMargin(list: RefObject<HTMLElement | null>, scroll: RefObject<HTMLElement | null>): number {
  const [margin, setMargin] = useState(0)
  useLayoutEffect(() => {
    const measure = () => {
      if (!list.current || !scroll.current) return
      const { top } = list.current.getBoundingClientRect()
      setMargin(Math.round(top - scroll.current.getBoundingClientRect().top + scroll.current.scrollTop))
    }
    measure()
    const observer = new ResizeObserver(measure)
    // What stands above it moves it: all of it is inside the first child of what scrolls.
    for (const element of scroll.current?.firstElementChild?.children ?? []) observer.observe(element)
    if (scroll.current) observer.observe(scroll.current)
    return () => observer.disconnect()
  }, [list, scroll])
  return margin
}
