/** Links and exports from anywhere. `FUZZ=1000000 npx vitest run test/fuzz` runs that many of each. */
import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { codeAt, codeOfStep } from '../../electron/otp/index.ts'
import { entryFromFields } from '../../shared/domain/entry-fields.ts'
import { entryDraft, ENTRY_KINDS } from '../../shared/domain/entry.ts'
import { recogniseGoogleExport } from '../../shared/domain/migration.ts'
import { formatOtpauth, MAX_LINK_LENGTH, parseOtpauth } from '../../shared/domain/otpauth.ts'
import { drafts } from '../support/drafts.ts'

const numRuns = Number(process.env['FUZZ'] ?? 2000)
const options = { timeout: 20_000 + numRuns }

const WORDS = [
  'otpauth:// otpauth-migration://offline steam:// totp hotp steam secret= issuer= algorithm= digits= period= counter= encoder=',
  'data= JBSWY3DPEHPK3PXP SHA1 HmacSHA256 MD5 / ? & &amp; = : # + % %3A %00 %ff %F0%9F%98%80 0 5 6 10 -1 30 86400 1e99',
  '9007199254740991 9007199254740993 __proto__',
]
/** Pieces that mean something in a link, in any order. */
const pieces = fc
  .array(
    fc.oneof(
      fc.constantFrom(' ', '\n', '\u202e', '\uD800', ...WORDS.join(' ').split(' ')),
      fc.string({ unit: 'binary', maxLength: 8 }),
    ),
    { maxLength: 30 },
  )
  .map((parts) => parts.join(''))

/** A good link with a stretch of it replaced. */
const damaged = fc
  .tuple(drafts.map(formatOtpauth), fc.double({ min: 0, max: 1, noNaN: true }), fc.integer({ min: 0, max: 6 }), pieces)
  .map(([link, place, length, piece]) => {
    const at = Math.floor(place * link.length)
    return link.slice(0, at) + piece + link.slice(at + length)
  })

const prefixed = pieces.map((text) => `otpauth://totp/${text}?secret=JBSWY3DPEHPK3PXP&${text}`)
const links = fc.oneof(damaged, prefixed, pieces, fc.string({ unit: 'binary' }))
const times = fc.integer({ min: 0, max: 8_640_000_000_000_000 })

describe('any text at all', () => {
  it('read as a link is a valid entry that has a code at any time, or a reason', options, () => {
    let accepted = 0
    fc.assert(
      fc.property(links, times, (text, timeMs) => {
        const read = parseOtpauth(text)
        if (!read.ok) {
          expect(read.error.code).toMatch(/^[a-z-]+$/)
          return
        }
        accepted += 1
        expect(entryDraft.parse(read.value)).toEqual(read.value)
        expect(parseOtpauth(formatOtpauth(read.value))).toEqual(read)
        const draft = read.value
        const code = draft.kind === 'hotp' ? codeOfStep(draft, draft.counter) : codeAt(draft, timeMs).code
        expect(code).toHaveLength(draft.digits)
      }),
      { numRuns },
    )
    // Fuzzing that only ever met refusals would prove nothing of what is accepted.
    expect(accepted).toBeGreaterThan(numRuns / 20)
  })

  it('typed into the form is a valid entry, or a reason at each field', options, () => {
    fc.assert(
      fc.property(fc.constantFrom(...ENTRY_KINDS), fc.array(pieces, { minLength: 7, maxLength: 7 }), (kind, texts) => {
        const [issuer = '', account = '', secret = '', algorithm, digits, period, counter] = texts
        const read = entryFromFields({ kind, issuer, account, secret, algorithm, digits, period, counter })
        if (read.ok) expect(entryDraft.parse(read.value)).toEqual(read.value)
        else expect(new Set(read.error.map(({ field }) => field)).size).toBe(Math.max(1, read.error.length))
      }),
      { numRuns },
    )
  })

  it('read as a Google export is recognised or not', options, () => {
    fc.assert(
      fc.property(
        fc.oneof(
          links,
          fc.base64String().map((data) => `otpauth-migration://offline?data=${data}`),
        ),
        (text) => {
          expect(recogniseGoogleExport(text) !== undefined).toBe(/^otpauth-migration:/i.test(text.trim()))
        },
      ),
      { numRuns },
    )
  })

  it.each(['%', ':', '&', '=', '%3A', '+', '&secret=A', '?', '\u202e', '%F0', ' '])(
    'that repeats %j to the longest link is answered',
    (piece) => {
      const text = piece.repeat(MAX_LINK_LENGTH).slice(0, MAX_LINK_LENGTH - 60)
      for (const link of [
        text,
        `otpauth://totp/${text}`,
        `otpauth://totp/x?${text}`,
        `otpauth-migration://offline?${text}`,
      ]) {
        expect(parseOtpauth(link).ok).toBe(false)
        expect([undefined, {}]).toContainEqual(recogniseGoogleExport(link))
      }
    },
  )
})
