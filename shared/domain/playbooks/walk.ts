/**
 * A playbook is a function that walks through its steps in order, each time from the beginning. A step that the log knows
 * gives the answer it got; the first that is not known is the open one; past it the walk goes on with what each step is
 * expected to bring, so that later steps can be shown. One function is thus the plan, the state machine and the list.
 */
import type { Facts, StepAsk } from './ask.ts'
import type { By, CaseRecord, LogItem } from './case.ts'
import type { OtherId, OutcomeId, StepId } from './steps.ts'

/** What a step brought, or is expected to bring. */
export interface Taken {
  readonly choice?: string | undefined
  readonly facts: Facts
}

export interface StepDef {
  readonly step: StepId
  readonly by: By
  readonly ask: StepAsk
  /** For the renderer's words while the step is open or still to come. */
  readonly facts?: Facts
  /** The program goes ahead without being told, as soon as the step is open. */
  readonly isAutomatic?: boolean
  /** What is decided for good by answering: kept in the log, whatever becomes known later. */
  readonly settle?: (taken: Taken) => Facts
  /** What later steps are drawn for while this one is open. */
  readonly expect?: Taken
  /** How the program's own part may come out; such a choice is not the person's to make. */
  readonly outcomes?: readonly OutcomeId[]
  /** Other ways that lead back: the steps to be taken again. What was done in other steps stays done. */
  readonly leadsBack?: Readonly<Partial<Record<OtherId, readonly StepId[]>>>
}

export interface StepPlan {
  readonly step: StepId
  readonly state: 'done' | 'now' | 'later'
  readonly by: By
  readonly facts: Facts
  readonly doneAt?: number
  readonly choice?: string
  readonly ask?: StepAsk
  readonly isAutomatic?: boolean
  readonly did: readonly { readonly did: string; readonly facts: Facts }[]
  readonly trouble?: { readonly code: string; readonly changed: boolean; readonly at: number; readonly facts: Facts }
}

export interface Walk {
  step(def: StepDef): Taken
  /** Has this step been answered? */
  isDone(step: StepId): boolean
  /** The last trouble of a step, for an ask that depends on it. */
  trouble(step: StepId): Facts | undefined
  readonly steps: readonly StepPlan[]
  /** The open step as it was defined; the last step of a case stays open for good. */
  readonly open: StepDef | undefined
}

const NOTHING: Taken = { facts: {} }

export function createWalk(record: CaseRecord): Walk {
  const log = inForce(record.log)
  const steps: StepPlan[] = []
  let open: StepDef | undefined

  const doneOf = (step: StepId) => log.find((item) => item.is === 'done' && item.step === step)
  const troubleOf = (step: StepId) => log.findLast((item) => item.is === 'trouble' && item.step === step)
  const didOf = (step: StepId) =>
    log.flatMap((item) => (item.is === 'did' && item.step === step ? [{ did: item.did, facts: item.facts }] : []))

  return {
    steps,
    get open() {
      return open
    },
    isDone: (step) => doneOf(step) !== undefined,
    trouble: (step) => {
      const trouble = troubleOf(step)
      return trouble?.is === 'trouble' ? trouble.facts : undefined
    },
    step(def) {
      const { step, by, ask, facts = {} } = def
      const done = doneOf(step)
      if (done?.is === 'done') {
        steps.push({
          step,
          state: 'done',
          by: done.by,
          facts: { ...facts, ...done.facts },
          doneAt: done.at,
          ...(done.choice === undefined ? {} : { choice: done.choice }),
          did: didOf(step),
        })
        return { choice: done.choice, facts: done.facts }
      }
      const expected = def.expect ?? NOTHING
      const taken = { ...expected, facts: { ...expected.facts, ...def.settle?.(expected) } }
      if (open) {
        steps.push({ step, state: 'later', by, facts, did: [] })
        return taken
      }
      open = def
      const trouble = troubleOf(step)
      steps.push({
        step,
        state: 'now',
        by,
        facts,
        ask,
        ...(def.isAutomatic ? { isAutomatic: true } : {}),
        did: didOf(step),
        ...(trouble?.is === 'trouble'
          ? { trouble: { code: trouble.code, changed: trouble.changed, at: trouble.at, facts: trouble.facts } }
          : {}),
      })
      return taken
    },
  }
}

/** The log without what was taken back. */
export function inForce(log: readonly LogItem[]): readonly LogItem[] {
  let kept: readonly LogItem[] = []
  for (const item of log) {
    kept = item.is === 'taken-back' ? kept.filter((other) => !item.steps.includes(other.step)) : [...kept, item]
  }
  return kept
}
