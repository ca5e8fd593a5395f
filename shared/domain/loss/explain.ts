/** Chains that a person can read: how a way leads in, and why another does not. */
import { LOCKED, rankOf, RANKS } from './rank.ts'
import type { Rule } from './graph.ts'
import type { Compiled } from './making.ts'
import { losableKey, type LossItem } from './refs.ts'
import type { Solver } from './solver.ts'
import type { Cause, ClosedWay, Question, Step, Way } from './steps.ts'

/** More causes than a person reads help nobody. */
const MOST_CAUSES = 8

/** Explains one state of the solvers; what it finds is kept, for many ways share their beginnings. */
export class Explainer {
  readonly #compiled: Compiled
  readonly #solver: Solver
  readonly #losses: ReadonlyMap<string, LossItem>
  readonly #steps = new Map<number, readonly Step[]>()
  readonly #causes = new Map<number, readonly Cause[]>()

  constructor(compiled: Compiled, solver: Solver, losses: readonly LossItem[]) {
    this.#compiled = compiled
    this.#solver = solver
    this.#losses = new Map(losses.map((loss) => [losableKey(loss.what), loss]))
  }

  /** The ways through these rules that are open, best first, and those that are closed, with why. */
  ways(atom: number): { readonly open: readonly Way[]; readonly closed: readonly ClosedWay[] } {
    const { rules, derivedBy } = this.#compiled.graph
    const open: Way[] = []
    const closed: ClosedWay[] = []
    for (const at of derivedBy[atom]!) {
      const rule = rules[at]!
      if (rule.isMend || !rule.step) continue
      const level = this.#solver.levelOf(rule)
      if (level < LOCKED) open.push({ rank: rankOf(level), steps: this.#through(rule) })
      else closed.push({ step: rule.step, because: this.#missing(rule) })
    }
    // Of one rank the shorter first: who helps had better get in with less ado. Stable, for rules stand in the order to try.
    if (open.length > 1)
      open.sort((a, b) => RANKS.indexOf(a.rank) - RANKS.indexOf(b.rank) || a.steps.length - b.steps.length)
    return { open, closed }
  }

  /** The steps of the best way to this atom. */
  stepsTo(atom: number): readonly Step[] {
    const rule = this.#compiled.graph.rules[this.#solver.why[atom]!]
    if (!rule) return NO_STEPS
    const known = this.#steps.get(atom)
    if (known) return known
    const steps = this.#through(rule)
    this.#steps.set(atom, steps)
    return steps
  }

  #through({ body, step }: Rule): readonly Step[] {
    let steps = NO_STEPS
    for (const atom of body) {
      const before = this.stepsTo(atom)
      if (before.length > 0) steps = steps.length > 0 ? [...new Set([...steps, ...before])] : before
    }
    return step ? [...steps, step] : steps
  }

  /** Why this is not so: down to what was lost, was never there, or is not known. */
  causesOf(atom: number): readonly Cause[] {
    const known = this.#causes.get(atom)
    if (known) return known
    // What depends on itself says nothing more by it.
    this.#causes.set(atom, [])
    const causes = this.#find(atom)
    this.#causes.set(atom, causes)
    return causes
  }

  #find(atom: number): readonly Cause[] {
    const { standings, derivedBy, rules } = this.#compiled.graph
    const standing = standings[atom]!
    switch (standing.is) {
      case 'mend':
        return []
      case 'missing':
        return [{ cause: 'missing', what: standing.what }]
      case 'maybe':
        return [{ cause: 'not-known', question: standing.question }]
      case 'so': {
        const loss = standing.what && this.#losses.get(losableKey(standing.what))
        return loss ? [{ cause: 'lost', loss }] : []
      }
      case 'derived': {
        const through = derivedBy[atom]!.map((at) => rules[at]!).filter(({ isMend }) => !isMend)
        const causes = distinct(through.flatMap((rule) => this.#missing(rule)))
        return standing.followed ? [{ cause: 'follows', what: standing.followed }, ...causes] : causes
      }
    }
  }

  #missing(rule: Rule): readonly Cause[] {
    let causes = NO_CAUSES
    for (const atom of rule.body) {
      if (this.#solver.isSo(atom)) continue
      const more = this.causesOf(atom)
      causes = causes.length > 0 ? distinct([...causes, ...more]) : more
    }
    return causes
  }
}

const NO_STEPS: readonly Step[] = []
const NO_CAUSES: readonly Cause[] = []

/** Causes of one thing are the same objects, so the same twice is seen by identity. */
const distinct = (causes: readonly Cause[]): readonly Cause[] => [...new Set(causes)].slice(0, MOST_CAUSES)

/** Questions that the best way to `atom` hangs on, where it is not known for sure. */
export function questionsBehind({ graph }: Compiled, best: Solver, worst: Solver, atom: number): readonly Question[] {
  const questions: Question[] = []
  const seen = new Set<number>()
  const look = (at: number) => {
    if (seen.has(at) || best.level[at] === worst.level[at]) return
    seen.add(at)
    const standing = graph.standings[at]!
    if (standing.is === 'maybe') questions.push(standing.question)
    for (const body of graph.rules[best.why[at]!]?.body ?? []) look(body)
  }
  look(atom)
  return questions
}
