/**
 * The server's time, read off its answers: `time` of the envelope is its clock while it worked, `Date` is that in whole seconds.
 * The best sample is kept; it grows uncertain with age, for two clocks never run alike.
 */
import type { Clock } from '../../../shared/kit/index.ts'

/** A clock of a computer is off by 50 parts in a million at most, twice. */
const DRIFT_PER_MS = 1e-4

interface Sample {
  readonly offsetMs: number
  readonly uncertaintyMs: number
  readonly takenAt: number
}

export interface ServerClock {
  note(
    answer: { readonly sentAt: number; readonly receivedAt: number; readonly date?: string | undefined },
    time?: number,
  ): void
  /** `undefined` before the first answer. */
  now(): { readonly at: number; readonly uncertaintyMs: number } | undefined
  /** When the latest answer was, by this computer's clock. */
  readonly latestAt: number | undefined
}

export function createServerClock(clock: Clock): ServerClock {
  let best: Sample | undefined
  let latestAt: number | undefined
  const uncertaintyNow = ({ uncertaintyMs, takenAt }: Sample) =>
    uncertaintyMs + Math.abs(clock.now() - takenAt) * DRIFT_PER_MS

  return {
    note({ sentAt, receivedAt, date }, time) {
      latestAt = receivedAt
      const sample = sampleOf(sentAt, receivedAt, date, time)
      if (!sample) return
      // This computer's clock may have been set since: a sample that contradicts the kept one takes its place.
      const contradicts =
        best && Math.abs(best.offsetMs - sample.offsetMs) > uncertaintyNow(best) + sample.uncertaintyMs
      if (!best || contradicts || sample.uncertaintyMs <= uncertaintyNow(best)) best = sample
    },
    now: () => best && { at: Math.round(clock.now() + best.offsetMs), uncertaintyMs: Math.ceil(uncertaintyNow(best)) },
    get latestAt() {
      return latestAt
    },
  }
}

function sampleOf(
  sentAt: number,
  receivedAt: number,
  date: string | undefined,
  time: number | undefined,
): Sample | undefined {
  const away = Math.max(0, receivedAt - sentAt)
  const middle = sentAt + away / 2
  if (time !== undefined) return { offsetMs: time - middle, uncertaintyMs: away / 2 + 1, takenAt: receivedAt }
  const at = date === undefined ? Number.NaN : Date.parse(date)
  if (Number.isNaN(at)) return undefined
  // Whole seconds, cut off: half a second later on average.
  return { offsetMs: at + 500 - middle, uncertaintyMs: away / 2 + 500, takenAt: receivedAt }
}
