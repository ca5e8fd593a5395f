import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import {
  afterClockSet,
  clockState,
  correctedNow,
  estimateClock,
  NO_MEASUREMENTS,
  offsetOfExchange,
  withMeasurement,
  withoutSource,
  type ClockMeasurement,
} from './index.ts'

const NOW = Date.UTC(2026, 10, 24, 12, 0, 0)
const DAY = 86_400_000
const measured = (
  id: string | undefined,
  offsetMs: number,
  uncertaintyMs = 500,
  measuredAt = NOW,
): ClockMeasurement => ({
  source: id === undefined ? { kind: 'phone-code' } : { kind: 'backend', id },
  offsetMs,
  uncertaintyMs,
  measuredAt,
})
const stateOf = (...all: ClockMeasurement[]) => all.reduce(withMeasurement, NO_MEASUREMENTS)

describe('the clock error', () => {
  it('is unknown, and not corrected, before it was measured', () => {
    expect(estimateClock(NO_MEASUREMENTS, NOW)).toBeUndefined()
    expect(correctedNow(NO_MEASUREMENTS, NOW)).toBe(NOW)
  })

  it('is corrected by what one source says', () => {
    const state = stateOf(measured('demo', -47_000))
    expect(estimateClock(state, NOW)).toMatchObject({ offsetMs: -47_000, agreement: 'single', correctionMs: -47_000 })
    expect(correctedNow(state, NOW)).toBe(NOW + 47_000)
  })

  it('is not corrected where it can’t be told from none', () => {
    const state = stateOf(measured(undefined, 14_000, 15_000))
    expect(estimateClock(state, NOW)).toMatchObject({ offsetMs: 14_000, correctionMs: 0 })
    expect(correctedNow(state, NOW)).toBe(NOW)
  })

  it('is that of the most exact source, and says whether another one agrees', () => {
    const vague = measured(undefined, 60_000, 15_000)
    expect(estimateClock(stateOf(vague, measured('a', 47_000)), NOW)).toMatchObject({
      source: { kind: 'backend', id: 'a' },
      agreement: 'agree',
      correctionMs: 47_000,
    })
    expect(estimateClock(stateOf(vague, measured('a', 0)), NOW)).toMatchObject({
      agreement: 'disagree',
      correctionMs: 0,
    })
  })

  it('is not corrected while two sources disagree, until a third one decides', () => {
    const state = stateOf(measured('a', 90_000, 400), measured('b', 0))
    expect(correctedNow(state, NOW)).toBe(NOW)
    expect(correctedNow(withMeasurement(state, measured(undefined, 80_000, 15_000)), NOW)).toBe(NOW - 90_000)
  })

  it('is vaguer the longer ago it was measured, and at last not corrected any more', () => {
    const state = stateOf(measured('a', 20_000, 500, NOW - DAY))
    expect(estimateClock(state, NOW)?.uncertaintyMs).toBeCloseTo(500 + 8640)
    expect(correctedNow(state, NOW)).toBe(NOW - 20_000)
    expect(correctedNow(state, NOW + 3 * DAY)).toBe(NOW + 3 * DAY)
  })

  it('is measured anew by the same source, and forgotten with it', () => {
    const state = stateOf(measured('a', 90_000), measured('a', 1000, 500, NOW + 1))
    expect(state).toHaveLength(1)
    expect(withoutSource(state, { kind: 'backend', id: 'a' })).toEqual([])
    expect(withoutSource(state, { kind: 'phone-code' })).toEqual(state)
  })

  it('moves with the clock when that is set, so that codes stay right', () => {
    const state = stateOf(measured('a', -47_000))
    expect(correctedNow(afterClockSet(state, 47_000), NOW + 47_000)).toBe(correctedNow(state, NOW))
    expect(estimateClock(afterClockSet(state, 47_000), NOW + 47_000)).toMatchObject({ offsetMs: 0, correctionMs: 0 })
    // Setting the clock a day forward makes no measurement a day old.
    expect(estimateClock(afterClockSet(state, DAY), NOW + DAY)?.uncertaintyMs).toBe(500)
  })

  it('of many backends keeps the 32 newest, and is stored as it is', () => {
    const state = Array.from({ length: 40 }, (_, i) => measured(`b${i}`, i, 500, NOW + i)).reduce(
      withMeasurement,
      NO_MEASUREMENTS,
    )
    expect(state).toHaveLength(32)
    expect(state.at(-1)?.source).toEqual({ kind: 'backend', id: 'b8' })
    expect(clockState.parse(JSON.parse(JSON.stringify(state)))).toEqual(state)
    expect(clockState.safeParse([{ ...measured('a', 0), offsetMs: Number.NaN }]).success).toBe(false)
  })
})

describe('an exchange with another clock', () => {
  it('bounds the offset, whenever within it the answer was made', () => {
    fc.assert(
      fc.property(
        fc.integer({ min: -DAY, max: DAY }),
        fc.integer({ min: 0, max: 5000 }),
        fc.integer({ min: 0, max: 5000 }),
        fc.constantFrom(1, 1000),
        (offsetMs, there, back, resolutionMs) => {
          const answeredAt = NOW + there
          const theirTimeMs = Math.floor((answeredAt - offsetMs) / resolutionMs) * resolutionMs
          const receivedAtMs = answeredAt + back
          const answer = offsetOfExchange({ sentAtMs: NOW, receivedAtMs, theirTimeMs, resolutionMs })
          expect(Math.abs(answer.offsetMs - offsetMs)).toBeLessThanOrEqual(answer.uncertaintyMs)
        },
      ),
    )
  })
})
