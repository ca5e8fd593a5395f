/**
 * Cases that hold many (shared/contract/recovery-many.ts): one loss followed through every account it touches. Each account has a
 * case of its own, worked on like any other; here they are opened, gone through, watched, and read at the end.
 */
import { callError } from '../../../../shared/contract/index.ts'
import type { manyCalls } from '../../../../shared/contract/recovery-many.ts'
import { changeTask, isReplace, isSettled, type ManyCase } from '../../../../shared/domain/playbooks/index.ts'
import type { Handlers, TopicSources } from '../../handlers.ts'
import { anyOf, createSignal, createSource } from '../../source.ts'
import type { Access } from '../../whatif/index.ts'
import type { CaseWork } from '../case-work.ts'
import type { RecoveryDeps } from '../job.ts'
import { checkMany } from './check.ts'
import { casesById, changeMany, childOf, manyById, replaceTask } from './kept.ts'
import { openChild, openChildren, openMany } from './open.ts'
import { runMany, workKey } from './run.ts'
import { manyView } from './view.ts'

export interface ManyCases {
  readonly handlers: Handlers<keyof typeof manyCalls>
  readonly topics: Pick<TopicSources, 'manyCases'>
  /** Reads the backends for each case of which nothing else is left, as soon as that is so. To be run while the vault is open. */
  watchOver(signal: AbortSignal): Promise<void>
}

export interface ManyOptions {
  readonly deps: RecoveryDeps
  readonly work: CaseWork
  readonly access: Pick<Access, 'world'>
}

export function createManyCases({ deps, work, access }: ManyOptions): ManyCases {
  const { store } = deps
  const opening = { deps, work }
  const atWork = new Set<string>()
  const working = createSignal()
  const running = new Set<string>()

  /** One piece of work on a case at a time. Throws `busy`. */
  const alone = async <T>(manyId: string, run: () => Promise<T>): Promise<T> => {
    if (running.has(manyId)) throw callError('busy', {})
    running.add(manyId)
    try {
      return await run()
    } finally {
      running.delete(manyId)
      working.emit()
    }
  }
  /** Throws `not-found`, and `not-supported` for one that is closed. */
  const openCase = (manyId: string): ManyCase => {
    const many = manyById(store.data(), manyId)
    if (many.closedAt !== undefined) throw callError('not-supported', { reason: 'closed' })
    return many
  }
  const viewOf = (many: ManyCase) =>
    manyView(many, {
      cases: casesById(store.data()),
      facts: work.facts,
      isAtWork: (taskId) => atWork.has(workKey(many.id, taskId)),
    })

  return {
    handlers: {
      async 'recovery.openMany'({ losses }, { signal, progress }) {
        const caseId = await openMany(opening, await access.world(signal), losses)
        const total = openCase(caseId).tasks.filter(isReplace).length
        let done = 0
        progress({ done, total })
        if (!running.has(caseId)) {
          await alone(caseId, () => openChildren(opening, caseId, signal, () => progress({ done: ++done, total })))
        }
        return { caseId }
      },
      async 'recovery.runMany'({ caseId }, context) {
        openCase(caseId)
        await alone(caseId, () =>
          runMany({ ...opening, atWork, onWork: working.emit }, caseId, {
            signal: context.signal,
            progress: (progress) => context.progress(progress),
            confirm: (ask) => context.ask('confirm', ask),
          }),
        )
        const { tasks } = viewOf(manyById(store.data(), caseId))
        const count = (state: string) => tasks.filter((task) => task.state === state).length
        return { done: count('done'), failed: count('failed'), left: count('waiting') }
      },
      async 'recovery.openTask'({ caseId, task: taskId }, { signal }) {
        const task = replaceTask(openCase(caseId), taskId)
        const child = childOf(casesById(store.data()), task)
        if (
          child &&
          (child.closedAt === undefined || child.outcome === 'finished') &&
          !isBackAgain(task.todo.trouble)
        ) {
          return { caseId: child.id }
        }
        return { caseId: await openChild(opening, caseId, task, signal) }
      },
      async 'recovery.tickTask'({ caseId, task: taskId, isDone }) {
        const { tasks } = openCase(caseId)
        const todo = tasks.find(({ id }) => id === taskId)?.todo
        if (todo?.is !== 'by-hand' && todo?.is !== 'look') throw callError('not-supported', { reason: 'not-by-hand' })
        const at = deps.correctedNow()
        await store.change((data) =>
          changeMany(data, caseId, (many) =>
            changeTask(many, taskId, (task) => ({ ...task, todo: { is: todo.is, ...(isDone ? { doneAt: at } : {}) } })),
          ),
        )
        return {}
      },
      async 'recovery.checkMany'({ caseId }, { signal, progress }) {
        manyById(store.data(), caseId)
        const isClosed = await alone(caseId, () =>
          checkMany(deps, caseId, signal, (done, total) => progress({ done, total })),
        )
        return { isClosed }
      },
      async 'recovery.abandonMany'({ caseId }) {
        openCase(caseId)
        await alone(caseId, () =>
          store.change((data) =>
            changeMany(data, caseId, (many) => ({ ...many, closedAt: deps.correctedNow(), outcome: 'abandoned' })),
          ),
        )
        return {}
      },
    },
    topics: {
      manyCases: createSource(
        () => Object.fromEntries(store.data().manyCases.map((many) => [many.id, viewOf(many)])),
        anyOf(work.onChange, working.on),
      ),
    },
    async watchOver(signal) {
      /** What was so when each was last read: read again only when that has changed. */
      const read = new Map<string, string>()
      const look = () => {
        if (!store.isUnlocked || signal.aborted) return
        const cases = casesById(store.data())
        for (const many of store.data().manyCases) {
          if (many.closedAt !== undefined || running.has(many.id) || !isSettled(many, cases)) continue
          const mark = settledAs(many, cases)
          if (read.get(many.id) === mark) continue
          read.set(many.id, mark)
          alone(many.id, () => checkMany(deps, many.id, signal)).catch(() => {
            if (!signal.aborted) deps.log.info('recovery.many-not-checked')
          })
        }
      }
      const stop = anyOf(work.onChange, working.on)(look)
      look()
      await new Promise<void>((resolve) => {
        if (signal.aborted) return resolve()
        signal.addEventListener('abort', () => resolve(), { once: true })
      })
      stop()
    },
  }
}

/** A read found what its finished case had seen gone: it is to be done again. */
const isBackAgain = (trouble: { readonly code: string } | undefined) => trouble?.code === 'still-registered'

const settledAs = ({ tasks }: ManyCase, cases: ReturnType<typeof casesById>): string =>
  JSON.stringify(tasks.map((task) => (isReplace(task) ? childOf(cases, task)?.closedAt : task.todo.is)))
