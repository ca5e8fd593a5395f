/** Pictures of What if? in every state, on the stage; what is answered is the engine's own. */
import type { Page } from '@playwright/test'
import type { Request, State } from '../../shared/contract/index.ts'
import type { AccessWorld } from '../../shared/domain/loss/index.ts'
import { expect, test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'
import { NOW, Stage } from './support/stage.ts'
import { answerOf, emptyWorld, sampleWorld, stepsOf, topicOf, weakRows } from './support/whatif-world.ts'

let stage: Stage
let page: Page
let eye: Eye
const world = sampleWorld()

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  stage = await Stage.open(browser, '#/whatif')
  page = stage.page
  eye = new Eye(page)
})
test.afterAll(() => stage.close())

/** Answers what the page asks now, and the search for steps after it. */
async function answer(of: AccessWorld = world): Promise<void> {
  const { losses, from, most } = await asked('whatif.ask')
  await stage.answer('whatif.ask', answerOf(of, losses, from, most))
  await asked('whatif.bestSteps')
  await stage.answer('whatif.bestSteps', { steps: stepsOf(of, losses) })
}

async function asked<N extends 'whatif.ask' | 'whatif.bestSteps' | 'whatif.say'>(name: N): Promise<Request<N>> {
  await expect.poll(() => stage.request(name)).toBeDefined()
  return (await stage.request(name)) as Request<N>
}

const chip = (name: string) => page.getByRole('group', { name: 'What is lost' }).getByRole('button', { name }).first()
const table = () => page.getByRole('treegrid', { name: 'What happens, worst first' })
const row = (name: string) => table().getByRole('row').filter({ hasText: name }).first()
const dialog = () => page.getByRole('dialog')
const show = (weak: Partial<State<'whatif'>['weakPoints']> = {}, of = world) => stage.set('whatif', topicOf(of, weak))
const points = weakRows(world)
const CHECKED = { checkedAt: NOW - 3_600_000, count: points.length, points }
const top = () => page.locator('.lk-what').evaluate((what) => what.parentElement?.scrollTo({ top: 0 }))
/** Only rows in view are there: the table first, then the row. */
const bring = (name: string) => async () => {
  await table().evaluate((list) => list.scrollIntoView({ block: 'start' }))
  await row(name).scrollIntoViewIfNeeded()
}

test('while it is read, with nothing chosen, and what was lost as the reference has it', async () => {
  await page.getByText('Reading what can be lost').waitFor({ state: 'attached' })
  await eye.look('whatif-loading')
  await show({ ...CHECKED, newSince: 1 })
  await answer()
  await page.getByText('Single points of failure').first().waitFor()
  await eye.look('whatif-nothing-lost')
  await page.getByRole('link', { name: 'Codes' }).click()
  await page.getByText('A new single point of failure.').waitFor()
  await eye.look('whatif-banner')
  await page.getByRole('button', { name: 'Show' }).click()
  await answer()
  await show(CHECKED)

  await chip('Pixel 8').click()
  await answer()
  await chip('Blue YubiKey').click()
  await answer()
  await expect(page.getByText('locked for good').first()).toBeVisible()
  await eye.look('whatif-two-lost', { arrange: top })
  await eye.look('whatif-two-lost-table', { arrange: bring('breakglass') })
})

test('why, how it is gone, and every account that still opens', async () => {
  await row('breakglass-administrator').click()
  await row('Root user').click()
  await eye.look('whatif-why', { arrange: bring('breakglass-administrator') })
  await eye.look('whatif-why-root', { arrange: bring('Root user') })
  await row('breakglass-administrator').click()
  await row('Root user').click()
  await top()
  await page.getByRole('button', { name: 'How Pixel 8 is gone' }).click()
  await page.getByRole('menuitemradio', { name: 'Stolen' }).waitFor()
  await eye.look('whatif-how')
  await page.getByRole('menuitemradio', { name: 'Stolen' }).click()
  await answer()
  await row('Root user').click()
  await expect(page.getByText('Whoever has it holds a second factor.')).toBeVisible()
  await eye.look('whatif-stolen', { arrange: bring('Root user') })
  await row('Root user').click()
})

test('this computer lost: what is not known, the question, and the answer', async () => {
  await page.getByRole('button', { name: 'Nothing lost' }).click()
  await answer()
  await chip('This computer').click()
  await answer()
  await expect(page.getByText('not known').first()).toBeVisible()
  await eye.look('whatif-computer', { arrange: top })
  await table().evaluate((list) => list.scrollIntoView({ block: 'start' }))
  await table()
    .getByRole('button', { name: /^Answer: / })
    .first()
    .click()
  await dialog().getByRole('radio', { name: 'Recovery codes are printed' }).check({ force: true })
  await dialog().getByRole('radio', { name: 'Something else…' }).check({ force: true })
  await dialog().getByLabel('Name').fill('Pixel 8')
  await dialog().getByText('Another one is called that.').waitFor()
  await eye.look('whatif-answer')
  await dialog().getByLabel('Name').fill('Sheet at my parents’')
  await dialog().getByRole('button', { name: 'Note it' }).click()
  expect(await asked('whatif.say')).toMatchObject({ say: { list: 'things', item: { name: 'Sheet at my parents’' } } })
  await stage.answer('whatif.say', { id: 'parents' })
  await expect
    .poll(() => stage.request('whatif.say'))
    .toMatchObject({ say: { list: 'recoveryCodes', item: { on: 'parents' } } })
  await stage.refuse('whatif.say', { code: 'disk-failed', detail: { reason: 'full' } })
  await dialog().getByText('The disk is full.').waitFor()
  await eye.look('whatif-answer-failed')
  await dialog().getByRole('button', { name: 'Cancel' }).click()
})

test('what the person told, the forms for it, and all that can be lost', async () => {
  const card = page.getByRole('region', { name: 'What you told Latchkey' })
  await eye.look('whatif-told', { arrange: () => card.scrollIntoViewIfNeeded() })
  await card.getByRole('button', { name: 'Tell it something' }).click()
  await page.getByRole('menuitem', { name: 'This code is also somewhere else' }).click()
  await dialog().getByRole('radio').first().waitFor()
  await eye.look('whatif-tell-copy')
  await page.keyboard.press('Escape')
  await card.getByRole('button', { name: 'Tell it something' }).click()
  await page.getByRole('menuitem', { name: 'Where a password is' }).click()
  await dialog().getByText('I remember it').waitFor()
  await eye.look('whatif-tell-password')
  await page.keyboard.press('Escape')
  await top()
  await page.getByRole('button', { name: /more…$/ }).click()
  await dialog().waitFor()
  await eye.look('whatif-more')
  await page.keyboard.press('Escape')
})

test('slow, failed, a backend that is away, and nothing to lose', async () => {
  await page.getByRole('button', { name: 'Nothing lost' }).click()
  await answer()
  await page.clock.resume()
  await chip('Pixel 8').click()
  await page.getByRole('progressbar', { name: 'Working it out' }).waitFor()
  await eye.look('whatif-slow', { arrange: top })
  await stage.refuse('whatif.ask', { code: 'timed-out', detail: {} })
  await page.getByText('It could not be worked out.').waitFor()
  await eye.look('whatif-failed', { arrange: top })
  await page.getByRole('button', { name: 'Try again' }).click()
  await answer()
  await stage.set('whatif', {
    ...topicOf(world, CHECKED),
    backends: [{ id: 'aws', kind: 'aws-iam', name: 'AWS, Northwind', state: 'offline', asOf: NOW - 3 * 86_400_000 }],
  })
  await page.getByText('AWS, Northwind can’t be reached.').waitFor()
  await eye.look('whatif-offline', { arrange: top })
  await stage.set('whatif', topicOf(emptyWorld(), { checkedAt: NOW, points: [] }))
  await answer(emptyWorld())
  await page.getByRole('heading', { name: 'Nothing that can be lost is known yet' }).waitFor()
  await eye.look('whatif-empty')
})

test('the sheet that is printed', async () => {
  await show(CHECKED)
  await answer()
  await chip('Blue YubiKey').click()
  await answer()
  await page.emulateMedia({ media: 'print' })
  await page.getByRole('heading', { name: 'Latchkey: What if?' }).waitFor()
  await page.screenshot({ path: 'pictures/whatif-sheet.png', fullPage: true })
  await page.emulateMedia({ media: 'screen' })
  await expect(page.locator('#whatif-sheet')).toHaveCount(0)
})

test('of ten thousand accounts only what is in view is drawn, and the rest is read when somebody gets there', async () => {
  const large = sampleWorld(10_000)
  await page.getByRole('button', { name: 'Nothing lost' }).click()
  await answer(large)
  await page.getByText('10005 accounts checked').waitFor()
  await table()
    .getByRole('button', { name: /^Show all 1/ })
    .click()
  const drawn = () => table().getByRole('row').count()
  expect(await drawn()).toBeLessThan(60)
  await table().focus()
  await page.keyboard.press('End')
  await expect.poll(() => stage.request('whatif.ask')).toMatchObject({ from: 500, most: 500 })
  await stage.answer('whatif.ask', answerOf(large, [], 500, 500))
  // The end moved on with what was read.
  const atEnd = async () => {
    await page.keyboard.press('End')
    return stage.request('whatif.ask')
  }
  await expect.poll(atEnd).toMatchObject({ from: 1000 })
  expect(await drawn()).toBeLessThan(60)
  await eye.look('whatif-many')
})

test('axe finds nothing serious on any of them, and each fits a narrow window', () => eye.expectNothingFound())
