/** A case seen as its steps, and moved on by what a step brought. All pure: the service keeps what comes out. */
import { err, ok, type Result } from '../../kit/index.ts'
import type { Loss } from '../device.ts'
import type { Facts } from './ask.ts'
import type { By, CaseRecord, LogItem, PlaybookFacts } from './case.ts'
import { help } from './help.ts'
import { register } from './register.ts'
import { replace } from './replace.ts'
import { resync } from './resync.ts'
import { ALL_RULES, type Rules } from './rules.ts'
import type { DeedId, StepId } from './steps.ts'
import { createWalk, inForce, type StepDef, type StepPlan, type Walk } from './walk.ts'

/** Every step of the case in order: those behind us, the open one with what it asks, and those still to come. */
export const plan = (record: CaseRecord, facts: PlaybookFacts, rules: Rules = ALL_RULES): readonly StepPlan[] =>
  walkThrough(record, facts, rules).steps

function walkThrough(record: CaseRecord, facts: PlaybookFacts, rules: Rules): Walk {
  const walk = createWalk(record)
  switch (record.kind) {
    case 'register':
      register(walk, facts, rules)
      break
    case 'resync':
      resync(walk, record, facts, rules)
      break
    case 'replace':
      replace(walk, record, facts, rules)
      break
    case 'help':
      help(walk, record, facts, rules)
      break
  }
  return walk
}

/** The step that waits, or `undefined` where a record makes no sense (a device missing). */
export const openStep = (record: CaseRecord, facts: PlaybookFacts, rules: Rules = ALL_RULES): StepPlan | undefined =>
  plan(record, facts, rules).find((step) => step.state === 'now')

export interface StepResult {
  readonly by: By
  /** The option or other way the person took, or how the program's part came out. */
  readonly choice?: string
  /** What was found, for the renderer's words and later steps. Never a code, PIN or password. */
  readonly facts?: Facts
  /** Something changed at the backend or in the vault. */
  readonly final?: boolean
}

/** `step-moved-on`: another step is open. `not-offered`: no such choice here. Else why an option is refused. */
export type Refused =
  | { readonly refused: 'step-moved-on' }
  | { readonly refused: 'not-offered' }
  | { readonly refused: 'option'; readonly reason: string }

/** Answers the open step. Where that ends the case, it is closed at `at` (milliseconds since 1970). */
export function apply(
  record: CaseRecord,
  step: string,
  result: StepResult,
  facts: PlaybookFacts,
  at: number,
  rules: Rules = ALL_RULES,
): Result<CaseRecord, Refused> {
  const { open } = walkThrough(record, facts, rules)
  if (!open || open.step !== step || open.ask.form === 'end') return err({ refused: 'step-moved-on' })
  const refused = refusal(open, result)
  if (refused) return err(refused)
  const leadsBack: Readonly<Record<string, readonly StepId[] | undefined>> = open.leadsBack ?? {}
  const again = result.choice === undefined ? undefined : leadsBack[result.choice]
  const next = again ? takeAgain(record, open.step, again, at) : done(record, open, result, at)
  return ok(closeAtEnd(next, facts, at, rules))
}

function refusal({ ask, outcomes = [] }: StepDef, { choice, by }: StepResult): Refused | undefined {
  if (ask.form === 'choice') {
    const option = ask.options.find((option) => option.option === choice)
    if (!option) return { refused: 'not-offered' }
    return option.refused === undefined ? undefined : { refused: 'option', reason: option.refused }
  }
  if (choice === undefined) return undefined
  const others: readonly string[] = 'others' in ask ? ask.others : ask.form === 'backup' ? ['later'] : []
  const isOffered = others.includes(choice) || (by === 'program' && outcomes.some((outcome) => outcome === choice))
  return isOffered ? undefined : { refused: 'not-offered' }
}

function done(record: CaseRecord, open: StepDef, result: StepResult, at: number): CaseRecord {
  const { choice, by, facts = {}, final = false } = result
  const settled = open.settle?.({ choice, facts }) ?? {}
  const item: LogItem = {
    is: 'done',
    step: open.step,
    at,
    by,
    ...(choice === undefined ? {} : { choice }),
    facts: { ...facts, ...settled },
    final,
  }
  return { ...record, log: [...withoutTrouble(record, open.step), item] }
}

const withoutTrouble = (record: CaseRecord, step: string): readonly LogItem[] =>
  record.log.filter((item) => item.is !== 'trouble' || item.step !== step)

/** Is the next step the end? Then nothing is left to do, and the case is closed. */
function closeAtEnd(record: CaseRecord, facts: PlaybookFacts, at: number, rules: Rules): CaseRecord {
  if (record.closedAt !== undefined || walkThrough(record, facts, rules).open?.ask.form !== 'end') return record
  return { ...record, closedAt: at, outcome: 'finished' }
}

/** Notes what the program did within a step. `final`: something changed at the backend or in the vault. */
export const noteDeed = (
  record: CaseRecord,
  step: StepId,
  deed: { readonly did: DeedId; readonly facts?: Facts; readonly final?: boolean },
  at: number,
): CaseRecord => ({
  ...record,
  log: [...record.log, { is: 'did', step, at, did: deed.did, facts: deed.facts ?? {}, final: deed.final ?? false }],
})

/** Notes why the open step's last try failed; it takes the place of the trouble before. */
export const noteTrouble = (
  record: CaseRecord,
  step: string,
  trouble: { readonly code: string; readonly changed: boolean; readonly facts?: Facts },
  at: number,
): CaseRecord => ({
  ...record,
  log: [...withoutTrouble(record, step), { is: 'trouble', step, at, ...trouble, facts: trouble.facts ?? {} }],
})

/** Takes back the last answer of the person, where nothing was changed since; `undefined` where there is none to take back. */
export function back(record: CaseRecord, at: number): CaseRecord | undefined {
  if (record.closedAt !== undefined) return undefined
  const steps: string[] = []
  for (const item of inForce(record.log).toReversed()) {
    if (item.is === 'trouble' || item.is === 'taken-back') continue
    if (item.final) return undefined
    steps.push(item.step)
    if (item.is === 'done' && item.by === 'person') return takeAgain(record, item.step, steps, at)
  }
  return undefined
}

const takeAgain = (record: CaseRecord, step: string, steps: readonly string[], at: number): CaseRecord => ({
  ...record,
  log: [
    ...record.log.filter((item) => item.is !== 'trouble'),
    { is: 'taken-back', step, at, steps: [...new Set(steps)] },
  ],
})

export const closeCase = (record: CaseRecord, outcome: 'finished' | 'abandoned', at: number): CaseRecord => ({
  ...record,
  closedAt: at,
  outcome,
})

/** What the case takes its device to be, as far as the person or failed tries have said. */
export function lossIn(record: CaseRecord): { readonly loss: Loss; readonly since: number } | undefined {
  const log = inForce(record.log)
  const said = log.find((item) => item.is === 'done' && item.step === 'what-happened')
  if (said?.is !== 'done') return undefined
  if (said.choice === 'lost' || said.choice === 'stolen' || said.choice === 'broken') {
    return { loss: said.choice, since: said.at }
  }
  const gaveUp = log.find((item) => item.is === 'done' && item.choice === 'still-refused')
  return said.choice === 'refused' && gaveUp ? { loss: 'broken', since: gaveUp.at } : undefined
}
