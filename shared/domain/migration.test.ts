import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { fromHex } from '../kit/index.ts'
import { drafts } from '../../test/support/drafts.ts'
import {
  addGoogleBatch,
  formatGoogleExport,
  readGoogleExport,
  recogniseGoogleExport,
  toGoogleEntry,
  type GoogleSet,
} from './migration.ts'

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
    ['a group, which ended with the last century', linkOfHex('1b')],
    ['an index beyond its size', linkOfHex(`${TWO} 1802 2002`)],
    ['more data than any code holds', `otpauth-migration://offline?data=${'A'.repeat(20_000)}`],
  ])('is recognised but not counted with %s', (_, link) => {
    expect(recogniseGoogleExport(link)).toEqual({})
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

describe('entries of a Google export', () => {
  const entriesOf = (link: string) => {
    const read = readGoogleExport(link)
    if (!read.ok) throw new Error(read.error.code)
    return read.value.entries
  }

  it('are read with their counter, algorithm and digits', () => {
    // secret 48656c6c6f21deadbeef, name "Example:a", issuer "Example", SHA256, 8 digits, HOTP, counter 5
    const entry = '0a0a 48656c6c6f21deadbeef 1209 4578616d706c653a61 1a07 4578616d706c65 2002 2802 3001 3805'
    expect(entriesOf(linkOfHex(`0a28 ${entry}`))).toEqual([
      {
        ok: true,
        value: {
          kind: 'hotp',
          issuer: 'Example',
          account: 'a',
          secret: 'SGVsbG8h3q2-7w',
          algorithm: 'SHA256',
          digits: 8,
          counter: 5,
        },
      },
    ])
  })

  it.each([
    ['MD5', '0a02 0102 2004', { field: 'algorithm', code: 'algorithm-unknown', found: 'MD5' }],
    ['no secret', '1201 61', { field: 'secret', code: 'no-secret' }],
    ['a kind of its own', '0a02 0102 3007', { field: 'type', code: 'type-unknown', found: '7' }],
    ['a length beyond its end', '0a7f 01', { code: 'entry-damaged' }],
  ])('are refused one by one, with their reason: %s', (_, entry, error) => {
    const length = (entry.replaceAll(' ', '').length / 2).toString(16).padStart(2, '0')
    expect(entriesOf(linkOfHex(`${TWO} 0a${length} ${entry}`))).toMatchObject([{ ok: true }, { ok: false, error }])
  })

  it('of a later version are not guessed at', () => {
    expect(readGoogleExport(linkOfHex(`${TWO} 1009`))).toEqual({ ok: false, error: { code: 'newer', version: 9 } })
  })

  it('are gathered from codes in any order, until none is missing', () => {
    const code = (number: number, id = 7) => {
      const read = readGoogleExport(formatGoogleExport([], { id, number, of: 3 }))
      if (!read.ok) throw new Error(read.error.code)
      return read.value
    }
    let set: GoogleSet | undefined
    for (const number of [3, 1, 3]) {
      const added = addGoogleBatch(set, code(number))
      if (added.ok) set = added.value
    }
    expect(set).toMatchObject({ of: 3, missing: [2] })
    expect(addGoogleBatch(set, code(2, 8))).toEqual({ ok: false, error: 'other-export' })
    expect(addGoogleBatch(set, code(2))).toMatchObject({ ok: true, value: { missing: [], batches: { length: 3 } } })
  })

  it('that are written are read as they were, and those it can’t hold are refused by name', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const entry = toGoogleEntry(draft)
        if (!entry.ok) {
          expect(
            draft.kind === 'steam' ||
              ![6, 8].includes(draft.digits) ||
              (draft.kind === 'totp' && draft.periodSeconds !== 30),
          ).toBe(true)
          return
        }
        const [read] = entriesOf(formatGoogleExport([entry.value], { id: 1, number: 1, of: 1 }))
        // A colon in a name without issuer is read as a prefix, as the app does.
        if (draft.issuer !== '' || !draft.account.includes(':')) expect(read).toEqual({ ok: true, value: draft })
      }),
    )
  })
})
