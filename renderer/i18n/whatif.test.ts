import { describe, expect, it } from 'vitest'
import {
  LOSABLE_KINDS,
  WAY_STEPS,
  type LossQuestion,
  type LossRow,
  type Named,
  type Report,
} from '../../shared/contract/index.ts'
import { RANKS, type Outcome } from '../../shared/domain/loss/index.ts'
import { stepSentence, wayName } from './whatif-chain.ts'
import { chipWords, listed, namedWords } from './whatif-names.ts'
import { questionWords } from './whatif-questions.ts'
import { announced, headWords, rowSays, shiftWords, verdict } from './whatif.ts'

const NOW = Date.UTC(2026, 10, 25)
const named = (kind: Named['kind'], name: string): Named => ({ what: { is: 'passphrase' }, kind, name })
const tally = (counts: Partial<Record<Outcome, number>>): Report['tally'] => ({
  locked: 0,
  unknown: 0,
  support: 0,
  administrator: 0,
  'alternative-factors': 0,
  opens: 0,
  ...counts,
})
const account = { ref: { is: 'entry', entryId: 'a' }, name: { kind: 'entry', at: 'GitHub', who: 'alice' } } as const
const row = (outcome: Outcome, more: Partial<LossRow> = {}): LossRow => ({
  account,
  outcome,
  atBest: 'opens',
  atWorst: 'locked',
  before: 'opens',
  ways: [],
  closed: [],
  questions: [],
  contacts: [],
  helpers: [],
  exposed: 'none',
  ...more,
})

describe('the verdict', () => {
  const losses = [
    { what: named('phone', 'Pixel 8'), how: 'lost' },
    { what: named('key', 'Blue key'), how: 'stolen' },
  ] as const

  it('says what is lost and the worst that comes of it', () => {
    expect(verdict({ losses: [...losses], tally: tally({ locked: 1, opens: 45 }), total: 46 })).toBe(
      'Without Pixel 8 and Blue key, one account is locked for good.',
    )
    expect(verdict({ losses: [losses[0]], tally: tally({ administrator: 2 }), total: 2 })).toBe(
      'Without Pixel 8, 2 accounts need an administrator.',
    )
    expect(verdict({ losses: [losses[0]], tally: tally({ opens: 46 }), total: 46 })).toBe(
      'Without Pixel 8, all 46 accounts still open.',
    )
  })

  it('with nothing lost says how things stand', () => {
    expect(verdict({ losses: [], tally: tally({ opens: 46 }), total: 46 })).toBe('All 46 accounts still open.')
    expect(verdict({ losses: [], tally: tally({ support: 1 }), total: 1 })).toBe(
      'With nothing lost, one account needs support.',
    )
  })

  it('is read aloud with every number', () => {
    const report = { losses: [losses[0]], tally: tally({ locked: 1, opens: 3 }), total: 4 } as unknown as Report
    expect(announced(report)).toBe('Without Pixel 8, one account is locked for good. 1 locked for good. 3 still open.')
  })
})

describe('one account, in a line', () => {
  it('opens with what its best way uses', () => {
    const ways = [{ rank: 'opens', steps: [{ step: 'open-vault' }, { step: 'code-from-vault' }] }] as const
    expect(rowSays(row('opens', { ways: ways.map((way) => ({ ...way, steps: [...way.steps] })) }), NOW)).toBe(
      'Opens with the code in this vault.',
    )
  })

  it('says how fresh the contacts are that it hangs on', () => {
    const contacts: LossRow['contacts'] = [
      { contact: 'email', value: 'a@b', state: 'current', confirmedAt: NOW - 91 * 86_400_000, reach: 'reached' },
      { contact: 'phone', value: '+1', state: 'old', confirmedAt: NOW - 426 * 86_400_000, reach: 'reached' },
    ]
    expect(rowSays(row('alternative-factors', { contacts }), NOW)).toBe(
      'Email confirmed 3 months ago, phone 14 months ago.',
    )
  })

  it('names who helps as they write themselves, and nobody where nobody is known', () => {
    expect(rowSays(row('administrator', { helpers: ['carol.vasquez-ono'] }), NOW)).toBe(
      'Ask carol.vasquez-ono to deactivate the lost device.',
    )
    expect(rowSays(row('administrator'), NOW)).toBe('Ask an administrator to deactivate the lost device.')
    expect(rowSays(row('administrator', { helpers: ['a', 'b'] }), NOW)).toContain('a or b')
  })

  it('locked, says what its ways in were', () => {
    const closed: LossRow['closed'] = [{ step: { step: 'passkey', uses: named('key', 'Blue key') }, because: [] }]
    expect(rowSays(row('locked', { closed }), NOW)).toBe('Its only way in was the passkey on Blue key.')
    expect(rowSays(row('locked'), NOW)).toBe('No way in is known.')
  })

  it('not known, says what would have to be known', () => {
    const questions: LossQuestion[] = [{ ask: 'other-ways', account }]
    expect(rowSays(row('unknown', { questions }), NOW)).toBe('Not known whether there is another way in.')
  })
})

describe('every code of the engine', () => {
  it('has words with and without the names it may come with', () => {
    for (const step of WAY_STEPS) {
      for (const uses of [undefined, named('phone', 'Pixel 8'), named('passkey', '')]) {
        const told = uses ? { step, account, uses } : { step }
        for (const words of [wayName(told), stepSentence(told)]) expect(words).toMatch(/^\S.*\S$/u)
        expect(stepSentence(told)).toMatch(/\.$/u)
        expect(`${wayName(told)} ${stepSentence(told)}`).not.toMatch(/undefined|\s\s/u)
      }
    }
    for (const kind of LOSABLE_KINDS) {
      for (const words of [chipWords(named(kind, '')), namedWords(named(kind, '')), namedWords(named(kind, 'x'))])
        expect(words).toMatch(/^\S.*$/u)
    }
    for (const worst of RANKS) expect(headWords('unknown', worst)).toMatch(/^Not known, /u)
  })

  it('asks questions that end with a mark', () => {
    const of = { kind: 'user', at: 'Northwind', who: 'alice' } as const
    const identity = { backendId: 'demo', identityId: 'alice' }
    const device = { ...identity, deviceId: 'd' }
    const questions: LossQuestion[] = [
      { ask: 'where-is-device', device, name: 'Pixel 8', of },
      { ask: 'which-key-is-device', device, name: 'Blue key', of },
      { ask: 'where-is-backup', backup: 'b', name: '' },
      { ask: 'which-key-opens-slot', slot: 's', name: 'Blue key' },
      { ask: 'other-ways', account },
      { ask: 'what-contact', identity, of, contact: 'phone' },
      { ask: 'who-administers', identity, of },
      { ask: 'how-mailbox-opens', address: 'a@b' },
      { ask: 'where-number-rings', number: '+1' },
      { ask: 'what-else-opens-with-key', key: 'k', name: 'Blue key' },
    ]
    for (const question of questions) {
      const { ask, short, why } = questionWords(question)
      expect(ask).toMatch(/^[A-Z].*\?$/u)
      expect(why).toMatch(/\.$/u)
      expect(`Not known ${short}.`).not.toMatch(/undefined|\s\s/u)
    }
  })
})

describe('what a step changes', () => {
  const none = { locked: 0, support: 0, administrator: 0, alternativeFactors: 0 }
  const at = (atWorst: object, staleContacts = 0, atBest: object = atWorst) => ({
    atWorst: { ...none, ...atWorst },
    atBest: { ...none, ...atBest },
    staleContacts,
  })

  it('is said of the worst that gets less', () => {
    expect(shiftWords(at({ locked: 1, administrator: 2 }), at({ administrator: 2 }))).toEqual({
      now: '1 locked for good',
      after: '0 locked for good',
      both: '1 locked for good, then 0.',
    })
  })

  it('is said to be at worst where it is not sure', () => {
    expect(shiftWords(at({ locked: 3 }, 0, {}), at({ locked: 1 }, 0, {})).both).toBe(
      '3 at worst locked for good, then 1.',
    )
  })

  it('is a contact where nothing else changes', () => {
    expect(shiftWords(at({}, 2), at({}, 1)).both).toBe('2 contacts to confirm, then 1.')
  })
})

it('a list of many names says how many it leaves out', () => {
  expect(listed(['a', 'b', 'c'])).toBe('a, b and c')
  expect(listed(['a', 'b', 'c', 'd', 'e', 'f'])).toBe('a, b, c and 3 more')
})
