/** How a test went: its steps, who that is, and what is permitted. */
import { readContractError, type TestResult } from '../../../shared/contract/index.ts'
import {
  actionWords,
  adding,
  allowedWords,
  checkWords,
  resultWords,
  testing as words,
  whoWords,
  whyNot,
} from '../../i18n/backends.ts'
import { errorWords } from '../../i18n/errors.ts'
import { Notice, State } from '../../ui/index.ts'

const TONES = { ok: 'ok', failed: 'danger', 'not-tried': 'plain' } as const

export function TestReport({ result }: { result: TestResult }) {
  const { checks, trouble, standing } = result
  const told = standing?.may.filter(({ allowed }) => allowed !== 'not-told') ?? []
  return (
    <div className="lk-report">
      {standing && (
        <p className="who">
          {adding.you} <b>{whoWords(standing.who)}</b>
          {standing.who.exactly !== undefined && <span className="mono faint lk-path">{standing.who.exactly}</span>}
        </p>
      )}
      {trouble && (
        <Notice tone="danger" title={adding.failed} isNews>
          {troubleWords(trouble)}
        </Notice>
      )}
      {trouble ? (
        <ul className="lk-checks" aria-label={words.steps}>
          {checks.map((check) => (
            <li key={check.check}>
              <State tone={TONES[check.result]}>{checkWords(check)}</State>
              {check.result !== 'ok' && <span className="faint">{resultWords[check.result]}</span>}
            </li>
          ))}
        </ul>
      ) : (
        <State tone="ok">{checks.map((check) => `${checkWords(check)}.`).join(' ')}</State>
      )}
      {standing?.rootHasMfa === false && <Notice tone="warn">{words.rootWithout}</Notice>}
      {standing && (
        <>
          <h3 className="lk-label">{words.may}</h3>
          <ul className="lk-checks">
            {told.map(({ action, allowed, reason }) => (
              <li key={action}>
                <span className="grow">
                  {actionWords(action)}
                  {allowed === 'no' && reason !== undefined && <span className="meta">{whyNot(reason)}</span>}
                </span>
                <State tone={allowedWords[allowed].tone}>{allowedWords[allowed].name}</State>
              </li>
            ))}
          </ul>
          {told.length < standing.may.length && <p className="muted">{words.notTold}</p>}
        </>
      )}
    </div>
  )
}

/** The error's own words; its details are those that crossed. */
function troubleWords({ code, retryAt, certificate }: NonNullable<TestResult['trouble']>): string {
  const detail = {
    ...(retryAt === undefined ? {} : { retryAt }),
    ...(certificate === undefined ? {} : { certificate }),
  }
  const error = readContractError({ code, detail }) ?? readContractError({ code, detail: {} })
  return error ? errorWords(error) : adding.failed
}
