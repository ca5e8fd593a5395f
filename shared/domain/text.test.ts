import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { cleanLine, cleanLines, excerpt, fold } from './text.ts'

describe('foreign text', () => {
  it.each([
    ['a NUL and an escape', 'a\u0000\u001bb', 'ab'],
    ['C1 controls', 'a\u0085\u009fb', 'ab'],
    ['a right-to-left override', 'user\u202Egpj.exe', 'usergpj.exe'],
    ['isolates and marks', '\u2066a\u2069\u200e\u200f\u061c', 'a'],
    ['zero-width letters', 'Goo\u200Bgl\u200De\u2060\uFEFF', 'Google'],
    ['tag letters and fillers', 'a\u{E0041}\u3164b', 'ab'],
    ['half a surrogate pair', 'a\uD800b\uDC00', 'ab'],
    ['line breaks and runs of spaces', ' a \r\n\t b\u00a0c ', 'a b c'],
    ['a control between spaces', 'a \u007f b', 'a b'],
    ['a letter and its accent', 'e\u0301', 'é'],
  ])('is shown on one line without %s', (_, given, expected) => {
    expect(cleanLine(given)).toBe(expected)
  })

  it('keeps markup, emoji with their variation, and every script as they are', () => {
    const text = '<img src=x onerror=alert(1)> ☎️ 漢字 עברית'
    expect(cleanLine(text)).toBe(text)
  })

  it('keeps the lines of a note', () => {
    expect(cleanLines('one\r\ntwo\u2028three\tx\u0000\u202e\n')).toBe('one\ntwo\nthree x')
  })

  it('is clean after one cleaning, can be encoded, and holds no control or direction letter', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (text) => {
        for (const clean of [cleanLine(text), cleanLines(text)]) {
          expect(clean).not.toMatch(/(?!\n)\p{Cc}|[\u200b-\u200f\u202a-\u202e\u2066-\u2069\ufeff]/u)
          expect(() => encodeURIComponent(clean)).not.toThrow()
        }
        expect(cleanLine(cleanLine(text))).toBe(cleanLine(text))
        expect(cleanLines(cleanLines(text))).toBe(cleanLines(text))
      }),
    )
  })

  it('is quoted in an error with at most 32 letters', () => {
    expect([...excerpt('😀'.repeat(1000))]).toHaveLength(32)
    expect(excerpt('MD5\u0000')).toBe('MD5')
  })
})

describe('folded text', () => {
  it.each([
    ['Ångström', 'angstrom'],
    ['ŁÓDŹ', 'lodz'],
    ['Straße', 'strasse'],
    ['İstanbul', 'istanbul'],
    ['ＧｉｔＨｕｂ', 'github'],
    ['ΛΟΓΟΣ', 'λογοσ'],
    ['plain ASCII', 'plain ascii'],
  ])('makes %s equal to %s', (given, expected) => {
    expect(fold(given)).toBe(expected)
  })

  it('is the same folded again', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'grapheme' }), (text) => {
        expect(fold(fold(text))).toBe(fold(text))
      }),
    )
  })
})
