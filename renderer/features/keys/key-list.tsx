/** The keys: those plugged in, in the order in which they came, and those seen before. */
import type { KeyRow } from '../../../shared/contract/index.ts'
import { keyState, keys as words } from '../../i18n/keys.ts'
import { Icon, KeyDrawing, Led, Side, SideGroup, SideItem, SideList } from '../../ui/index.ts'
import { isPlugged, labelOf, lastingId, ledOf, shapeOf, tintOf, type KeysState } from './look.ts'

export interface KeyListProps {
  readonly state: KeysState
  readonly chosen: KeyRow | undefined
  readonly now: number
  readonly onChoose: (id: string) => void
  readonly onDoctor: () => void
  readonly onSelect: (() => void) | undefined
}

export function KeyList({ state, chosen, now, onChoose, onDoctor, onSelect }: KeyListProps) {
  const { plugged, seen } = state
  const items = (rows: readonly KeyRow[]) =>
    rows.map((row) => (
      <SideItem
        key={row.id}
        isSelected={row.id === chosen?.id}
        onSelect={() => onChoose(lastingId(row))}
        name={labelOf(row)}
        drawing={
          <KeyDrawing
            shape={shapeOf(row)}
            tint={tintOf(row)}
            isOut={!isPlugged(row)}
            isWaiting={row.waitsFor !== undefined}
            width={44}
          />
        }
      >
        <Led state={ledOf(row)} />
        <span className="clip">{keyState(row, now)}</span>
      </SideItem>
    ))
  return (
    <Side
      foot={
        <>
          {onSelect && (
            <button type="button" className="lk-nav-item" onClick={onSelect}>
              <Icon name="touch" />
              {words.whichOne}
            </button>
          )}
          <button type="button" className="lk-nav-item" onClick={onDoctor}>
            <Icon name="bolt" />
            {words.notSeen}
          </button>
        </>
      }
    >
      {plugged.length + seen.length > 0 && (
        <SideList label={words.list}>
          {plugged.length > 0 && <SideGroup label={words.plugged}>{items(plugged)}</SideGroup>}
          {seen.length > 0 && <SideGroup label={words.seen}>{items(seen)}</SideGroup>}
        </SideList>
      )}
    </Side>
  )
}
