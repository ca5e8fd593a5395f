/** How bad things stand, as numbers that are compared from the first to the last: the fewer locked, then the fewer in need, the better. */
import { levelsOf, type Levels, type Solved } from './lost.ts'
import type { Account, Compiled } from './making.ts'
import { LOCKED } from './rank.ts'
import { contactState } from './standing.ts'

/**
 * Accounts that are at worst locked, need support, an administrator, alternative factors; then the same at best; then contacts
 * that such accounts hang on and that are not current.
 */
export type Score = readonly number[]
const LEVELS: readonly number[] = [4, 3, 2, 1]
export const SCORE_LENGTH = LEVELS.length * 2 + 1
const STALE = SCORE_LENGTH - 1

/** Negative where `a` is better. */
export function compareScores(a: Score, b: Score): number {
  for (let at = 0; at < SCORE_LENGTH; at++) {
    const difference = a[at]! - b[at]!
    if (difference !== 0) return difference
  }
  return 0
}

/** Adds one account to a score, `sign` times. */
export function count(score: number[], levels: Levels, stale: number, sign: 1 | -1): void {
  const { best, worst } = levels
  if (worst > 0) score[LOCKED - worst]! += sign
  if (best > 0) score[LEVELS.length + LOCKED - best]! += sign
  if (worst > 0) score[STALE]! += sign * stale
}

/** Contacts of the account that nobody can count on. */
export const staleContacts = ({ contacts }: Account, now: number): number =>
  contacts.filter(({ value }) => contactState(value, now) !== 'current').length

/** Of the solvers as they stand. */
export function scoreNow(solved: Solved, { accounts }: Compiled, now: number): number[] {
  const score = Array.from({ length: SCORE_LENGTH }, () => 0)
  for (const account of accounts) count(score, levelsOf(solved, account.atom), staleContacts(account, now), 1)
  return score
}
