/** Done by hand: ticked, or seen by the program at the backend. */
import type { FormProps } from '../form-props.ts'
import { PageLine } from './page-line.tsx'
import { StepActions } from './shared.tsx'

export function HandForm({ ask, step, answering, ways }: FormProps<'check' | 'tick'>) {
  const { page } = step.facts
  return (
    <>
      {typeof page === 'string' && page !== '' && <PageLine page={page} />}
      <StepActions step={step} answering={answering} ways={ways} others={ask.others} />
    </>
  )
}
