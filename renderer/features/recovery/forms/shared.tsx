/** What the forms of steps have in common: their buttons, and what the program is doing meanwhile. */
import type { StepView } from '../../../../shared/contract/index.ts'
import { otherWords, stepWords } from '../../../i18n/playbooks.ts'
import { frame, step as words } from '../../../i18n/recovery.ts'
import { Actions, Button } from '../../../ui/index.ts'
import type { StepWays } from '../form-props.ts'
import type { Answering } from '../use-answer.ts'

export interface StepActionsProps {
  readonly step: StepView
  readonly answering: Answering
  readonly ways: StepWays
  /** Can the primary action be taken? It can where this is absent. */
  readonly isReady?: boolean
  /** The primary button's words, where they are not the step's own. */
  readonly label?: string
  /** The primary button sends the form it stands in; else it answers `done` by itself. */
  readonly isSubmit?: boolean
  readonly others?: readonly string[]
  /** The same done another way, beside the primary action. */
  readonly instead?: { readonly label: string; readonly isReady: boolean; readonly onClick: () => void } | undefined
}

/** The primary action, the other ways out, and the way back. While the program works: a way to stop it. */
export function StepActions(props: StepActionsProps) {
  const { step, answering, ways, isReady = true, label, isSubmit = false, others = [], instead } = props
  const { isBusy, other: taken, answer, cancel } = answering
  const shown = isBusy ? others.filter((other) => other === taken) : others
  return (
    <Actions>
      <Button
        type={isSubmit ? 'submit' : 'button'}
        variant="primary"
        isBusy={(isBusy && taken === undefined) || undefined}
        disabled={isBusy ? taken !== undefined : !isReady}
        onClick={isSubmit ? undefined : () => answer({ form: 'done' })}
      >
        {label ?? stepWords(step).go ?? words.goOn}
      </Button>
      {instead && !isBusy && (
        <Button disabled={!instead.isReady} onClick={instead.onClick}>
          {instead.label}
        </Button>
      )}
      {shown.map((other) => (
        <Button
          key={other}
          variant="ghost"
          isBusy={isBusy || undefined}
          onClick={() => answer({ form: 'done', other })}
        >
          {otherWords(step.step, other, step.facts)}
        </Button>
      ))}
      {isBusy && (
        <Button variant="ghost" onClick={cancel}>
          {words.stop}
        </Button>
      )}
      {!isBusy && ways.onBack && (
        <Button variant="ghost" icon="back" className="lk-step-back" onClick={ways.onBack}>
          {frame.back}
        </Button>
      )}
    </Actions>
  )
}
