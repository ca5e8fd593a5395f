/** How hard it is to get in, in an order that never mixes up better and worse. */

/** From best to worst. `locked` is none of the others. */
export const RANKS = ['opens', 'alternative-factors', 'administrator', 'support', 'locked'] as const
export type Rank = (typeof RANKS)[number]

/** As a number: 0 opens, 4 is locked. */
export type Level = 0 | 1 | 2 | 3 | 4
export const LOCKED: Level = 4

export const rankOf = (level: number): Rank => RANKS[level] ?? 'locked'

/** What a row says: one rank where best and worst agree, else that it is not known. */
export type Outcome = Rank | 'unknown'
export const outcomeOf = (atBest: number, atWorst: number): Outcome =>
  atBest === atWorst ? rankOf(atWorst) : 'unknown'
