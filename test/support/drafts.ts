import * as fc from 'fast-check'
import { ALGORITHMS, STEAM, toSecret, type EntryDraft, type Secret } from '../../shared/domain/entry.ts'
import { cleanLine } from '../../shared/domain/text.ts'

/** The secret of these bytes. Throws where no entry could have it. */
export function secretOf(bytes: Uint8Array): Secret {
  const secret = toSecret(bytes)
  if (secret === undefined) throw new RangeError('1 to 128 bytes')
  return secret
}

export const secrets = (minLength = 1, maxLength = 128) => fc.uint8Array({ minLength, maxLength }).map(secretOf)

/** Names with what links treat specially, and with letters of all planes. */
export const names = fc
  .oneof(
    fc.string({ unit: 'grapheme', maxLength: 40 }),
    fc.string({ unit: fc.constantFrom(...':+%&=?#/<>"\' aé漢😀'), maxLength: 40 }),
    fc.constantFrom('Steam', 'STEAM', 'Amazon Web Services', 'alice@example.com', 'a:b', '__proto__', ''),
  )
  .map(cleanLine)

const named = { issuer: names, account: names, secret: secrets() }
const options = { algorithm: fc.constantFrom(...ALGORITHMS), digits: fc.integer({ min: 5, max: 10 }) }

/** Any draft within the limits. */
export const drafts: fc.Arbitrary<EntryDraft> = fc.oneof(
  fc.record({
    ...named,
    ...options,
    kind: fc.constant('totp' as const),
    periodSeconds: fc.oneof(fc.constantFrom(30, 60), fc.integer({ min: 1, max: 86_400 })),
  }),
  fc.record({ ...named, ...options, kind: fc.constant('hotp' as const), counter: fc.maxSafeNat() }),
  fc.record(named).map((base) => ({ ...base, ...STEAM })),
)
