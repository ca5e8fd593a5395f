/** The answer on paper: what the printer gets, and what is saved as a page. */
import { useEffect, useState } from 'react'
import { createPortal, flushSync } from 'react-dom'
import type { HelpStep, LossRow, Report } from '../../../shared/contract/index.ts'
import { atFullTime } from '../../i18n/format.ts'
import { headWords, rowSays, sheetWords as words, verdict, wordsOf } from '../../i18n/whatif.ts'
import { accountMeta, accountTitle, lossWords } from '../../i18n/whatif-names.ts'
import { helpWords } from '../../i18n/whatif-questions.ts'
import { WORST_FIRST } from './look.ts'

export interface SheetProps {
  readonly report: Report
  readonly rows: readonly LossRow[]
  readonly steps: readonly HelpStep[]
  readonly now: number
}

export const SHEET_ID = 'whatif-sheet'

/** On the page only while it is printed or saved: it draws every row that was read. */
export function Sheet(props: SheetProps & { isWanted: boolean }) {
  const isPrinting = usePrinting()
  if (!isPrinting && !props.isWanted) return null
  return createPortal(<SheetPage {...props} />, document.body)
}

function SheetPage({ report, rows, steps, now }: SheetProps) {
  const { losses, tally, total } = report
  return (
    <div id={SHEET_ID} className="lk-print lk-whatif-sheet">
      <h1>{words.title}</h1>
      <p>{words.made(atFullTime(now))}</p>
      <p>
        <b>{verdict(report)}</b>
      </p>
      {losses.length > 0 && (
        <ul>
          {losses.map(({ what, how }) => (
            <li key={JSON.stringify(what.what)}>{lossWords(what, how)}.</li>
          ))}
        </ul>
      )}
      <p>
        {WORST_FIRST.filter((outcome) => tally[outcome] > 0)
          .map((outcome) => `${tally[outcome]} ${wordsOf(outcome, tally[outcome])}`)
          .join(' · ')}
      </p>
      <table>
        <thead>
          <tr>
            <th scope="col">{words.account}</th>
            <th scope="col">{words.outcome}</th>
            <th scope="col">{words.happens}</th>
          </tr>
        </thead>
        <tbody>
          {rows.map((row) => (
            <tr key={JSON.stringify(row.account.ref)}>
              <td>
                {accountTitle(row.account.name)}
                <small>{accountMeta(row.account.name)}</small>
              </td>
              <td>{headWords(row.outcome, row.atWorst)}</td>
              <td>{rowSays(row, now)}</td>
            </tr>
          ))}
        </tbody>
      </table>
      {rows.length < total && <p>{words.some(rows.length, total)}</p>}
      {steps.length > 0 && (
        <>
          <h2>{words.mends}</h2>
          <ol>
            {steps.map((step) => {
              const { title, why } = helpWords(step)
              return (
                <li key={title}>
                  {title}. {why}
                </li>
              )
            })}
          </ol>
        </>
      )}
      <p>{words.note}</p>
    </div>
  )
}

/** Whether the page is being printed, by our button or the system's own way. */
function usePrinting(): boolean {
  const [isPrinting, setPrinting] = useState(false)
  useEffect(() => {
    const media = window.matchMedia('print')
    const follow = () => setPrinting(media.matches)
    // The sheet must be there before the printer looks.
    const before = () => flushSync(() => setPrinting(true))
    const after = () => setPrinting(false)
    media.addEventListener('change', follow)
    window.addEventListener('beforeprint', before)
    window.addEventListener('afterprint', after)
    return () => {
      media.removeEventListener('change', follow)
      window.removeEventListener('beforeprint', before)
      window.removeEventListener('afterprint', after)
    }
  }, [])
  return isPrinting
}
