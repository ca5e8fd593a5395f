/** One account: what happens to it, the ways into it, what would mend it; unfolded, why. */
import type { HelpStep, LossRow } from '../../../shared/contract/index.ts'
import { mends, rowSays, wayState } from '../../i18n/whatif.ts'
import { wayName } from '../../i18n/whatif-chain.ts'
import { accountMeta, accountTitle, capital } from '../../i18n/whatif-names.ts'
import { helpWords } from '../../i18n/whatif-questions.ts'
import { cx, Icon, Link, Tile } from '../../ui/index.ts'
import { doMend, type WhatIfActions } from './actions.ts'
import { rowMend, tileIcon, tileName, wayMarks, type RowMend } from './look.ts'
import { RowWhy } from './row-why.tsx'

export interface OutcomeRowProps {
  readonly id: string
  readonly index: number
  readonly row: LossRow
  readonly steps: readonly HelpStep[]
  readonly now: number
  readonly isSelected: boolean
  readonly isOpen: boolean
  readonly onToggle: () => void
  readonly actions: WhatIfActions
}

export function OutcomeRow({ id, index, row, steps, now, isSelected, isOpen, onToggle, actions }: OutcomeRowProps) {
  const { name } = row.account
  const mend = rowMend(row, steps)
  const isPlain = row.outcome === 'opens'
  return (
    <>
      {/* oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the table around it has the keys */}
      <div
        role="row"
        id={id}
        aria-rowindex={index}
        aria-level={2}
        aria-expanded={isOpen}
        className={cx('lk-out-row', isPlain && 'is-one', isSelected && 'is-selected')}
        onClick={(event) => {
          if (event.target instanceof Element && event.target.closest('button, a')) return
          onToggle()
        }}
      >
        <Tile name={tileName(row)} icon={tileIcon(row)} size="sm" />
        <div role="gridcell" className="clip">
          <div className="who">
            <span className="name clip">{accountTitle(name)}</span>
            <span className="meta clip">{accountMeta(name)}</span>
            {isPlain && <span className="meta how clip">{rowSays(row, now)}</span>}
          </div>
          {!isPlain && <div className="say">{rowSays(row, now)}</div>}
        </div>
        <div role="gridcell" className="mend">
          <WaySet row={row} />
          {mend && (
            <Link label={`${mendLabel(mend)}: ${accountTitle(name)}`} onClick={() => doMend(mend, actions)}>
              {mendLabel(mend)}
            </Link>
          )}
        </div>
        <Icon name={isOpen ? 'up' : 'down'} size="sm" className="faint" />
      </div>
      {isOpen && (
        <div role="row" aria-level={3} className="lk-out-why">
          <div role="gridcell">
            <RowWhy row={row} now={now} actions={actions} />
          </div>
        </div>
      )}
    </>
  )
}

function mendLabel(mend: RowMend): string {
  switch (mend.is) {
    case 'step':
      return helpWords(mend.step).short
    case 'confirm':
      return mends.confirm[mend.contact]
    case 'answer':
    case 'register':
    case 'back-up':
    case 'print-codes':
      return mends[mend.is]
  }
}

/** Ways in as small drawings: hollow where they are gone. */
function WaySet({ row }: { row: LossRow }) {
  return (
    <span className="lk-wayset">
      {wayMarks(row).map(({ step, icon, state }, at) => {
        const words = `${capital(wayName(step))}: ${wayState[state]}`
        return (
          <span key={`${at} ${step.step}`} className={state === 'perhaps' ? undefined : state} title={words}>
            <Icon name={icon} />
            <span className="vh">{words}. </span>
          </span>
        )
      })}
    </span>
  )
}
