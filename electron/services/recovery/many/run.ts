/**
 * Going through many at one go: for each account the steps that need no hand, as if a person had answered them, so that each is
 * journaled for itself. What would be removed is asked once, before anything; afterwards a removal goes ahead only where another
 * device in use is seen to open the account, whatever was agreed to.
 */
import { callError, CallError, type Ask, type Answer, type Progress } from '../../../../shared/contract/index.ts'
import {
  byItself,
  isReplace,
  openStep,
  standingOf,
  type ByItself,
  type CaseRecord,
  type ReplaceTask,
  type StepPlan,
} from '../../../../shared/domain/playbooks/index.ts'
import type { Confirm, Effects } from '../../confirm.ts'
import { caseById } from '../cases.ts'
import { casesById, childOf, identityOf, manyById } from './kept.ts'
import { inLanes } from './lanes.ts'
import { openChild, type Opening } from './open.ts'

/** More steps than any playbook has. */
const STEPS_AT_MOST = 40

export interface Running extends Opening {
  /** Tasks that are worked on now, as `caseId taskId`. */
  readonly atWork: Set<string>
  readonly onWork: () => void
}

export interface Asked {
  readonly signal: AbortSignal
  readonly progress: (progress: Progress<'recovery.runMany'>) => void
  readonly confirm: (ask: Ask<'recovery.runMany', 'confirm'>) => Promise<Answer<'recovery.runMany', 'confirm'>>
}

export const workKey = (manyId: string, taskId: string) => `${manyId} ${taskId}`

/** Throws the signal's reason, or what the question was rejected with. Failures of tasks stand on them. */
export async function runMany(running: Running, manyId: string, asked: Asked): Promise<void> {
  const { signal } = asked
  const tasks = forProgram(running, manyId)
  const approved = await approve(running, manyId, tasks, asked)
  let done = 0
  const tell = (at?: Progress<'recovery.runMany'>['at']) =>
    asked.progress({ done, total: tasks.length, ...(at ? { at } : {}) })
  const unreachable = new Set<string>()
  tell()
  const round = async (isLast: boolean, of: readonly ReplaceTask[]): Promise<readonly ReplaceTask[]> => {
    const later: ReplaceTask[] = []
    await inLanes(
      of,
      (task) => ({ lane: identityOf(task).backendId, spot: identityOf(task).identityId }),
      async (task) => {
        const { backendId } = identityOf(task)
        if (unreachable.has(backendId)) return
        const ended = await workOn(running, manyId, task, { ...asked, approved, isLast, tell })
        if (ended === 'may-wait') return void later.push(task)
        if (ended === 'unreachable') unreachable.add(backendId)
        done++
        tell()
      },
      signal,
    )
    return later
  }
  // What may have to wait for a next code comes when all others are mended: then nobody waits for each.
  await round(true, await round(false, tasks))
  signal.throwIfAborted()
}

/** Tasks of which the program can take the next step, in order. */
function forProgram({ deps, work }: Running, manyId: string): readonly ReplaceTask[] {
  const { store } = deps
  const cases = casesById(store.data())
  return manyById(store.data(), manyId)
    .tasks.filter(isReplace)
    .filter((task) => {
      const record = childOf(cases, task)
      return standingOf(task, record && { record, facts: work.facts(record) }, false).needs === 'program'
    })
}

/** Asks for all that would be removed. The ids of devices, by task; empty where nothing is to be removed. */
async function approve(
  { deps }: Running,
  manyId: string,
  tasks: readonly ReplaceTask[],
  { confirm }: Asked,
): Promise<ReadonlySet<string>> {
  const { store } = deps
  const cases = casesById(store.data())
  const removing = tasks.filter((task) => !isDeactivated(childOf(cases, task)))
  if (removing.length === 0) return new Set()
  const effects: Effects = removing.map(({ name, todo }) => ({
    effect: 'device-replaced',
    facts: { name: todo.device.name, who: name.who, at: name.at, kind: name.kind },
  }))
  const { losses } = manyById(store.data(), manyId)
  const approval = await deps.confirm(
    { ask: (_, question) => confirm(question) },
    { operation: 'recovery.runMany', object: losses.map(({ name }) => name).join(', '), effects },
  )
  approval.use(effects)
  return new Set(removing.map(({ id }) => id))
}

/** Once deactivated it is finished without asking: it is no way in any more, and what is left of it only takes room. */
const isDeactivated = (record: CaseRecord | undefined): boolean =>
  record?.log.some((item) => item.is === 'did' && item.did === 'deactivated') ?? false

interface TaskWork extends Asked {
  readonly approved: ReadonlySet<string>
  /** Waits for codes where it has to. */
  readonly isLast: boolean
  readonly tell: (at: Progress<'recovery.runMany'>['at']) => void
}

type Ended = 'stopped' | 'may-wait' | 'unreachable'

/** Takes the steps of one task as far as they need nobody. Never rejects: what failed stands on the step. */
async function workOn(running: Running, manyId: string, task: ReplaceTask, how: TaskWork): Promise<Ended> {
  const { deps, atWork, onWork } = running
  const key = workKey(manyId, task.id)
  atWork.add(key)
  onWork()
  try {
    return await takeSteps(running, manyId, task, how)
  } catch (error) {
    if (error instanceof CallError && error.error.code === 'unreachable') return 'unreachable'
    if (!how.signal.aborted && !(error instanceof CallError)) deps.log.error('recovery.many-task-threw')
    return 'stopped'
  } finally {
    atWork.delete(key)
    onWork()
  }
}

async function takeSteps(running: Running, manyId: string, task: ReplaceTask, how: TaskWork): Promise<Ended> {
  const { deps, work } = running
  const { signal, isLast } = how
  const { store } = deps
  const caseId = childOf(casesById(store.data()), task)?.id ?? (await openChild(running, manyId, task, signal))
  for (let i = 0; i < STEPS_AT_MOST; i++) {
    if (signal.aborted) return 'stopped'
    const next = nextStep(running, caseId, task)
    if (!next) return 'stopped'
    const before = caseById(store.data(), caseId)
    if (next.by.removes && !how.approved.has(task.id) && !isDeactivated(before)) return 'stopped'
    if (next.by.mayWait && !isLast) return 'may-wait'
    await work.answer(
      caseId,
      next.step.step,
      next.by.answer,
      {
        signal,
        progress: (doing, facts = {}) => how.tell({ task: task.id, doing, facts }),
        // Nobody is asked for codes or touches; the question before a removal was asked for all.
        asks: { confirm: () => Promise.reject(callError('not-confirmed', {})) },
      },
      confirmFor(task, how.approved),
    )
    const { log, closedAt } = caseById(store.data(), caseId)
    if (closedAt !== undefined) return 'stopped'
    const last = log.at(-1)
    if (last?.is === 'trouble') return last.code === 'unreachable' ? 'unreachable' : 'stopped'
    if (log.length === before.log.length) return 'stopped'
  }
  return 'stopped'
}

function nextStep(
  { deps, work }: Running,
  caseId: string,
  { todo }: ReplaceTask,
): { readonly step: StepPlan; readonly by: ByItself } | undefined {
  const record = caseById(deps.store.data(), caseId)
  if (record.closedAt !== undefined) return undefined
  const facts = work.facts(record)
  const step = openStep(record, facts)
  const by = step && byItself(step, record, facts, todo.happened)
  return step && by ? { step, by } : undefined
}

/** Stands for the person's answer: to this task's device, and only while another device in use opens the account. */
const confirmFor =
  (task: ReplaceTask, approved: ReadonlySet<string>): Confirm =>
  async (_asking, { operation, typeName, effects }) => {
    const isAgreed = operation === 'devices.remove' && typeName === undefined && approved.has(task.id)
    if (!isAgreed || !opensOtherwise(effects)) throw callError('not-confirmed', {})
    return {
      use(now) {
        if (!opensOtherwise(now)) throw callError('confirmation-stale', {})
      },
    }
  }

const opensOtherwise = (effects: Effects) => effects.some(({ effect }) => effect === 'opens-with')
