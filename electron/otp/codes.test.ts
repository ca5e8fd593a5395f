import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { STEAM_ALPHABET } from '../../shared/domain/code-format.ts'
import { STEAM, type CodeSource, type TimedSource } from '../../shared/domain/entry.ts'
import { fromBase32, utf8 } from '../../shared/kit/index.ts'
import { drafts, secretOf } from '../../test/support/drafts.ts'
import {
  codeAt,
  codeOfStep,
  findStep,
  MAX_STEPS_AT_ONCE,
  nextCodeAt,
  previousAndCurrent,
  stepAt,
  verify,
} from './index.ts'

const SEED = '12345678901234567890'
const seed = (length: number) => secretOf(utf8(SEED.repeat(4).slice(0, length)))
const hotp: CodeSource = { kind: 'hotp', secret: seed(20), algorithm: 'SHA1', digits: 6, counter: 0 }
const totp: TimedSource = { kind: 'totp', secret: seed(20), algorithm: 'SHA1', digits: 6, periodSeconds: 30 }
const base32 = (text: string) => {
  const bytes = fromBase32(text)
  return secretOf(bytes instanceof Uint8Array ? bytes : new Uint8Array())
}
const steam: TimedSource = { ...STEAM, secret: base32('63BEDWCQZKTQWPESARIERL5DTTQFCJTK') }
const MOMENT = Date.UTC(2026, 10, 24, 12, 0, 14)

describe('codes', () => {
  // RFC 4226 Appendix D.
  it.each(
    ['755224', '287082', '359152', '969429', '338314', '254676', '287922', '162583', '399871', '520489'].map(
      (code, counter) => [counter, code] as const,
    ),
  )('of HOTP are those of RFC 4226 at counter %i', (counter, code) => {
    expect(codeOfStep(hotp, counter)).toBe(code)
    expect(verify(hotp, code, counter)).toBe(true)
    expect(verify(hotp, code, counter + 1)).toBe(false)
  })

  // RFC 6238 Appendix B: time in seconds, then SHA-1, SHA-256 and SHA-512 with seeds of 20, 32 and 64 bytes (erratum 2866).
  it.each([
    [59, '94287082', '46119246', '90693936'],
    [1111111109, '07081804', '68084774', '25091201'],
    [1111111111, '14050471', '67062674', '99943326'],
    [1234567890, '89005924', '91819424', '93441116'],
    [2000000000, '69279037', '90698825', '38618901'],
    [20000000000, '65353130', '77737706', '47863826'],
  ])('of TOTP are those of RFC 6238 at %i s', (seconds, sha1, sha256, sha512) => {
    const eight = { ...totp, digits: 8 } as const
    expect(codeAt(eight, seconds * 1000).code).toBe(sha1)
    expect(codeAt({ ...eight, algorithm: 'SHA256', secret: seed(32) }, seconds * 1000).code).toBe(sha256)
    expect(codeAt({ ...eight, algorithm: 'SHA512', secret: seed(64) }, seconds * 1000).code).toBe(sha512)
  })

  // Shown by the Steam app for a throw-away account; published in the tests of KeePassXC and of others after it.
  it.each([
    [1511200518, 'FR8RV'],
    [1511200714, '9P3VP'],
  ])('of Steam are those of its app at %i s', (seconds, code) => {
    expect(codeAt(steam, seconds * 1000).code).toBe(code)
  })

  it('of five to ten digits end in the same digits, ten being a 31-bit number', () => {
    const ten = codeOfStep({ ...hotp, digits: 10 }, 0)
    expect(ten).toBe('1284755224')
    for (const digits of [5, 6, 7, 8, 9]) expect(codeOfStep({ ...hotp, digits }, 0)).toBe(ten.slice(-digits))
  })

  it('come of secrets of 1, 10, 65 and 128 bytes, and of counters up to 2^53-1', () => {
    for (const length of [1, 10, 65, 128]) {
      const source = { ...hotp, secret: secretOf(new Uint8Array(length).fill(length)) }
      expect(codeOfStep(source, Number.MAX_SAFE_INTEGER)).toMatch(/^\d{6}$/)
    }
  })

  it('of any entry have its length and alphabet at any time', () => {
    fc.assert(
      fc.property(drafts, fc.integer({ min: 0, max: 8_640_000_000_000_000 }), (draft, timeMs) => {
        const code = draft.kind === 'hotp' ? codeOfStep(draft, draft.counter) : codeAt(draft, timeMs).code
        expect(code).toHaveLength(draft.digits)
        const alphabet = draft.kind === 'steam' ? STEAM_ALPHABET : '0123456789'
        expect([...code].every((letter) => alphabet.includes(letter))).toBe(true)
      }),
    )
  })

  it('of no counter below 0 and beyond 2^53-1 exist', () => {
    for (const step of [-1, 0.5, 2 ** 53, Number.NaN]) expect(() => codeOfStep(hotp, step)).toThrow()
  })
})

describe('the time of a code', () => {
  it('is the period around the moment, its end belonging to the next', () => {
    const code = codeAt(totp, MOMENT)
    expect(code).toMatchObject({ validFrom: MOMENT - 14_000, validUntil: MOMENT + 16_000 })
    expect(codeAt(totp, code.validFrom).code).toBe(code.code)
    expect(codeAt(totp, code.validUntil - 1).code).toBe(code.code)
    expect(nextCodeAt(totp, MOMENT)).toEqual(codeAt(totp, code.validUntil))
  })

  it('before 1970 is taken for 1970', () => {
    expect(codeAt(totp, -1)).toEqual(codeAt(totp, 0))
    expect(stepAt(totp, -1_000_000)).toBe(0)
  })

  it('of the previous and the current code is consecutive, at any time', () => {
    fc.assert(
      fc.property(fc.integer({ min: -1, max: 4_000_000_000_000 }), (timeMs) => {
        const [previous, current] = previousAndCurrent(totp, timeMs)
        expect(current.validFrom).toBe(previous.validUntil)
        if (timeMs >= 30_000) expect(current).toEqual(codeAt(totp, timeMs))
      }),
    )
  })
})

describe('checking a code', () => {
  it('takes the window and nothing else', () => {
    const step = stepAt(totp, MOMENT)
    const isTaken = (distance: number, window: number) => verify(totp, codeOfStep(totp, step + distance), step, window)
    expect([-1, 0, 1].map((distance) => isTaken(distance, 0))).toEqual([false, true, false])
    expect([-3, -2, -1, 0, 1, 2, 3].map((distance) => isTaken(distance, 2))).toEqual([
      false,
      true,
      true,
      true,
      true,
      true,
      false,
    ])
  })

  it('is false, and no object, for 10,000 wrong codes', () => {
    const right = codeOfStep(totp, 1)
    let wrong = 0
    for (let number = 0; wrong < 10_000; number += 97) {
      const code = String(number).padStart(6, '0')
      if (code === right) continue
      wrong += 1
      if (verify(totp, code, 1) !== false) expect.fail(`${code} was taken`)
    }
    expect(verify(totp, right, 1)).toBe(true)
  })

  it('is false for what is no code at all', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        fc.pre(text !== codeOfStep(totp, 7))
        expect(verify(totp, text, 7)).toBe(false)
      }),
    )
    for (const text of ['', ' 287082', '287082 ', '28708', '0287082', '２８７０８２'])
      expect(verify(totp, text, 1)).toBe(false)
  })

  it('names the step a code belongs to, 0 included', () => {
    expect(findStep(hotp, '755224', 0, 9)).toBe(0)
    expect(findStep(hotp, '520489', -5, 9)).toBe(9)
    expect(findStep(hotp, '520489', 0, 8)).toBeUndefined()
    expect(findStep(hotp, '755224', 5, 4)).toBeUndefined()
  })

  it('names the first of two steps that have the same code', () => {
    const five: CodeSource = { ...hotp, digits: 5 }
    const codes = Array.from({ length: 2000 }, (_, step) => codeOfStep(five, step))
    const twice = codes.find((code, step) => codes.indexOf(code) < step) ?? ''
    expect(codes.lastIndexOf(twice)).toBeGreaterThan(codes.indexOf(twice))
    expect(findStep(five, twice, 0, 1999)).toBe(codes.indexOf(twice))
  })

  it('over more steps than it can do at once is refused', () => {
    expect(() => findStep(hotp, '755224', 0, MAX_STEPS_AT_ONCE)).toThrow(RangeError)
    expect(findStep(hotp, '755224', -MAX_STEPS_AT_ONCE, MAX_STEPS_AT_ONCE - 1)).toBe(0)
  })
})
