import { describe, expect, it } from 'vitest'
import { caseOf, factsOf, NOW, play, someDevice } from '../../../test/support/playbooks.ts'
import { account, device, deviceOf, entry, identity, key, ofEntry, thing, world } from '../loss/testing/worlds.ts'
import type { AccessWorld, LossItem } from '../loss/index.ts'
import { byItself } from './by-itself.ts'
import type { CaseRecord, Happening, PlaybookFacts } from './case.ts'
import {
  isSettled,
  manyCase,
  nextForPerson,
  standingOf,
  verdictOn,
  withNewTasks,
  type ManyCase,
  type ManyTask,
  type TaskStanding,
} from './many.ts'
import { draftMany } from './many-draft.ts'
import { apply, closeCase, noteTrouble, openStep, type StepResult } from './plan.ts'

const PHONE = { id: 'pixel', kind: 'phone', name: 'Pixel' } as const
const copyOf = (who: string, id: string) => ({ of: { is: 'device' as const, ...deviceOf(who, id) }, on: PHONE.id })
const pixel = (how: LossItem['how'] = 'lost'): LossItem[] => [{ what: thing('pixel'), how }]
const brief = (of: AccessWorld, losses: readonly LossItem[]) =>
  draftMany(of, losses, NOW).map(({ name, todo }) =>
    todo.is === 'replace' ? `${name.who} ${todo.device.id} ${todo.happened}` : `${name.who} ${todo.is}`,
  )

describe('what one loss means for many accounts', () => {
  it('is every device on the lost thing, what opens easiest first', () => {
    const of = world({
      identities: [
        identity('root', [device('a')], { kind: 'root' }),
        identity('ann', [device('b'), device('c', 'hardware-totp')]),
        identity('untouched', [device('x', 'hardware-totp')]),
      ],
      said: { things: [PHONE], copies: [copyOf('root', 'a'), copyOf('ann', 'b')] },
    })
    expect(brief(of, pixel())).toEqual(['ann b lost', 'root a lost'])
    expect(brief(of, pixel('stolen'))).toEqual(['ann b stolen', 'root a stolen'])
  })

  it('has the person look where nobody has said where a device is, and takes up what they then say', () => {
    const unsaid = world({ identities: [identity('ann', [device('b')])], said: { things: [PHONE] } })
    expect(brief(unsaid, pixel())).toEqual(['ann look'])
    const before: ManyCase = { ...manyOf(), tasks: [...draftMany(unsaid, pixel(), NOW)] }
    expect(withNewTasks(before, draftMany(unsaid, pixel(), NOW))).toBe(before)
    const saidNow = world({ ...unsaid, said: { things: [PHONE], copies: [copyOf('ann', 'b')] } })
    const after = withNewTasks(before, draftMany(saidNow, pixel(), NOW))
    expect(after.tasks.map(({ id, todo }) => `${id} ${todo.is}`)).toEqual(['2 replace'])
    expect(withNewTasks(after, draftMany(saidNow, pixel(), NOW))).toBe(after)
  })

  it('puts the administrator before the colleague who needs them', () => {
    const carol = { id: 'carol', name: 'carol' }
    const of = world({
      identities: [
        identity('ann', [device('b')], { administrators: [carol] }),
        identity('carol', [device('c'), device('k', 'fido')], { isAdministrator: true }),
      ],
      said: { things: [PHONE], copies: [copyOf('ann', 'b'), copyOf('carol', 'c')] },
    })
    expect(brief(of, pixel())).toEqual(['carol c lost', 'ann b lost'])
  })

  it('replaces a code that this vault holds as well while it still works, unless the phone is only broken', () => {
    const of = world({
      identities: [identity('ann', [device('b')])],
      entries: [entry('e', deviceOf('ann', 'b'))],
      said: { things: [PHONE], copies: [{ of: { is: 'entry', entryId: 'e' }, on: PHONE.id }] },
    })
    expect(brief(of, pixel())).toEqual(['ann b works'])
    expect(draftMany(of, pixel(), NOW)[0]?.newPassword).toBe(true)
    expect(brief(of, pixel('broken'))).toEqual(['ann nothing'])
  })

  it('names each device of a key, and sites that no backend knows', () => {
    const of = world({
      identities: [identity('ann', [device('f', 'fido'), device('b')])],
      entries: [entry('site')],
      keys: [{ id: 'blue', name: 'Blue', passkeys: [], devices: [deviceOf('ann', 'f')] }],
      said: { things: [PHONE], copies: [{ of: { is: 'entry', entryId: 'site' }, on: PHONE.id }] },
    })
    expect(brief(of, [{ what: key('blue'), how: 'lost' }])).toEqual(['ann f lost'])
    expect(brief(of, pixel())).toEqual(['me by-hand'])
  })

  it('takes a colleague’s device off them by an administrator of this person’s own', () => {
    const carol = { id: 'carol', name: 'carol' }
    const of = world({
      identities: [
        identity('ann', [device('b')], { isOwn: false, administrators: [carol] }),
        identity('carol', [device('c')], { isAdministrator: true }),
      ],
    })
    const [task] = draftMany(of, [{ what: { is: 'device', ...deviceOf('ann', 'b') }, how: 'lost' }], NOW)
    expect(task?.todo).toMatchObject({ is: 'replace', administratorId: 'carol' })
  })
})

const OLD = someDevice('old')
const HERE = someDevice('here')
const NEW = someDevice('new')

/** Goes on by itself as far as it can; the steps taken, and where it stopped. */
function alone(facts: (record: CaseRecord) => PlaybookFacts, record: CaseRecord, happened: Happening) {
  const taken: string[] = []
  let now = record
  for (let i = 0; i < 40; i++) {
    const open = openStep(now, facts(now))
    const by = open && byItself(open, now, facts(now), happened)
    if (!open || !by) return { taken, stopsAt: open?.step, record: now }
    const result: StepResult =
      by.answer.form === 'choice'
        ? { by: 'person', choice: by.answer.option }
        : (DONE[open.step] ?? { by: 'program', ...(by.answer.other ? { choice: by.answer.other } : {}) })
    const applied = apply(now, open.step, result, facts(now), NOW, undefined)
    if (!applied.ok) throw new Error(`${open.step} ${JSON.stringify(applied.error)}`)
    taken.push(open.step)
    now = applied.value
  }
  throw new Error('no end')
}
const DONE: Readonly<Record<string, StepResult>> = {
  create: { by: 'program', choice: 'enabled', facts: { deviceId: 'new', name: 'New' }, final: true },
  'remove-old': { by: 'program', choice: 'removed', final: true },
}
const has = (record: CaseRecord, step: string) => record.log.some((item) => item.is === 'done' && item.step === step)
const growing = (devices: readonly (typeof OLD)[], linked: readonly string[]) => (record: CaseRecord) => {
  const isMade = has(record, 'create')
  return factsOf({
    kind: 'user',
    devices: [...devices.filter((one) => one !== OLD || !has(record, 'remove-old')), ...(isMade ? [NEW] : [])],
    linked: [...linked, ...(isMade ? ['new'] : [])],
  })
}

describe('what the program does without a person', () => {
  it('is everything, where this vault opens the account and the device is broken', () => {
    const facts = growing([OLD, HERE], ['here'])
    const record = caseOf('replace', factsOf({ kind: 'user', devices: [OLD, HERE] }))
    const { taken, stopsAt, record: end } = alone(facts, record, 'broken')
    expect(taken).toEqual([
      'what-happened',
      'way',
      'sign-in',
      'new-type',
      'old-app',
      'remove-old',
      'create',
      'test-new',
      'backup',
    ])
    expect(stopsAt).toBe('replaced')
    expect(end.outcome).toBe('finished')
  })

  it('stops at a new password where it is missing or stolen', () => {
    const record = caseOf('replace', factsOf({ kind: 'user', devices: [OLD, HERE] }))
    expect(alone(growing([OLD, HERE], ['here']), record, 'stolen').stopsAt).toBe('password')
  })

  it('makes the new one first where the old still works', () => {
    const record = caseOf('replace', factsOf({ kind: 'user', devices: [OLD] }))
    const { taken } = alone(growing([OLD], ['old']), record, 'works')
    expect(taken.indexOf('create')).toBeLessThan(taken.indexOf('remove-old'))
  })

  it('never removes a device where no other is left, and signs in with no code that is not here', () => {
    const only = factsOf({ kind: 'user', devices: [OLD] })
    const { record } = play(caseOf('replace', only), only, { 'what-happened': 'lost' }, { until: 'remove-old' })
    const open = openStep(record, only)
    expect(open && byItself(open, record, only, 'lost')).toBeUndefined()
    const elsewhere = factsOf({ kind: 'user', devices: [OLD, HERE] })
    expect(alone(() => elsewhere, caseOf('replace', elsewhere), 'lost').stopsAt).toBe('sign-in')
  })

  it('does not try again what only a person can put right', () => {
    const facts = factsOf({ kind: 'user', devices: [OLD, HERE], linked: ['here'] })
    const { record } = play(
      caseOf('replace', facts),
      facts,
      { 'what-happened': 'lost', 'sign-in': 'with-code' },
      {
        until: 'remove-old',
      },
    )
    const tried = (code: string) => {
      const failed = noteTrouble(record, 'remove-old', { code, changed: false }, NOW)
      const open = openStep(failed, facts)
      return open && byItself(open, failed, facts, 'lost')
    }
    expect(tried('not-permitted')).toBeUndefined()
    expect(tried('unreachable')).toMatchObject({ removes: true })
  })
})

const TASK: ManyTask = {
  id: '1',
  account: account('i'),
  name: { kind: 'user', at: 'Northwind', who: 'ann' },
  newPassword: true,
  todo: { is: 'replace', device: { id: 'old', name: 'Old', type: 'virtual-totp' }, happened: 'lost', caseId: 'case' },
}
const manyOf = (...tasks: readonly ManyTask[]): ManyCase => ({
  id: 'many',
  losses: [{ what: thing('pixel'), how: 'lost', kind: 'phone', name: 'Pixel' }],
  openedAt: NOW,
  tasks: [...tasks],
})

describe('how a task stands', () => {
  const facts = factsOf({ kind: 'user', devices: [OLD, HERE], linked: ['here'] })
  const record = caseOf('replace', facts)
  it('waits, is worked on, has failed with why, or is done', () => {
    expect(standingOf(TASK, { record, facts }, false)).toMatchObject({ state: 'waiting', needs: 'program' })
    expect(standingOf(TASK, { record, facts }, true)).toMatchObject({ state: 'now' })
    const failed = noteTrouble(record, 'what-happened', { code: 'unreachable', changed: false }, NOW)
    expect(standingOf(TASK, { record: failed, facts }, false)).toMatchObject({
      state: 'failed',
      trouble: { code: 'unreachable' },
    })
    const done = closeCase(record, 'finished', NOW)
    expect(standingOf(TASK, { record: done, facts }, false)).toMatchObject({ state: 'done', needs: 'nobody' })
    const givenUp = closeCase(record, 'abandoned', NOW)
    expect(standingOf(TASK, { record: givenUp, facts }, false)).toMatchObject({
      state: 'failed',
      trouble: { code: 'given-up' },
    })
  })

  it('offers the person those that wait before those that failed, in order', () => {
    const at = (id: string, standing: Partial<TaskStanding>) => ({
      id,
      standing: { state: 'waiting', needs: 'person', done: 0, all: 1, ...standing } as TaskStanding,
    })
    expect(nextForPerson([at('a', { needs: 'program' }), at('b', { state: 'failed' }), at('c', {})])?.id).toBe('c')
    expect(nextForPerson([at('b', { state: 'failed' }), at('a', { needs: 'program' })])?.id).toBe('b')
    expect(nextForPerson([at('a', { state: 'now' }), at('b', { needs: 'nobody', state: 'done' })])).toBeUndefined()
  })

  it('is mended when the backend is read without the lost device and with another in use', () => {
    const lost = new Set(['old', 'older'])
    expect(verdictOn(lost, [HERE])).toBe('mended')
    expect(verdictOn(lost, [HERE, OLD])).toBe('still-registered')
    expect(verdictOn(lost, [])).toBe('no-device-in-use')
    const outOfUse = someDevice('x', 'fido', { health: { state: 'out-of-use', loss: 'lost', since: NOW } })
    expect(verdictOn(lost, [outOfUse])).toBe('no-device-in-use')
  })

  it('is over when nothing but reading is left', () => {
    const hand: ManyTask = { ...TASK, id: '2', account: ofEntry('e'), todo: { is: 'by-hand' } }
    const cases = (closed: boolean) => new Map([['case', closed ? closeCase(record, 'finished', NOW) : record]])
    expect(isSettled(manyOf(TASK), cases(false))).toBe(false)
    expect(isSettled(manyOf(TASK), cases(true))).toBe(true)
    expect(isSettled(manyOf(TASK, hand), cases(true))).toBe(false)
    expect(isSettled(manyOf(TASK, { ...hand, todo: { is: 'by-hand', doneAt: NOW } }), cases(true))).toBe(true)
  })

  it('is kept by its schema', () => {
    expect(manyCase.parse(JSON.parse(JSON.stringify(manyOf(TASK))))).toEqual(manyOf(TASK))
  })
})
