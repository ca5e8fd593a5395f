/** Pictures of a case that holds many, on the stage: what the service would tell is given by the test. */
import type { ManyTaskView, ManyView } from '../../shared/contract/index.ts'
import { expect, test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'
import { NOW, Stage } from './support/stage.ts'

const task = (at: number, over: Partial<ManyTaskView> = {}): ManyTaskView => ({
  id: `${at}`,
  account: { is: 'identity', backendId: 'aws', identityId: `${at}` },
  name: { kind: 'user', at: 'Northwind production', who: `person-${at}.with-a-long-name` },
  todo: 'replace',
  device: { name: `Pixel 8, person ${at}`, type: 'virtual-totp' },
  stillWorks: false,
  newPassword: true,
  state: 'waiting',
  needs: 'program',
  caseId: `case-${at}`,
  step: { step: 'sign-in', facts: { devices: 'Spare key', identity: `person-${at}`, kind: 'user' } },
  done: 2,
  all: 9,
  did: [],
  ...over,
})

const TASKS: readonly ManyTaskView[] = [
  task(1, {
    state: 'done',
    needs: 'nobody',
    doneAt: NOW - 60_000,
    did: [{ did: 'linked', facts: { name: 'new' }, at: NOW }],
  }),
  task(2, { needs: 'person', step: { step: 'password', facts: { loss: 'lost', identity: 'person-2', kind: 'user' } } }),
  task(3, {
    state: 'failed',
    trouble: { code: 'unreachable', changed: false, at: NOW, facts: {} },
  }),
  task(4),
  task(5, { name: { kind: 'root', at: 'Northwind staging', who: 'Root user' }, needs: 'person' }),
  task(6, {
    todo: 'by-hand',
    name: { kind: 'entry', at: 'GitHub', who: 'alice-okonkwo' },
    account: { is: 'entry', entryId: 'e' },
    needs: 'person',
  }),
  task(7, { todo: 'look', needs: 'person', newPassword: false }),
  task(8, { todo: 'nothing', state: 'nothing', needs: 'nobody', newPassword: false }),
].map(({ device, step, ...one }) => {
  const isOwn = one.todo === 'replace'
  return { ...one, ...(isOwn && device ? { device } : {}), ...(isOwn && step ? { step } : {}) }
})

const many = (over: Partial<ManyView> = {}): ManyView => ({
  id: 'm',
  losses: [{ what: { is: 'thing', thing: 'p' }, kind: 'phone', name: 'Pixel 8', how: 'lost' }],
  openedAt: NOW - 3_600_000,
  checkedAt: NOW - 120_000,
  tasks: [...TASKS],
  next: '2',
  byItself: 2,
  isAtWork: false,
  ...over,
})

test('in the list, as a page, at work, and finished', async ({ browser }) => {
  const stage = await Stage.open(browser, '#/recovery')
  const eye = new Eye(stage.page)
  const { page } = stage
  await stage.set('manyCases', { m: many() })
  await page.getByText('Pixel 8 is lost').waitFor()
  await eye.look('many-list')
  await page.getByRole('button', { name: /Pixel 8 is lost/ }).click()
  await expect(page.getByRole('table')).toContainText('person-4')
  await eye.look('many-open')
  await page.getByRole('table').scrollIntoViewIfNeeded()
  await eye.look('many-table', { arrange: () => page.getByRole('table').getByText('GitHub').scrollIntoViewIfNeeded() })
  await page.getByRole('button', { name: 'Do what needs no hand' }).click()
  await stage.progress('recovery.runMany', {
    done: 1,
    total: 2,
    at: { task: '4', doing: 'deactivating', facts: { name: 'Pixel 8, person 4' } },
  })
  await page.getByRole('button', { name: 'Stop' }).waitFor()
  await eye.look('many-at-work')
  await stage.answer('recovery.runMany', { done: 2, failed: 1, left: 5 })
  const { next: _, ...rest } = many({ outcome: 'finished', closedAt: NOW, byItself: 0 })
  await stage.set('manyCases', { m: rest })
  await page.getByText('Every backend was read').waitFor()
  await eye.look('many-finished')
  expect(stage.troubles).toEqual([])
  eye.expectNothingFound()
  await stage.close()
})
