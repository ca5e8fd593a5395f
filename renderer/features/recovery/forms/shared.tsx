/** What the forms of steps have in common: their buttons, and what the program is doing meanwhile. */
import type { ReactNode } from 'react'
import type { StepView } from '../../../../shared/contract/index.ts'
import { otherWords, stepWords } from '../../../i18n/playbooks.ts'
import { frame, step as words } from '../../../i18n/recovery.ts'
import { Actions, Button } from '../../../ui/index.ts'
import type { StepWays } from '../step-form.tsx'
import type { Answering } from '../use-answer.ts'

export interface StepActionsProps {
  readonly step: StepView
  readonly answering: Answering
  readonly ways: StepWays
  /** Absent where the primary action can be taken; else the button waits. */
  readonly isReady?: boolean
  /** The primary button's words, where they are not the step's own. */
  readonly label?: string
  /** The primary button sends the form it stands in; else it answers `done` by itself. */
  readonly isSubmit?: boolean
  readonly others?: readonly string[]
  readonly children?: ReactNode
}

/** The primary action, the other ways out, and the way back. While the program works: a way to stop it. */
export function StepActions(props: StepActionsProps) {
  const { step, answering, ways, isReady = true, label, isSubmit = false, others = [], children } = props
  const { isBusy, answer, cancel } = answering
  return (
    <Actions>
      <Button
        type={isSubmit ? 'submit' : 'button'}
        variant="primary"
        isBusy={isBusy || undefined}
        disabled={!isReady && !isBusy}
        onClick={isSubmit ? undefined : () => answer({ form: 'done' })}
      >
        {label ?? stepWords(step).go ?? words.goOn}
      </Button>
      {children}
      {isBusy ? (
        <Button variant="ghost" onClick={cancel}>
          {words.stop}
        </Button>
      ) : (
        <>
          {others.map((other) => (
            <Button key={other} variant="ghost" onClick={() => answer({ form: 'done', other })}>
              {otherWords(step.step, other, step.facts)}
            </Button>
          ))}
          {ways.onBack && (
            <Button variant="ghost" icon="back" className="lk-step-back" onClick={ways.onBack}>
              {frame.back}
            </Button>
          )}
        </>
      )}
    </Actions>
  )
}
