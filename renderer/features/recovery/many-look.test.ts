import { describe, expect, it } from 'vitest'
import type { CaseView, ManyTaskView, ManyView } from '../../../shared/contract/index.ts'
import { manyReport, manyTitle, stateWords, todoWords } from '../../i18n/recovery-many.ts'
import { holderOf, manyProgress, sortMany, withoutHeld } from './many-look.ts'

const AT = Date.UTC(2026, 10, 24, 12)
const task = (id: string, over: Partial<ManyTaskView> = {}): ManyTaskView => ({
  id,
  account: { is: 'identity', backendId: 'b', identityId: id },
  name: { kind: 'user', at: 'Northwind', who: `person ${id}` },
  todo: 'replace',
  device: { name: 'Pixel 8', type: 'virtual-totp' },
  stillWorks: false,
  newPassword: false,
  state: 'waiting',
  needs: 'program',
  caseId: `case ${id}`,
  done: 0,
  all: 9,
  did: [],
  ...over,
})
const many = (tasks: readonly ManyTaskView[], over: Partial<ManyView> = {}): ManyView => ({
  id: 'm',
  losses: [{ what: { is: 'thing', thing: 'p' }, kind: 'phone', name: 'Pixel 8', how: 'stolen' }],
  openedAt: AT,
  tasks: [...tasks],
  byItself: 0,
  isAtWork: false,
  ...over,
})
const caseOf = (id: string) => ({ id }) as CaseView

describe('a case that holds many, on the screen', () => {
  it('counts accounts that have something to be done', () => {
    expect(manyProgress(many([task('1', { state: 'done' }), task('2'), task('3', { state: 'nothing' })]))).toEqual({
      done: 1,
      all: 2,
    })
  })

  it('stands for the cases it holds, until it is followed no longer', () => {
    const cases = { 'case 1': caseOf('case 1'), other: caseOf('other') }
    expect(Object.keys(withoutHeld(cases, { m: many([task('1')]) }))).toEqual(['other'])
    const abandoned = many([task('1')], { closedAt: AT, outcome: 'abandoned' })
    expect(Object.keys(withoutHeld(cases, { m: abandoned }))).toEqual(['case 1', 'other'])
    expect(holderOf({ m: many([task('1')]) }, 'case 1')?.id).toBe('m')
    expect(holderOf({ m: abandoned }, 'case 1')).toBeUndefined()
  })

  it('lists open ones first, the latest before others', () => {
    const of = (id: string, over: Partial<ManyView>) => many([], { id, ...over })
    const all = { a: of('a', { openedAt: 1 }), b: of('b', { closedAt: 9 }), c: of('c', { openedAt: 2 }) }
    expect(sortMany(all).map(({ id }) => id)).toEqual(['c', 'a', 'b'])
  })

  it('says what is to be done, and why a task failed', () => {
    expect(manyTitle(many([]))).toBe('Pixel 8 is stolen')
    expect(todoWords(task('1', { stillWorks: true, newPassword: true }))).toBe(
      'Replace Pixel 8 while it still works. Then a new password.',
    )
    const failed = task('1', {
      state: 'failed',
      trouble: { code: 'still-registered', changed: false, at: AT, facts: {} },
    })
    expect(stateWords(failed).more).toBe('The backend still lists the lost device.')
    const waits = task('1', { step: { step: 'password', facts: { loss: 'stolen', identity: 'i', kind: 'user' } } })
    expect(stateWords(waits).more).not.toBe('')
  })

  it('is reported as text: what was done for each account, and when', () => {
    const did = [{ did: 'deactivated', facts: { name: 'Pixel 8' }, at: AT }]
    const report = manyReport(
      many([task('1', { did, state: 'done', doneAt: AT })], { closedAt: AT, outcome: 'finished', checkedAt: AT }),
    )
    expect(report).toMatch(/^Pixel 8 is stolen\n\nOpened .*2026.*\. Finished .*\.\nAll backends were last read/)
    expect(report).toMatch(
      /1\. person 1, Northwind\n {3}Replace Pixel 8\.\n {3}24 November 2026.*: .*Pixel 8.*\n {3}Done/,
    )
  })
})
