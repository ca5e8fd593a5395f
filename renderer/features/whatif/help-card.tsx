/** At the side: the one step that helps most, as a button, and what comes after it. */
import type { Report } from '../../../shared/contract/index.ts'
import { help as words, shiftWords } from '../../i18n/whatif.ts'
import { helpWords } from '../../i18n/whatif-questions.ts'
import { Button, Icon, ProgressLine, vars } from '../../ui/index.ts'
import { doStep, type WhatIfActions } from './actions.ts'
import { dots, outcomeLooks } from './look.ts'
import type { BestSteps } from './use-best-steps.ts'

interface HelpCardProps {
  readonly report: Report
  readonly best: BestSteps
  readonly actions: WhatIfActions
}

export function HelpCard({ report, best: { steps, isPending }, actions }: HelpCardProps) {
  const [first, ...rest] = steps
  const isAllOpen = report.tally.opens === report.total
  const isUnlost = report.losses.length === 0 && isAllOpen
  if (!first)
    return (
      <aside className="lk-help-card" aria-label={words.label}>
        <div className="in">
          <div className="k">{words.title}</div>
          {isPending ? (
            <>
              <p className="muted">{words.looking}</p>
              <ProgressLine label={words.looking} />
            </>
          ) : (
            <>
              <h2>{isUnlost ? words.unlost : words.nothing}</h2>
              <p className="muted">{isUnlost ? words.unlostMore : isAllOpen ? words.allOpen : words.nothingMore}</p>
            </>
          )}
        </div>
      </aside>
    )
  const { title, why, go } = helpWords(first)
  const shift = shiftWords(first.before, first.after)
  const drawn = dots(first.before.atWorst, first.after.atWorst)
  return (
    <aside className="lk-help-card" aria-label={words.label}>
      <div className="in">
        <div>
          <div className="k">{words.title}</div>
          <h2>{title}</h2>
        </div>
        <p className="muted">{why}</p>
        <dl className="lk-shift">
          <Shift label={words.now} outcomes={drawn.now} says={shift.now} />
          <Shift label={words.after} outcomes={drawn.after} says={shift.after} />
        </dl>
        <Button variant="primary" isWide isBusy={actions.isOpening} onClick={() => doStep(first, actions)}>
          {go}
        </Button>
      </div>
      {rest.length > 0 && (
        <div className="lk-then">
          <h3 className="vh">{words.next}</h3>
          {rest.map((step) => {
            const { title: then } = helpWords(step)
            const change = shiftWords(step.before, step.after)
            return (
              <button key={then} type="button" onClick={() => doStep(step, actions)}>
                <span className="grow">
                  {then}
                  <span className="meta">{change.both}</span>
                </span>
                <Icon name="chev" />
              </button>
            )
          })}
        </div>
      )}
    </aside>
  )
}

interface ShiftProps {
  readonly label: string
  readonly outcomes: ReturnType<typeof dots>['now']
  readonly says: string
}

const Shift = ({ label, outcomes, says }: ShiftProps) => (
  <div>
    <dt>{label}</dt>
    <dd>
      <span className="lk-dots" aria-hidden="true">
        {outcomes.map((outcome, at) => (
          <i key={`${at} ${outcome}`} style={vars({ '--c': outcomeLooks[outcome].colour })} />
        ))}
      </span>
      <span className="says">{says}</span>
    </dd>
  </div>
)
