import { describe, expect, test } from 'vitest'
import { makeRecoveryCode, readRecoveryCode } from './recovery-code.ts'
import { systemRandom } from './testing/vaults.ts'

/** 00 01 02 … 13 and the first 20 bits of SHA-256("latchkey recovery code" 00 ‖ those), worked out apart in Python. */
const bytes = Uint8Array.from({ length: 20 }, (_, i) => i)
const code = makeRecoveryCode(() => Uint8Array.from(bytes))

describe('a recovery code', () => {
  test('is nine groups of four letters that nobody mistakes for others', () => {
    for (let i = 0; i < 100; i++)
      expect(makeRecoveryCode(systemRandom)).toMatch(/^([0-9A-HJKMNP-TV-Z]{4}-){8}[0-9A-HJKMNP-TV-Z]{4}$/)
  })

  test('is always the same letters for the same bits', () => {
    expect(code).toBe('000G-40R4-0M30-E209-185G-R38E-1W81-24GK-MTYQ')
  })

  test('typed as printed, in lower case, without hyphens, with spaces, or with O, I and L, is the printed one', () => {
    const asTyped = [
      code,
      code.toLowerCase(),
      code.replaceAll('-', ''),
      code.replaceAll('-', ' '),
      ` ${code.replaceAll('-', '–')}\n`,
      code.replaceAll('0', 'O').replaceAll('1', 'I'),
      code.replaceAll('0', 'o').replaceAll('1', 'l'),
    ]
    for (const typed of asTyped) expect(readRecoveryCode(typed)).toEqual({ ok: true, value: code })
  })

  test('with one letter wrong, or two neighbours exchanged, is recognised as misread', () => {
    const letters = code.replaceAll('-', '')
    let misread = 0
    for (let i = 0; i < letters.length; i++) {
      for (const wrong of '23456789ABCDEFGHJKMNPQRSTVWXYZ') {
        if (wrong === letters[i]) continue
        const read = readRecoveryCode(letters.slice(0, i) + wrong + letters.slice(i + 1))
        expect(read).toEqual({ ok: false, error: { fault: 'checksum' } })
        misread += 1
      }
      if (i > 0 && letters[i] !== letters[i - 1]) {
        expect(
          readRecoveryCode(letters.slice(0, i - 1) + letters[i]! + letters[i - 1]! + letters.slice(i + 1)).ok,
        ).toBe(false)
      }
    }
    expect(misread).toBeGreaterThan(1000)
  })

  test('with a letter that can be in none names the letter and where it stands', () => {
    expect(readRecoveryCode('000G-4uR4')).toEqual({ ok: false, error: { fault: 'letter', letter: 'u', position: 7 } })
    expect(readRecoveryCode('00ß')).toEqual({ ok: false, error: { fault: 'letter', letter: 'ß', position: 3 } })
  })

  test('that is too short or too long says by how much', () => {
    expect(readRecoveryCode('000G')).toEqual({ ok: false, error: { fault: 'length', letters: 4, expected: 36 } })
    expect(readRecoveryCode(`${code}0`)).toEqual({ ok: false, error: { fault: 'length', letters: 37, expected: 36 } })
  })
})
