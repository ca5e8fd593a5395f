import { describe, expect, it } from 'vitest'
import type { Can, CaseView, DeviceRow, IdentityRow, StepView } from '../../../shared/contract/index.ts'
import { OPTIONS } from '../../../shared/domain/playbooks/index.ts'
import {
  caseProgress,
  deedsOf,
  findStartables,
  laterNote,
  nameFault,
  openStep,
  optionIcon,
  passwordState,
  plainSerial,
  secondsUntil,
  serialFault,
  sortCases,
  startables,
  whoseCase,
} from './look.ts'

const step = (name: string, state: StepView['state'], more: Partial<StepView> = {}): StepView => ({
  step: name,
  state,
  by: 'person',
  facts: {},
  did: [],
  ...more,
})
const view = (id: string, steps: StepView[], more: Partial<CaseView> = {}): CaseView => ({
  id,
  kind: 'register',
  identity: { ref: { backendId: 'demo', identityId: 'a' }, name: 'alice', account: 'Northwind', kind: 'user' },
  openedAt: 1,
  steps,
  canGoBack: false,
  ...more,
})
const END: StepView['ask'] = { form: 'end', others: [] }

describe('progress', () => {
  it('does not count the end as a step, neither ahead nor reached', () => {
    const ahead = [
      step('type', 'done'),
      step('create', 'now', { ask: { form: 'run', others: [] } }),
      step('end', 'later'),
    ]
    expect(caseProgress(view('a', ahead))).toEqual({ done: 1, all: 2 })
    const reached = [step('type', 'done'), step('create', 'done'), step('end', 'now', { ask: END })]
    expect(caseProgress(view('a', reached))).toEqual({ done: 2, all: 2 })
  })
  it('has no open step in a case that was given up', () => {
    expect(openStep(view('a', [step('type', 'done')]))).toBeUndefined()
    expect(openStep(view('a', [step('type', 'done'), step('create', 'now')]))?.step).toBe('create')
  })
})

describe('the list of cases', () => {
  it('puts the case last worked on first, and closed ones after, the last closed first', () => {
    const cases = {
      old: view('old', [step('type', 'done', { doneAt: 5 })], { openedAt: 4 }),
      tried: view('tried', [step('x', 'now', { trouble: { code: 'x', changed: false, at: 50, facts: {} } })]),
      fresh: view('fresh', [], { openedAt: 9 }),
      closed: view('closed', [], { openedAt: 99, closedAt: 100 }),
      later: view('later', [], { closedAt: 200 }),
    }
    const { open, closed } = sortCases(cases)
    expect(open.map(({ id }) => id)).toEqual(['tried', 'fresh', 'old'])
    expect(closed.map(({ id }) => id)).toEqual(['later', 'closed'])
  })
  it('names the identity where the title names a device', () => {
    expect(whoseCase(view('a', []))).toBe('Northwind')
    expect(whoseCase(view('a', [], { device: { name: 'Pixel 8', type: 'virtual-totp' } }))).toBe('alice, Northwind')
  })
})

describe('what the program did', () => {
  it('is listed once each, in order', () => {
    const made = { did: 'made', facts: { name: 'x' } }
    const other = { did: 'made', facts: { name: 'y' } }
    const steps = [step('create', 'done', { did: [made, made] }), step('touch', 'done', { did: [other, made] })]
    expect(deedsOf(view('a', steps))).toEqual([made, other])
  })
})

describe('the note of a step ahead', () => {
  it('is the first sentence of its reason, where title and note fit on a line', () => {
    expect(laterNote({ title: 'Try it once', why: 'Sign in with it. Better now.' }, false)).toBe('Sign in with it')
    expect(laterNote({ title: 'Try it', why: 'Both are needed: the email first.' }, false)).toBe('Both are needed')
    expect(laterNote({ title: 'Try it', why: 'x'.repeat(90) + '.' }, false)).toBeUndefined()
    expect(laterNote({ title: 'Try it', why: '' }, false)).toBeUndefined()
  })
  it('does not stop at a dot inside a name', () => {
    expect(laterNote({ title: 'Tell', why: 'Call carol.vasquez-ono back. Then go on.' }, false)).toBe(
      'Call carol.vasquez-ono back',
    )
  })
  it('is not there for the end, which nobody knows yet', () => {
    expect(laterNote({ title: 'Done', why: 'All is well.' }, true)).toBeUndefined()
  })
})

describe('options', () => {
  it('all have an icon', () => {
    expect(OPTIONS.filter((option) => optionIcon(option) === undefined)).toEqual([])
  })
})

const YES = { can: true } as const
const device = (id: string, more: Partial<DeviceRow> = {}): DeviceRow => ({
  id,
  type: 'virtual-totp',
  name: id,
  health: { state: 'in-sync' },
  can: { resync: YES, rename: YES, remove: YES, replace: YES },
  ...more,
})
const row = (name: string, devices: DeviceRow[], register: Can = YES): IdentityRow => ({
  ref: { backendId: 'demo', identityId: name },
  identity: { id: name, kind: 'user', name, account: 'Northwind', isAdministrator: false },
  devices,
  warnings: [],
  can: {
    register: { 'virtual-totp': register, 'hardware-totp': register, fido: register },
    confirmContact: YES,
    setEmail: YES,
    setPhone: YES,
    changePassword: YES,
  },
})

describe('what a case can be started for', () => {
  const identities = [
    row('full', [], { can: false, reason: 'eight-devices' }),
    row('two', [
      device('well'),
      device('key', { type: 'fido', can: { ...device('x').can, resync: { can: false, reason: 'fido-never-drifts' } } }),
    ]),
    row('one', [device('drifted', { health: { state: 'drifted' } })]),
    row('gone', [device('lost'), device('stolen', { health: { state: 'out-of-use', loss: 'stolen', since: 0 } })]),
  ]
  it('offers identities that need a device first, and last those that can’t get one, with the reason', () => {
    expect(startables('register', identities).map(({ row, refused }) => [row.identity.name, refused])).toEqual([
      ['one', undefined],
      ['two', undefined],
      ['gone', undefined],
      ['full', 'eight-devices'],
    ])
  })
  it('offers drifted devices first to be resynchronised, and keys last, with the reason', () => {
    const found = startables('resync', identities)
    expect(found[0]?.device?.id).toBe('drifted')
    expect(found.at(-1)).toMatchObject({ device: { id: 'key' }, refused: 'fido-never-drifts' })
  })
  it('offers what is out of use first to be replaced', () => {
    expect(startables('replace', identities)[0]?.device?.id).toBe('stolen')
  })
  it('keeps one that can be registered in one kind only', () => {
    const only = row('a', [])
    only.can.register['virtual-totp'] = { can: false, reason: 'not-permitted' }
    expect(startables('register', [only])[0]?.refused).toBeUndefined()
  })
  it('gives each a key without spaces', () => {
    const keys = startables('replace', [row('a b', [device('c d')]), row('a', [device('c d')])]).map(({ key }) => key)
    expect(new Set(keys).size).toBe(2)
    expect(keys.filter((key) => /\s/.test(key))).toEqual([])
  })
  it('finds by the names of device and identity together', () => {
    const all = startables('replace', identities)
    expect(findStartables(all, 'two KEY').map(({ device }) => device?.id)).toEqual(['key'])
    expect(findStartables(all, '')).toHaveLength(all.length)
    expect(findStartables(all, 'two drifted')).toEqual([])
  })
})

describe('what is typed', () => {
  it.each([
    ['alice-latchkey', undefined],
    [' padded ', undefined],
    ['a_b+c=d,e.f@g-h', undefined],
    ['', 'empty'],
    ['   ', 'empty'],
    ['two words', 'letters'],
    ['naïve', 'letters'],
    ['a/b', 'letters'],
  ])('the name “%s” has the fault %s', (typed, fault) => {
    expect(nameFault(typed)).toBe(fault)
  })
  it.each([
    ['GALT 0062 3358', undefined],
    ['NK3-1C-44', undefined],
    ['', 'empty'],
    [' ', 'empty'],
    ['GALT/1', 'letters'],
  ])('the serial number “%s” has the fault %s', (typed, fault) => {
    expect(serialFault(typed)).toBe(fault)
  })
  it('sends a serial number without the spaces it is printed with', () => {
    expect(plainSerial(' GALT 0062\u00a03358 ')).toBe('GALT00623358')
  })
})

describe('a new password', () => {
  const rule = { needsCurrent: true, minimumLength: 12 }
  const good = { current: 'old password', next: 'a new password', again: 'a new password' }

  it('is ready when it is long, new, and typed the same twice', () => {
    expect(passwordState(good, rule).isReady).toBe(true)
  })
  it('is not ready without the present one, where that is wanted', () => {
    expect(passwordState({ ...good, current: '' }, rule).isReady).toBe(false)
    expect(passwordState({ ...good, current: '' }, { ...rule, needsCurrent: false }).isReady).toBe(true)
  })
  it('counts letters as people do', () => {
    expect(passwordState({ ...good, next: '🔑'.repeat(11), again: '' }, rule).missing).toBe(1)
  })
  it('differs only once what is typed again can’t become the same', () => {
    expect(passwordState({ ...good, again: 'a new' }, rule)).toMatchObject({ differs: false, isReady: false })
    expect(passwordState({ ...good, again: 'a nex' }, rule)).toMatchObject({ differs: true, isReady: false })
  })
  it('is refused where it is the present one', () => {
    const same = { current: 'a new password', next: 'a new password', again: 'a new password' }
    expect(passwordState(same, rule)).toMatchObject({ isOld: true, isReady: false })
    expect(passwordState(same, { ...rule, needsCurrent: false }).isReady).toBe(true)
  })
  it('is never ready while empty, even where any length will do', () => {
    expect(passwordState({ current: 'x', next: '', again: '' }, { needsCurrent: true, minimumLength: 0 }).isReady).toBe(
      false,
    )
  })
})

describe('waiting', () => {
  it('counts whole seconds up to the moment, and none after it', () => {
    expect(secondsUntil(30_000, 0)).toBe(30)
    expect(secondsUntil(30_000, 29_001)).toBe(1)
    expect(secondsUntil(30_000, 30_000)).toBe(0)
    expect(secondsUntil(30_000, 99_000)).toBe(0)
  })
})
