/** A world with losses, at best and at worst: two fixed points over the same rules. */
import { compile } from './compile.ts'
import type { Compiled } from './making.ts'
import type { Shadow } from './graph.ts'
import { LOCKED, outcomeOf, type Outcome } from './rank.ts'
import { losableKey, type LossItem, THIS_COMPUTER } from './refs.ts'
import { Solver } from './solver.ts'
import type { AccessWorld } from './world.ts'

/** A world that was solved without any loss, and its solvers, which are always put back. */
export interface Solved {
  readonly compiled: Compiled
  /** Everything that is not known taken for the better, and for the worse. */
  readonly best: Solver
  readonly worst: Solver
}

const solved = new WeakMap<AccessWorld, Solved>()

/**
 * Compiles a world in slices of a few milliseconds each, so that a service may do other things between them; afterwards whatever
 * is asked about this very world is answered at once. Worlds don't change: each is compiled once.
 */
export function* prepare(world: AccessWorld): Generator<undefined, Solved> {
  const known = solved.get(world)
  if (known) return known
  const compiled = yield* compile(world)
  yield undefined
  const so: number[] = []
  const perhaps: number[] = []
  for (const [atom, standing] of compiled.graph.standings.entries()) {
    if (standing.is === 'so') so.push(atom)
    // Where it hangs on what is lost, it is there while nothing is.
    if (standing.is === 'maybe') (standing.shadow ? so : perhaps).push(atom)
  }
  const best = new Solver(compiled.graph, [...so, ...perhaps])
  yield undefined
  const result = { compiled, best, worst: new Solver(compiled.graph, so) }
  solved.set(world, result)
  return result
}

/** The same, at one go. */
export const solve = (world: AccessWorld): Solved => atOnce(prepare(world))

/** Runs slices one after the other, and answers what they come to. */
export function atOnce<T>(slices: Generator<undefined, T>): T {
  for (;;) {
    const slice = slices.next()
    if (slice.done) return slice.value
  }
}

/** Runs `look` on the world as it is after the losses, and puts it back. */
export function withLosses<T>(solved: Solved, losses: readonly LossItem[], look: () => T): T {
  const { compiled, best, worst } = solved
  const gone = goneAtoms(compiled, losses)
  return onBoth(solved, () => {
    best.remove(gone)
    worst.remove([...gone, ...shadowed(compiled, losses)])
    return look()
  })
}

/** Whatever `change` does to both solvers is taken back. */
export function onBoth<T>({ best, worst }: Solved, change: () => T): T {
  const ends = [best.mark(), worst.mark()]
  try {
    return change()
  } finally {
    for (const [at, solver] of [best, worst].entries()) solver.undo(ends[at]!)
  }
}

const goneAtoms = ({ graph }: Compiled, losses: readonly LossItem[]): number[] =>
  losses.map(({ what }) => graph.find(losableKey(what))).filter((atom) => atom !== undefined)

/** What of unknown place may be gone with these losses. */
function shadowed({ graph, world }: Compiled, losses: readonly LossItem[]): number[] {
  const shadows = new Set(losses.flatMap(({ what }) => shadowsOf(world, what)))
  if (shadows.size === 0) return []
  const atoms: number[] = []
  for (const [atom, standing] of graph.standings.entries()) {
    if (standing.is === 'maybe' && standing.shadow && shadows.has(standing.shadow)) atoms.push(atom)
  }
  return atoms
}

function shadowsOf({ said }: AccessWorld, what: LossItem['what']): readonly Shadow[] {
  if (what.is === 'key') return ['key']
  if (what.is !== 'thing') return []
  const kind = what.thing === THIS_COMPUTER ? 'computer' : said.things.find(({ id }) => id === what.thing)?.kind
  if (kind === 'sheet') return []
  return kind === 'phone' ? ['phone', 'place'] : ['place']
}

/** How an account stands: levels at best and at worst. */
export interface Levels {
  readonly best: number
  readonly worst: number
}
export const levelsOf = ({ best, worst }: Solved, atom: number): Levels => ({
  best: best.level[atom] ?? LOCKED,
  worst: worst.level[atom] ?? LOCKED,
})
export const outcomeIn = ({ best, worst }: Levels): Outcome => outcomeOf(best, worst)
