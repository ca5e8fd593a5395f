/**
 * The loss engine as services ask it: one world, prepared once and kept until something in it changes, and what any destructive
 * dialog says by it. Nothing is kept while the vault is locked.
 */
import { createHash } from 'node:crypto'
import { callError } from '../../../shared/contract/index.ts'
import type { Entry } from '../../../shared/domain/entry.ts'
import {
  accountsLosing,
  digest,
  prepare,
  type AccessWorld,
  type AccountRef,
  type Consequence,
  type SlotNode,
} from '../../../shared/domain/loss/index.ts'
import type { Effects } from '../confirm.ts'
import type { Readings } from '../devices-readings.ts'
import type { AskLosing } from '../losing.ts'
import { anyOf, type OnChange } from '../source.ts'
import type { Store } from '../store.ts'
import { namesOf } from './names.ts'
import { inTurns } from './slices.ts'
import { entryNode, worldOf } from './world.ts'

export interface AccessOptions {
  readonly store: Pick<Store, 'isUnlocked' | 'data' | 'onChange'>
  readonly readings: Pick<Readings, 'all' | 'onChange'>
  /** The ways into the vault; throws `locked`. */
  readonly slots: () => readonly SlotNode[]
  readonly onSlotsChange: OnChange
}

export interface Access {
  /** As things are now, for what needs no answer of the engine. Throws `locked`. */
  present(): AccessWorld
  /** The same, prepared. Throws `locked`, or the signal's reason. */
  world(signal: AbortSignal): Promise<AccessWorld>
  readonly losing: AskLosing
  /** What the world is made of may have changed. */
  readonly onChange: OnChange
}

export function createAccess({ store, readings, slots, onSlotsChange }: AccessOptions): Access {
  const onChange = anyOf(store.onChange, readings.onChange, onSlotsChange)
  let kept: AccessWorld | undefined
  let isCurrent = false
  onChange(() => {
    isCurrent = false
    if (!store.isUnlocked) kept = undefined
  })
  const current = (): AccessWorld => {
    if (!store.isUnlocked) throw callError('locked', {})
    if (kept && isCurrent) return kept
    kept = worldOf({ data: store.data(), readings: readings.all(), slots: slots() }, kept)
    isCurrent = true
    return kept
  }
  const world = async (signal: AbortSignal) => {
    for (;;) {
      const now = current()
      await inTurns(prepare(now), signal)
      // What changed while it was prepared counts.
      if (current() === now) return now
    }
  }

  return {
    onChange,
    present: current,
    world,
    async losing(removed, signal, { except = [], fromBin = [] } = {}) {
      if (!store.isUnlocked) return { effects: [] }
      const present = await world(signal)
      const asked = fromBin.length === 0 ? present : withEntries(present, fromBin)
      if (asked !== present) await inTurns(prepare(asked), signal)
      const { effects, onlyWayInto } = accountsLosing(asked, removed, except)
      const [only] = onlyWayInto
      return { effects: shortened(effects), ...(only ? { typeName: nameToType(asked, only) } : {}) }
    },
  }
}

function nameToType(world: AccessWorld, account: AccountRef): string {
  const { who, at } = namesOf(world).account(account).name
  return who === '' ? at : who
}

const withEntries = (world: AccessWorld, entries: readonly Entry[]): AccessWorld => ({
  ...world,
  entries: [...world.entries, ...entries.map(entryNode)],
})

/** More of one kind than these are counted instead of named: nobody reads them, and a question has its bounds. */
export const NAMED_OF_A_KIND = 50

/** The order in which outcomes are named: what is locked first. */
const WORST_FIRST = ['locked', 'support', 'administrator', 'alternative-factors', 'unknown', 'opens']
const badness = ({ facts }: Consequence) => WORST_FIRST.indexOf(String(facts['outcome'] ?? 'opens'))

/** What is not named is bound by its digest, so that an answer is never taken for other effects than it was given for. */
function shortened(effects: readonly Consequence[]): Effects {
  const ordered = effects.toSorted((a, b) => badness(a) - badness(b))
  const kinds = new Map<string, Consequence[]>()
  for (const one of ordered) {
    const alike = kinds.get(one.effect)
    if (alike) alike.push(one)
    else kinds.set(one.effect, [one])
  }
  const named = new Set([...kinds.values()].flatMap((all) => all.slice(0, NAMED_OF_A_KIND)))
  const rest = [...kinds].filter(([, all]) => all.length > NAMED_OF_A_KIND)
  return [
    ...effects.filter((one) => named.has(one)).map(({ effect, facts }) => ({ effect, facts: { ...facts } })),
    ...rest.map(([of, all]) => {
      const unnamed = all.slice(NAMED_OF_A_KIND)
      const bound = createHash('sha256').update(digest(unnamed)).digest('base64url')
      return { effect: 'and-more', facts: { of, count: unnamed.length, bound } }
    }),
  ]
}
