/** The steps that help most before losses come, each with how things would stand and what does it. */
import type { HelpJob, HelpStep } from '../../../shared/contract/index.ts'
import {
  apply,
  bestStepInSlices,
  type AccessWorld,
  type AccountRef,
  type BestStep,
  type LossItem,
  type Mend,
  type Score,
} from '../../../shared/domain/loss/index.ts'
import { namesOf, type Names } from './names.ts'
import { questionOf } from './report.ts'

/**
 * The best first, then what is best once that is done, and so on: yields a step when it is found and nothing between two slices.
 * A later one never hangs on something an earlier one would bring.
 */
export function* bestSteps(
  world: AccessWorld,
  losses: readonly LossItem[],
  now: number,
  most: number,
): Generator<HelpStep | undefined, readonly HelpStep[]> {
  const names = namesOf(world)
  const steps: HelpStep[] = []
  let mended = world
  while (steps.length < most) {
    const best: BestStep | undefined = yield* bestStepInSlices(mended, losses, now)
    const step = best && stepOf(names, best)
    if (!step) break
    steps.push(step)
    yield step
    mended = apply(mended, best.mend, now)
  }
  return steps
}

/** `undefined` where it is about what is not there yet. */
function stepOf(names: Names, { mend, before, after }: BestStep): HelpStep | undefined {
  const about = aboutOf(names, mend)
  return about && { mend: mend.mend, ...about, before: standingsOf(before), after: standingsOf(after) }
}

/** Scores count what is locked first, at worst and then at best (shared/domain/loss/score.ts). */
function standingsOf(score: Score): HelpStep['before'] {
  const four = (from: number) => ({
    locked: score[from] ?? 0,
    support: score[from + 1] ?? 0,
    administrator: score[from + 2] ?? 0,
    alternativeFactors: score[from + 3] ?? 0,
  })
  return { atWorst: four(0), atBest: four(4), staleContacts: score[8] ?? 0 }
}

function aboutOf(names: Names, mend: Mend): Pick<HelpStep, 'account' | 'uses' | 'job'> | undefined {
  const identity = (ref: { backendId: string; identityId: string }) => ({
    account: names.account({ is: 'identity', ...ref }),
  })
  switch (mend.mend) {
    case 'register-key': {
      const key = { is: 'key', key: mend.key } as const
      if (!names.knows(key)) return undefined
      return {
        account: names.account(mend.account),
        uses: names.losable(key),
        job: keyJob(mend.account, mend.key),
      }
    }
    case 'add-device':
      return { ...identity(mend.identity), job: { job: 'register', identity: mend.identity, type: mend.type } }
    case 'back-up':
      return { job: { job: 'back-up' } }
    case 'add-slot': {
      const { kind, key } = mend
      if (key === undefined) return { job: { job: 'add-slot', kind } }
      return names.knows({ is: 'key', key })
        ? { uses: names.losable({ is: 'key', key }), job: { job: 'add-slot', kind, key } }
        : undefined
    }
    case 'set-contact':
    case 'confirm-contact': {
      const { identity: ref, contact } = mend
      return { ...identity(ref), job: { job: mend.mend, identity: ref, contact } }
    }
    case 'print-codes':
      return { account: names.account(mend.account), job: { job: 'at-site', account: mend.account } }
    case 'settle':
      return { job: { job: 'answer', question: questionOf(names, mend.question) } }
  }
}

const keyJob = (account: AccountRef, key: string): HelpJob =>
  account.is === 'identity'
    ? {
        job: 'register',
        identity: { backendId: account.backendId, identityId: account.identityId },
        type: 'fido',
        key,
      }
    : { job: 'at-site', account, key }
