import { describe, expect, it } from 'vitest'
import { utf8, toBase64url } from '../../../shared/kit/index.ts'
import { codeOfStep } from '../../../test/support/rfc6238.ts'
import { ALL_RULES } from './rules.ts'
import type { TotpState } from './state.ts'
import { STEP_MS, takeCode, takePair } from './totp.ts'
import { DEMO_CODE } from './otp.ts'

const SECRET = utf8('12345678901234567890')
const START = 60_000_000

const device = (state: Partial<TotpState> = {}): TotpState => ({
  secret: toBase64url(SECRET),
  driftSteps: 0,
  spent: [],
  tries: { wrong: 0 },
  ...state,
})
const at = (step: number) => ({ otp: { codeOfStep }, now: step * STEP_MS + 1234, rules: ALL_RULES })
const code = (step: number) => codeOfStep(SECRET, DEMO_CODE, step)
const pair = (step: number): [string, string] => [code(step), code(step + 1)]

describe('the tests’ own codes', () => {
  // RFC 6238 Appendix B, eight digits.
  const secretOf = { SHA1: 20, SHA256: 32, SHA512: 64 } as const
  it.each([
    ['SHA1', 59, '94287082'],
    ['SHA256', 59, '46119246'],
    ['SHA512', 59, '90693936'],
    ['SHA1', 1111111109, '07081804'],
    ['SHA256', 1111111111, '67062674'],
    ['SHA512', 20000000000, '47863826'],
  ] as const)('are those of RFC 6238: %s at %i s', (algorithm, seconds, expected) => {
    const secret = utf8('1234567890'.repeat(7).slice(0, secretOf[algorithm]))
    expect(codeOfStep(secret, { algorithm, digits: 8 }, Math.floor(seconds / 30))).toBe(expected)
  })
})

describe('a single code', () => {
  it.each([-1, 0, 1])('is taken %i steps away from the expected one', (away) => {
    expect(takeCode(device(), code(START + away), at(START))).toEqual({ ok: true, value: START + away })
  })

  it.each([-2, 2])('is refused %i steps away, and hints at the drift', (away) => {
    const drifting = device()
    const taken = takeCode(drifting, code(START + away), at(START))
    expect(taken).toEqual({ ok: false, error: { is: 'wrong', retryAt: (START + 1) * STEP_MS } })
    expect(drifting.suspectedDriftSteps).toBe(away)
    expect(drifting.driftSteps).toBe(0)
  })

  it('is expected where the device is known to be', () => {
    const fast = device({ driftSteps: 100 })
    expect(takeCode(fast, code(START), at(START)).ok).toBe(false)
    expect(takeCode(fast, code(START + 101), at(START)).ok).toBe(true)
    expect(fast.driftSteps).toBe(101)
  })

  it('is taken once, and no earlier one after it', () => {
    const one = device()
    expect(takeCode(one, code(START), at(START)).ok).toBe(true)
    for (const step of [START, START - 1])
      expect(takeCode(one, code(step), at(START))).toEqual({
        ok: false,
        error: { is: 'spent', retryAt: (START + 1) * STEP_MS },
      })
    expect(takeCode(one, code(START + 1), at(START)).ok).toBe(true)
  })

  it('follows a device that runs off slowly', () => {
    const slow = device()
    for (let week = 1; week <= 20; week++)
      expect(takeCode(slow, code(START + 20_160 * week - week), at(START + 20_160 * week)).ok).toBe(true)
    expect(slow.driftSteps).toBe(-20)
  })

  it('is not looked at for a minute after five wrong ones, even if it is right', () => {
    const guessed = device()
    for (let i = 0; i < 4; i++) expect(takeCode(guessed, 'abcdef', at(START))).toMatchObject({ error: { is: 'wrong' } })
    const { now } = at(START)
    const fifth = takeCode(guessed, 'abcdef', at(START))
    expect(fifth).toEqual({ ok: false, error: { is: 'wrong', retryAt: now + 60_000 } })
    const right = takeCode(guessed, code(START + 1), at(START + 1))
    expect(right).toEqual({ ok: false, error: { is: 'try-later', retryAt: now + 60_000 } })
    expect(takeCode(guessed, code(START + 2), at(START + 2)).ok).toBe(true)
  })

  it('that is right starts the count of wrong ones anew', () => {
    const clumsy = device()
    for (let day = 0; day < 5; day++) {
      for (let i = 0; i < 4; i++) takeCode(clumsy, 'abcdef', at(START + day))
      expect(takeCode(clumsy, code(START + day), at(START + day)).ok).toBe(true)
    }
  })
})

describe('two codes', () => {
  it.each([-10, 10])('enable a new device that is %i steps off', (away) => {
    const off = device()
    expect(takePair(off, pair(START + away), 'enable', at(START)).ok).toBe(true)
    expect(off.driftSteps).toBe(away + 1)
  })

  it.each([-11, 11])('don’t enable one that is %i steps off', (away) => {
    const taken = takePair(device(), pair(START + away), 'enable', at(START))
    expect(taken).toMatchObject({ ok: false, error: { is: 'wrong' } })
  })

  it.each([-480, 480])('resynchronise a device that is %i steps off', (away) => {
    expect(takePair(device(), pair(START + away), 'resync', at(START)).ok).toBe(true)
  })

  it.each([-481, 481])('don’t resynchronise one that is %i steps off', (away) => {
    expect(takePair(device(), pair(START + away), 'resync', at(START))).toMatchObject({ ok: false })
  })

  it('are told apart: twice the same, not one after the other, and wrong', () => {
    const of = (codes: [string, string]) => takePair(device(), codes, 'resync', at(START))
    expect(of([code(START), code(START)])).toMatchObject({ error: { is: 'repeated' } })
    expect(of([code(START), code(START + 2)])).toMatchObject({ error: { is: 'not-consecutive' } })
    expect(of([code(START + 1), code(START)])).toMatchObject({ error: { is: 'not-consecutive' } })
    expect(of([code(START), code(START + 5000)])).toMatchObject({ error: { is: 'wrong' } })
    expect(of(['', ''])).toMatchObject({ error: { is: 'repeated' } })
    expect(of(['', 'x'])).toMatchObject({ error: { is: 'wrong' } })
  })

  it('are refused where either was used', () => {
    const used = device()
    expect(takeCode(used, code(START), at(START)).ok).toBe(true)
    for (const step of [START - 1, START])
      expect(takePair(used, pair(step), 'resync', at(START))).toMatchObject({ error: { is: 'spent' } })
    expect(takePair(used, pair(START + 1), 'resync', at(START)).ok).toBe(true)
  })

  it('put a clock back, without making a used code good again', () => {
    const adjusted = device()
    expect(takePair(adjusted, pair(START + 50), 'resync', at(START)).ok).toBe(true)
    expect(takePair(adjusted, pair(START + 1), 'resync', at(START + 2)).ok).toBe(true)
    expect(adjusted.driftSteps).toBe(0)
    // The clock comes to the steps that were used when it was fast.
    expect(takeCode(adjusted, code(START + 50), at(START + 50))).toMatchObject({ error: { is: 'spent' } })
    expect(takeCode(adjusted, code(START + 52), at(START + 52)).ok).toBe(true)
  })

  it('clear the suspicion of drift', () => {
    const suspected = device({ suspectedDriftSteps: 3 })
    expect(takePair(suspected, pair(START + 2), 'resync', at(START)).ok).toBe(true)
    expect(suspected).toMatchObject({ driftSteps: 3 })
    expect(suspected.suspectedDriftSteps).toBeUndefined()
  })
})
