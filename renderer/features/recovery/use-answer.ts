/** Answering the open step: one call at a time, its progress kept as a list, its refusals told by field. */
import { useCallback, useEffect, useRef, useState } from 'react'
import type { ContractError, Progress, StepAnswer, StepView } from '../../../shared/contract/index.ts'
import { contractErrorOf, useClient } from '../../client/index.ts'
import { errorWords, fieldWords } from '../../i18n/errors.ts'
import { answerFaultWords } from '../../i18n/playbooks.ts'

type Doing = Progress<'recovery.answer'>

export interface Answering {
  readonly isBusy: boolean
  /** The other way that was taken and is being done; absent where it is the primary action. */
  readonly other: string | undefined
  /** What the program has been doing since it was told to, the last of it now. */
  readonly doings: readonly Doing[]
  answer(answer: StepAnswer): void
  cancel(): void
  /** What was refused of a field, in words. */
  refusal(...fields: readonly string[]): string | undefined
  /** What else went wrong and stands nowhere on the step. */
  readonly error: ContractError | undefined
  forget(): void
}

/** `caseId` must stay the same while mounted. Leaving asks the call to stop; what was sent already runs to its end. */
export function useAnswer(caseId: string, open: StepView | undefined): Answering {
  const client = useClient()
  // What is sent holds codes and passwords, so nothing of it is kept but which way it takes.
  const [sent, setSent] = useState<{ readonly other: string | undefined } | undefined>(undefined)
  const [doings, setDoings] = useState<readonly Doing[]>([])
  const [failed, setFailed] = useState<{ readonly step: string; readonly error: ContractError } | undefined>(undefined)
  const running = useRef<AbortController | undefined>(undefined)
  useEffect(() => () => running.current?.abort(), [])
  const step = open?.step

  const answer = useCallback(
    (next: StepAnswer) => {
      if (step === undefined || running.current) return
      const controller = new AbortController()
      running.current = controller
      setSent({ other: next.form === 'done' ? next.other : undefined })
      setDoings([])
      setFailed(undefined)
      client
        .call(
          'recovery.answer',
          { caseId, step, answer: next },
          // Each is kept as it comes: a value that is drawn only when there is time for it would skip the quick ones.
          { signal: controller.signal, onProgress: (doing) => setDoings((before) => withDoing(before, doing)) },
        )
        .catch((error: unknown) => setFailed({ step, error: contractErrorOf(error) }))
        .finally(() => {
          running.current = undefined
          setSent(undefined)
        })
    },
    [client, caseId, step],
  )
  const cancel = useCallback(() => running.current?.abort(), [])
  const forget = useCallback(() => setFailed(undefined), [])
  // What went wrong with a step that is behind is over.
  const own = failed?.step === step ? failed?.error : undefined
  const fields = own?.code === 'answer-refused' ? own.detail.fields : []
  return {
    isBusy: sent !== undefined,
    other: sent?.other,
    doings,
    answer,
    cancel,
    forget,
    error: own && isSaidElsewhere(own, open) ? undefined : own,
    refusal(...names) {
      const fault = fields.find(({ field }) => names.includes(field))
      return fault && (answerFaultWords(fault) ?? fieldWords(fault))
    },
  }
}

/** The same again with newer facts takes the place of the line before. */
const withDoing = (before: readonly Doing[], doing: Doing): readonly Doing[] => [
  ...(before.at(-1)?.doing === doing.doing ? before.slice(0, -1) : before),
  doing,
]

/** Kept on the step as its trouble, or told at the fields. */
const isSaidElsewhere = (error: ContractError, open: StepView | undefined): boolean =>
  (error.code === 'answer-refused' && error.detail.fields.length > 0) || open?.trouble?.code === error.code

/** An answer that was refused as a whole, in words. */
export function errorLine(error: ContractError): string {
  if (error.code !== 'answer-refused') return errorWords(error)
  return error.detail.fields.map((fault) => answerFaultWords(fault) ?? fieldWords(fault)).join(' ')
}
