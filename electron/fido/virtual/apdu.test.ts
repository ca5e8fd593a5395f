import { describe, expect, it } from 'vitest'
import { readApdu } from './apdu.ts'

/** ISO 7816-4 §5.1: the four cases, short and extended. */
describe('request APDUs', () => {
  it.each([
    ['case 1', [0, 3, 0, 0], []],
    ['case 2 short', [0, 3, 0, 0, 0], []],
    ['case 2 extended', [0, 3, 0, 0, 0, 0, 0], []],
    ['case 3 short', [0, 1, 0, 0, 2, 7, 8], [7, 8]],
    ['case 4 short', [0, 1, 0, 0, 2, 7, 8, 0], [7, 8]],
    ['case 3 extended', [0, 1, 0, 0, 0, 0, 2, 7, 8], [7, 8]],
    ['case 4 extended', [0, 1, 0, 0, 0, 0, 2, 7, 8, 0, 0], [7, 8]],
  ])('%s', (_, message, data) => {
    expect(readApdu(Uint8Array.from(message))?.data).toEqual(Uint8Array.from(data))
  })

  it.each([
    ['a header cut short', [0, 1, 0]],
    ['an extended length cut short', [0, 1, 0, 0, 0, 1]],
    ['less data than it says', [0, 1, 0, 0, 3, 7, 8]],
    ['less data than it says, extended', [0, 1, 0, 0, 0, 0, 3, 7, 8]],
    ['more than an Le after the data', [0, 1, 0, 0, 1, 7, 0, 0]],
    ['half an extended Le', [0, 1, 0, 0, 0, 0, 1, 7, 0]],
  ])('%s is none', (_, message) => {
    expect(readApdu(Uint8Array.from(message))).toBeUndefined()
  })
})
