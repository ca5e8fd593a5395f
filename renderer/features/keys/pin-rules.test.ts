import { describe, expect, it } from 'vitest'
import { normalPin, pinFault, pinsDiffer } from './pin-rules.ts'

const four = { minLength: 4 }

describe('a new PIN', () => {
  it('is counted in code points, not in UTF-16 units or letters as they are drawn', () => {
    expect(pinFault('🔑🔑🔑', four)).toEqual({ is: 'too-short', have: 3 })
    expect(pinFault('🔑🔑🔑🔑', four)).toBeUndefined()
    expect(pinFault('12345', { minLength: 6 })).toEqual({ is: 'too-short', have: 5 })
  })
  it('is counted as it goes to the key: composed', () => {
    expect(normalPin('e\u0301')).toBe('\u00e9')
    expect(pinFault('e\u0301e\u0301e\u0301', four)).toEqual({ is: 'too-short', have: 3 })
  })
  it('has 63 bytes of UTF-8 at most', () => {
    expect(pinFault('a'.repeat(63), four)).toBeUndefined()
    expect(pinFault('a'.repeat(64), four)).toEqual({ is: 'too-many-bytes', bytes: 64 })
    expect(pinFault('é'.repeat(32), four)).toEqual({ is: 'too-many-bytes', bytes: 64 })
  })
  it('has no more code points than the key takes, where it says so', () => {
    expect(pinFault('123456789', { minLength: 4, maxLength: 8 })).toEqual({ is: 'too-long' })
    expect(pinFault('12345678', { minLength: 4, maxLength: 8 })).toBeUndefined()
  })
  it('does not end in a zero byte', () => {
    expect(pinFault('1234\0', four)).toEqual({ is: 'ends-in-nul' })
  })
})

describe('the second typing', () => {
  it('differs as soon as it leaves the first, not while it follows it', () => {
    expect(pinsDiffer('482915', '')).toBe(false)
    expect(pinsDiffer('482915', '482')).toBe(false)
    expect(pinsDiffer('482915', '483')).toBe(true)
    expect(pinsDiffer('482915', '4829150')).toBe(true)
  })
  it('is the same however its letters were composed', () => {
    expect(pinsDiffer('caf\u00e9 noir', 'cafe\u0301 noir')).toBe(false)
  })
})
