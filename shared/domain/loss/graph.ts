/** Atoms and rules by name, as they are put together. */
import type { Level } from './rank.ts'
import type { AccountRef, Losable } from './refs.ts'
import type { SolvableGraph, SolvableRule } from './solver.ts'
import type { Followed, Question, Step } from './steps.ts'

/** What must be lost for a thing of which nobody said where it is to be perhaps lost too. */
export type Shadow = 'phone' | 'key' | 'place'

/**
 * How an atom that is not derived stands. `maybe`: nobody knows, or only while nothing of `shadow` is lost. `mend`: would be so
 * if it were mended. `missing`: is not, and could be.
 */
export type Standing =
  | { readonly is: 'so'; readonly what?: Losable }
  | { readonly is: 'maybe'; readonly question: Question; readonly shadow?: Shadow }
  | { readonly is: 'missing'; readonly what: Losable }
  | { readonly is: 'mend' }
  | { readonly is: 'derived'; readonly followed?: Followed }

export interface Rule extends SolvableRule {
  /** What is done when it is taken; absent where it only passes on. */
  readonly step?: Step
  /** The account it lets into. */
  readonly into?: AccountRef
  /** Stands for a mend: it is no way that is there or was. */
  readonly isMend: boolean
}

export class Graph implements SolvableGraph {
  readonly rules: Rule[] = []
  readonly usedIn: number[][] = []
  readonly derivedBy: number[][] = []
  readonly standings: Standing[] = []
  readonly #atoms = new Map<string, number>()

  get size(): number {
    return this.standings.length
  }

  /** The atom of that name, if there is one. */
  find(name: string): number | undefined {
    return this.#atoms.get(name)
  }

  /** The atom of that name, made with `standing` where it is new. */
  atom(name: string, standing: () => Standing): number {
    const known = this.#atoms.get(name)
    if (known !== undefined) return known
    const atom = this.fresh(standing())
    this.#atoms.set(name, atom)
    return atom
  }

  /** An atom that nobody will look for by a name. */
  fresh(standing: Standing): number {
    const atom = this.standings.length
    this.standings.push(standing)
    this.usedIn.push(NO_RULES)
    this.derivedBy.push(NO_RULES)
    return atom
  }

  rule(
    head: number,
    level: Level,
    body: readonly number[],
    more: { step?: Step; into?: AccountRef; isMend?: true } = {},
  ) {
    const rule = this.rules.length
    this.rules.push({ head, level, body, isMend: false, ...more })
    append(this.derivedBy, head, rule)
    for (const atom of body) append(this.usedIn, atom, rule)
  }
}

/** Shared by the many atoms that have none. */
const NO_RULES: number[] = []

function append(lists: number[][], at: number, rule: number): void {
  const list = lists[at]!
  if (list === NO_RULES) lists[at] = [rule]
  else list.push(rule)
}
