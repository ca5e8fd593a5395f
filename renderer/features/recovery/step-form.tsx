/** The form of the open step, by what it asks. Each has one primary action or one question. */
import type { CaseView, StepAsk, StepView } from '../../../shared/contract/index.ts'
import { BackupForm } from './forms/backup.tsx'
import { ChoiceForm } from './forms/choice.tsx'
import { CodesForm } from './forms/codes.tsx'
import { EndForm } from './forms/end.tsx'
import { HandForm } from './forms/hand.tsx'
import { MessageForm } from './forms/message.tsx'
import { PasswordForm } from './forms/password.tsx'
import { RunForm } from './forms/run.tsx'
import { TextForm } from './forms/text.tsx'
import { WaitForm } from './forms/wait.tsx'
import type { Answering } from './use-answer.ts'

export type AskOf<F extends StepAsk['form']> = Extract<StepAsk, { form: F }>

export interface FormProps<F extends StepAsk['form']> {
  readonly ask: AskOf<F>
  readonly step: StepView
  readonly view: CaseView
  readonly answering: Answering
  readonly ways: StepWays
}

/** Where a step may lead out of this screen. */
export interface StepWays {
  readonly onBackup: () => void
  readonly onDevices: () => void
  readonly onList: () => void
  readonly onCase: (caseId: string) => void
  readonly onBench?: (() => void) | undefined
  /** Takes back the last answer, where it can be. */
  readonly onBack?: (() => void) | undefined
}

export function StepForm({ step, ...rest }: Omit<FormProps<StepAsk['form']>, 'ask'>) {
  const { ask } = step
  if (!ask) return null
  const props = { step, ...rest }
  switch (ask.form) {
    case 'choice':
      return <ChoiceForm ask={ask} {...props} />
    case 'codes':
      return <CodesForm ask={ask} {...props} />
    case 'text':
      return <TextForm ask={ask} {...props} />
    case 'password':
      return <PasswordForm ask={ask} {...props} />
    case 'run':
    case 'touch':
      return <RunForm ask={ask} {...props} />
    case 'check':
    case 'tick':
      return <HandForm ask={ask} {...props} />
    case 'message':
      return <MessageForm ask={ask} {...props} />
    case 'wait':
      return <WaitForm ask={ask} {...props} />
    case 'backup':
      return <BackupForm ask={ask} {...props} />
    case 'end':
      return <EndForm ask={ask} {...props} />
  }
}
