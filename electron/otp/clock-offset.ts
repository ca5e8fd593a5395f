/**
 * What is known of this computer's clock error, as plain data that settings or the vault can keep. Offsets are this computer's
 * clock less the other: positive is a computer that is fast. All times are this computer's clock as it is, in ms since 1970.
 */
import { z } from 'zod'

/** How far a computer's clock may wander by itself: 100 ppm, 8.6 s a day. Makes old measurements vague, not wrong. */
const WANDER = 100e-6

const clockSource = z.discriminatedUnion('kind', [
  z.strictObject({ kind: z.literal('backend'), id: z.string().min(1).max(256) }),
  z.strictObject({ kind: z.literal('phone-code') }),
])
/** Whom the clock was compared with. Two backends are independent of each other; phones are taken for one. */
export type ClockSource = z.infer<typeof clockSource>

const clockMeasurement = z.strictObject({
  source: clockSource,
  offsetMs: z.number().finite(),
  uncertaintyMs: z.number().nonnegative(),
  measuredAt: z.number().int().nonnegative(),
})
export type ClockMeasurement = z.infer<typeof clockMeasurement>

/** The last measurement of each source. */
export const clockState = z.array(clockMeasurement).max(32)
export type ClockState = readonly ClockMeasurement[]

export const NO_MEASUREMENTS: ClockState = []

const keyOf = (source: ClockSource) => (source.kind === 'backend' ? `backend ${source.id}` : source.kind)

/** The state with a new measurement in place of the source's last one; the oldest of 32 gives way. */
export const withMeasurement = (state: ClockState, measurement: ClockMeasurement): ClockState =>
  [measurement, ...state.filter((other) => keyOf(other.source) !== keyOf(measurement.source))]
    .toSorted((a, b) => b.measuredAt - a.measuredAt)
    .slice(0, 32)

/** The state without one source, say a backend that was removed. */
export const withoutSource = (state: ClockState, source: ClockSource): ClockState =>
  state.filter((measurement) => keyOf(measurement.source) !== keyOf(source))

/** The state after somebody set this computer's clock forward by `byMs`: what was known holds, shifted. */
export const afterClockSet = (state: ClockState, byMs: number): ClockState =>
  state.map((measurement) => ({
    ...measurement,
    offsetMs: measurement.offsetMs + byMs,
    measuredAt: Math.max(0, measurement.measuredAt + byMs),
  }))

/** `agree`: a second, independent source says the same as the best; `disagree`: there are others, and none does. */
export type ClockAgreement = 'single' | 'agree' | 'disagree'

export interface ClockEstimate {
  readonly offsetMs: number
  /** Grown by the measurement's age. */
  readonly uncertaintyMs: number
  readonly source: ClockSource
  readonly measuredAt: number
  readonly agreement: ClockAgreement
  /** What is taken off the clock for codes: 0 where the error can't be told from none, or sources disagree. */
  readonly correctionMs: number
}

/** The most exact measurement, and what the others say to it; `undefined` where there is none. */
export function estimateClock(state: ClockState, nowMs: number): ClockEstimate | undefined {
  const aged = state.map((measurement) => ({
    ...measurement,
    uncertaintyMs: measurement.uncertaintyMs + WANDER * Math.abs(nowMs - measurement.measuredAt),
  }))
  const [best, ...others] = aged.toSorted((a, b) => a.uncertaintyMs - b.uncertaintyMs)
  if (!best) return undefined
  const isAgreeing = (other: ClockMeasurement) =>
    Math.abs(other.offsetMs - best.offsetMs) <= other.uncertaintyMs + best.uncertaintyMs
  const agreement = others.length === 0 ? 'single' : others.some(isAgreeing) ? 'agree' : 'disagree'
  const isTold = Math.abs(best.offsetMs) > best.uncertaintyMs && agreement !== 'disagree'
  const { offsetMs, uncertaintyMs, source, measuredAt } = best
  return { offsetMs, uncertaintyMs, source, measuredAt, agreement, correctionMs: isTold ? offsetMs : 0 }
}

/** The time to compute codes for. */
export const correctedNow = (state: ClockState, nowMs: number): number =>
  nowMs - (estimateClock(state, nowMs)?.correctionMs ?? 0)

/** One exchange with a clock elsewhere. `resolutionMs` is what its answer is cut off to: 1000 for an HTTP Date header. */
export interface ClockExchange {
  readonly sentAtMs: number
  readonly receivedAtMs: number
  readonly theirTimeMs: number
  readonly resolutionMs: number
}

/** The offset an exchange shows: the answer was made somewhere between sending and receiving, within its resolution. */
export function offsetOfExchange(exchange: ClockExchange): {
  readonly offsetMs: number
  readonly uncertaintyMs: number
} {
  const { sentAtMs, receivedAtMs, theirTimeMs, resolutionMs } = exchange
  return {
    offsetMs: (sentAtMs + receivedAtMs) / 2 - (theirTimeMs + resolutionMs / 2),
    uncertaintyMs: Math.abs(receivedAtMs - sentAtMs) / 2 + resolutionMs / 2,
  }
}
