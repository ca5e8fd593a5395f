/** Cases that hold many, in the vault: finding and changing them, and the case of each task. */
import { callError } from '../../../../shared/contract/index.ts'
import {
  isReplace,
  type CaseRecord,
  type ManyCase,
  type ReplaceTask,
} from '../../../../shared/domain/playbooks/index.ts'
import type { VaultData } from '../../store.ts'

/** Throws `not-found`. */
export function manyById({ manyCases }: VaultData, id: string): ManyCase {
  const many = manyCases.find((other) => other.id === id)
  if (!many) throw callError('not-found', { what: 'case' })
  return many
}

/** Throws `not-found`; `not-supported` where the task has no case of its own. */
export function replaceTask(many: ManyCase, taskId: string): ReplaceTask {
  const task = many.tasks.find(({ id }) => id === taskId)
  if (!task) throw callError('not-found', { what: 'case' })
  if (!isReplace(task)) throw callError('not-supported', { reason: 'by-hand' })
  return task
}

/** Puts it in, or in the place of the one with its id. */
export const putMany = (data: VaultData, many: ManyCase): VaultData =>
  data.manyCases.some(({ id }) => id === many.id)
    ? changeMany(data, many.id, () => many)
    : { ...data, manyCases: [...data.manyCases, many] }

export const changeMany = (data: VaultData, id: string, change: (many: ManyCase) => ManyCase): VaultData => ({
  ...data,
  manyCases: data.manyCases.map((many) => (many.id === id ? change(many) : many)),
})

export const casesById = ({ cases }: VaultData): ReadonlyMap<string, CaseRecord> =>
  new Map(cases.map((record) => [record.id, record]))

export const childOf = (cases: ReadonlyMap<string, CaseRecord>, { todo }: ReplaceTask): CaseRecord | undefined =>
  todo.caseId === undefined ? undefined : cases.get(todo.caseId)

export interface IdentityPlace {
  readonly backendId: string
  readonly identityId: string
}

/** Whose device it is. Only identities have devices. */
export function identityOf({ account }: ReplaceTask): IdentityPlace {
  if (account.is !== 'identity') throw new Error('a device without an identity')
  return account
}
