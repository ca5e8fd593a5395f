import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../shared/kit/index.ts'
import { MisuseError } from '../errors.ts'
import { decode, decodeFirst, encode, type CborValue, type DecodeOptions } from './index.ts'

const bytes = (hex: string) => fromHex(hex.replaceAll(' ', ''))!
const value = (hex: string) => {
  const read = decode(bytes(hex))
  if (!read.ok) throw new Error(`${hex}: ${read.error.code}`)
  return read.value.value
}
const fault = (hex: string, options?: DecodeOptions) => {
  const read = decode(bytes(hex), options)
  return read.ok ? 'accepted' : `${read.error.code} at ${read.error.at}`
}

/** RFC 8949 appendix A, without floats, tags, indefinite lengths and simple values other than false, true and null. */
const RFC8949: readonly (readonly [CborValue, string])[] = [
  [0, '00'],
  [1, '01'],
  [10, '0a'],
  [23, '17'],
  [24, '1818'],
  [25, '1819'],
  [100, '1864'],
  [1000, '1903e8'],
  [1000000, '1a000f4240'],
  [1000000000000, '1b000000e8d4a51000'],
  [18446744073709551615n, '1bffffffffffffffff'],
  [-18446744073709551616n, '3bffffffffffffffff'],
  [-1, '20'],
  [-10, '29'],
  [-100, '3863'],
  [-1000, '3903e7'],
  [false, 'f4'],
  [true, 'f5'],
  [null, 'f6'],
  [new Uint8Array(), '40'],
  [bytes('01020304'), '4401020304'],
  ['', '60'],
  ['a', '6161'],
  ['IETF', '6449455446'],
  ['"\\', '62225c'],
  ['\u00fc', '62c3bc'],
  ['\u6c34', '63e6b0b4'],
  ['\ud800\udd51', '64f0908591'],
  [[], '80'],
  [[1, 2, 3], '83010203'],
  [[1, [2, 3], [4, 5]], '8301820203820405'],
  [Array.from({ length: 25 }, (_, i) => i + 1), '98190102030405060708090a0b0c0d0e0f101112131415161718181819'],
  [new Map(), 'a0'],
  [new Map([[1, 2]]).set(3, 4), 'a201020304'],
  [new Map<string, CborValue>([['a', 1]]).set('b', [2, 3]), 'a26161016162820203'],
  [['a', new Map([['b', 'c']])], '826161a161626163'],
  [new Map([...'abcde'].map((letter) => [letter, letter.toUpperCase()])), 'a56161614161626142616361436164614461656145'],
]

describe('the canonical form', () => {
  it.each(RFC8949)('of RFC 8949: %s is $1', (item, hex) => {
    expect(toHex(encode(item))).toBe(hex)
    expect(value(hex)).toEqual(item)
  })

  it.each([
    [Number.MAX_SAFE_INTEGER, '1b001fffffffffffff'],
    [9007199254740992n, '1b0020000000000000'],
    [Number.MIN_SAFE_INTEGER, '3b001ffffffffffffe'],
    [-9007199254740992n, '3b001fffffffffffff'],
    [0xffff_ffff, '1affffffff'],
    [0x1_0000_0000, '1b0000000100000000'],
  ])('%s keeps every digit', (item, hex) => {
    expect(toHex(encode(item))).toBe(hex)
    expect(value(hex)).toBe(item)
  })

  it('a small bigint is written as the integer it is', () => {
    expect(toHex(encode(5n))).toBe('05')
    expect(toHex(encode(-500n))).toBe('3901f3')
  })

  it('keys are sorted by major type, then length, then bytes', () => {
    const map = new Map<number | string, CborValue>()
    for (const key of ['b', 'aa', 'a', '', -25, -1, -2, 24, 256, 23, 0]) map.set(key, 0)
    const keys = '00 17 1818 190100 20 21 3818 60 6161 6162 626161'.split(' ')
    expect(toHex(encode(map))).toBe(`ab${keys.map((key) => `${key}00`).join('')}`)
    expect([...(value(toHex(encode(map))) as Map<unknown, unknown>).keys()]).toEqual([
      0,
      23,
      24,
      256,
      -1,
      -2,
      -25,
      '',
      'a',
      'b',
      'aa',
    ])
  })

  it('keys of one length are sorted by their bytes, not by the order of a language', () => {
    const map = new Map([
      ['\u00e9', 1],
      ['zz', 2],
      ['Zz', 3],
    ])
    expect(toHex(encode(map))).toBe('a3625a7a03627a7a0262c3a901')
  })

  it('a message longer than the first buffer is whole', () => {
    const long = new Uint8Array(7000).fill(7)
    expect(value(toHex(encode([long, long])))).toEqual([long, long])
  })
})

describe('what can not be sent is refused before it is sent', () => {
  const nested = [[[[[1]]]]]
  it.each([
    ['undefined', undefined],
    ['a member that is undefined', new Map([[1, undefined]])],
    ['a hole in an array', [1, , 3]], // oxlint-disable-line no-sparse-arrays -- the hole is the case
    ['a fraction', 1.5],
    ['not a number', Number.NaN],
    ['a number past the safe integers', 2 ** 53],
    ['an integer of 65 bits', 2n ** 64n],
    ['a negative integer of 65 bits', -(2n ** 64n) - 1n],
    ['an unpaired surrogate', 'a\ud800'],
    ['a key that is a fraction', new Map([[0.5, 1]])],
    ['a key that is a bigint', new Map([[1n, 1]])],
    ['a key that is bytes', new Map([[new Uint8Array(1), 1]])],
    ['five levels', nested],
    ['a plain object', { a: 1 }],
    ['a function', () => 1],
  ])('%s', (_, item) => {
    expect(() => encode(item as CborValue)).toThrow(MisuseError)
  })
})

describe('what a key may not send', () => {
  it.each([
    ['nothing', '', 'truncated at 0'],
    ['an argument that ends early', '19 01', 'truncated at 0'],
    ['an eight-byte argument that ends early', '1b 00000001000000', 'truncated at 0'],
    ['bytes past the end', '82 00 42 01', 'truncated at 2'],
    ['text past the end', '62 61', 'truncated at 0'],
    ['a length of nearly 2^64', '5b ffffffffffffffff', 'truncated at 0'],
    ['an array of 2^32 items', '9b 0000000100000000', 'truncated at 0'],
    ['an array of 2^63 items', '9b 8000000000000000', 'truncated at 0'],
    ['a map of 2^32 entries', 'bb 0000000100000000', 'truncated at 0'],
    ['an array whose items end early', '82 01', 'truncated at 0'],
    ['an item missing at the end of a map', 'a1 61 61', 'truncated at 3'],
    ['a map of one byte an entry', 'a2 01 02 03', 'truncated at 0'],
    ['a second item', '00 00', 'trailing at 1'],
    ['a byte after a map', 'a0 ff', 'trailing at 1'],
    ['0 in two bytes', '18 17', 'not-minimal at 0'],
    ['255 in three bytes', '19 00ff', 'not-minimal at 0'],
    ['65535 in five bytes', '1a 0000ffff', 'not-minimal at 0'],
    ['2^32-1 in nine bytes', '1b 00000000ffffffff', 'not-minimal at 0'],
    ['-1 in two bytes', '38 00', 'not-minimal at 0'],
    ['a length in two bytes', '58 01 00', 'not-minimal at 0'],
    ['a count in two bytes', '98 01 00', 'not-minimal at 0'],
    ['bytes of no definite length', '5f 41 00 ff', 'indefinite-length at 0'],
    ['text of no definite length', '7f 61 61 ff', 'indefinite-length at 0'],
    ['an array of no definite length', '9f 00 ff', 'indefinite-length at 0'],
    ['a map of no definite length', 'bf 00 00 ff', 'indefinite-length at 0'],
    ['a break', 'ff', 'indefinite-length at 0'],
    ['initial byte 0x1c', '1c', 'reserved at 0'],
    ['initial byte 0x7e', '7e', 'reserved at 0'],
    ['initial byte 0xfc', 'fc', 'reserved at 0'],
    ['a tag', 'c0 00', 'tag at 0'],
    ['a half float', 'f9 3c00', 'float at 0'],
    ['a float', 'fa 47c35000', 'float at 0'],
    ['a double', 'fb 3ff199999999999a', 'float at 0'],
    ['undefined', 'f7', 'simple-value at 0'],
    ['simple value 0', 'e0', 'simple-value at 0'],
    ['simple value 255', 'f8 ff', 'simple-value at 0'],
    ['one key twice', 'a2 01 00 01 00', 'duplicate-key at 3'],
    ['one text key twice', 'a2 6161 00 6161 00', 'duplicate-key at 4'],
    ['misordered keys', 'a2 02 00 01 00', 'misordered-keys at 3'],
    ['a text key before an integer', 'a2 6161 00 01 00', 'misordered-keys at 4'],
    ['a longer key first', 'a2 626161 00 6162 00', 'misordered-keys at 5'],
    ['a key of bytes', 'a1 40 00', 'key-type at 1'],
    ['a key that is true', 'a1 f5 00', 'key-type at 1'],
    ['a key that is an array', 'a1 80 00', 'key-type at 1'],
    ['a key past the safe integers', 'a1 1b0020000000000000 00', 'key-type at 1'],
    ['a key that is a float', 'a1 f93c00 00', 'float at 1'],
    ['a key that ends early', 'a1 18 ', 'truncated at 0'],
    ['a stray continuation byte', '61 80', 'invalid-utf8 at 0'],
    ['an overlong form', '62 c080', 'invalid-utf8 at 0'],
    ['a surrogate', '63 eda080', 'invalid-utf8 at 0'],
    ['text cut inside a letter', '61 c3', 'invalid-utf8 at 0'],
    ['five levels', '8181818181 00', 'too-deep at 4'],
    ['a map in four arrays', '81818181 a0', 'too-deep at 4'],
  ])('%s', (_, hex, reason) => {
    expect(fault(hex)).toBe(reason)
  })

  it('four levels are enough and no more unless asked, and never a hundred thousand', () => {
    expect(value('81818180')).toEqual([[[[]]]])
    expect(fault('8181818180', { maxDepth: 5 })).toBe('accepted')
    expect(fault('81'.repeat(100_000), { maxDepth: 1_000_000, maxBytes: 200_000 })).toBe('too-deep at 16')
  })

  it('an input beyond the limit of the caller', () => {
    expect(fault('4100', { maxBytes: 1 })).toBe('too-long at 0')
    expect(fault('4100', { maxBytes: 2 })).toBe('accepted')
  })
})

describe('keys out of order', () => {
  it('are accepted and counted where that is asked for', () => {
    const read = decode(bytes('a4 03 00 01 00 02 a2 6162 00 6161 00 6161 00'), { tolerateOrder: true })
    expect(read).toMatchObject({ ok: true, value: { misordered: 2 } })
  })
  it('are not counted where there are none', () => {
    expect(decode(bytes('a2 01 00 02 00'), { tolerateOrder: true })).toMatchObject({ value: { misordered: 0 } })
  })
  it('may not hide a key given twice', () => {
    expect(fault('a3 02 00 01 00 02 00', { tolerateOrder: true })).toBe('duplicate-key at 5')
  })
})

describe('the first of several items', () => {
  it('is read with the number of its bytes', () => {
    // A COSE key's first members, then an extension map, as authenticator data holds them.
    expect(decodeFirst(bytes('a2 01 02 03 26 a1 61 61 f5'))).toEqual({
      ok: true,
      value: { value: new Map([[1, 2]]).set(3, -7), misordered: 0, consumed: 5 },
    })
  })
  it('is refused like any other', () => {
    expect(decodeFirst(bytes('a1 01'))).toEqual({ ok: false, error: { code: 'truncated', at: 0 } })
  })
})

it('bytes that were read are copies, also of a Buffer', () => {
  const source = Buffer.from('4401020304', 'hex')
  const read = decode(source)
  source.fill(0)
  expect(read.ok && read.value.value).toEqual(bytes('01020304'))
})

it('long text is read like short text', () => {
  const text = 'a'.repeat(300)
  expect(value(toHex(encode(text)))).toBe(text)
})
