/** The order in which Recovery mends accounts, so that nobody is locked out on the way. */
import { RANKS } from './rank.ts'
import { accountKey, type AccountRef } from './refs.ts'
import type { LossReport, Row, Step } from './steps.ts'

/**
 * Accounts that the losses touched: those that others hang on come before them (the mailbox before the root user whose
 * recovery mail it takes, the administrator before the colleague), and of what is left first what opens easiest, so that
 * as much as may be is in hand before others are asked. What is locked comes last.
 */
export function orderOfMending({ rows }: LossReport): readonly AccountRef[] {
  const byKey = new Map(rows.map((row) => [accountKey(row.account), row]))
  const touched = rows.filter(isTouched).toSorted((a, b) => ease(a) - ease(b))
  const ordered: AccountRef[] = []
  const seen = new Set<string>()
  const visit = (row: Row) => {
    const key = accountKey(row.account)
    // A way's steps never lead through its own end, so this comes to one.
    if (seen.has(key)) return
    seen.add(key)
    for (const other of (row.ways[0] ?? row.perhaps)?.steps.flatMap(accountsOf(row)) ?? []) {
      const before = byKey.get(accountKey(other))
      if (before && isTouched(before)) visit(before)
    }
    ordered.push(row.account)
  }
  for (const row of touched) visit(row)
  return ordered
}

/** It lost a way in, or a missing thing gives something of it away. */
const isTouched = ({ closed, outcome, exposed }: Row): boolean =>
  exposed !== 'none' ||
  outcome !== 'opens' ||
  closed.some(({ because }) => because.some(({ cause }) => cause === 'lost'))

const ease = ({ atWorst, atBest }: Row): number => RANKS.indexOf(atWorst) * RANKS.length + RANKS.indexOf(atBest)

/** Other accounts that a step signs in to. */
const accountsOf =
  ({ account }: Row) =>
  (step: Step): readonly AccountRef[] =>
    'account' in step && step.account && accountKey(step.account) !== accountKey(account) ? [step.account] : []
