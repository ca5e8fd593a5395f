import { describe, expect, it } from 'vitest'
import { secretOf } from '../../test/support/drafts.ts'
import { utf8 } from '../kit/index.ts'
import { entryFromFields, type EntryFields } from './entry-fields.ts'

/** Base32 of "Hello!" and 0xDEADBEEF, the example of the Key URI format. */
const SEED = 'JBSWY3DPEHPK3PXP'
const secret = secretOf(Uint8Array.of(...utf8('Hello!'), 0xde, 0xad, 0xbe, 0xef))
const fields: EntryFields = { kind: 'totp', issuer: 'Acme', account: 'alice', secret: SEED }
const faultsOf = (change: Partial<EntryFields>) => {
  const read = entryFromFields({ ...fields, ...change })
  return read.ok ? [] : read.error
}

describe('a typed seed', () => {
  it('with nothing else is a TOTP entry of SHA1, six digits and 30 seconds', () => {
    expect(entryFromFields(fields)).toEqual({
      ok: true,
      value: {
        kind: 'totp',
        issuer: 'Acme',
        account: 'alice',
        secret,
        algorithm: 'SHA1',
        digits: 6,
        periodSeconds: 30,
      },
    })
  })

  it.each(['jbswy3dpehpk3pxp', 'JBSW Y3DP EHPK 3PXP', 'jbsw-y3dp-ehpk-3pxp', ' JBSWY3DPEHPK3PXP====\n'])(
    'is read with its case, spaces, hyphens and padding: %j',
    (typed) => {
      expect(entryFromFields({ ...fields, secret: typed })).toMatchObject({ ok: true, value: { secret } })
    },
  )

  it('needs one name, and no more', () => {
    expect(faultsOf({ issuer: '' })).toEqual([])
    expect(faultsOf({ account: '' })).toEqual([])
  })

  it('takes options as numbers or as typed', () => {
    const expected = { ok: true, value: { algorithm: 'SHA512', digits: 8, periodSeconds: 86_400 } }
    expect(entryFromFields({ ...fields, algorithm: 'SHA512', digits: 8, period: 86_400 })).toMatchObject(expected)
    expect(entryFromFields({ ...fields, algorithm: 'hmac-sha-512', digits: ' 8 ', period: '86400' })).toMatchObject(
      expected,
    )
  })

  it('makes an HOTP entry with its counter, and a Steam entry whatever the options', () => {
    expect(entryFromFields({ ...fields, kind: 'hotp', counter: 118, period: 'x' })).toMatchObject({
      ok: true,
      value: { kind: 'hotp', counter: 118, digits: 6 },
    })
    expect(entryFromFields({ ...fields, kind: 'steam', digits: 8, algorithm: 'MD5' })).toMatchObject({
      ok: true,
      value: { kind: 'steam', digits: 5, algorithm: 'SHA1', periodSeconds: 30 },
    })
  })

  it.each<[string, Partial<EntryFields>, object]>([
    ['nothing typed', { secret: '' }, { field: 'secret', code: 'no-secret' }],
    ['only spaces', { secret: ' - ' }, { field: 'secret', code: 'no-secret' }],
    ['a single letter', { secret: 'A' }, { field: 'secret', code: 'secret-too-short' }],
    ['a digit one', { secret: 'JBSW Y31P' }, { field: 'secret', code: 'secret-letter', letter: '1', position: 8 }],
    [
      'a letter after padding',
      { secret: 'JB==A' },
      { field: 'secret', code: 'secret-letter', letter: 'A', position: 5 },
    ],
    ['129 bytes', { secret: 'A'.repeat(207) }, { field: 'secret', code: 'secret-too-long', bytes: 129, max: 128 }],
    ['a long issuer', { issuer: 'x'.repeat(257) }, { field: 'issuer', code: 'label-too-long', length: 257, max: 256 }],
    [
      'a long account',
      { account: 'x'.repeat(300) },
      { field: 'account', code: 'label-too-long', length: 300, max: 256 },
    ],
    ['no name at all', { issuer: ' ', account: '\u200b' }, { field: 'account', code: 'name-missing' }],
    ['MD5', { algorithm: 'MD5' }, { field: 'algorithm', code: 'algorithm-unknown', found: 'MD5' }],
    ['4 digits', { digits: 4 }, { field: 'digits', code: 'digits-out-of-range', found: '4', min: 5, max: 10 }],
    [
      'negative digits',
      { digits: '-1' },
      { field: 'digits', code: 'digits-out-of-range', found: '-1', min: 5, max: 10 },
    ],
    ['period 0', { period: 0 }, { field: 'period', code: 'period-out-of-range', found: '0', min: 1, max: 86_400 }],
    [
      'period 1e99',
      { period: 1e99 },
      { field: 'period', code: 'period-out-of-range', found: '1e+99', min: 1, max: 86_400 },
    ],
    ['no counter', { kind: 'hotp' }, { field: 'counter', code: 'counter-missing' }],
    ['an empty counter', { kind: 'hotp', counter: ' ' }, { field: 'counter', code: 'counter-missing' }],
    [
      'counter 2^53',
      { kind: 'hotp', counter: '9007199254740992' },
      { field: 'counter', code: 'counter-out-of-range', found: '9007199254740992', min: 0, max: 2 ** 53 - 1 },
    ],
  ])('is refused at its field: %s', (_, change, fault) => {
    expect(faultsOf(change)).toEqual([fault])
  })

  it('is told of every field that is wrong at once', () => {
    const faults = faultsOf({ issuer: '', account: '', secret: '!', digits: 99, period: 'soon', algorithm: 'x' })
    expect(faults.map(({ field }) => field)).toEqual(['account', 'secret', 'algorithm', 'digits', 'period'])
  })
})
