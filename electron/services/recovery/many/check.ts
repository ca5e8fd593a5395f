/** Is it over? Every backend is read: the lost devices gone, and for each account a device in use that was not lost. */
import { CallError } from '../../../../shared/contract/index.ts'
import {
  changeReplace,
  isReplace,
  isSettled,
  lostOf,
  verdictOn,
  withTrouble,
  type ManyCase,
  type ReplaceTask,
} from '../../../../shared/domain/playbooks/index.ts'
import type { RecoveryDeps } from '../job.ts'
import { backendOf, reading } from '../world.ts'
import { casesById, changeMany, childOf, identityOf, manyById } from './kept.ts'
import { inLanes } from './lanes.ts'

type Verdict = ReturnType<typeof verdictOn> | { readonly code: string }

/** Reads, notes what is found on each task, and closes the case where nothing is left. Throws only the signal's reason. */
export async function checkMany(
  deps: RecoveryDeps,
  manyId: string,
  signal: AbortSignal,
  onDone: (done: number, total: number) => void = () => {},
): Promise<boolean> {
  const { store } = deps
  const many = manyById(store.data(), manyId)
  if (many.closedAt !== undefined) return true
  const tasks = many.tasks.filter(isReplace)
  const verdicts = new Map<string, Verdict>()
  await inLanes(
    tasks,
    (task) => ({ lane: identityOf(task).backendId, spot: identityOf(task).identityId }),
    async (task) => {
      verdicts.set(task.id, await verdictFor(deps, many, task, signal))
      onDone(verdicts.size, tasks.length)
    },
    signal,
  )
  signal.throwIfAborted()
  const at = deps.correctedNow()
  await store.change((data) => {
    const cases = casesById(data)
    return changeMany(data, manyId, (latest) => {
      const noted = tasks.reduce(
        (now, task) => withVerdict(now, task, verdicts.get(task.id), isOver(cases, task), at),
        latest,
      )
      const isMended = tasks.every((task) => verdicts.get(task.id) === 'mended')
      // What came in while it was read is looked at the next time.
      const isWhole = latest.tasks.length === many.tasks.length
      const checked: ManyCase = { ...noted, checkedAt: at }
      return isMended && isWhole && isSettled(latest, cases) && latest.closedAt === undefined
        ? { ...checked, closedAt: at, outcome: 'finished' }
        : checked
    })
  })
  return manyById(store.data(), manyId).closedAt !== undefined
}

async function verdictFor(
  deps: RecoveryDeps,
  many: ManyCase,
  task: ReplaceTask,
  signal: AbortSignal,
): Promise<Verdict> {
  const { backendId, identityId } = identityOf(task)
  try {
    const backend = backendOf(deps, backendId)
    const devices = await reading({ deps, signal }, (bounded) => backend.devices(identityId, bounded), 'identity')
    return verdictOn(lostOf(many, task), devices)
  } catch (error) {
    return { code: error instanceof CallError ? error.error.code : 'backend-fault' }
  }
}

/** Its own case is closed, or there was nothing to open one for: what a read finds now is what is left. */
const isOver = (cases: ReturnType<typeof casesById>, task: ReplaceTask): boolean =>
  task.todo.goneAt !== undefined || childOf(cases, task)?.closedAt !== undefined

/** While its case is open it says itself how it stands. */
function withVerdict(
  many: ManyCase,
  task: ReplaceTask,
  verdict: Verdict | undefined,
  isOver: boolean,
  at: number,
): ManyCase {
  if (verdict === undefined || !isOver) return many
  if (verdict === 'mended') return changeReplace(many, task.id, (todo) => withTrouble(todo))
  const code = typeof verdict === 'string' ? verdict : verdict.code
  return changeReplace(many, task.id, (todo) => withTrouble(todo, { code, changed: false, at }))
}
