/** What a destructive call is bound to: a text that is the same for the same consequences and no others. */
import { canonical, canonicalSet } from './canonical.ts'
import type { LossReport } from './steps.ts'

/** A consequence, as a code with facts for the renderer's words. */
export interface Consequence {
  readonly effect: string
  readonly facts: Readonly<Record<string, string | number | boolean>>
}

/** Of effects, in whatever order they and their facts stand. Text, not a hash: whoever needs it short may hash it. */
export const digest = (effects: readonly Consequence[]): string =>
  canonicalSet(effects.map(({ effect, facts }) => ({ effect, facts })))

/** Of a report: what is lost, and how every account then stands and why. Ages of contacts are no part of it, for they change by time alone. */
export const reportDigest = ({ losses, rows, follows, unseen }: LossReport): string =>
  canonical({
    losses: canonicalSet(losses),
    rows: canonicalSet(
      rows.map(({ account, atBest, atWorst, ways, exposed }) => ({
        account,
        atBest,
        atWorst,
        exposed,
        ways: canonicalSet(ways),
      })),
    ),
    follows: canonicalSet(follows.map(({ what }) => what)),
    unseen: canonicalSet(unseen),
  })
