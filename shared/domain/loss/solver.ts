/**
 * The fixed point under the engine. Atoms are things that are so ("the vault opens", "alice signs in"); a rule makes its head
 * so when all of its body is. Each atom gets the least level of any derivation, a derivation's level being the highest in it
 * (Knuth 1977, a generalisation of Dijkstra's algorithm). Nothing stands by itself: what depends on itself alone is not so.
 */
import { LOCKED, type Level } from './rank.ts'

export interface SolvableRule {
  readonly head: number
  readonly level: Level
  readonly body: readonly number[]
}

export interface SolvableGraph {
  readonly size: number
  readonly rules: readonly SolvableRule[]
  /** Rules with this atom in their body, and those with it as their head. */
  readonly usedIn: readonly (readonly number[])[]
  readonly derivedBy: readonly (readonly number[])[]
}

/** In `why`: given, not derived. */
export const GIVEN = -1
const NOT_SO = -2

export class Solver {
  readonly #graph: SolvableGraph
  /** By atom: a `Level`. */
  readonly level: Uint8Array
  /** By atom: the rule it is derived by, or `GIVEN`. */
  readonly why: Int32Array
  /** By atom: said to be so, whatever the rules say. */
  readonly #given: Uint8Array
  readonly #buckets: number[][] = [[], [], [], []]
  /** Atom, level, why and given as they were before each change since the first mark. */
  #log = new Int32Array(256)
  #logged = 0
  #marks = 0

  constructor(graph: SolvableGraph, given: Iterable<number>) {
    this.#graph = graph
    this.level = new Uint8Array(graph.size).fill(LOCKED)
    this.why = new Int32Array(graph.size).fill(NOT_SO)
    this.#given = new Uint8Array(graph.size)
    graph.rules.forEach(({ body, head, level }, rule) => {
      if (body.length === 0) this.#better(head, level, rule)
    })
    this.add(given)
  }

  isSo(atom: number): boolean {
    return this.level[atom]! < LOCKED
  }

  /** The level of a rule as things stand: `LOCKED` where part of its body is not so. */
  levelOf({ level, body }: SolvableRule): number {
    let highest: number = level
    for (const atom of body) highest = Math.max(highest, this.level[atom]!)
    return highest
  }

  /** Makes atoms so. Only what follows from them is looked at. */
  add(atoms: Iterable<number>): void {
    for (const atom of atoms) {
      this.#note(atom)
      this.#given[atom] = 1
      this.#better(atom, 0, GIVEN)
    }
    this.#spread()
  }

  /** Takes away that atoms are given. What stands on them falls, and is derived anew where it can be. */
  remove(atoms: Iterable<number>): void {
    const fallen: number[] = []
    const fell = (atom: number) => {
      this.#note(atom)
      this.level[atom] = LOCKED
      this.why[atom] = NOT_SO
      fallen.push(atom)
    }
    for (const atom of atoms) {
      if (!this.#given[atom]) continue
      this.#note(atom)
      this.#given[atom] = 0
      if (this.why[atom] === GIVEN) fell(atom)
    }
    for (let at = 0; at < fallen.length; at++) {
      for (const rule of this.#graph.usedIn[fallen[at]!]!) {
        const { head } = this.#graph.rules[rule]!
        if (this.why[head] === rule) fell(head)
      }
    }
    for (const atom of fallen) {
      if (this.#given[atom]) this.#better(atom, 0, GIVEN)
      for (const rule of this.#graph.derivedBy[atom]!) {
        this.#better(atom, this.levelOf(this.#graph.rules[rule]!), rule)
      }
    }
    this.#spread()
  }

  /** A point that `undo` goes back to; marks may be nested. */
  mark(): number {
    this.#marks++
    return this.#logged
  }

  /** The atoms that changed since `mark`, some more than once. */
  *changedSince(mark: number): Iterable<number> {
    for (let at = mark; at < this.#logged; at += 4) yield this.#log[at]!
  }

  /** Back to how things stood at `mark`. */
  undo(mark: number): void {
    const log = this.#log
    for (let at = this.#logged - 4; at >= mark; at -= 4) {
      const atom = log[at]!
      this.level[atom] = log[at + 1]!
      this.why[atom] = log[at + 2]!
      this.#given[atom] = log[at + 3]!
    }
    this.#logged = mark
    this.#marks--
  }

  #note(atom: number): void {
    if (this.#marks === 0) return
    if (this.#logged === this.#log.length) {
      const longer = new Int32Array(this.#log.length * 2)
      longer.set(this.#log)
      this.#log = longer
    }
    this.#log[this.#logged++] = atom
    this.#log[this.#logged++] = this.level[atom]!
    this.#log[this.#logged++] = this.why[atom]!
    this.#log[this.#logged++] = this.#given[atom]!
  }

  #better(atom: number, level: number, why: number): void {
    if (level >= this.level[atom]!) return
    this.#note(atom)
    this.level[atom] = level
    this.why[atom] = why
    this.#buckets[level]!.push(atom)
  }

  #spread(): void {
    const { rules, usedIn } = this.#graph
    this.#buckets.forEach((bucket, level) => {
      for (let at = 0; at < bucket.length; at++) {
        const atom = bucket[at]!
        // Taken further down by now.
        if (this.level[atom] !== level) continue
        for (const rule of usedIn[atom]!) this.#better(rules[rule]!.head, this.levelOf(rules[rule]!), rule)
      }
      bucket.length = 0
    })
  }
}
