import * as fc from 'fast-check'
import { describe, expect, expectTypeOf, it } from 'vitest'
import { drafts, secretOf } from '../../test/support/drafts.ts'
import {
  authenticatorEntry,
  entryMeta,
  newEntry,
  readEntries,
  sameAccount,
  secretBytes,
  toMeta,
  toSecret,
  writeEntries,
  type Entry,
  type EntryDraft,
  type EntryMeta,
  type Secret,
} from './entry.ts'

const secret = secretOf(Uint8Array.of(1, 2, 3))
const totp = { kind: 'totp', algorithm: 'SHA1', digits: 6, periodSeconds: 30, secret } as const
const hotp = { kind: 'hotp', algorithm: 'SHA1', digits: 6, counter: 0, secret } as const
const steam = { kind: 'steam', algorithm: 'SHA1', digits: 5, periodSeconds: 30, secret } as const
const draft: EntryDraft = { issuer: 'Acme', account: 'alice', ...totp }
const entry = newEntry(draft, 'e1', 1_000)

describe('an authenticator entry', () => {
  it('is valid as it is made of any draft', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const made = newEntry(draft, 'id-1', 1_760_000_000_000)
        expect(authenticatorEntry.parse(JSON.parse(JSON.stringify(made)))).toEqual(made)
      }),
    )
  })

  it.each<[string, object]>([
    ['no secret', { secret: '' }],
    ['a secret of 129 bytes', { secret: 'A'.repeat(172) }],
    ['a secret that is no base64url', { secret: 'a+b=' }],
    ['4 digits', { digits: 4 }],
    ['11 digits', { digits: 11 }],
    ['-1 digits', { digits: -1 }],
    ['half a digit', { digits: 6.5 }],
    ['a period of 0', { periodSeconds: 0 }],
    ['a period of more than a day', { periodSeconds: 86_401 }],
    ['a period that is not a number', { periodSeconds: Number.NaN }],
    ['MD5', { algorithm: 'MD5' }],
    ['a name of 257 letters', { issuer: 'x'.repeat(257) }],
    ['a counter of its own', { counter: 1 }],
    ['a field nobody knows', { colour: 'red' }],
    ['a time before 1970', { createdAt: -1 }],
    ['an id with a slash', { id: '../x' }],
    ['33 tags', { tags: Array.from({ length: 33 }, (_, i) => `t${i}`) }],
    ['an empty tag', { tags: ['\u200b'] }],
  ])('can not have %s', (_, change) => {
    expect(authenticatorEntry.safeParse({ ...entry, ...change }).success).toBe(false)
  })

  it('has a counter from 0 to 2^53-1 where it is HOTP', () => {
    const withCounter = (counter: number) =>
      authenticatorEntry.safeParse({ ...entry, ...hotp, periodSeconds: undefined, counter })
    const { periodSeconds: _, ...rest } = entry as Extract<Entry, { kind: 'totp' }>
    const parse = (counter: number) => authenticatorEntry.safeParse({ ...rest, ...hotp, counter }).success
    expect([0, Number.MAX_SAFE_INTEGER].map(parse)).toEqual([true, true])
    expect([-1, 0.5, 2 ** 53, Number.POSITIVE_INFINITY].map(parse)).toEqual([false, false, false, false])
    expect(withCounter(0).success).toBe(false)
  })

  it('has five letters, SHA-1 and 30 seconds where it is Steam', () => {
    expect(authenticatorEntry.safeParse({ ...entry, ...steam }).success).toBe(true)
    expect(authenticatorEntry.safeParse({ ...entry, ...steam, digits: 6 }).success).toBe(false)
    expect(authenticatorEntry.safeParse({ ...entry, ...steam, periodSeconds: 60 }).success).toBe(false)
  })

  it('has its names cleaned on the way in', () => {
    const dirty = { ...entry, issuer: ' Ac\u202eme\u0000 ', tags: [' Work\n'], note: 'a\u200b\nb' }
    expect(authenticatorEntry.parse(dirty)).toMatchObject({ issuer: 'Acme', tags: ['Work'], note: 'a\nb' })
  })

  it('never tells its values in the error of its schema', () => {
    const planted = 'JBSWY3DPplanted'
    const read = authenticatorEntry.safeParse({ ...entry, secret: `${planted}+`, digits: planted, note: 7 })
    expect(JSON.stringify(read.error?.issues)).not.toContain(planted)
    expect(read.error?.message).not.toContain(planted)
  })
})

describe('an entry on the page', () => {
  it('has everything but its secret', () => {
    fc.assert(
      fc.property(drafts, (draft) => {
        const made = newEntry(draft, 'e', 1)
        const meta = toMeta(made)
        expect({ ...meta, secret: made.secret }).toEqual(made)
        expect('secret' in meta).toBe(false)
        expect(entryMeta.parse(meta)).toEqual(meta)
      }),
    )
    expectTypeOf<Extract<keyof EntryMeta, 'secret'>>().toBeNever()
    expectTypeOf<string>().not.toExtend<Secret>()
  })

  it('with a secret is refused by its schema', () => {
    expect(entryMeta.safeParse(entry).success).toBe(false)
  })
})

describe('a secret', () => {
  it('is 1 to 128 bytes and comes back as the same bytes', () => {
    fc.assert(
      fc.property(fc.uint8Array({ minLength: 1, maxLength: 128 }), (bytes) => {
        expect(secretBytes(secretOf(bytes))).toEqual(bytes)
      }),
    )
    expect(toSecret(new Uint8Array(0))).toBeUndefined()
    expect(toSecret(new Uint8Array(129))).toBeUndefined()
  })
})

describe('stored entries', () => {
  it('that are invalid leave the others readable, and are kept as they were', () => {
    const stored: unknown[] = [
      entry,
      null,
      { ...entry, id: 'e2', digits: -1 },
      'text',
      { ...entry, id: 'e3' },
      { ...entry, issuer: 'Other' },
      JSON.parse('{"__proto__":{"id":"e9"}}'),
    ]
    const { entries, faults } = readEntries(stored)
    expect(entries.map(({ id }) => id)).toEqual(['e1', 'e3'])
    expect(faults.map(({ index, reason, fields }) => [index, reason, fields])).toEqual([
      [1, 'not-an-entry', []],
      [2, 'not-an-entry', ['digits']],
      [3, 'not-an-entry', []],
      [5, 'id-repeated', ['id']],
      [6, 'not-an-entry', ['kind']],
    ])
    expect(writeEntries(entries, faults)).toEqual([...entries, ...[1, 2, 3, 5, 6].map((index) => stored[index])])
  })

  it.each([undefined, null, {}, 'entries', 7])('that are no list are a fault, never an empty vault: %j', (stored) => {
    expect(readEntries(stored)).toEqual({
      entries: [],
      faults: [{ index: 0, reason: 'not-a-list', fields: [], raw: stored }],
    })
  })

  it('of any shape are read without throwing, and none is lost', () => {
    fc.assert(
      fc.property(fc.array(fc.anything()), (stored) => {
        const { entries, faults } = readEntries(stored)
        expect(entries.length + faults.length).toBe(stored.length)
      }),
    )
  })
})

describe('the same account again', () => {
  const other = secretOf(Uint8Array.of(9))
  it.each<[string, Partial<EntryDraft>, ReturnType<typeof sameAccount>]>([
    ['same name, same secret', {}, 'name-and-secret'],
    ['same name in other letters', { issuer: 'ÁCME', account: 'Alice' }, 'name-and-secret'],
    ['same name, new secret', { secret: other }, 'name'],
    ['same secret, new name', { issuer: 'Acme Inc' }, 'secret'],
    ['another account', { account: 'bob', secret: other }, undefined],
  ])('is told by name and by secret: %s', (_, change, expected) => {
    expect(sameAccount(draft, { ...draft, ...change } as EntryDraft)).toBe(expected)
    expect(sameAccount({ ...draft, ...change } as EntryDraft, draft)).toBe(expected)
  })

  it('is not told from two that have no name', () => {
    const nameless = { ...draft, issuer: '', account: '' }
    expect(sameAccount(nameless, { ...nameless, secret: other })).toBeUndefined()
    expect(sameAccount(nameless, nameless)).toBe('secret')
  })
})
