/**
 * A case that holds many: one loss that touches accounts at several backends, each with a case of its own. Its tasks stand in the
 * order that locks nobody out; how each stands follows from its own case, and the whole closes when every backend was read and
 * says so. All pure: the service keeps what comes out.
 */
import { z } from 'zod'
import { deviceType, type MfaDevice } from '../device.ts'
import { accountKey, accountRef, devicesInUse, lossItem } from '../loss/index.ts'
import type { Facts } from './ask.ts'
import { byItself } from './by-itself.ts'
import { happening, type CaseRecord, type PlaybookFacts } from './case.ts'
import { plan } from './plan.ts'
import type { StepPlan } from './walk.ts'

const time = z.number().int()
const id = z.string().min(1).max(256)

/** As people know an account. */
const accountName = z.strictObject({
  kind: z.enum(['root', 'user', 'entry', 'site']),
  at: z.string(),
  who: z.string(),
})

/** Why the last try came to nothing. */
const trouble = z.strictObject({ code: z.string().max(64), changed: z.boolean(), at: time })

export const manyTask = z.strictObject({
  id,
  account: accountRef,
  /** As people knew it when the case was opened. */
  name: accountName,
  /** A missing or stolen thing gives something of it away: a new password follows (rule 10). */
  newPassword: z.boolean(),
  todo: z.discriminatedUnion('is', [
    /** The device is replaced in a case of its own, or taken off a colleague by `administratorId`. */
    z.strictObject({
      is: z.literal('replace'),
      device: z.strictObject({ id, name: z.string().max(256), type: deviceType }),
      happened: happening,
      administratorId: id.optional(),
      caseId: id.optional(),
      /** The backend was seen without it before there was a case: nothing is left to replace. */
      goneAt: time.optional(),
      /** Why that case could not be opened, or what a read of the backend found when it was over. */
      trouble: trouble.optional(),
    }),
    /** No backend knows it: done at the site by the person, and ticked. */
    z.strictObject({ is: z.literal('by-hand'), doneAt: time.optional() }),
    /** Nobody has said where its devices are: the person looks whether one went with what was lost, and ticks it. */
    z.strictObject({ is: z.literal('look'), doneAt: time.optional() }),
    /** It lost something and needs nothing: another way opens it, and nobody else has what was lost. */
    z.strictObject({ is: z.literal('nothing') }),
  ]),
})
export type ManyTask = z.infer<typeof manyTask>
export type ReplaceTask = ManyTask & { readonly todo: Extract<ManyTask['todo'], { is: 'replace' }> }

export const manyCase = z.strictObject({
  id,
  /** With the names they had. */
  losses: z
    .array(
      lossItem.extend({
        kind: z.string().max(64),
        name: z.string(),
        of: accountName.optional(),
      }),
    )
    .min(1),
  openedAt: time,
  closedAt: time.optional(),
  outcome: z.enum(['finished', 'abandoned']).optional(),
  /** When every backend was last read for it. */
  checkedAt: time.optional(),
  tasks: z.array(manyTask),
})
export type ManyCase = z.infer<typeof manyCase>

export const isReplace = (task: ManyTask): task is ReplaceTask => task.todo.is === 'replace'

export type TaskState = 'waiting' | 'now' | 'done' | 'failed' | 'nothing'

/** How a task stands. */
export interface TaskStanding {
  readonly state: TaskState
  /** Who can take the next step. */
  readonly needs: 'program' | 'person' | 'nobody'
  readonly trouble?: { readonly code: string; readonly changed: boolean; readonly at: number; readonly facts: Facts }
  /** The open step of its case. */
  readonly open?: StepPlan
  readonly done: number
  readonly all: number
}

/** The case of a task, with what a plan of it is made from. */
export interface Child {
  readonly record: CaseRecord
  readonly facts: PlaybookFacts
}

export function standingOf(task: ManyTask, child: Child | undefined, isAtWork: boolean): TaskStanding {
  const { todo } = task
  if (todo.is === 'nothing') return { state: 'nothing', needs: 'nobody', done: 0, all: 0 }
  if (todo.is !== 'replace') {
    return todo.doneAt === undefined
      ? { state: 'waiting', needs: 'person', done: 0, all: 1 }
      : { state: 'done', needs: 'nobody', done: 1, all: 1 }
  }
  const failed = todo.trouble && { ...todo.trouble, facts: {} }
  if (!child) {
    if (isAtWork) return { state: 'now', needs: 'program', done: 0, all: 1 }
    if (todo.goneAt !== undefined && !failed) return { state: 'done', needs: 'nobody', done: 1, all: 1 }
    return {
      state: failed ? 'failed' : 'waiting',
      needs: 'program',
      done: 0,
      all: 1,
      ...(failed ? { trouble: failed } : {}),
    }
  }
  const { record, facts } = child
  const steps = plan(record, facts).filter((step) => step.ask?.form !== 'end' && step.state !== 'later')
  const all = plan(record, facts).length - 1
  const done = steps.filter(({ state }) => state === 'done').length
  if (record.closedAt !== undefined) {
    if (failed) return { state: 'failed', needs: 'person', trouble: failed, done, all }
    if (record.outcome === 'finished') return { state: 'done', needs: 'nobody', done: all, all }
    const givenUp = { code: 'given-up', changed: false, at: record.closedAt, facts: {} }
    return { state: 'failed', needs: 'person', trouble: givenUp, done, all }
  }
  const open = steps.find(({ state }) => state === 'now')
  if (!open) return { state: 'waiting', needs: 'person', done, all }
  const needs = byItself(open, record, facts, todo.happened) ? 'program' : 'person'
  if (isAtWork) return { state: 'now', needs, open, done, all }
  return {
    state: open.trouble ? 'failed' : 'waiting',
    needs,
    open,
    done,
    all,
    ...(open.trouble ? { trouble: open.trouble } : {}),
  }
}

/** The task that the person is offered next: the first in order that needs them; one whose last try failed comes after those that wait. */
export function nextForPerson<T extends { readonly standing: TaskStanding }>(tasks: readonly T[]): T | undefined {
  const theirs = tasks.filter(({ standing }) => standing.needs === 'person' && standing.state !== 'now')
  return theirs.find(({ standing }) => standing.state === 'waiting') ?? theirs[0]
}

/** What a read of the backend says of an account: the lost devices gone and a way in that was not lost, or what is missing. */
export function verdictOn(
  lost: ReadonlySet<string>,
  devices: readonly MfaDevice[],
): 'mended' | 'still-registered' | 'no-device-in-use' {
  if (devices.some(({ id }) => lost.has(id))) return 'still-registered'
  return devicesInUse(devices, lost).length > 0 ? 'mended' : 'no-device-in-use'
}

/** Is nothing left to do but to read the backends? */
export const isSettled = ({ tasks }: ManyCase, cases: ReadonlyMap<string, CaseRecord>): boolean =>
  tasks.every(({ todo }) => {
    if (todo.is === 'nothing') return true
    if (todo.is !== 'replace') return todo.doneAt !== undefined
    if (todo.goneAt !== undefined) return true
    return todo.caseId !== undefined && cases.get(todo.caseId)?.closedAt !== undefined
  })

/** Devices of one identity that this case says are gone or to go. */
export function lostOf({ tasks }: ManyCase, at: ReplaceTask): ReadonlySet<string> {
  const key = placeOf(at)
  return new Set(tasks.flatMap((task) => (isReplace(task) && placeOf(task) === key ? [task.todo.device.id] : [])))
}

/** The same text for tasks of the same identity. */
export const placeOf = ({ account }: ReplaceTask): string =>
  account.is === 'identity' ? JSON.stringify([account.backendId, account.identityId]) : ''

/**
 * With what came to be known since: tasks that are new are added at the end, and one that was only to be looked at becomes what
 * it turned out to be. What was begun is never changed.
 */
export function withNewTasks(many: ManyCase, drafted: readonly ManyTask[]): ManyCase {
  const known = new Map(many.tasks.map((task) => [subjectOf(task), task]))
  const begun = many.tasks.filter((task) => task.todo.is !== 'look' || task.todo.doneAt !== undefined)
  const isBegun = new Set(begun.map(({ id }) => id))
  const added = drafted.filter((task) => {
    const before = known.get(subjectOf(task))
    return before ? !isBegun.has(before.id) && task.todo.is !== 'look' : true
  })
  if (added.length === 0) return many
  const accounts = new Set(added.map(({ account }) => accountKey(account)))
  const kept = many.tasks.filter((task) => isBegun.has(task.id) || !accounts.has(accountKey(task.account)))
  const last = Math.max(0, ...many.tasks.map(({ id }) => Number(id)))
  return { ...many, tasks: [...kept, ...added.map((task, at) => ({ ...task, id: `${last + at + 1}` }))] }
}

const subjectOf = (task: ManyTask): string =>
  isReplace(task) ? `${placeOf(task)} ${task.todo.device.id}` : accountKey(task.account)

export const changeTask = (many: ManyCase, taskId: string, change: (task: ManyTask) => ManyTask): ManyCase => ({
  ...many,
  tasks: many.tasks.map((task) => (task.id === taskId ? change(task) : task)),
})

/** Of a task that is replaced. Other tasks are left as they are. */
export const changeReplace = (
  many: ManyCase,
  taskId: string,
  change: (todo: ReplaceTask['todo']) => ReplaceTask['todo'],
): ManyCase => changeTask(many, taskId, (task) => (isReplace(task) ? { ...task, todo: change(task.todo) } : task))

/** With why the last try came to nothing, or without where it came to something. */
export function withTrouble(todo: ReplaceTask['todo'], trouble?: ReplaceTask['todo']['trouble']): ReplaceTask['todo'] {
  const { trouble: _, ...rest } = todo
  return trouble ? { ...rest, trouble } : rest
}
