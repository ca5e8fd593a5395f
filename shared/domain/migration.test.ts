import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex } from '../kit/index.ts'
import { recogniseGoogleExport } from './migration.ts'

const linkOf = (bytes: Uint8Array) =>
  `otpauth-migration://offline?data=${encodeURIComponent(Buffer.from(bytes).toString('base64'))}`
const linkOfHex = (hex: string) => linkOf(fromHex(hex.replaceAll(' ', '')) ?? new Uint8Array())

// Two entries (secret 0102, name "a"; secret 03), version 1, batch size 3, batch index 1, batch id -1 in ten bytes.
const TWO = '0a07 0a02 0102 1201 61'
const WHOLE = `${TWO} 0a03 0a01 03 1001 1803 2001 28 ffffffffffffffffff01`

describe('a Google export', () => {
  it('says how many entries it holds and which code of how many it is', () => {
    expect(recogniseGoogleExport(linkOfHex(WHOLE))).toEqual({ entries: 2, batch: { number: 2, of: 3 } })
  })

  it('leaves out an index of 0, and is then the first code', () => {
    expect(recogniseGoogleExport(linkOfHex(`${TWO} 1001 1801`))).toEqual({ entries: 1, batch: { number: 1, of: 1 } })
  })

  it('is read with its base64 encoded, bare, with spaces for plus signs, and in another case', () => {
    const bytes = Uint8Array.of(0x0a, 0x03, 0x00, 0xfb, 0xef, 0x18, 0x02)
    const base64 = Buffer.from(bytes).toString('base64')
    expect(base64).toContain('+')
    for (const data of [base64, encodeURIComponent(base64), base64.replaceAll('+', ' ')]) {
      expect(recogniseGoogleExport(` OTPAUTH-Migration://offline?x=1&data=${data}\n`)).toEqual({
        entries: 1,
        batch: { number: 1, of: 2 },
      })
    }
  })

  it.each([
    ['no data', 'otpauth-migration://offline'],
    ['data that is no base64', 'otpauth-migration://offline?data=%%%'],
    ['a length beyond its end', linkOfHex('0a7f 00')],
    ['a number that does not end', linkOfHex('18 ffffffffffffffffffff01')],
    ['a number that is cut off', linkOfHex('18 ff')],
    ['a field of another kind', linkOfHex('1d 00000000')],
    ['more data than any code holds', `otpauth-migration://offline?data=${'A'.repeat(20_000)}`],
  ])('is recognised but not counted with %s', (_, link) => {
    expect(recogniseGoogleExport(link)).toEqual({})
  })

  it('has no batch where its index is beyond its size', () => {
    expect(recogniseGoogleExport(linkOfHex(`${TWO} 1802 2002`))).toEqual({ entries: 1 })
  })

  it.each(['', 'otpauth://totp/x?secret=AAAA', 'x otpauth-migration://offline?data=CAE', 'otpauth-migrations:'])(
    'is not seen in other text: %j',
    (text) => {
      expect(recogniseGoogleExport(text)).toBeUndefined()
    },
  )

  it('of any bytes is recognised without throwing, and counts no more entries than there are bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ maxLength: 200 }), (bytes) => {
        const read = recogniseGoogleExport(linkOf(bytes))
        expect(read).toBeDefined()
        expect(read?.entries ?? 0).toBeLessThanOrEqual(bytes.length / 2)
        if (read?.batch) expect(read.batch.number).toBeLessThanOrEqual(read.batch.of)
      }),
    )
  })
})
