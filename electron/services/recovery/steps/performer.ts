/** How a step is performed: what its answers make the program do, and what comes of it. */
import { callError } from '../../../../shared/contract/index.ts'
import type { StepResult } from '../../../../shared/domain/playbooks/index.ts'
import type { VaultData } from '../../store.ts'
import type { StepJob } from '../job.ts'

export interface Finished {
  readonly result: StepResult
  /** Made durable together with the step. */
  readonly change?: (data: VaultData) => VaultData
}

/** Does what the step is about. Throws a `CallError`, a `StepTrouble`, or the signal's reason; the step then stays open. */
export type Perform = (job: StepJob) => Promise<Finished>

export interface Performer {
  /** The step's primary action. Where absent, the answer itself is all there is. */
  readonly primary?: Perform
  /** Other ways that take more than being noted. */
  readonly others?: Readonly<Record<string, Perform>>
}

/** The option or other way that was answered. */
export function choiceOf({ answer }: StepJob): string | undefined {
  if (answer.form === 'choice') return answer.option
  return answer.form === 'done' ? answer.other : undefined
}

/** An answer that is only to be noted: a choice, a tick. */
export const noted: Perform = async (job) => {
  const choice = choiceOf(job)
  return { result: { by: 'person', ...(choice === undefined ? {} : { choice }) } }
}

/** Seen at the backend, or, where it can't tell, believed. */
export const seen = (facts: StepResult['facts'] = {}): Finished => ({ result: { by: 'checked', facts } })
export const believed: Finished = { result: { by: 'person', facts: { told: false } } }

/** The name that was given, or the one that was offered. Throws `answer-refused`. */
export function readName({ answer, step }: StepJob): string {
  const ask = step.ask
  const offered = ask && 'name' in ask ? ask.name : undefined
  const name = ((answer.form === 'done' ? answer.name : undefined) ?? offered?.initial ?? '').trim()
  if (name === '') throw callError('answer-refused', { fields: [{ field: 'name', reason: 'empty' }] })
  if (offered && name.length > offered.maxLength) {
    throw callError('answer-refused', { fields: [{ field: 'name', reason: 'too-long' }] })
  }
  return name
}
