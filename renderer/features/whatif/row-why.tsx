/** Why an account comes out as it does: each open way as steps, each closed one down to what was lost, what is not known. */
import type { LossRow } from '../../../shared/contract/index.ts'
import { rankName, why as words } from '../../i18n/whatif.ts'
import { chainWords, stepSentence, wayName } from '../../i18n/whatif-chain.ts'
import { capital } from '../../i18n/whatif-names.ts'
import { questionWords } from '../../i18n/whatif-questions.ts'
import { contacts as contactWords } from '../../i18n/devices.ts'
import { Icon, Link } from '../../ui/index.ts'
import type { WhatIfActions } from './actions.ts'
import { wayIcon } from './look.ts'

/** Nobody needs more ways spelt out than this. */
const MOST_WAYS = 4

interface RowWhyProps {
  readonly row: LossRow
  readonly now: number
  readonly actions: WhatIfActions
}

export function RowWhy({ row, now, actions }: RowWhyProps) {
  const { ways, perhaps, closed, questions, contacts, exposed, before, outcome } = row
  return (
    <>
      {exposed !== 'none' && (
        <p className="lk-why-note t-warn">
          <Icon name="warn" size="sm" /> {words.exposed[exposed]}
        </p>
      )}
      {before === outcome && outcome !== 'opens' && <p className="lk-why-note muted">{words.before(outcome)}</p>}
      {ways.length > 0 && (
        <section>
          <h4>{words.open}</h4>
          {ways.slice(0, MOST_WAYS).map((way, at) => (
            <div key={`${at} ${way.rank}`} className="lk-way-steps">
              {(ways.length > 1 || way.rank !== 'opens') && <div className="faint">{rankName(way.rank)}</div>}
              <Steps steps={way.steps} />
            </div>
          ))}
          {ways.length > MOST_WAYS && <p className="faint">{words.moreWays(ways.length - MOST_WAYS)}</p>}
        </section>
      )}
      {perhaps && (
        <section>
          <h4>{words.perhaps}</h4>
          <Steps steps={perhaps.steps} />
        </section>
      )}
      {closed.length > 0 && (
        <section>
          <h4>{words.closed}</h4>
          <ul className="lk-closed">
            {closed.map(({ step, because }, at) => (
              <li key={`${at} ${step.step}`}>
                <Icon name={wayIcon(step)} size="sm" className="faint" />
                <span>
                  {capital(wayName(step))}
                  {because.length > 0 && <span className="muted">{`: ${chainWords(because).join(' ')}`}</span>}
                </span>
              </li>
            ))}
          </ul>
        </section>
      )}
      {contacts.length > 0 && (
        <section>
          <h4>{words.contacts}</h4>
          <ul className="lk-closed">
            {contacts.map(({ contact, value, state, confirmedAt, reach }) => (
              <li key={contact}>
                <Icon name={contact === 'email' ? 'mail' : 'call'} size="sm" className="faint" />
                <span>
                  {value ?? contactWords.missing[contact]}{' '}
                  <span className={state === 'current' ? 'muted' : 't-warn'}>
                    {confirmedAt !== undefined
                      ? contactWords.confirmed(confirmedAt, now)
                      : value !== undefined
                        ? contactWords.neverConfirmed
                        : words.contactStates[state]}
                    {reach === 'closed' && `, ${words.outOfReach}`}
                  </span>
                </span>
                {value !== undefined && state !== 'current' && row.account.ref.is === 'identity' && (
                  <Link
                    onClick={() => {
                      if (row.account.ref.is !== 'identity') return
                      const { backendId, identityId } = row.account.ref
                      actions.onDialog({ is: 'confirm', identity: { backendId, identityId }, contact })
                    }}
                  >
                    {words.check}
                  </Link>
                )}
              </li>
            ))}
          </ul>
        </section>
      )}
      {questions.length > 0 && (
        <section>
          <h4>{words.questions}</h4>
          <ul className="lk-closed">
            {questions.map((question, at) => (
              <li key={`${at} ${question.ask}`}>
                <Icon name="help" size="sm" className="faint" />
                <span>{questionWords(question).ask}</span>
                <Link onClick={() => actions.onDialog({ is: 'answer', question })}>{words.answer}</Link>
              </li>
            ))}
          </ul>
        </section>
      )}
    </>
  )
}

const Steps = ({ steps }: { steps: LossRow['ways'][number]['steps'] }) => (
  <ol>
    {steps.map((step, at) => (
      <li key={`${at} ${step.step}`}>{stepSentence(step)}</li>
    ))}
  </ol>
)
