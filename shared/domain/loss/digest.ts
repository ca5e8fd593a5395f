/** What a destructive call is bound to: a text that is the same for the same consequences and no others. */
import { canonical, canonicalSet } from './canonical.ts'
import { atOnce } from './lost.ts'
import type { LossReport } from './steps.ts'

/** A consequence, as a code with facts for the renderer's words. */
export interface Consequence {
  readonly effect: string
  readonly facts: Readonly<Record<string, string | number | boolean>>
}

/** Of effects, in whatever order they and their facts stand. Text, not a hash: whoever needs it short may hash it. */
export const digest = (effects: readonly Consequence[]): string =>
  canonicalSet(effects.map(({ effect, facts }) => ({ effect, facts })))

/** Rows between two slices: a few milliseconds. */
const A_SLICE = 500

/** Of a report: what is lost, and how every account then stands and why. Ages of contacts are no part of it, for they change by time alone. */
export function* reportDigestInSlices({ losses, rows, follows, unseen }: LossReport): Generator<undefined, string> {
  const told: string[] = []
  for (const [at, { account, atBest, atWorst, ways, exposed }] of rows.entries()) {
    told.push(canonical({ account, atBest, atWorst, exposed, ways: canonicalSet(ways) }))
    if (at % A_SLICE === A_SLICE - 1) yield undefined
  }
  return canonical({
    losses: canonicalSet(losses),
    rows: `[${told.toSorted().join(',')}]`,
    follows: canonicalSet(follows.map(({ what }) => what)),
    unseen: canonicalSet(unseen),
  })
}

/** The same, at one go. */
export const reportDigest = (report: LossReport): string => atOnce(reportDigestInSlices(report))
