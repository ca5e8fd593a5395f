/** Where in time a typed code belongs: a device's drift, and this computer's clock offset out of the code a phone shows. */
import { setImmediate as nextTurn } from 'node:timers/promises'
import type { TimedSource } from '../../shared/domain/entry.ts'
import { codeMaker, stepAt } from './codes.ts'

/** Steps to each side that are searched at most: 3.5 days at 30 seconds. */
export const MAX_DRIFT_STEPS = 10_000
/** Steps between two turns of the event loop: about 5 ms of work. */
const STEPS_A_TURN = 500
/** Two codes that aren't consecutive are told from wrong ones up to this distance. */
const MAX_GAP_STEPS = 20

export interface DriftQuery {
  readonly source: TimedSource
  /** One code, or two that were shown one after the other, the later one last. Two are needed for certainty, see `searchDrift`. */
  readonly codes: readonly [string] | readonly [string, string]
  /** When the last code was shown, by the clock the device is compared with; ms since 1970. */
  readonly shownAtMs: number
  /** To each side; at most MAX_DRIFT_STEPS. */
  readonly maxSteps: number
  readonly signal?: AbortSignal | undefined
}

export type DriftAnswer =
  /** Positive: the device is ahead of the clock. */
  | { readonly outcome: 'found'; readonly steps: number }
  /** Several steps have this code: another is needed. */
  | { readonly outcome: 'ambiguous' }
  /** Both codes were found, but `gapSteps` apart and not 1: -1 is a pair in the wrong order, 2 has one left out. */
  | { readonly outcome: 'not-consecutive'; readonly gapSteps: number }
  | { readonly outcome: 'not-found' }

/**
 * The drift of the device that showed these codes. Yields to the event loop all the time; rejects with the signal's reason.
 *
 * One wrong code of six digits is "found" somewhere in n steps by chance n times in a million: 2 % over ±10,000. A pair of
 * codes makes that 1 in 50 million.
 */
export async function searchDrift(query: DriftQuery): Promise<DriftAnswer> {
  const { source, codes, signal } = query
  const maxSteps = Math.min(query.maxSteps, MAX_DRIFT_STEPS)
  const [earlier, later] = codes.length === 2 ? codes : [undefined, codes[0]]
  const centre = stepAt(source, query.shownAtMs)
  const makeCode = codeMaker(source)
  const earlierSteps: number[] = []
  const laterSteps: number[] = []
  const found: number[] = []
  // One step more below: the earlier code of a pair whose later one is at the edge.
  for (let step = Math.max(0, centre - maxSteps - 1); step <= centre + maxSteps; step++) {
    if (step % STEPS_A_TURN === 0) await nextTurn()
    signal?.throwIfAborted()
    const code = makeCode(step)
    if (code === later) {
      laterSteps.push(step)
      const isInRange = step >= centre - maxSteps
      if (isInRange && (earlier === undefined || earlierSteps.at(-1) === step - 1)) found.push(step)
    }
    if (code === earlier) earlierSteps.push(step)
  }
  const [step, another] = found
  if (another !== undefined) return { outcome: 'ambiguous' }
  if (step !== undefined) return { outcome: 'found', steps: step - centre }
  const gapSteps = shortGap(earlierSteps, laterSteps)
  return gapSteps === undefined ? { outcome: 'not-found' } : { outcome: 'not-consecutive', gapSteps }
}

/** The distance from an earlier to a later step that is too small to be a coincidence, if there is one. */
function shortGap(earlier: readonly number[], later: readonly number[]): number | undefined {
  return earlier.flatMap((from) => later.map((to) => to - from)).find((gap) => Math.abs(gap) <= MAX_GAP_STEPS)
}

/** One code is looked for this far to each side: a clock that is minutes off. By chance, 1 wrong code in 16,000 is found. */
const ONE_CODE_REACH_SECONDS = 15 * 60
/** A pair is looked for this far: a clock off by a time zone or a day. */
const TWO_CODES_REACH_SECONDS = 26 * 60 * 60
/** From the change of a code on the phone to the press of a key here. */
const REACTION_MS = 1500

export interface PhoneCodes {
  readonly source: TimedSource
  /** The code the phone shows, or the one before and that. */
  readonly codes: readonly [string] | readonly [string, string]
  /** This computer's clock, uncorrected, while the phone shows the last code. */
  readonly nowMs: number
  /** This computer's clock when the last code appeared on the phone, if the person waited for that: far more exact. */
  readonly changedAtMs?: number | undefined
  readonly signal?: AbortSignal | undefined
}

export type OffsetAnswer =
  /** This computer's clock less the phone's: positive is a computer that is fast. */
  | { readonly outcome: 'found'; readonly offsetMs: number; readonly uncertaintyMs: number }
  | Exclude<DriftAnswer, { outcome: 'found' }>

/**
 * This computer's clock offset, out of the code that a phone with the right time shows for an entry. A code stands for a whole
 * period, so the offset is that of its middle, give or take half a period; with `changedAtMs`, it is known to 1.5 s.
 */
export async function offsetFromCode(phone: PhoneCodes): Promise<OffsetAnswer> {
  const { source, codes, changedAtMs, signal } = phone
  const shownAtMs = changedAtMs ?? phone.nowMs
  const reachSeconds = codes.length === 2 ? TWO_CODES_REACH_SECONDS : ONE_CODE_REACH_SECONDS
  const maxSteps = Math.ceil(reachSeconds / source.periodSeconds)
  const answer = await searchDrift({ source, codes, shownAtMs, maxSteps, signal })
  if (answer.outcome !== 'found') return answer
  const periodMs = source.periodSeconds * 1000
  const beganAtMs = (stepAt(source, shownAtMs) + answer.steps) * periodMs
  return changedAtMs === undefined
    ? { outcome: 'found', offsetMs: shownAtMs - (beganAtMs + periodMs / 2), uncertaintyMs: periodMs / 2 }
    : { outcome: 'found', offsetMs: shownAtMs - beganAtMs, uncertaintyMs: REACTION_MS }
}
