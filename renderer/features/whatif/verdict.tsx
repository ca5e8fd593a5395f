/** What the choice comes to: a sentence, and a number for each outcome. */
import type { Report } from '../../../shared/contract/index.ts'
import { verdict, wordsOf } from '../../i18n/whatif.ts'
import { Icon, vars } from '../../ui/index.ts'
import { outcomeLooks, WORST_FIRST } from './look.ts'

export function Verdict({ report, isStale }: { report: Report; isStale: boolean }) {
  const there = WORST_FIRST.filter((outcome) => report.tally[outcome] > 0)
  return (
    <div className="top" aria-busy={isStale}>
      <p className="lk-verdict">{verdict(report)}</p>
      {there.length > 0 && (
        <ul className="lk-tally">
          {there.map((outcome) => (
            <li key={outcome} style={vars({ '--c': outcomeLooks[outcome].colour })}>
              <b>
                <Icon name={outcomeLooks[outcome].icon} />
                {report.tally[outcome]}
              </b>{' '}
              <span>{wordsOf(outcome, report.tally[outcome])}</span>
            </li>
          ))}
        </ul>
      )}
    </div>
  )
}
