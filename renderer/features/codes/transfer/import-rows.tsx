/** The entries of a file with their verdicts, filtered by them, and what is to be done with each. */
import { useVirtualizer } from '@tanstack/react-virtual'
import { useRef, useState } from 'react'
import type { ImportChoice, ImportRow } from '../../../../shared/contract/index.ts'
import { imports as words } from '../../../i18n/transfer.ts'
import { Chip, Select, Tile } from '../../../ui/index.ts'

const ROW_HEIGHT = 56
const OVERSCAN = 6
const FILTERS = ['new', 'changed', 'duplicate', 'refused'] as const
type Filter = (typeof FILTERS)[number]

/** A second time in the file is no other thing to a person than here already. */
const filterOf = ({ verdict }: ImportRow): Filter => (verdict.is === 'repeated' ? 'duplicate' : verdict.is)

export interface ImportRowsProps {
  readonly rows: readonly ImportRow[]
  /** By the row's place; what is not there is as proposed. */
  readonly choices: ReadonlyMap<number, ImportChoice>
  readonly onChoose: (row: number, choice: ImportChoice) => void
}

export function ImportRows({ rows, choices, onChoose }: ImportRowsProps) {
  const [filter, setFilter] = useState<Filter | undefined>(undefined)
  const shown = rows.map((_, at) => at).filter((at) => filter === undefined || filterOf(rows[at]!) === filter)
  const scroll = useRef<HTMLDivElement>(null)
  // oxlint-disable-next-line react/incompatible-library -- its functions are not handed on, and the list is drawn anew by it
  const virtual = useVirtualizer({
    count: shown.length,
    getScrollElement: () => scroll.current,
    estimateSize: () => ROW_HEIGHT,
    getItemKey: (at) => shown[at]!,
    overscan: OVERSCAN,
  })
  return (
    <>
      <div className="lk-import-filters" role="group" aria-label={words.list}>
        <Chip isPressed={filter === undefined} onChange={() => setFilter(undefined)}>
          {words.all} {rows.length}
        </Chip>
        {FILTERS.map((each) => {
          const count = rows.filter((row) => filterOf(row) === each).length
          return count === 0 ? null : (
            <Chip key={each} isPressed={filter === each} onChange={(isOn) => setFilter(isOn ? each : undefined)}>
              {words.filters[each]} {count}
            </Chip>
          )
        })}
      </div>
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- a list that scrolls must be reached by keyboard */}
      <div ref={scroll} className="lk-import-rows" tabIndex={0} role="region" aria-label={words.list}>
        <ul style={{ height: virtual.getTotalSize() }}>
          {virtual.getVirtualItems().map(({ index, start, key }) => {
            const at = shown[index]!
            return (
              <Row
                key={key}
                row={rows[at]!}
                index={index}
                measure={virtual.measureElement}
                top={start}
                place={index + 1}
                of={shown.length}
                choice={choices.get(at) ?? rows[at]!.proposed}
                onChoose={(choice) => onChoose(at, choice)}
              />
            )
          })}
        </ul>
      </div>
    </>
  )
}

interface RowProps {
  readonly row: ImportRow
  readonly index: number
  /** Reasons may take two lines, so rows are measured. */
  readonly measure: (row: HTMLLIElement | null) => void
  readonly top: number
  readonly place: number
  readonly of: number
  readonly choice: ImportChoice
  readonly onChoose: (choice: ImportChoice) => void
}

function Row({ row, index, measure, top, place, of, choice, onChoose }: RowProps) {
  const { issuer, account, verdict } = row
  const name = [issuer, account].filter(Boolean).join(', ') || words.unnamed
  const labels = words.choices(verdict.is)
  const options: ImportChoice[] = verdict.is === 'changed' ? ['add', 'change', 'skip'] : ['add', 'skip']
  return (
    <li
      ref={measure}
      data-index={index}
      aria-posinset={place}
      aria-setsize={of}
      style={{ transform: `translateY(${top}px)`, minHeight: ROW_HEIGHT }}
    >
      <Tile name={issuer || account} size="sm" />
      <span className="grow lk-import-name">
        {name}
        <span className={verdict.is === 'refused' ? 'meta is-bad' : 'meta'}>
          {words.verdict(row)}
          {row.cut.length > 0 && ` ${words.cut}`}
        </span>
      </span>
      {verdict.is !== 'refused' && (
        <Select
          label={words.choiceFor(name)}
          isLabelHidden
          value={choice}
          options={options.map((value) => ({ value, label: labels[value] }))}
          onChange={onChoose}
        />
      )}
    </li>
  )
}
