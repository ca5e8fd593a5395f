/** What the printer gets of a case: its steps with what is done, and boxes for what is not. */
import { createPortal } from 'react-dom'
import type { CaseView } from '../../../shared/contract/index.ts'
import { atDayTime } from '../../i18n/format.ts'
import { caseTitle, stepWords } from '../../i18n/playbooks.ts'
import { frame, sheet as words } from '../../i18n/recovery.ts'
import { whoseCase } from './look.ts'

export function PlanSheet({ view }: { view: CaseView }) {
  const { openedAt, steps } = view
  return createPortal(
    <div className="lk-print lk-plan">
      <h1>{words.title(caseTitle(view))}</h1>
      <p>{frame.opened(openedAt, whoseCase(view))}</p>
      <ol>
        {steps.map((step) => {
          const { title, why, done } = stepWords(step)
          return (
            <li key={step.step}>
              <b>
                {step.state === 'done' ? '☑' : '☐'} {title}
              </b>
              <p>
                {step.state === 'done'
                  ? [done, ...(step.doneAt === undefined ? [] : [atDayTime(step.doneAt)])].filter(Boolean).join(' ')
                  : why}
              </p>
            </li>
          )
        })}
      </ol>
      <p>{words.note}</p>
    </div>,
    document.body,
  )
}
