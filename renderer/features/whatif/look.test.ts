import { describe, expect, it } from 'vitest'
import type { HelpStep, LosableRow, LossRow } from '../../../shared/contract/index.ts'
import type { LossItem, Outcome, Rank } from '../../../shared/domain/loss/index.ts'
import {
  canDiffer,
  changed,
  chipsShown,
  dots,
  findLosables,
  howOf,
  present,
  rowMend,
  tableItems,
  toggled,
  wayMarks,
} from './look.ts'

const thing = (id: string) => ({ is: 'thing', thing: id }) as const
const losable = (id: string, group: LosableRow['group'] = 'places', more: Partial<LosableRow> = {}): LosableRow => ({
  what: thing(id),
  kind: 'phone',
  name: id,
  group,
  ...more,
})

const row = (id: string, outcome: Outcome, more: Partial<LossRow> = {}): LossRow => ({
  account: { ref: { is: 'entry', entryId: id }, name: { kind: 'entry', at: id, who: '' } },
  outcome,
  atBest: outcome === 'unknown' ? 'opens' : outcome,
  atWorst: outcome === 'unknown' ? 'locked' : outcome,
  before: 'opens',
  ways: [],
  closed: [],
  questions: [],
  contacts: [],
  helpers: [],
  exposed: 'none',
  ...more,
})
const identity = { is: 'identity', backendId: 'demo', identityId: 'root' } as const
const asIdentity = (id: string, outcome: Outcome, more: Partial<LossRow> = {}) =>
  row(id, outcome, { account: { ref: identity, name: { kind: 'root', at: 'Northwind', who: 'Root user' } }, ...more })
const tally = (counts: Partial<Record<Outcome, number>>) => ({
  locked: 0,
  unknown: 0,
  support: 0,
  administrator: 0,
  'alternative-factors': 0,
  opens: 0,
  ...counts,
})
const many = (count: number, outcome: Outcome, more: Partial<LossRow> = {}) =>
  Array.from({ length: count }, (_, at) => row(`${outcome} ${at}`, outcome, more))

describe('what is chosen as lost', () => {
  it('is lost until it is said otherwise, and not any more when it is chosen again', () => {
    const losses = toggled([], thing('a'))
    expect(losses).toEqual([{ what: thing('a'), how: 'lost' }])
    expect(howOf(changed(losses, thing('a'), 'stolen'), thing('a'))).toBe('stolen')
    expect(changed(losses, thing('b'), 'stolen')).toEqual(losses)
    expect(toggled(losses, thing('a'))).toEqual([])
  })

  it('lets go what is not listed any more, and stays the very same where all of it is', () => {
    const losses: LossItem[] = [
      { what: thing('a'), how: 'lost' },
      { what: thing('gone'), how: 'broken' },
    ]
    expect(present(losses, [losable('a')])).toEqual([losses[0]])
    const kept = losses.slice(0, 1)
    expect(present(kept, [losable('a')])).toBe(kept)
  })

  it('can be stolen or broken where it is a thing, and not where it is an address or known by heart', () => {
    for (const group of ['computer', 'places', 'keys', 'devices', 'backups'] as const)
      expect(canDiffer(losable('a', group))).toBe(true)
    for (const group of ['contacts', 'vault'] as const) expect(canDiffer(losable('a', group))).toBe(false)
  })
})

describe('the chips', () => {
  it('are things first, and whatever is chosen is always among them', () => {
    const devices = Array.from({ length: 500 }, (_, at) => losable(`device ${at}`, 'devices'))
    const all = [...devices, losable('Pixel 8'), losable('', 'computer', { kind: 'computer' })]
    const { shown, hidden } = chipsShown(all, [{ what: thing('device 499'), how: 'lost' }])
    expect(shown.slice(0, 2).map(({ name }) => name)).toEqual(['', 'Pixel 8'])
    expect(shown.at(-1)?.name).toBe('device 499')
    expect(shown.length + hidden).toBe(all.length)
    expect(shown.length).toBeLessThan(20)
  })

  it('are all there where they are few', () => {
    expect(chipsShown([losable('a'), losable('b')], [])).toEqual({ shown: [losable('a'), losable('b')], hidden: 0 })
  })

  it('are found by the names of things and of whose they are, whatever the accents', () => {
    const of = { kind: 'user', at: 'Northwind', who: 'zoë' } as const
    const all = [losable('Pixel 8', 'devices', { of }), losable('Sheet')]
    expect(findLosables(all, 'ZOE pixel')).toEqual([all[0]])
    expect(findLosables(all, '')).toEqual(all)
    expect(findLosables(all, 'nobody')).toEqual([])
  })
})

describe('the table', () => {
  const heads = (items: ReturnType<typeof tableItems>) =>
    items.flatMap((item) => (item.is === 'head' ? [[item.outcome, item.count]] : []))
  const rowsOf = (items: ReturnType<typeof tableItems>) => items.filter(({ is }) => is === 'row').length

  it('keeps the order of the answer, with a head a group, and folds what still opens', () => {
    const rows = [...many(1, 'locked'), ...many(2, 'administrator'), ...many(42, 'opens')]
    const report = { tally: tally({ locked: 1, administrator: 2, opens: 42 }), total: 45 }
    const folded = tableItems(rows, report, new Set())
    expect(heads(folded)).toEqual([
      ['locked', 1],
      ['administrator', 2],
      ['opens', 42],
    ])
    expect(rowsOf(folded)).toBe(6)
    expect(folded.at(-1)).toMatchObject({ is: 'fold', count: 42, isOpen: false })
    expect(rowsOf(tableItems(rows, report, new Set(['opens'])))).toBe(45)
  })

  it('tells what is not known apart by how bad it could be', () => {
    const rows = [...many(1, 'unknown'), ...many(1, 'support'), row('x', 'unknown', { atWorst: 'administrator' })]
    const items = tableItems(rows, { tally: tally({ unknown: 2, support: 1 }), total: 3 }, new Set())
    expect(heads(items)).toEqual([
      ['unknown', 1],
      ['support', 1],
      ['unknown', 1],
    ])
  })

  it('never hides one single row behind a button', () => {
    const items = tableItems(many(4, 'opens'), { tally: tally({ opens: 4 }), total: 4 }, new Set())
    expect(items.some(({ is }) => is === 'fold')).toBe(false)
    expect(rowsOf(items)).toBe(4)
  })

  it('of ten thousand accounts reads on only where somebody looks', () => {
    const report = { tally: tally({ opens: 10_000 }), total: 10_000 }
    const folded = tableItems(many(500, 'opens'), report, new Set())
    expect(folded.map(({ is }) => is)).toEqual(['head', 'row', 'row', 'row', 'fold'])
    expect(heads(folded)).toEqual([['opens', 10_000]])
    const unfolded = tableItems(many(500, 'opens'), report, new Set(['opens']))
    expect(unfolded.at(-1)).toMatchObject({ is: 'rest', count: 9500 })
  })

  it('has a key of its own for each row', () => {
    const items = tableItems(many(5, 'locked'), { tally: tally({ locked: 5 }), total: 5 }, new Set())
    expect(new Set(items.map(({ key }) => key)).size).toBe(items.length)
  })
})

describe('the ways in, drawn', () => {
  const lost = { cause: 'lost', what: { what: thing('a'), kind: 'phone', name: 'a' }, how: 'lost' } as const
  const open = (step: 'code-from-vault' | 'support', rank: Rank) => ({ rank, steps: [{ step }] })

  it('are hollow where something of theirs is lost, and solid where they open', () => {
    const marks = wayMarks(
      row('a', 'support', {
        closed: [{ step: { step: 'touch-key' }, because: [lost] }],
        ways: [open('support', 'support')],
      }),
    )
    expect(marks.map(({ step, state }) => [step.step, state])).toEqual([
      ['touch-key', 'gone'],
      ['support', 'open'],
    ])
  })

  it('are drawn once where they are only not known', () => {
    const question = { ask: 'other-ways', account: row('a', 'unknown').account } as const
    const marks = wayMarks(
      row('a', 'unknown', {
        closed: [{ step: { step: 'other-way' }, because: [{ cause: 'not-known', question }] }],
        perhaps: { rank: 'opens', steps: [{ step: 'other-way' }] },
      }),
    )
    expect(marks.map(({ step, state }) => [step.step, state])).toEqual([['other-way', 'perhaps']])
  })

  it('are five at most, of which what is open is never left out', () => {
    const closed = Array.from({ length: 9 }, () => ({ step: { step: 'use-device' } as const, because: [lost] }))
    const marks = wayMarks(row('a', 'opens', { closed, ways: [open('code-from-vault', 'opens')] }))
    expect(marks).toHaveLength(5)
    expect(marks.at(-1)).toMatchObject({ state: 'open' })
  })
})

describe('what would mend an account', () => {
  const none = { locked: 0, support: 0, administrator: 0, alternativeFactors: 0 }
  const standings = { atWorst: none, atBest: none, staleContacts: 0 }
  const step = (of: LossRow): HelpStep => ({
    mend: 'print-codes',
    account: of.account,
    job: { job: 'at-site', account: of.account.ref },
    before: standings,
    after: standings,
  })

  it('is nothing where it opens', () => expect(rowMend(row('a', 'opens'), [])).toBeUndefined())

  it('is the step that helps most where that is for it', () => {
    const locked = row('a', 'locked')
    expect(rowMend(locked, [step(row('b', 'locked')), step(locked)])).toEqual({ is: 'step', step: step(locked) })
  })

  it('is the answer to what is not known, a look at an old contact, another device, a backup, or codes on paper', () => {
    const question = { ask: 'other-ways', account: row('a', 'unknown').account } as const
    expect(rowMend(row('a', 'unknown', { questions: [question] }), [])).toEqual({ is: 'answer', question })
    const phone = { contact: 'phone', state: 'old', reach: 'reached' } as const
    expect(rowMend(asIdentity('r', 'alternative-factors', { contacts: [phone] }), [])).toMatchObject({
      is: 'confirm',
      contact: 'phone',
    })
    expect(rowMend(asIdentity('r', 'administrator'), [])).toMatchObject({ is: 'register' })
    const inVault = { step: { step: 'code-from-vault' } as const, because: [] }
    expect(rowMend(row('a', 'locked', { closed: [inVault] }), [])).toEqual({ is: 'back-up' })
    expect(rowMend(row('a', 'locked'), [])).toMatchObject({ is: 'print-codes' })
  })

  it('is drawn as dots: what it opens turns green', () => {
    const before = { ...none, locked: 2, administrator: 1 }
    expect(dots(before, { ...none, locked: 1, administrator: 1 })).toEqual({
      now: ['locked', 'locked', 'administrator'],
      after: ['opens', 'locked', 'administrator'],
    })
    expect(dots({ ...none, locked: 5000 }, none).now.length).toBeLessThanOrEqual(10)
  })
})
