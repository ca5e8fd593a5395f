/**
 * The loss engine's answer: what still opens when these are lost. Pure: the same world, losses and time always give the same
 * report, and a world that was compiled once is not compiled again.
 */
import { Explainer, questionsBehind } from './explain.ts'
import { levelsOf, outcomeIn, solve, withLosses, type Levels, type Solved } from './lost.ts'
import type { Account, Compiled, ContactNode } from './making.ts'
import { LOCKED, rankOf } from './rank.ts'
import { accountKey, type AccountRef, type LossItem } from './refs.ts'
import { contactState } from './standing.ts'
import type { Cause, ClosedWay, ContactFact, LossReport, Person, Question, Row, Step, Way } from './steps.ts'
import type { AccessWorld } from './world.ts'

/** What still opens, what needs help, and what is locked, with everything that follows from the losses. `now` in ms since 1970. */
export function lose(world: AccessWorld, losses: readonly LossItem[], now: number): LossReport {
  const solved = solve(world)
  const { compiled } = solved
  const before = levelsBefore(solved)
  return withLosses(solved, losses, () => {
    const looking: Looking = {
      solved,
      sure: new Explainer(compiled, solved.worst, losses),
      perhaps: new Explainer(compiled, solved.best, losses),
      losses,
      now,
    }
    const rows = compiled.accounts.map((account) => ({
      row: rowOf(looking, account),
      at: levelsOf(solved, account.atom),
    }))
    return {
      losses,
      rows: rows.toSorted((a, b) => worstFirst(a.at, b.at)).map(({ row }) => row),
      follows: followsOf(looking, before),
      unseen: unseenOf(compiled, losses),
    }
  })
}

interface Looking {
  readonly solved: Solved
  readonly sure: Explainer
  readonly perhaps: Explainer
  readonly losses: readonly LossItem[]
  readonly now: number
}

/** The worse at worst comes first, then the worse at best: no loss ever moves a row down. */
export const worstFirst = (a: Levels, b: Levels): number => b.worst - a.worst || b.best - a.best

function rowOf({ solved, sure, perhaps, losses, now }: Looking, account: Account): Row {
  const { compiled, best, worst } = solved
  const { ref, name, atom } = account
  const levels = levelsOf(solved, atom)
  const { open, closed } = sure.ways(atom)
  const isKnown = levels.best === levels.worst
  const hopes = isKnown ? undefined : hope(perhaps, atom, levels.best)
  const presumed = open.length > 0 ? presumptions(open[0]!.steps) : NO_QUESTIONS
  return {
    account: ref,
    name,
    outcome: outcomeIn(levels),
    atBest: rankOf(levels.best),
    atWorst: rankOf(levels.worst),
    ways: open,
    ...(hopes ? { perhaps: hopes } : {}),
    closed,
    questions: isKnown ? presumed : [...questionsBehind(compiled, best, worst, atom), ...presumed],
    contacts:
      account.contacts.length > 0 ? account.contacts.map((contact) => contactFact(contact, solved, now)) : NO_CONTACTS,
    helpers: helpersIn(open),
    exposed: exposedBy(compiled, ref, closed, losses),
  }
}

const NO_QUESTIONS: readonly Question[] = []
const NO_CONTACTS: readonly ContactFact[] = []

const hope = (perhaps: Explainer, atom: number, level: number): Way | undefined =>
  level < LOCKED ? { rank: rankOf(level), steps: perhaps.stepsTo(atom) } : undefined

/** What nobody has said about the contacts of a way that is taken to be open. */
function presumptions(steps: readonly Step[]): readonly Question[] {
  return steps.flatMap((step): Question[] => {
    if (step.step === 'read-mail' && step.isPresumed) return [{ ask: 'how-mailbox-opens', address: step.address }]
    if (step.step === 'answer-phone' && step.isPresumed) return [{ ask: 'where-number-rings', number: step.number }]
    return []
  })
}

function contactFact(
  { contact, value, isTold, atom, isPresumed }: ContactNode,
  { worst }: Solved,
  now: number,
): ContactFact {
  if (!value) return { contact, state: isTold ? 'missing' : 'not-told', reach: isTold ? 'missing' : 'not-told' }
  return {
    contact,
    value: value.value,
    state: contactState(value, now),
    ...(value.confirmedAt === undefined ? {} : { confirmedAt: value.confirmedAt }),
    reach: worst.isSo(atom) ? (isPresumed ? 'presumed' : 'reached') : 'closed',
  }
}

function helpersIn(ways: readonly Way[]): readonly Person[] {
  if (ways.every(({ rank }) => rank === 'opens')) return NOBODY
  const helpers = new Map<string, Person>()
  for (const { rank, steps } of ways) {
    const last = steps.at(-1)
    const isHelp = last?.step === 'administrator-deactivates' || last?.step === 'phone-by-administrator'
    if (rank === 'administrator' && isHelp && last.administrator) helpers.set(last.administrator.id, last.administrator)
  }
  return [...helpers.values()]
}
const NOBODY: readonly Person[] = []

/** Rule 10: missing or stolen, not merely broken. */
const isMissing = (cause: Cause) => cause.cause === 'lost' && cause.loss.how !== 'broken'
/** A vault or a backup is encrypted: whoever has the file has none of its codes. */
const isSealed = (cause: Cause) =>
  cause.cause === 'follows' && (cause.what.is === 'vault' || cause.what.is === 'backup')

function exposedBy(
  { world }: Compiled,
  account: AccountRef,
  closed: readonly ClosedWay[],
  losses: readonly LossItem[],
) {
  if (losses.every(({ how }) => how === 'broken')) return 'none'
  const hasFactor = closed.some(({ because }) => {
    const sealed = because.findIndex(isSealed)
    return (sealed < 0 ? because : because.slice(0, sealed)).some(isMissing)
  })
  const kept = world.said.passwords.filter(({ of }) => accountKey(of) === accountKey(account)).flatMap(({ on }) => on)
  const hasPassword = losses.some(
    ({ what, how }) => how !== 'broken' && what.is === 'thing' && kept.includes(what.thing),
  )
  if (hasFactor) return hasPassword ? 'factor-and-password' : 'factor'
  return hasPassword ? 'password' : 'none'
}

/** What was so and is no more, though it was not itself lost; what fell first comes first. */
function followsOf({ solved, sure }: Looking, before: Uint8Array): LossReport['follows'] {
  const { graph } = solved.compiled
  const follows: { what: Extract<Cause, { cause: 'follows' }>['what']; because: readonly Cause[] }[] = []
  for (const [atom, standing] of graph.standings.entries()) {
    if (standing.is !== 'derived' || !standing.followed || solved.worst.isSo(atom) || before[atom] === LOCKED) continue
    // Accounts have rows of their own; those that others hang on are followed here.
    if (standing.followed.is === 'sign-in' && !isLeantOn(solved.compiled, atom)) continue
    follows.push({ what: standing.followed, because: sure.causesOf(atom).slice(1) })
  }
  return follows.toSorted((a, b) => removeOf(a.because) - removeOf(b.because))
}

/** How many things fell in between. */
const removeOf = (because: readonly Cause[]) => because.filter(({ cause }) => cause === 'follows').length

const isLeantOn = ({ graph }: Compiled, atom: number) => graph.usedIn[atom]!.length > 0

/** Levels for the worse without any loss. */
const levelsBefore = ({ worst }: Solved): Uint8Array => worst.level.slice()

const unseenOf = ({ world }: Compiled, losses: readonly LossItem[]): readonly Question[] =>
  losses.flatMap(({ what }): Question[] =>
    what.is === 'key' && !world.said.keysComplete.includes(what.key)
      ? [{ ask: 'what-else-opens-with-key', key: what.key }]
      : [],
  )
