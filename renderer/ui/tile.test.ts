import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { tileLook } from './tile.ts'

describe('A tile', () => {
  it.each([
    ['Amazon Web Services', 'Aw'],
    ['GitHub', 'Gh'],
    ['Proton Mail', 'Pm'],
    ['privacyIDEA', 'Pi'],
    ['deSEC DNS', 'Dd'],
    ['Steam', 'St'],
    ['AWS', 'Aw'],
    ['X', 'X'],
    ['1Password', '1p'],
    ['alice@northwind.example', 'An'],
    ['Çelik', 'Çe'],
    ['e\u0301clair', 'Éc'],
    ['微信', '微'],
    ['Ελλάδα', 'Ελ'],
    ['ßpiel', 'Sp'],
  ])('shows %s as %s', (name, monogram) => {
    expect(tileLook(name).monogram).toBe(monogram)
  })
  it('is neutral and without letters for a name that has none', () => {
    expect(tileLook('')).toEqual({ monogram: '', tone: 0 })
    expect(tileLook(' · ')).toEqual({ monogram: '', tone: 0 })
  })
  it('has the same tone however the name is cased or padded', () => {
    expect(tileLook(' github ').tone).toBe(tileLook('GitHub').tone)
  })
  it('spreads names over all seven tones', () => {
    const tones = new Set(Array.from({ length: 200 }, (_, at) => tileLook(`Issuer ${at}`).tone))
    expect([...tones].toSorted()).toEqual([1, 2, 3, 4, 5, 6, 7])
  })
  it('has at most two letters and a tone that exists, whatever the name', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), (name) => {
        const { monogram, tone } = tileLook(name)
        const letters = [...new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(monogram)]
        expect(letters.length).toBeLessThanOrEqual(2)
        expect(tone).toBeGreaterThanOrEqual(monogram === '' ? 0 : 1)
        expect(tone).toBeLessThanOrEqual(7)
      }),
    )
  })
})
