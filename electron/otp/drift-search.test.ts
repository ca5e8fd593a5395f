import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STEAM, type TimedSource } from '../../shared/domain/entry.ts'
import { secrets, secretOf } from '../../test/support/drafts.ts'
import { codeOfStep, MAX_DRIFT_STEPS, offsetFromCode, searchDrift, stepAt, type DriftQuery } from './index.ts'

const NOW = Date.UTC(2026, 10, 24, 12, 0, 14)
const source: TimedSource = {
  kind: 'totp',
  secret: secretOf(Uint8Array.from({ length: 20 }, (_, i) => i)),
  algorithm: 'SHA1',
  digits: 6,
  periodSeconds: 30,
}
const here = stepAt(source, NOW)
const code = (steps: number) => codeOfStep(source, here + steps)
const search = (codes: DriftQuery['codes'], maxSteps = 100, change: Partial<DriftQuery> = {}) =>
  searchDrift({ source, codes, shownAtMs: NOW, maxSteps, ...change })

describe('the drift of a device', () => {
  it.each([-100, -3, -1, 0, 1, 2, 100])('of %i steps is found from one code', async (steps) => {
    expect(await search([code(steps)])).toEqual({ outcome: 'found', steps })
  })

  it.each([-100, -99, 0, 57, 100])('of %i steps is found from two, and is that of the later', async (steps) => {
    expect(await search([code(steps - 1), code(steps)])).toEqual({ outcome: 'found', steps })
  })

  it.each([-101, 101])('of %i steps is not found where 100 are searched', async (steps) => {
    expect(await search([code(steps)])).toEqual({ outcome: 'not-found' })
    expect(await search([code(steps - 1), code(steps)])).toEqual({ outcome: 'not-found' })
  })

  it('is found for any secret, in a pair, over the whole range', async () => {
    const drift = fc.integer({ min: -MAX_DRIFT_STEPS, max: MAX_DRIFT_STEPS })
    await fc.assert(
      fc.asyncProperty(secrets(), drift, fc.boolean(), async (secret, steps, isSteam) => {
        const any: TimedSource = isSteam ? { ...STEAM, secret } : { ...source, secret }
        const later = stepAt(any, NOW) + steps
        const codes = [codeOfStep(any, later - 1), codeOfStep(any, later)] as const
        const answer = await searchDrift({ source: any, codes, shownAtMs: NOW, maxSteps: MAX_DRIFT_STEPS })
        expect(answer).toEqual({ outcome: 'found', steps })
      }),
      { numRuns: 10 },
    )
  })

  it('is searched over no more than the limit', async () => {
    expect(await search([code(MAX_DRIFT_STEPS + 1)], 1e9, {})).not.toMatchObject({ steps: MAX_DRIFT_STEPS + 1 })
  })

  it('is ambiguous where two steps have the code', async () => {
    // Of five digits, two of some 20,000 steps share most codes: look for such a pair.
    const five = { ...source, digits: 5 } as const
    const seen = new Map<string, number>()
    const twice = Array.from({ length: 2000 }, (_, i) => codeOfStep(five, here + i)).find((one, i) => {
      const isKnown = seen.has(one)
      seen.set(one, i)
      return isKnown
    })
    expect(await search([twice ?? ''], 2000, { source: five })).toEqual({ outcome: 'ambiguous' })
  })

  it.each([
    ['one left out', [4, 6], 2],
    ['the wrong order', [5, 4], -1],
    ['the same twice', [5, 5], 0],
  ] as const)('is not told from two codes with %s, and the reason is', async (_, [first, second], gapSteps) => {
    expect(await search([code(first), code(second)])).toEqual({ outcome: 'not-consecutive', gapSteps })
  })

  it('is not found from codes of nobody, of another length, or of far apart', async () => {
    expect(await search(['12345'])).toEqual({ outcome: 'not-found' })
    expect(await search(['', ''])).toEqual({ outcome: 'not-found' })
    expect(await search([code(-50), code(50)])).toEqual({ outcome: 'not-found' })
  })

  it('near 1970 is searched from the first step on', async () => {
    expect(await search([codeOfStep(source, 0)], 100, { shownAtMs: 60_000 })).toEqual({ outcome: 'found', steps: -2 })
  })

  it('is given up when the signal says so, in the middle of the search', async () => {
    const controller = new AbortController()
    const answer = search([code(0)], MAX_DRIFT_STEPS, { signal: controller.signal })
    setImmediate(() => controller.abort(new Error('left the wizard')))
    await expect(answer).rejects.toThrow('left the wizard')
  })
})

describe('this computer’s clock offset', () => {
  it('is told from the code a phone shows, to half a period', async () => {
    for (const offsetMs of [-600_000, -47_000, -1000, 0, 29_000, 600_000]) {
      const phoneTimeMs = NOW - offsetMs
      const codes = [codeOfStep(source, stepAt(source, phoneTimeMs))] as const
      const answer = await offsetFromCode({ source, codes, nowMs: NOW })
      if (answer.outcome !== 'found') return expect.fail(answer.outcome)
      expect(answer.uncertaintyMs).toBe(15_000)
      expect(Math.abs(answer.offsetMs - offsetMs)).toBeLessThanOrEqual(15_000)
    }
  })

  it('is told to a second and a half from the moment the code changed', async () => {
    const changedAtMs = NOW
    const phoneTimeMs = stepAt(source, NOW + 47_000) * 30_000
    const codes = [codeOfStep(source, stepAt(source, phoneTimeMs))] as const
    expect(await offsetFromCode({ source, codes, nowMs: NOW + 5000, changedAtMs })).toEqual({
      outcome: 'found',
      offsetMs: NOW - phoneTimeMs,
      uncertaintyMs: 1500,
    })
  })

  it('of hours is told from two codes, and not from one', async () => {
    const phone = here + 3 * 120
    const codes = [codeOfStep(source, phone - 1), codeOfStep(source, phone)] as const
    expect(await offsetFromCode({ source, codes: [codes[1]], nowMs: NOW })).toEqual({ outcome: 'not-found' })
    const answer = await offsetFromCode({ source, codes, nowMs: NOW })
    expect(answer).toMatchObject({ outcome: 'found', offsetMs: NOW - (phone * 30_000 + 15_000) })
  })

  it('is not told from a wrong code', async () => {
    expect(await offsetFromCode({ source, codes: ['00000x'], nowMs: NOW })).toEqual({ outcome: 'not-found' })
  })
})
