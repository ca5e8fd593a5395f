/** The form of the open step, by what it asks. Each has one primary action or one question. */
import type { StepAsk } from '../../../shared/contract/index.ts'
import type { FormProps } from './form-props.ts'
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
