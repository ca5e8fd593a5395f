/** One case at work: an answer performed and kept, then whatever the program can do by itself. */
import { callError, CallError, type StepAnswer } from '../../../shared/contract/index.ts'
import {
  lossIn,
  noteTrouble,
  openStep,
  type CaseRecord,
  type Facts,
  type Refused,
  type StepPlan,
} from '../../../shared/domain/playbooks/index.ts'
import type { Actor } from '../../backends/backend.ts'
import { caseById, changeCase, factsFor, withAnswer } from './cases.ts'
import { StepTrouble, type Asks, type RecoveryDeps, type StepJob } from './job.ts'
import type { KnownWorlds } from './known-worlds.ts'
import { isInterruption } from './interruption.ts'
import { perform } from './steps/index.ts'
import { backendOf, liveOf } from './world.ts'

/** More automatic steps than any playbook has in a row. */
const AUTOMATIC_AT_MOST = 8

export interface Person {
  readonly signal: AbortSignal
  readonly progress: StepJob['progress']
  readonly asks: Asks
}

export interface Runner {
  /** Answers the open step, then goes on. Throws what the step threw, after noting it where it is to be seen on the step. */
  answer(caseId: string, step: string, answer: StepAnswer, person: Person): Promise<void>
  /** Does what needs nobody: stops at the first step that waits for the person, or that fails. */
  goOn(caseId: string, person: Person): Promise<void>
}

export function createRunner(deps: RecoveryDeps, worlds: KnownWorlds): Runner {
  const { store } = deps

  const take = async (caseId: string, step: string, answer: StepAnswer, person: Person): Promise<void> => {
    const record = caseById(store.data(), caseId)
    const world = await worlds.read(record, person.signal)
    const facts = factsFor(store.data(), record, world.known, liveOf(deps, record, world.administratorDevices))
    const open = openStep(record, facts)
    if (!open || open.step !== step) throw callError('step-moved-on', {})
    if (open.ask?.form === 'end') return
    checkForm(open, answer)
    const job: StepJob = { ...jobOf(deps, record, person), record, world: facts, step: open, answer, caseId }
    const { result, change } = await perform(job)
    // What was done may have changed what is known; the case is kept with the latest.
    const after = result.final ? await worlds.read(record, person.signal).catch(() => world) : world
    const live = liveOf(deps, record, after.administratorDevices)
    await store.change((data) => {
      const changed = change ? change(data) : data
      const answered = withAnswer(changed, caseId, { step, result, known: after.known, live })
      if (answered.ok) return answered.value
      // What was done is kept, whatever the case says to it.
      if (change) return changed
      throw refusal(answered.error)
    })
  }

  const attempt = async (caseId: string, step: string, answer: StepAnswer, person: Person): Promise<void> => {
    try {
      await take(caseId, step, answer, person)
    } catch (error) {
      const trouble = troubleOf(error)
      if (trouble && store.isUnlocked) {
        await store.change((data) =>
          changeCase(data, caseId, (record) => noteTrouble(record, step, trouble, deps.correctedNow())),
        )
      }
      if (!(error instanceof StepTrouble)) throw error
    }
  }

  const goOn = async (caseId: string, person: Person): Promise<void> => {
    for (let i = 0; i < AUTOMATIC_AT_MOST; i++) {
      const record = caseById(store.data(), caseId)
      const open = record.closedAt === undefined ? openStep(record, worlds.facts(record)) : undefined
      if (!open?.isAutomatic) return
      const before = record.log.length
      try {
        await attempt(caseId, open.step, { form: 'done' }, person)
      } catch (error) {
        // The answer that led here stands; what failed stands on the step, to be tried again.
        if (isInterruption(error)) throw error
        return
      }
      const after = caseById(store.data(), caseId)
      if (after.log.length <= before || after.log.at(-1)?.is === 'trouble') return
    }
  }

  return {
    async answer(caseId, step, answer, person) {
      await attempt(caseId, step, answer, person)
      await goOn(caseId, person)
    },
    goOn,
  }
}

/** Who acts in a case, and on whose behalf. */
export function jobOf(
  deps: RecoveryDeps,
  record: CaseRecord,
  person: Person,
): Omit<StepJob, 'record' | 'world' | 'step' | 'answer'> {
  const { backendId, identityId, administrator, device } = record.subject
  const actor: Actor = administrator ? { as: 'administrator', identityId: administrator.id } : { as: 'self' }
  return {
    deps,
    backend: backendOf(deps, backendId),
    identityId,
    actor,
    caseId: record.id,
    without: lossIn(record) ? device?.id : undefined,
    ...person,
  }
}

function refusal(refused: Refused): CallError {
  if (refused.refused === 'step-moved-on') return callError('step-moved-on', {})
  const reason = refused.refused === 'option' ? refused.reason : 'not-offered'
  return callError('answer-refused', { fields: [{ field: 'option', reason }] })
}

/** Only the form the step asks for, or another way out of it. What the choice may be is the playbook's to say. */
function checkForm({ ask }: StepPlan, answer: StepAnswer): void {
  const other = answer.form === 'done' ? answer.other : undefined
  if (other !== undefined) {
    const offered: readonly string[] = !ask ? [] : 'others' in ask ? ask.others : ask.form === 'backup' ? ['later'] : []
    if (offered.includes(other)) return
    throw refusal({ refused: 'not-offered' })
  }
  if (answer.form === FORMS[ask?.form ?? 'run']) return
  throw callError('answer-refused', { fields: [{ field: 'answer', reason: 'wrong-form' }] })
}

const FORMS = {
  choice: 'choice',
  codes: 'codes',
  text: 'text',
  password: 'password',
  run: 'done',
  check: 'done',
  tick: 'done',
  message: 'done',
  touch: 'done',
  wait: 'done',
  backup: 'done',
  end: 'done',
} as const

/** What stands on the step afterwards. Nothing for what was typed wrong or broken off: that is said at once, and over. */
function troubleOf(error: unknown): { code: string; changed: boolean; facts: Facts } | undefined {
  if (error instanceof StepTrouble) return error.trouble
  if (!(error instanceof CallError) || isInterruption(error)) return undefined
  const { code, changed = false, detail } = error.error
  if (code === 'answer-refused' || code === 'step-moved-on' || code === 'busy' || code === 'vault-held')
    return undefined
  return { code, changed, facts: plainFacts(detail) }
}

function plainFacts(detail: Readonly<Record<string, unknown>>): Facts {
  return Object.fromEntries(
    Object.entries(detail).flatMap(([name, value]) => {
      if (typeof value === 'string' || typeof value === 'number' || typeof value === 'boolean') return [[name, value]]
      return Array.isArray(value) && value.every((item) => typeof item === 'string') ? [[name, value.join(', ')]] : []
    }),
  )
}
