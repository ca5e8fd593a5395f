/** What is handed from the screen to the open step and its form. */
import type { ReactNode } from 'react'
import type { CaseView, StepAsk, StepView } from '../../../shared/contract/index.ts'
import type { Answering } from './use-answer.ts'

export interface RecoveryScreenProps {
  readonly banners: ReactNode
  /** The open case; all of them are listed where it is absent. */
  readonly caseId: string | undefined
  readonly onCase: (caseId: string | undefined) => void
  readonly onBackup: () => void
  readonly onDevices: () => void
  /** In demo mode: opens the simulated world. */
  readonly onBench?: (() => void) | undefined
}

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
