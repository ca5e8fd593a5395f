/** Opening a case that holds many, and the case of each of its accounts. Nothing is changed at a backend. */
import { callError, CallError, type Request } from '../../../../shared/contract/index.ts'
import { losableKey, THIS_COMPUTER, type AccessWorld, type LossItem } from '../../../../shared/domain/loss/index.ts'
import {
  changeReplace,
  draftMany,
  isReplace,
  withNewTasks,
  withTrouble,
  type ManyCase,
  type ReplaceTask,
} from '../../../../shared/domain/playbooks/index.ts'
import { toBase64url } from '../../../../shared/kit/index.ts'
import { namesOf } from '../../whatif/names.ts'
import type { CaseWork } from '../case-work.ts'
import { isInterruption } from '../interruption.ts'
import type { RecoveryDeps } from '../job.ts'
import { casesById, changeMany, childOf, identityOf, manyById, putMany } from './kept.ts'
import { inLanes } from './lanes.ts'

const ID_BYTES = 16

export interface Opening {
  readonly deps: RecoveryDeps
  readonly work: CaseWork
}

/** The open case for the same losses with what is new in it, or a new one, durable. Throws `not-supported` where nothing is touched. */
export async function openMany({ deps }: Opening, world: AccessWorld, losses: readonly LossItem[]): Promise<string> {
  const { store } = deps
  const now = deps.correctedNow()
  const lost = presentIn(world, losses)
  const drafted = draftMany(world, lost, now)
  const key = keyOf(lost)
  const open = store.data().manyCases.find((many) => many.closedAt === undefined && keyOf(many.losses) === key)
  const names = namesOf(world)
  if (!open && drafted.every(({ todo }) => todo.is === 'nothing'))
    throw callError('not-supported', { reason: 'nothing-lost' })
  const fresh: ManyCase = {
    id: open?.id ?? toBase64url(deps.random(ID_BYTES)),
    losses: lost.map((loss) => {
      const { kind, name, of } = names.losable(loss.what)
      return { ...loss, kind, name, ...(of ? { of } : {}) }
    }),
    openedAt: now,
    tasks: [...drafted],
  }
  await store.change((data) => {
    const before = data.manyCases.find(({ id }) => id === fresh.id)
    return putMany(data, before ? withNewTasks(before, drafted) : fresh)
  })
  return fresh.id
}

/** What is not there any more is passed over. This computer can't be lost to the program that runs on it. */
function presentIn(world: AccessWorld, losses: readonly LossItem[]): readonly LossItem[] {
  if (losses.some(({ what }) => what.is === 'thing' && what.thing === THIS_COMPUTER)) {
    throw callError('not-supported', { reason: 'this-computer' })
  }
  const names = namesOf(world)
  const present = [...new Map(losses.map((loss) => [losableKey(loss.what), loss])).values()].filter(({ what }) =>
    names.knows(what),
  )
  if (present.length === 0) throw callError('not-supported', { reason: 'nothing-lost' })
  return present
}

const keyOf = (losses: readonly LossItem[]) => JSON.stringify(losses.map(({ what }) => losableKey(what)).toSorted())

/** Opens the case of every task that has none. What fails is noted on its task and tried again the next time. */
export async function openChildren(
  opening: Opening,
  manyId: string,
  signal: AbortSignal,
  onDone: () => void = () => {},
): Promise<void> {
  const { store } = opening.deps
  const cases = casesById(store.data())
  const missing = manyById(store.data(), manyId)
    .tasks.filter(isReplace)
    .filter((task) => !childOf(cases, task))
  await inLanes(
    missing,
    (task) => ({ lane: identityOf(task).backendId, spot: identityOf(task).identityId }),
    async (task) => {
      await openChild(opening, manyId, task, signal).catch(() => undefined)
      onDone()
    },
    signal,
  )
  signal.throwIfAborted()
}

/** The case of one task. Throws a `CallError`, after noting it on the task where it is no interruption. */
export async function openChild(
  { deps, work }: Opening,
  manyId: string,
  task: ReplaceTask,
  signal: AbortSignal,
): Promise<string> {
  const { store } = deps
  try {
    const caseId = await work.open(requestFor(task), signal)
    await store.change((data) =>
      changeMany(data, manyId, (many) => changeReplace(many, task.id, (todo) => ({ ...withTrouble(todo), caseId }))),
    )
    return caseId
  } catch (error) {
    if (error instanceof CallError && !isInterruption(error) && store.isUnlocked) {
      const at = deps.correctedNow()
      const { code } = error.error
      const isGone = code === 'not-found' && error.error.detail.what === 'device'
      await store.change((data) =>
        changeMany(data, manyId, (many) =>
          changeReplace(many, task.id, (todo) =>
            isGone ? { ...withTrouble(todo), goneAt: at } : withTrouble(todo, { code, changed: false, at }),
          ),
        ),
      )
    }
    throw error
  }
}

function requestFor(task: ReplaceTask): Request<'recovery.open'> {
  const { backendId, identityId } = identityOf(task)
  const { device, happened, administratorId } = task.todo
  const ref = { backendId, identityId, deviceId: device.id }
  return administratorId === undefined
    ? { kind: 'replace', device: ref, happened }
    : { kind: 'help', device: ref, administrator: { backendId, identityId: administratorId } }
}
