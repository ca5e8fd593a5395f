/** Single points of failure: every loss by itself that locks somebody out or makes them need help. */
import { z } from 'zod'
import { canonical } from './canonical.ts'
import { losables } from './losables.ts'
import { levelsOf, outcomeIn, prepare, withLosses, type Levels, type Solved } from './lost.ts'
import { worstFirst } from './lose.ts'
import type { Account } from './making.ts'
import { rankOf, RANKS, type Outcome, type Rank } from './rank.ts'
import { losable, losableKey, type AccountRef, type Losable } from './refs.ts'
import type { AccessWorld } from './world.ts'

export interface WeakPoint {
  readonly what: Losable
  /** What it would come to, worst first: only accounts that stand worse than they do without the loss. */
  readonly accounts: readonly {
    readonly account: AccountRef
    readonly outcome: Outcome
    readonly atBest: Rank
    readonly atWorst: Rank
  }[]
}

/**
 * The weak points, one loss at a time: yields after each loss that was tried, so that whoever runs it may pause. Each step leaves
 * the solved world as it was, so anything else may be asked between two of them.
 */
export function* weakPointsOneByOne(world: AccessWorld): Generator<WeakPoint | undefined, void> {
  const solved = yield* prepare(world)
  const byAtom = new Map(solved.compiled.accounts.map((account) => [account.atom, account]))
  yield undefined
  for (const what of losables(world)) yield weakPoint(solved, byAtom, what)
}

/** All at once. */
export const weakPoints = (world: AccessWorld): readonly WeakPoint[] =>
  [...weakPointsOneByOne(world)].filter((point) => point !== undefined)

function weakPoint(solved: Solved, byAtom: ReadonlyMap<number, Account>, what: Losable): WeakPoint | undefined {
  const { best, worst } = solved
  const from = [best.mark(), worst.mark()] as const
  const after = withLosses(solved, [{ what, how: 'lost' }], () => {
    const changed = new Set([...best.changedSince(from[0]), ...worst.changedSince(from[1])])
    const accounts = [...changed].map((atom) => byAtom.get(atom)).filter((account) => account !== undefined)
    return accounts.map((account) => ({ account, levels: levelsOf(solved, account.atom) }))
  })
  best.undo(from[0])
  worst.undo(from[1])
  const worse = after.filter(({ account, levels }) => isWorse(levels, levelsOf(solved, account.atom)))
  if (worse.length === 0) return undefined
  const accounts = worse
    .toSorted((a, b) => worstFirst(a.levels, b.levels) || a.account.atom - b.account.atom)
    .map(({ account, levels }) => ({
      account: account.ref,
      outcome: outcomeIn(levels),
      atBest: rankOf(levels.best),
      atWorst: rankOf(levels.worst),
    }))
  return { what, accounts }
}

const isWorse = (a: Levels, b: Levels) => a.worst > b.worst || a.best > b.best

/** What is kept of a check to compare the next with: small, whatever the number of accounts. */
export const weakPointMark = z.strictObject({
  what: losable,
  atWorst: z.enum(RANKS),
  accounts: z.number().int().nonnegative(),
})
export type WeakPointMark = z.infer<typeof weakPointMark>

export const markOf = ({ what, accounts }: WeakPoint): WeakPointMark => ({
  what,
  atWorst: accounts[0]?.atWorst ?? 'opens',
  accounts: accounts.length,
})

/** Weak points that were not there at the last check, or cost more now: a worse outcome, or more accounts. */
export function newSince(before: readonly WeakPointMark[], now: readonly WeakPoint[]): readonly WeakPoint[] {
  const known = new Map(before.map((mark) => [losableKey(mark.what), mark]))
  return now.filter((point) => {
    const mark = markOf(point)
    const old = known.get(losableKey(point.what))
    return !old || RANKS.indexOf(mark.atWorst) > RANKS.indexOf(old.atWorst) || mark.accounts > old.accounts
  })
}

/** The same text for the same weak points, in whatever order they were found. */
export const weakPointsDigest = (points: readonly WeakPoint[]): string =>
  canonical(points.map((point) => canonical(markOf(point))).toSorted())
