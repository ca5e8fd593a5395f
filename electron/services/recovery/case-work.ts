/** What a case that holds many needs of the recovery service: the same work on one case, one answer at a time. */
import type { Request, StepAnswer } from '../../../shared/contract/index.ts'
import type { CaseRecord, PlaybookFacts } from '../../../shared/domain/playbooks/index.ts'
import type { Confirm } from '../confirm.ts'
import type { OnChange } from '../source.ts'
import type { Person } from './run.ts'

export interface CaseWork {
  /** The open case for the same subject, or a new one, durable; nothing is done in it yet. Throws a `CallError`. */
  open(request: Request<'recovery.open'>, signal: AbortSignal): Promise<string>
  /** Answers the open step, then does what is automatic. `confirm` stands in for the question to the person. Throws as an answer does. */
  answer(caseId: string, step: string, answer: StepAnswer, person: Person, confirm: Confirm): Promise<void>
  /** All that a plan of the case is made from, as far as it is known. */
  facts(record: CaseRecord): PlaybookFacts
  /** A case, or what is known of its backend, may be another. */
  readonly onChange: OnChange
}
