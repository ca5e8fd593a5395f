import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { digitGroups, editDigits, groupDigits, moveInDigits, placeAfterEdit, placeInDigits } from './digits.ts'

describe('A field of six digits', () => {
  it('takes digits as they are typed', () => {
    expect(editDigits('48', '482', 6)).toEqual({ digits: '482', refused: undefined })
  })
  it.each([
    ['482 915'],
    ['482-915'],
    ['482\u2011915'],
    ['482\u00a0915'],
    [' 482915\n'],
    ['482.915'],
    ['\uff14\uff18\uff12\uff19\uff11\uff15'],
    ['\u0664\u0668\u0662\u0669\u0661\u0665'],
    ['Your code is 482 915.'],
    ['G-482915 is your verification code'],
    ['482915 (valid for 10 minutes)'],
  ])('takes a paste as codes are printed and sent: %j', (pasted) => {
    expect(editDigits('', pasted, 6)).toEqual({ digits: '482915', refused: undefined })
  })
  it('refuses a letter and keeps what was there', () => {
    expect(editDigits('482', '482a', 6)).toEqual({ digits: '482', refused: 'not-digits' })
  })
  it('refuses a paste that is too long instead of cutting it into a wrong code', () => {
    expect(editDigits('', '83420917', 6)).toEqual({ digits: '', refused: 'too-many' })
  })
  it('refuses a sentence that holds two codes, for it cannot know which is meant', () => {
    expect(editDigits('', 'either 111111 or 222222', 6)).toEqual({ digits: '', refused: 'not-digits' })
  })
  it('can be emptied', () => {
    expect(editDigits('482', '', 6)).toEqual({ digits: '', refused: undefined })
  })
  it('never holds anything but at most its length of digits, whatever is put in', () => {
    fc.assert(
      fc.property(fc.string({ unit: 'binary' }), fc.integer({ min: 5, max: 10 }), (raw, length) => {
        const { digits } = editDigits('12345', raw, length)
        expect(digits).toMatch(/^[0-9]*$/)
        expect(digits.length).toBeLessThanOrEqual(length)
      }),
    )
  })
  it('moves on to the box after the digit that was typed, also in the middle', () => {
    expect(placeAfterEdit('482', '482', 3, false)).toBe(3)
    expect(placeAfterEdit('472915', '472915', 2, false)).toBe(2)
  })
  it('goes on after the last digit once a paste was cleaned up', () => {
    expect(placeAfterEdit('482915', '482 915', 7, false)).toBe(6)
  })
  it('goes on to the left when digits in the middle are taken back', () => {
    expect(placeAfterEdit('48915', '48915', 2, true)).toBe(1)
    expect(placeAfterEdit('82915', '82915', 0, true)).toBe(0)
    expect(placeAfterEdit('48291', '48291', 5, true)).toBe(5)
  })
  it('selects the digit in a box, so that typing replaces it, and has its caret after the last digit', () => {
    expect(placeInDigits(1, 3)).toEqual({ start: 1, end: 2 })
    expect(placeInDigits(5, 3)).toEqual({ start: 3, end: 3 })
    expect(placeInDigits(-2, 6)).toEqual({ start: 0, end: 1 })
  })
  it('refuses a seventh digit instead of changing the sixth', () => {
    expect(placeInDigits(6, 6)).toEqual({ start: 6, end: 6 })
    expect(editDigits('482915', '4829157', 6)).toEqual({ digits: '482915', refused: 'too-many' })
  })
  it('follows arrows, Home and End, and leaves other keys alone', () => {
    expect(moveInDigits('ArrowLeft', 2, '482')).toEqual({ start: 1, end: 2 })
    expect(moveInDigits('ArrowRight', 2, '482')).toEqual({ start: 3, end: 3 })
    expect(moveInDigits('ArrowRight', 3, '482')).toEqual({ start: 3, end: 3 })
    expect(moveInDigits('Home', 3, '482')).toEqual({ start: 0, end: 1 })
    expect(moveInDigits('End', 0, '482')).toEqual({ start: 3, end: 3 })
    expect(moveInDigits('Tab', 0, '482')).toBeUndefined()
  })
  it('moves on when the digit that is there is typed again', () => {
    expect(moveInDigits('8', 1, '482')).toEqual({ start: 2, end: 3 })
    expect(moveInDigits('9', 1, '482')).toBeUndefined()
  })
})

describe('A code', () => {
  it('is cut into groups of threes, fours and fives that add up to its length', () => {
    for (let length = 5; length <= 10; length++) {
      expect(digitGroups(length).reduce((sum, size) => sum + size, 0)).toBe(length)
    }
    expect(groupDigits('482915')).toEqual(['482', '915'])
    expect(groupDigits('83420917')).toEqual(['8342', '0917'])
    expect(groupDigits('R7K2P')).toEqual(['R7K2P'])
  })
})
