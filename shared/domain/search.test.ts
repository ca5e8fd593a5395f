import * as fc from 'fast-check'
import { describe, expect, it } from 'vitest'
import { names, secretOf } from '../../test/support/drafts.ts'
import { newEntry, toMeta, type EntryMeta } from './entry.ts'
import { ENTRY_ORDERS, indexEntries, searchEntries, type EntryQuery } from './search.ts'
import { fold } from './text.ts'

const secret = secretOf(Uint8Array.of(1))
const meta = (id: string, issuer: string, account = '', change: Partial<EntryMeta> = {}): EntryMeta =>
  ({
    ...toMeta(
      newEntry({ kind: 'totp', issuer, account, secret, algorithm: 'SHA1', digits: 6, periodSeconds: 30 }, id, 0),
    ),
    ...change,
  }) as EntryMeta
const search = (entries: readonly EntryMeta[], query: Partial<EntryQuery>) =>
  searchEntries(indexEntries(entries, 'en'), { text: '', order: 'name', ...query }).map(({ id }) => id)

describe('searching', () => {
  const entries = [
    meta('aws', 'Amazon Web Services', 'alice@northwind.example', { tags: ['Work'] }),
    meta('hub', 'GitHub', 'alice-okonkwo', { note: 'recovery with Bodø office' }),
    meta('lab', 'My GitLab', 'bob'),
    meta('geo', 'Geoportal für Behörden', 'extern'),
  ]

  it.each([
    ['amazon', ['aws']],
    ['  WEB   alice ', ['aws']],
    ['behorden', ['geo']],
    ['FÜR', ['geo']],
    ['bodo', ['hub']],
    ['work', ['aws']],
    ['alice', ['aws', 'hub']],
    ['git', ['hub', 'lab']],
    ['alice nobody', []],
    ['zzz', []],
  ])('for %j finds entries that have every word in issuer, account, tags or note', (text, found) => {
    expect(search(entries, { text })).toEqual(found)
  })

  it('puts an issuer that begins with the word first, then a word within, then any part, then tags and note', () => {
    const ranked = [
      meta('note', 'A', '', { note: 'cloud' }),
      meta('part', 'Bcloud'),
      meta('word', 'Hetzner Cloud'),
      meta('start', 'Cloudflare'),
    ]
    expect(search(ranked, { text: 'cloud' })).toEqual(['start', 'word', 'part', 'note'])
  })

  it('puts favourites before the most used, and those before the rest by name', () => {
    const equals = [
      meta('b', 'Git B'),
      meta('a', 'Git A'),
      meta('used', 'Git U', '', { useCount: 9 }),
      meta('favourite', 'Git Z', '', { favourite: true }),
    ]
    expect(search(equals, { text: 'git' })).toEqual(['favourite', 'used', 'a', 'b'])
  })

  it('can be kept to a tag', () => {
    expect(search(entries, { tag: 'Work' })).toEqual(['aws'])
    expect(search(entries, { tag: 'Work', text: 'git' })).toEqual([])
  })

  it('finds exactly what holds every word, each once', () => {
    fc.assert(
      fc.property(fc.array(fc.tuple(names, names), { maxLength: 30 }), names, (pairs, text) => {
        const all = pairs.map(([issuer, account], i) => meta(`e${i}`, issuer, account))
        const words = fold(text).split(/\s+/u).filter(Boolean)
        const expected = all
          .filter(({ issuer, account }) => words.every((w) => fold(issuer).includes(w) || fold(account).includes(w)))
          .map(({ id }) => id)
        expect(search(all, { text }).toSorted()).toEqual(expected.toSorted())
      }),
    )
  })
})

describe('the list without a search', () => {
  const entries = [
    meta('b', 'bank 10', '', { createdAt: 3, useCount: 5, lastUsedAt: 9 }),
    meta('a', 'Ärzte', '', { createdAt: 1, useCount: 5, lastUsedAt: 1 }),
    meta('c', 'Bank 9', 'z', { createdAt: 2 }),
    meta('d', 'Bank 9', 'a', { createdAt: 2 }),
    meta('f', 'Zoo', '', { favourite: true }),
  ]
  it.each([
    ['name', ['f', 'a', 'd', 'c', 'b']],
    ['use', ['f', 'b', 'a', 'd', 'c']],
    ['added', ['f', 'b', 'd', 'c', 'a']],
  ] as const)('by %s has favourites first, and a stable order', (order, expected) => {
    expect(search(entries, { order })).toEqual(expected)
    expect(search(entries.toReversed(), { order })).toEqual(expected)
  })

  it('is complete in every order', () => {
    for (const order of ENTRY_ORDERS) expect(search(entries, { order, text: ' ' })).toHaveLength(entries.length)
  })
})
