/** A case that holds many as the page sees it. */
import { losableKind } from '../../../../shared/contract/whatif-report.ts'
import type { ManyTaskView, ManyView } from '../../../../shared/contract/index.ts'
import {
  inForce,
  isReplace,
  nextForPerson,
  standingOf,
  type CaseRecord,
  type ManyCase,
  type ManyTask,
  type PlaybookFacts,
} from '../../../../shared/domain/playbooks/index.ts'
import { childOf } from './kept.ts'

export interface Looking {
  readonly cases: ReadonlyMap<string, CaseRecord>
  readonly facts: (record: CaseRecord) => PlaybookFacts
  readonly isAtWork: (taskId: string) => boolean
}

export function manyView(many: ManyCase, { cases, facts, isAtWork }: Looking): ManyView {
  const { id, losses, openedAt, closedAt, outcome, checkedAt } = many
  const tasks = many.tasks.map((task) => {
    const record = isReplace(task) ? childOf(cases, task) : undefined
    const standing = standingOf(task, record && { record, facts: facts(record) }, isAtWork(task.id))
    return { task, record, standing }
  })
  const next = closedAt === undefined ? nextForPerson(tasks) : undefined
  return {
    id,
    losses: losses.map(({ what, how, kind, name, of }) => ({
      what,
      how,
      kind: losableKind.safeParse(kind).data ?? 'other',
      name,
      ...(of ? { of } : {}),
    })),
    openedAt,
    ...(closedAt === undefined ? {} : { closedAt }),
    ...(outcome === undefined ? {} : { outcome }),
    ...(checkedAt === undefined ? {} : { checkedAt }),
    tasks: tasks.map(taskView),
    ...(next ? { next: next.task.id } : {}),
    byItself: closedAt === undefined ? tasks.filter(({ standing }) => standing.needs === 'program').length : 0,
    isAtWork: many.tasks.some((task) => isAtWork(task.id)),
  }
}

interface Seen {
  readonly task: ManyTask
  readonly record: CaseRecord | undefined
  readonly standing: ReturnType<typeof standingOf>
}

function taskView({ task, record, standing }: Seen): ManyTaskView {
  const { id, account, name, newPassword, todo } = task
  const { state, needs, trouble, open, done, all } = standing
  const doneAt =
    todo.is === 'replace' ? (record?.closedAt ?? todo.goneAt) : todo.is === 'nothing' ? undefined : todo.doneAt
  return {
    id,
    account,
    name,
    todo: todo.is === 'replace' && todo.administratorId !== undefined ? 'help' : todo.is,
    ...(todo.is === 'replace' ? { device: { name: todo.device.name, type: todo.device.type } } : {}),
    stillWorks: todo.is === 'replace' && todo.happened === 'works',
    newPassword,
    state,
    needs,
    ...(trouble ? { trouble } : {}),
    ...(record ? { caseId: record.id } : {}),
    ...(open ? { step: { step: open.step, facts: open.facts } } : {}),
    done,
    all,
    did: deedsOf(record),
    ...(doneAt === undefined ? {} : { doneAt }),
  }
}

const deedsOf = (record: CaseRecord | undefined): ManyTaskView['did'] =>
  record
    ? inForce(record.log).flatMap((item) =>
        item.is === 'did' ? [{ did: item.did, facts: item.facts, at: item.at }] : [],
      )
    : []
