/** Pictures of what belongs to no room: the palette, the list of keys, a lost connection, pages without a program. */
import { Codes, link } from '../e2e/support/codes.ts'
import { Latchkey } from '../e2e/support/latchkey.ts'
import { test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'

let app: Latchkey
let eye: Eye

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  app = await Latchkey.start(browser, { demo: true })
  eye = new Eye(app.page)
  await app.makeVault()
  await new Codes(app.page).addLink(link('Pixelfed', 'alice', 'JBSWY3DPEHPK3PXP'))
})
test.afterAll(() => app.stop())

test('the palette and the list of keys', async () => {
  const { page } = app
  await page.keyboard.press('Control+k')
  const field = page.getByRole('textbox', { name: 'Find anything' })
  await field.waitFor()
  await eye.look('palette-empty')
  await field.fill('pix')
  await page.getByText('Pixel 8, alice', { exact: true }).waitFor()
  await eye.look('palette-results')
  await field.fill('nothing of the kind')
  await page.getByText('Nothing by that name.').waitFor()
  await eye.look('palette-nothing')
  await page.keyboard.press('Escape')
  await field.waitFor({ state: 'hidden' })
  await page.getByRole('heading', { level: 1 }).click()
  await page.keyboard.press('?')
  await page.getByRole('dialog').getByText('Find anything').waitFor()
  await eye.look('shortcuts')
  await page.keyboard.press('Escape')
})

test('an address that was used, a lost connection, and a program that has stopped', async () => {
  const { page } = app
  const other = await page.context().newPage()
  app.forgive(/WebSocket|ERR_|40\d/)
  await other.goto(app.url)
  await other.getByRole('heading', { level: 1 }).waitFor()
  const otherEye = new Eye(other)
  await otherEye.look('frame-used-address')
  otherEye.expectNothingFound()
  await other.close()
  await app.endShell()
  const lost = page.getByText('The connection to Latchkey was lost.')
  const stopped = page.getByRole('heading', { name: 'Latchkey is not running any more' })
  await lost.or(stopped).first().waitFor()
  if (await lost.isVisible()) await eye.look('frame-connection-lost')
  await stopped.waitFor({ timeout: 60_000 })
  await eye.look('frame-stopped')
})

test('axe finds nothing serious on any of them, and each fits a narrow window', () => eye.expectNothingFound())
