/** Done by hand: ticked, or seen by the program at the backend. */
import type { FormProps } from '../form-props.ts'
import { StepActions } from './shared.tsx'

export function HandForm({ ask, step, answering, ways }: FormProps<'check' | 'tick'>) {
  return <StepActions step={step} answering={answering} ways={ways} others={ask.others} />
}
