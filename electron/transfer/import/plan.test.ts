import * as fc from 'fast-check'
import { describe, expect, test } from 'vitest'
import { drafts } from '../../../test/support/drafts.ts'
import { authenticatorEntry, newEntry, toSecret, type Entry, type EntryDraft } from '../../../shared/domain/entry.ts'
import { utf8 } from '../../../shared/kit/index.ts'
import {
  applyPlan,
  planImport,
  proposedChoice,
  revertPlan,
  verdicts,
  type FoundEntry,
  type FoundItem,
  type ImportChoice,
} from '../index.ts'

const NOW = Date.UTC(2026, 10, 24)
const draft = (account: string, seed: string, extra: object = {}) =>
  ({
    kind: 'totp',
    issuer: 'Example',
    account,
    secret: toSecret(utf8(seed))!,
    algorithm: 'SHA1',
    digits: 6,
    periodSeconds: 30,
    ...extra,
  }) as EntryDraft
const hotp = (account: string, seed: string, counter: number) => {
  const { periodSeconds: _, ...rest } = draft(account, seed) as Extract<EntryDraft, { kind: 'totp' }>
  return { ...rest, kind: 'hotp', counter } as EntryDraft
}
const entry = (id: string, draft: EntryDraft, extra: Partial<Entry> = {}): Entry =>
  ({ ...newEntry(draft, id, NOW), ...extra }) as Entry
const found = (draft: EntryDraft, kept: Partial<FoundEntry['kept']> = {}, item = 1): FoundItem => ({
  is: 'entry',
  at: { item },
  draft,
  kept: { tags: [], note: '', favourite: false, ...kept },
  cut: [],
})
const refused: FoundItem = { is: 'refused', at: { item: 9 }, issuer: '', account: '', why: { code: 'not-otpauth' } }

const ids = () => {
  let next = 0
  return () => `fresh${next++}`
}
const plan = (
  items: readonly FoundItem[],
  existing: readonly Entry[],
  choices: readonly (readonly [number, ImportChoice])[] = [],
) =>
  planImport({
    items,
    verdicts: verdicts(items, existing),
    choices: new Map(choices),
    existing,
    freshId: ids(),
    now: NOW,
  })

describe('a verdict', () => {
  const existing = [
    entry('a', draft('a', 'one')),
    entry('b', draft('b', 'two')),
    entry('h', hotp('h', 'three', 5)),
    entry('binned', draft('z', 'four'), { deletedAt: NOW }),
  ]

  test.each([
    ['new', draft('x', 'nine'), { is: 'new' }],
    [
      'a duplicate, however its name is written',
      draft('A', 'one', { issuer: 'EXAMPLE' }),
      { is: 'duplicate', of: 'a' },
    ],
    ['a duplicate where the file has no name', draft('', 'one', { issuer: '' }), { is: 'duplicate', of: 'a' }],
    ['changed by name', draft('other', 'two'), { is: 'changed', of: 'b', fields: ['account'] }],
    [
      'changed by its options',
      draft('b', 'two', { digits: 8, periodSeconds: 60 }),
      { is: 'changed', of: 'b', fields: ['digits', 'periodSeconds'] },
    ],
    ['changed by its secret alone', draft('b', 'new'), { is: 'changed', of: 'b', fields: ['secret'] }],
    ['changed by a counter that is ahead', hotp('h', 'three', 9), { is: 'changed', of: 'h', fields: ['counter'] }],
    ['a duplicate with a counter behind', hotp('h', 'three', 2), { is: 'duplicate', of: 'h' }],
    ['new although the bin has it', draft('z', 'four'), { is: 'new' }],
  ])('says what is %s', (_, draft, verdict) => {
    expect(verdicts([found(draft)], existing)).toEqual([verdict])
  })

  test('says what stands twice in the file, and what is refused', () => {
    const items = [found(draft('x', 'nine')), refused, found(draft('x', 'nine'))]
    expect(verdicts(items, existing)).toEqual([
      { is: 'new' },
      { is: 'refused', why: { code: 'not-otpauth' } },
      { is: 'repeated', item: 0 },
    ])
  })

  test('counts tags and a note that are not here yet', () => {
    const item = found(draft('a', 'one'), { tags: ['Work'], note: 'n' })
    expect(verdicts([item], existing)).toEqual([{ is: 'changed', of: 'a', fields: ['tags', 'note'] }])
  })

  test('of 10,000 against 10,000 takes less than half a second', () => {
    const many = Array.from({ length: 10_000 }, (_, at) => draft(`account ${at}`, `seed ${at}`))
    const items = many.map((draft) => found(draft))
    const present = many.map((draft, at) => entry(`e${at}`, draft))
    const begun = performance.now()
    const judged = verdicts(items, present)
    const took = performance.now() - begun
    expect(judged.every(({ is }) => is === 'duplicate')).toBe(true)
    expect(took).toBeLessThan(500)
  })
})

describe('a plan', () => {
  const existing = [
    entry('b', draft('b', 'two'), { favourite: true, tags: ['mine'], useCount: 4 }),
    entry('h', hotp('h', 'three', 5)),
  ]

  test('adds what is new and leaves the rest, unless asked', () => {
    const items = [
      found(draft('x', 'nine'), { tags: ['t'], note: 'n', favourite: true }),
      found(draft('b', 'two')),
      refused,
    ]
    const made = plan(items, existing)
    expect(made).toMatchObject({
      ok: true,
      value: { adds: [{ id: 'fresh0', tags: ['t'], note: 'n', favourite: true }], changes: [] },
    })
  })

  test('puts another secret of a known name beside the old one, and in its place only when asked', () => {
    const items = [found(draft('b', 'new'))]
    expect(proposedChoice(verdicts(items, existing)[0]!)).toBe('add')
    expect(plan(items, existing)).toMatchObject({ ok: true, value: { adds: [{ account: 'b' }], changes: [] } })
    const changed = plan(items, existing, [[0, 'change']])
    expect(changed).toMatchObject({
      ok: true,
      value: {
        adds: [],
        changes: [
          { before: existing[0], after: { id: 'b', secret: toSecret(utf8('new')), tags: ['mine'], useCount: 4 } },
        ],
      },
    })
  })

  test.each([
    ['a refused item added', [refused], [[0, 'add']], { code: 'choice-impossible', item: 0 }],
    ['a new item changed', [found(draft('x', 'nine'))], [[0, 'change']], { code: 'choice-impossible', item: 0 }],
    [
      'an entry changed twice',
      [found(draft('c', 'two')), found(draft('d', 'two'))],
      [
        [0, 'change'],
        [1, 'change'],
      ],
      { code: 'changed-twice', item: 1, id: 'b' },
    ],
  ] as const)('is refused whole with %s', (_, items, choices, error) => {
    expect(plan(items, existing, choices)).toEqual({ ok: false, error })
  })

  test('is refused whole where an entry went away since the preview', () => {
    const items = [found(draft('c', 'two'))]
    const judged = verdicts(items, existing)
    const request = { items, verdicts: judged, choices: new Map([[0, 'change' as const]]), freshId: ids(), now: NOW }
    expect(planImport({ ...request, existing: [] })).toEqual({
      ok: false,
      error: { code: 'entry-gone', item: 0, id: 'b' },
    })
  })

  test('gives what has no name at all its number in the file', () => {
    expect(plan([found(draft('', 'nine', { issuer: '' }), {}, 7)], [])).toMatchObject({
      ok: true,
      value: { adds: [{ account: '#7' }] },
    })
  })

  test('marks counters as perhaps behind', () => {
    expect(plan([found(hotp('x', 'nine', 3))], [])).toMatchObject({
      ok: true,
      value: { adds: [{ counter: 3, mayBeBehind: true }] },
    })
  })

  test('of any entries makes only entries that can be kept, and its undo gives back what was', () => {
    const keeps = fc.record({
      tags: fc.array(fc.constantFrom('a', 'b')),
      note: fc.constantFrom('', 'n'),
      favourite: fc.boolean(),
    })
    fc.assert(
      fc.property(
        fc.array(drafts, { maxLength: 8 }),
        fc.array(fc.tuple(drafts, keeps), { maxLength: 8 }),
        fc.array(fc.constantFrom('add', 'change', 'skip'), { minLength: 16, maxLength: 16 }),
        (present, arriving, wished) => {
          const before = present.map((draft, at) => entry(`e${at}`, draft))
          const items = [
            ...arriving.map(([draft, kept]) => found(draft, kept)),
            ...present.map((draft) => found({ ...draft, account: 'new name' })),
          ]
          const judged = verdicts(items, before)
          const choices = new Map(
            judged.flatMap((verdict, index) =>
              verdict.is === 'changed' ? [[index, wished[index] as ImportChoice] as const] : [],
            ),
          )
          const made = planImport({ items, verdicts: judged, choices, existing: before, freshId: ids(), now: NOW })
          if (!made.ok) {
            expect(made.error.code).toBe('changed-twice')
            return
          }
          const after = applyPlan(before, made.value)
          for (const one of after) expect(authenticatorEntry.parse(one)).toEqual(one)
          expect(after.length).toBe(before.length + made.value.adds.length)
          expect(revertPlan(after, made.value)).toEqual(before)
        },
      ),
    )
  })

  test('that is undone leaves what was done since, and no counter goes back', () => {
    const made = plan([found(hotp('renamed', 'three', 9))], existing, [[0, 'change']])
    if (!made.ok) throw new Error(made.error.code)
    const used = applyPlan(existing, made.value).map((one) =>
      one.kind === 'hotp' ? { ...one, counter: 12, useCount: 1 } : one,
    )
    expect(revertPlan(used, made.value)[1]).toMatchObject({ account: 'h', counter: 12, useCount: 1 })
  })
})
