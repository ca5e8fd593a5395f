import { describe, expect, it } from 'vitest'
import { codeGroups, parseCode, parseCodePair, showCode, speakCode } from './code-format.ts'

const six = { kind: 'totp', digits: 6 } as const
const steam = { kind: 'steam', digits: 5 } as const

describe('a code', () => {
  it.each([
    ['R7K2P', 'R7K2P', 'R 7 K 2 P'],
    ['12345', '12345', '1 2 3 4 5'],
    ['482915', '482 915', '4 8 2, 9 1 5'],
    ['1234567', '123 4567', '1 2 3, 4 5 6 7'],
    ['83420917', '8342 0917', '8 3 4 2, 0 9 1 7'],
    ['123456789', '123 456 789', '1 2 3, 4 5 6, 7 8 9'],
    ['1234567890', '12345 67890', '1 2 3 4 5, 6 7 8 9 0'],
  ])('%s is drawn as %j and spoken as %j', (code, drawn, spoken) => {
    expect(showCode(code)).toBe(drawn)
    expect(speakCode(code)).toBe(spoken)
    expect(codeGroups(code).join('')).toBe(code)
  })
})

describe('a typed code', () => {
  it.each(['482915', '482 915', ' 482-915 ', '4\u20118 2\u00a09\u200e15', '４８２９１５'])('is read: %j', (typed) => {
    expect(parseCode(typed, six)).toEqual({ ok: true, value: '482915' })
  })

  it.each([
    ['', { code: 'empty' }],
    [' - ', { code: 'empty' }],
    ['48291', { code: 'length', found: 5, expected: 6 }],
    ['482 9155', { code: 'length', found: 7, expected: 6 }],
    ['482 91O', { code: 'letter', letter: 'O', position: 7 }],
    ['😀82915', { code: 'letter', letter: '😀', position: 1 }],
    ['48291½', { code: 'letter', letter: '½', position: 6 }],
  ])('is refused with the reason: %j', (typed, error) => {
    expect(parseCode(typed, six)).toEqual({ ok: false, error })
  })

  it('of Steam is read in either case, and has no vowel and no digit one', () => {
    expect(parseCode('r7k2p', steam)).toEqual({ ok: true, value: 'R7K2P' })
    expect(parseCode('R7K1P', steam)).toEqual({ ok: false, error: { code: 'letter', letter: '1', position: 4 } })
    expect(parseCode('R7KAP', steam)).toEqual({ ok: false, error: { code: 'letter', letter: 'A', position: 4 } })
  })
})

describe('two typed codes', () => {
  it('are told apart by field', () => {
    expect(parseCodePair('482 915', '073358', six)).toEqual({ ok: true, value: ['482915', '073358'] })
    expect(parseCodePair('', '07335x', six)).toEqual({
      ok: false,
      error: { first: { code: 'empty' }, second: { code: 'letter', letter: 'x', position: 6 } },
    })
    expect(parseCodePair('482915', '1', six)).toEqual({
      ok: false,
      error: { second: { code: 'length', found: 1, expected: 6 } },
    })
  })

  it('that are the same are refused', () => {
    expect(parseCodePair('482915', '482 915', six)).toEqual({ ok: false, error: { second: { code: 'same-code' } } })
  })
})
