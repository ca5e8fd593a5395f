/**
 * Cases: opened, answered step by step, taken back and given up (shared/contract/recovery.ts). The playbooks say what the
 * steps are; here they are performed. One answer at a time a case; what was sent to a backend is finished whatever happens.
 */
import { callError, type CaseView } from '../../../shared/contract/index.ts'
import { back } from '../../../shared/domain/playbooks/index.ts'
import type { Loss } from '../../../shared/domain/device.ts'
import type { DevicePlace } from '../journal.ts'
import type { Handlers, TopicSources } from '../handlers.ts'
import { anyOf, createSignal, createSource } from '../source.ts'
import { abandonCase } from './abandon.ts'
import type { CaseWork } from './case-work.ts'
import { caseById, changeCase, halfMadeCases, lossSaid, openRegistration } from './cases.ts'
import type { RecoveryDeps } from './job.ts'
import { createKnownWorlds } from './known-worlds.ts'
import { openCase } from './open.ts'
import { reconcile } from './reconcile.ts'
import { createRunner } from './run.ts'
import { caseView } from './view.ts'

export interface Recovery {
  readonly handlers: Pick<Handlers, 'recovery.open' | 'recovery.answer' | 'recovery.back' | 'recovery.abandon'>
  readonly topics: Pick<TopicSources, 'cases'>
  /** Looks into what a crash may have left, by reads first. Call it once after each unlocking. Throws only the signal's reason. */
  reconcile(signal: AbortSignal): Promise<void>
  /** Cases with something half-made at a backend, for the warning on the identity. */
  halfMade(): readonly { readonly backendId: string; readonly identityId: string; readonly caseId: string }[]
  /** What an open case says became of a device, where the backend may know nothing of it. */
  lossSaid(device: DevicePlace): { readonly loss: Loss; readonly since: number } | undefined
  /** For cases that hold many. */
  readonly work: CaseWork
}

export function createRecovery(deps: RecoveryDeps): Recovery {
  const { store } = deps
  const worlds = createKnownWorlds(deps)
  const runner = createRunner(deps, worlds)
  const running = new Set<string>()
  const ran = createSignal()
  let reconciling: Promise<void> = Promise.resolve()

  /** Going back is over in a moment, but its state is shown before it is durable: an answer to that state waits for it. */
  const goingBack = new Map<string, Promise<unknown>>()

  /** Throws `busy` where the case is being worked on. What a crash left is looked into before anything new is begun. */
  const alone = async <T>(caseId: string, work: () => Promise<T>): Promise<T> => {
    await goingBack.get(caseId)
    if (running.has(caseId)) throw callError('busy', {})
    running.add(caseId)
    try {
      await reconciling
      return await work()
    } finally {
      running.delete(caseId)
      ran.emit()
    }
  }

  return {
    handlers: {
      async 'recovery.open'(request, { signal }) {
        const caseId = await openCase(deps, request, signal)
        if (!running.has(caseId)) {
          await alone(caseId, () => runner.goOn(caseId, { signal, progress: () => {}, asks: {} }))
        }
        return { caseId }
      },
      async 'recovery.answer'({ caseId, step, answer }, context) {
        const record = caseById(store.data(), caseId)
        // At its end nothing is left to answer: saying so twice does no harm.
        if (record.closedAt !== undefined) return {}
        await alone(caseId, () =>
          runner.answer(caseId, step, answer, {
            signal: context.signal,
            progress: (doing, facts = {}) => context.progress({ doing, facts }),
            asks: {
              confirm: (ask) => context.ask('confirm', ask),
              code: (ask) => context.ask('code', ask),
              webauthn: (ask) => context.ask('webauthn', ask),
              pin: (ask) => context.ask('pin', ask),
            },
          }),
        )
        return {}
      },
      async 'recovery.back'({ caseId }) {
        const done = alone(caseId, async () => {
          const record = caseById(store.data(), caseId)
          const earlier = back(record, deps.correctedNow())
          if (!earlier || openRegistration(store.data(), caseId)) throw callError('step-moved-on', {})
          await store.change((data) => changeCase(data, caseId, () => earlier))
        })
        goingBack.set(
          caseId,
          done.catch(() => undefined),
        )
        try {
          await done
        } finally {
          goingBack.delete(caseId)
        }
        return {}
      },
      async 'recovery.abandon'({ caseId }, context) {
        const record = caseById(store.data(), caseId)
        if (record.closedAt !== undefined) return { left: [] }
        return alone(caseId, async () => ({
          left: await abandonCase(deps, record, {
            signal: context.signal,
            progress: () => {},
            // A session that giving up would take is not asked for then.
            asks: { confirm: (ask) => context.ask('confirm', ask) },
          }),
        }))
      },
    },
    topics: {
      cases: createSource(() => views(), anyOf(store.onChange, worlds.onChange, ran.on)),
    },
    reconcile(signal) {
      const work = reconcile(deps, signal)
      reconciling = work.catch(() => {})
      return work
    },
    halfMade: () => (store.isUnlocked ? halfMadeCases(store.data()) : []),
    lossSaid: (device) => (store.isUnlocked ? lossSaid(store.data().cases, device) : undefined),
    work: {
      open: (request, signal) => openCase(deps, request, signal),
      answer: (caseId, step, answer, person, confirm) =>
        alone(caseId, () => createRunner({ ...deps, confirm }, worlds).answer(caseId, step, answer, person)),
      facts: worlds.facts,
      onChange: anyOf(store.onChange, worlds.onChange, ran.on),
    },
  }

  function views(): Record<string, CaseView> {
    return Object.fromEntries(store.data().cases.map((record) => [record.id, caseView(record, worlds.facts(record))]))
  }
}

export type { RecoveryDeps, KeysHere } from './job.ts'
export { createManyCases, type ManyCases } from './many/index.ts'
export { retire, type Retired, type Retiring } from './retire-job.ts'
export type { Job } from './job.ts'
