/** The answer to what is chosen: asked anew when the choice or the world changes, the last one kept on the screen meanwhile. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { ContractError, LossRow, Report } from '../../../shared/contract/index.ts'
import type { LossItem } from '../../../shared/domain/loss/index.ts'
import { contractErrorOf, useClient } from '../../client/index.ts'

/** As many rows as one message brings. */
const A_PART = 500
/** Sooner than this nobody is told to wait. */
const SLOW_MS = 400

export interface Answer {
  readonly report: Report | undefined
  /** Those read so far, worst first. */
  readonly rows: readonly LossRow[]
  readonly isPending: boolean
  /** Pending for so long that it has to be said. */
  readonly isSlow: boolean
  readonly error: ContractError | undefined
  again(): void
  /** Reads the next part; nothing while one is being read, or all are there. */
  readOn(): void
}

interface Question {
  readonly losses: LossItem[]
  /** Only told apart by: an answer is one to this world, and to this try. */
  readonly about: readonly [world: unknown, turn: number]
}
interface Got {
  /** The question it answers. */
  readonly to: Question
  readonly report?: Report
  readonly rows: readonly LossRow[]
  readonly error?: ContractError
}

/** `world`: anything that is another value when the answer may be another. */
export function useReport(losses: readonly LossItem[], world: unknown): Answer {
  const client = useClient()
  const [turn, setTurn] = useState(0)
  const key = JSON.stringify(losses)
  const question = useMemo(
    (): Question => ({ losses: JSON.parse(key) as LossItem[], about: [world, turn] }),
    [key, world, turn],
  )
  const [got, setGot] = useState<Got | undefined>(undefined)
  const [slow, setSlow] = useState<Question | undefined>(undefined)
  useEffect(() => {
    const controller = new AbortController()
    const { signal } = controller
    const timer = setTimeout(() => setSlow(question), SLOW_MS)
    client
      .call('whatif.ask', { losses: question.losses, most: A_PART }, { signal })
      .then((report) => {
        if (!signal.aborted) setGot({ to: question, report, rows: report.rows })
        return undefined
      })
      .catch((error: unknown) => {
        if (!signal.aborted) setGot({ to: question, rows: [], error: contractErrorOf(error) })
      })
      .finally(() => clearTimeout(timer))
    return () => {
      clearTimeout(timer)
      controller.abort()
    }
  }, [client, question])

  const again = useCallback(() => setTurn((last) => last + 1), [])
  const isReading = useRef(false)
  const readOn = useCallback(() => {
    if (!got?.report || got.to !== question || isReading.current || got.rows.length >= got.report.total) return
    const { report, rows } = got
    isReading.current = true
    client
      .call('whatif.ask', { losses: question.losses, from: rows.length, most: A_PART })
      .then((next) => {
        // The world changed between two parts: from the beginning.
        if (next.digest !== report.digest) return again()
        return setGot((last) => (last === got ? { ...got, rows: [...rows, ...next.rows] } : last))
      })
      .catch((error: unknown) => setGot((last) => (last === got ? { ...got, error: contractErrorOf(error) } : last)))
      .finally(() => (isReading.current = false))
  }, [client, question, got, again])

  const isPending = got?.to !== question
  return {
    report: got?.report,
    rows: got?.rows ?? NO_ROWS,
    isPending,
    isSlow: isPending && slow === question,
    error: isPending ? undefined : got?.error,
    again,
    readOn,
  }
}

const NO_ROWS: readonly LossRow[] = []
