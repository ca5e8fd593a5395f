import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { drafts, secretOf } from '../../test/support/drafts.ts'
import { utf8 } from '../kit/index.ts'
import { entryDraft, type EntryDraft } from './entry.ts'
import { formatOtpauth, parseOtpauth } from './otpauth.ts'

/** The Key URI format's example seed: "Hello!" and 0xDEADBEEF. */
const secret = secretOf(Uint8Array.of(...utf8('Hello!'), 0xde, 0xad, 0xbe, 0xef))
const S = 'secret=JBSWY3DPEHPK3PXP'
const totp = { kind: 'totp', secret, algorithm: 'SHA1', digits: 6, periodSeconds: 30 }
const steam = { kind: 'steam', secret, algorithm: 'SHA1', digits: 5, periodSeconds: 30 }

describe('an otpauth link', () => {
  it.each<[string, string, object]>([
    [
      'the Key URI format’s first example',
      'otpauth://totp/Example:alice@google.com?secret=JBSWY3DPEHPK3PXP&issuer=Example',
      { ...totp, issuer: 'Example', account: 'alice@google.com' },
    ],
    [
      'its example with all parameters',
      'otpauth://totp/ACME%20Co:john.doe@email.com?secret=HXDMVJECJJWSRB3HWIZR4IFUGFTMXBOZ&issuer=ACME%20Co&algorithm=SHA1&digits=6&period=30',
      { issuer: 'ACME Co', account: 'john.doe@email.com', algorithm: 'SHA1', digits: 6, periodSeconds: 30 },
    ],
    [
      'its label with spaces',
      `otpauth://totp/Provider1:Alice%20Smith?${S}`,
      { issuer: 'Provider1', account: 'Alice Smith' },
    ],
    [
      'its encoded colon and space',
      `otpauth://totp/Big%20Corporation%3A%20alice%40bigco.com?${S}`,
      { issuer: 'Big Corporation', account: 'alice@bigco.com' },
    ],
    ['a literal colon before an encoded one', `otpauth://totp/a%3Ab:c%3Ad?${S}`, { issuer: 'a:b', account: 'c:d' }],
    ['a label without issuer', `otpauth://totp/alice?${S}`, { issuer: '', account: 'alice' }],
    ['no label', `otpauth://totp/?${S}&issuer=Acme`, { issuer: 'Acme', account: '' }],
    ['no slash', `otpauth://totp?${S}`, { issuer: '', account: '' }],
    [
      'an issuer that wins over the label',
      `otpauth://totp/Label:alice?${S}&issuer=Parameter`,
      { issuer: 'Parameter', account: 'alice' },
    ],
    ['an empty issuer that does not', `otpauth://totp/Label:alice?${S}&issuer=`, { issuer: 'Label', account: 'alice' }],
    [
      'a plus in the label and one in a parameter',
      `otpauth://totp/me+tag@x.org?${S}&issuer=Big+Co`,
      { issuer: 'Big Co', account: 'me+tag@x.org' },
    ],
    ['an encoded plus', `otpauth://totp/x?${S}&issuer=C%2B%2B`, { issuer: 'C++' }],
    [
      'capital letters all over',
      `OTPAUTH://TOTP/x?SECRET=jbswy3dpehpk3pxp&Digits=8&ALGORITHM=sha256`,
      { secret, digits: 8, algorithm: 'SHA256' },
    ],
    ['Java’s name of the algorithm', `otpauth://totp/x?${S}&algorithm=HmacSHA1`, { algorithm: 'SHA1' }],
    ['a hyphen in the algorithm', `otpauth://totp/x?${S}&algorithm=SHA-512`, { algorithm: 'SHA512' }],
    ['a secret in groups, with padding', 'otpauth://totp/x?secret=jbsw+y3dp%20ehpk-3pxp%3D%3D', { secret }],
    ['empty options', `otpauth://totp/x?${S}&digits=&period=&algorithm=`, totp],
    ['parameters nobody knows', `otpauth://totp/x?${S}&image=https%3A%2F%2Fx&color=%&lock`, totp],
    ['parameters that are repeated alike', `otpauth://totp/x?${S}&${S}&digits=8&digits=8`, { digits: 8 }],
    ['ampersands out of HTML', `otpauth://totp/x?${S}&amp;digits=8&amp;period=60`, { digits: 8, periodSeconds: 60 }],
    ['a fragment and white space around', ` \notpauth://totp/x?${S}#digits=8\n`, totp],
    ['HOTP', `otpauth://hotp/x?${S}&counter=42&period=0`, { kind: 'hotp', counter: 42 }],
    ['HOTP at 0', `otpauth://hotp/x?${S}&counter=0`, { kind: 'hotp', counter: 0 }],
    ['Steam by type', `otpauth://steam/Valve:bob?${S}&digits=6`, { ...steam, issuer: 'Valve', account: 'bob' }],
    [
      'Steam by encoder',
      `otpauth://totp/test:bob?${S}&issuer=Valve&algorithm=SHA1&digits=5&period=30&encoder=steam`,
      { ...steam, issuer: 'Valve' },
    ],
    ['Steam by its name', `otpauth://totp/Steam:bob?${S}&issuer=Steam`, { ...steam, issuer: 'Steam', account: 'bob' }],
    ['Steam by its label and digits', `otpauth://totp/steam:bob?${S}&digits=5`, steam],
    ['Steam by a name with an invisible letter', `otpauth://totp/St%E2%80%8Beam:bob?${S}`, steam],
    ['a site called Steam with six digits', `otpauth://totp/Steam:bob?${S}&digits=6`, totp],
    ['a site called Steam with minutes', `otpauth://totp/Steam:bob?${S}&period=60`, { ...totp, periodSeconds: 60 }],
    [
      'a site called Steam with SHA-256',
      `otpauth://totp/Steam:bob?${S}&algorithm=SHA256`,
      { ...totp, algorithm: 'SHA256' },
    ],
    ['a bare Steam secret', 'steam://JBSWY3DPEHPK3PXP', { ...steam, issuer: 'Steam', account: '' }],
    [
      'invisible letters in names',
      `otpauth://totp/Go%E2%80%8Bogle:al%E2%80%AEice%00?${S}`,
      { issuer: 'Google', account: 'alice' },
    ],
    [
      'markup in names',
      `otpauth://totp/%3Cimg%20src=x%20onerror=alert(1)%3E?${S}`,
      { account: '<img src=x onerror=alert(1)>' },
    ],
  ])('is read: %s', (_, link, expected) => {
    expect(parseOtpauth(link)).toMatchObject({ ok: true, value: expected })
  })

  it.each<[string, string, object]>([
    ['any other text', 'hello', { code: 'not-otpauth' }],
    ['nothing', '', { code: 'not-otpauth' }],
    ['another scheme', `https://totp/x?${S}`, { code: 'not-otpauth' }],
    ['one slash', `otpauth:/totp/x?${S}`, { code: 'not-otpauth' }],
    ['a Google export', 'otpauth-migration://offline?data=CAE', { code: 'google-export' }],
    ['a book', `otpauth://totp/${'x'.repeat(9000)}?${S}`, { code: 'too-long', max: 8192 }],
    ['a type nobody knows', `otpauth://motp/x?${S}`, { field: 'type', code: 'type-unknown', found: 'motp' }],
    ['no type', `otpauth:///x?${S}`, { field: 'type', code: 'type-unknown', found: '' }],
    ['half an escape in the type', `otpauth://%4/x?${S}`, { field: 'type', code: 'bad-percent' }],
    ['half an escape in the label', `otpauth://totp/a%?${S}`, { field: 'label', code: 'bad-percent' }],
    ['half an escape after the colon', `otpauth://totp/a:%zz?${S}`, { field: 'label', code: 'bad-percent' }],
    ['an escape that is no UTF-8', `otpauth://totp/%ff?${S}`, { field: 'label', code: 'bad-percent' }],
    ['half an escape in a parameter', `otpauth://totp/x?${S}&issuer=%c3%`, { field: 'issuer', code: 'bad-percent' }],
    [
      'half an escape in a parameter’s name',
      `otpauth://totp/x?${S}&%e=1`,
      { field: 'parameters', code: 'bad-percent' },
    ],
    ['half an escape in a Steam secret', 'steam://%4', { field: 'secret', code: 'bad-percent' }],
    ['two secrets', `otpauth://totp/x?${S}&secret=AAAA`, { field: 'secret', code: 'parameter-repeated' }],
    ['two issuers', `otpauth://totp/x?${S}&issuer=a&issuer=b`, { field: 'issuer', code: 'parameter-repeated' }],
    ['no secret', 'otpauth://totp/x?issuer=Acme', { field: 'secret', code: 'no-secret' }],
    ['an empty secret', 'otpauth://totp/x?secret=', { field: 'secret', code: 'no-secret' }],
    [
      'a wrong letter',
      'otpauth://totp/x?secret=JBSW0',
      { field: 'secret', code: 'secret-letter', letter: '0', position: 5 },
    ],
    [
      'a long secret',
      `otpauth://totp/x?secret=${'A'.repeat(207)}`,
      { field: 'secret', code: 'secret-too-long', bytes: 129, max: 128 },
    ],
    [
      'negative digits',
      `otpauth://totp/x?${S}&digits=-1`,
      { field: 'digits', code: 'digits-out-of-range', found: '-1', min: 5, max: 10 },
    ],
    [
      'digits in words',
      `otpauth://totp/x?${S}&digits=six`,
      { field: 'digits', code: 'digits-out-of-range', found: 'six', min: 5, max: 10 },
    ],
    [
      'an endless period',
      `otpauth://totp/x?${S}&period=1e99`,
      { field: 'period', code: 'period-out-of-range', found: '1e99', min: 1, max: 86_400 },
    ],
    ['MD5', `otpauth://totp/x?${S}&algorithm=MD5`, { field: 'algorithm', code: 'algorithm-unknown', found: 'MD5' }],
    ['HOTP without counter', `otpauth://hotp/x?${S}`, { field: 'counter', code: 'counter-missing' }],
    [
      'HOTP from -1',
      `otpauth://hotp/x?${S}&counter=-1`,
      { field: 'counter', code: 'counter-out-of-range', found: '-1', min: 0, max: 2 ** 53 - 1 },
    ],
    [
      'a long account',
      `otpauth://totp/${'x'.repeat(257)}?${S}`,
      { field: 'account', code: 'label-too-long', length: 257, max: 256 },
    ],
  ])('is refused with the field and the reason: %s', (_, link, error) => {
    expect(parseOtpauth(link)).toEqual({ ok: false, error })
  })

  it('of any entry gives the same entry back', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        expect(parseOtpauth(formatOtpauth(draft))).toEqual({ ok: true, value: draft })
      }),
    )
  })

  it('of a site called Steam with five digits is not taken for Steam Guard', () => {
    const draft = { ...totp, kind: 'totp', algorithm: 'SHA1', issuer: 'Steam', account: 'bob', digits: 5 } as const
    expect(parseOtpauth(formatOtpauth(draft))).toEqual({ ok: true, value: draft })
  })

  it('can be written of the longest entry there is', () => {
    const name = '漢'.repeat(256)
    const longest: EntryDraft = {
      kind: 'hotp',
      issuer: name,
      account: name,
      secret: secretOf(new Uint8Array(128)),
      algorithm: 'SHA512',
      digits: 10,
      counter: 2 ** 53 - 1,
    }
    expect(entryDraft.safeParse(longest).success).toBe(true)
    expect(parseOtpauth(formatOtpauth(longest))).toEqual({ ok: true, value: longest })
  })

  it('is written as other authenticators read it', () => {
    const draft: EntryDraft = {
      kind: 'totp',
      issuer: 'ACME Co',
      account: 'a+b@x.org',
      secret,
      algorithm: 'SHA256',
      digits: 8,
      periodSeconds: 60,
    }
    expect(formatOtpauth(draft)).toBe(
      `otpauth://totp/ACME%20Co:a%2Bb%40x.org?${S}&issuer=ACME%20Co&algorithm=SHA256&digits=8&period=60`,
    )
  })
})
