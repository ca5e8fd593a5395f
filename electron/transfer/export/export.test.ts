import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { decodeQR } from 'qr/decode.js'
import { encodeQR } from 'qr'
import { drafts, secretOf } from '../../../test/support/drafts.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { newEntry, secretBytes, type Entry, type EntryDraft } from '../../../shared/domain/entry.ts'
import { fromBase32, utf8 } from '../../../shared/kit/index.ts'
import { exportAegis, exportGoogle, exportOtpauthList, exportSheet, readImport } from '../index.ts'

const entryOf = (draft: EntryDraft, at: number): Entry => ({
  ...newEntry(draft, `e${at}`, 0),
  tags: at % 2 ? ['Work', 'x'] : [],
  note: `note ${at}`,
})
const entries = fc.array(drafts, { maxLength: 12 }).map((list) => list.map(entryOf))
const random = seededRandom('export')
const draftOf = ({
  id: _id,
  favourite: _f,
  tags: _t,
  note: _n,
  hidden: _h,
  createdAt: _c,
  useCount: _u,
  ...draft
}: Entry) => draft
const reread = async (text: string) => {
  const found = await readImport(utf8(text))
  if (!found.ok) throw new Error(JSON.stringify(found.error))
  return found.value.items
}

describe('an export', () => {
  test('for Aegis is read as it was, with tags, notes and favourites', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (entries) => {
        const items = await reread(exportAegis(entries, random).value)
        expect(items).toMatchObject(
          entries.map((entry) => ({
            is: 'entry',
            draft: draftOf(entry),
            kept: { tags: entry.tags, note: entry.note },
          })),
        )
      }),
      { numRuns: 50 },
    )
  })

  test('as a list of links is read as it was, and says what it leaves out', async () => {
    await fc.assert(
      fc.asyncProperty(
        entries.filter((list) => list.length > 0),
        async (entries) => {
          const list = exportOtpauthList(entries)
          expect((await reread(list.value)).map((item) => item.is === 'entry' && item.draft)).toEqual(
            entries.map(draftOf),
          )
          expect(list.leftOut).toContain('note')
        },
      ),
      { numRuns: 50 },
    )
  })

  test('for Google is codes that a reader finds whole, and names what they can’t hold', async () => {
    await fc.assert(
      fc.asyncProperty(entries, async (entries) => {
        const { value, refused, entries: held } = exportGoogle(entries, random)
        expect(held + refused.length).toBe(entries.length)
        for (const { id, why } of refused) {
          const entry = entries.find((entry) => entry.id === id)!
          expect(why.code).toMatch(/^(kind|digits|period)-unsupported$|^too-long-for-qr$/)
          expect(
            entry.kind === 'steam' ||
              ![6, 8].includes(entry.digits) ||
              ('periodSeconds' in entry && entry.periodSeconds !== 30) ||
              why.code === 'too-long-for-qr',
          ).toBe(true)
        }
        const ids = new Set(refused.map(({ id }) => id))
        const kept = entries.filter(({ id }) => !ids.has(id))
        if (value.length === 0) return
        const found = await readImport(utf8(value.join('\n')))
        expect(found).toMatchObject({
          ok: true,
          value: { batches: { of: value.length, missing: [] }, items: { length: kept.length } },
        })
      }),
      { numRuns: 50 },
    )
  })

  test('for Google fits QR codes that can be drawn and read', () => {
    const many = Array.from({ length: 25 }, (_, at): Entry =>
      entryOf(
        {
          kind: 'totp',
          issuer: `Issuer ${at}`,
          account: `somebody-${at}@example.com`,
          secret: secretOf(new Uint8Array(20)),
          algorithm: 'SHA1',
          digits: 6,
          periodSeconds: 30,
        },
        at,
      ),
    )
    const { value } = exportGoogle(many, random)
    expect(value.length).toBeGreaterThan(2)
    for (const text of value) {
      expect(text.length).toBeLessThanOrEqual(2331)
      const bits = encodeQR(text, 'raw', { border: 4 })
      const size = bits.length * 3
      const data = new Uint8Array(size * size * 4)
      for (let at = 0; at < size * size; at++) {
        const isDark = bits[Math.floor(at / size / 3)]?.[Math.floor((at % size) / 3)]
        data.fill(isDark ? 0 : 255, at * 4, at * 4 + 3)
        data[at * 4 + 3] = 255
      }
      expect(decodeQR({ width: size, height: size, data })).toBe(text)
    }
  })

  test('to be printed has each seed in fours, as it is typed back', () => {
    fc.assert(
      fc.property(entries, (entries) => {
        const { value, refused } = exportSheet(entries)
        expect(value.length + refused.length).toBe(entries.length)
        for (const { id, seed, uri } of value) {
          const entry = entries.find((entry) => entry.id === id)!
          expect(fromBase32(seed.join(' '))).toEqual(secretBytes(entry.secret))
          expect(seed.every((group) => group.length <= 4)).toBe(true)
          expect(uri.length).toBeLessThanOrEqual(2331)
        }
      }),
    )
  })

  test('for Aegis has groups and identifiers as Aegis writes them', () => {
    const [entry] = [
      entryOf(
        {
          kind: 'hotp',
          issuer: 'Bank',
          account: 'c',
          secret: secretOf(Uint8Array.of(1, 2, 3)),
          algorithm: 'SHA1',
          digits: 6,
          counter: 3,
        },
        1,
      ),
    ]
    const vault: unknown = JSON.parse(exportAegis([entry!], random).value)
    const uuid = expect.stringMatching(/^[0-9a-f]{8}-[0-9a-f]{4}-4[0-9a-f]{3}-[89ab][0-9a-f]{3}-[0-9a-f]{12}$/)
    expect(vault).toMatchObject({
      version: 1,
      header: { slots: null, params: null },
      db: {
        version: 3,
        groups: [
          { uuid, name: 'Work' },
          { uuid, name: 'x' },
        ],
        entries: [
          {
            type: 'hotp',
            uuid,
            name: 'c',
            issuer: 'Bank',
            info: { secret: 'AEBAG', algo: 'SHA1', digits: 6, counter: 3 },
          },
        ],
      },
    })
  })
})
