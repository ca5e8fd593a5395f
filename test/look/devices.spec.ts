/** Pictures of Devices, and of codes that are linked to a device there. */
import { Bench } from '../e2e/support/bench.ts'
import { Codes } from '../e2e/support/codes.ts'
import { Devices, PEOPLE } from '../e2e/support/devices.ts'
import { Latchkey } from '../e2e/support/latchkey.ts'
import { Case } from '../e2e/support/recovery.ts'
import { expect, test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'

const { root, alice, dmitri, eunJi, oncall, stagingRoot, breakglass } = PEOPLE

let app: Latchkey
let bench: Bench
let devices: Devices
let eye: Eye

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  app = await Latchkey.start(browser, { demo: true })
  bench = new Bench(app.page)
  devices = new Devices(app.page)
  eye = new Eye(app.page)
  await app.makeVault()
  await app.go('Devices')
  await devices.card(root).waitFor()
})
test.afterAll(() => app.stop())

test('every card, a menu, and each dialog', async () => {
  const { page } = app
  const dialog = page.getByRole('dialog')
  await eye.look('devices-all')
  for (const [state, person] of [
    ['drifted', dmitri],
    ['password-alone', eunJi],
    ['staging-root', stagingRoot],
    ['eight', oncall],
  ] as const)
    await eye.look(`devices-card-${state}`, { arrange: () => devices.card(person).scrollIntoViewIfNeeded() })

  await page.getByLabel('Search identities and devices').fill('desk')
  await expect(devices.card(alice)).toBeHidden()
  await eye.look('devices-search')
  await page.getByLabel('Search identities and devices').fill('nobody')
  await page.getByRole('heading', { name: 'Nothing by that name' }).waitFor()
  await eye.look('devices-nothing-found')
  await page.getByLabel('Search identities and devices').fill('')

  await devices.menuItem(dmitri, 'Desk token', 'Rename')
  await page.getByRole('menuitem', { name: 'Rename' }).waitFor()
  await eye.look('devices-menu')
  await page.getByRole('menuitem', { name: 'Rename' }).click({ force: true })
  await page.keyboard.press('Escape')
  await devices.choose(stagingRoot, 'Blue key', 'Rename')
  await dialog.getByLabel('Name').fill('Pixel 8, staging root')
  await dialog.getByText('Another device of this identity is called that.').waitFor()
  await eye.look('devices-rename')
  await page.keyboard.press('Escape')

  await devices.card(root).getByRole('button', { name: 'Contacts of Root user' }).click()
  await dialog.waitFor()
  await eye.look('devices-contacts')
  await dialog.getByRole('region', { name: 'Phone number' }).getByRole('button', { name: 'Change' }).click()
  await dialog.getByLabel('Phone number').fill('the desk')
  await eye.look('devices-contacts-editing')
  await dialog.getByRole('button', { name: 'Close' }).last().click()

  await devices.choose(alice, 'Pixel 8, alice', 'Help as an administrator')
  await dialog.getByRole('radio').first().waitFor()
  await eye.look('devices-help')
  await page.keyboard.press('Escape')

  await devices.choose(breakglass, 'Pixel 8, breakglass', 'Remove')
  await dialog.getByText('Opens by password alone').waitFor()
  await dialog.getByLabel('Type Pixel 8, breakglass to confirm').fill('Pixel 8')
  await eye.look('devices-remove-by-name')
  await dialog.getByLabel('Type Pixel 8, breakglass to confirm').fill('Pixel 8, breakglass')
  await dialog.getByRole('button', { name: 'Remove Pixel 8, breakglass' }).click()
  await dialog.getByLabel('Code of Pixel 8, breakglass').waitFor()
  await eye.look('devices-asks-for-code')
  await dialog.getByRole('button', { name: 'Cancel' }).click()
  await dialog.waitFor({ state: 'hidden' })

  await devices.choose(oncall, 'Tablet by the door', 'Remove')
  await dialog.getByRole('button', { name: 'Keep it' }).waitFor()
  await eye.look('devices-remove')
  await dialog.getByRole('button', { name: 'Keep it' }).click()
})

test('codes with a device that drifted, and this computer’s clock', async () => {
  const { page } = app
  const codes = new Codes(page)
  const wizard = new Case(page)
  await devices.register(eunJi)
  await wizard.choose('Which kind?', 'A virtual device')
  await wizard.go('Create the virtual device', 'Create and enable it')
  await wizard.go('Back up the vault', 'Later')
  await wizard.expectStep('eun-ji.park-latchkey is registered')
  await eye.look('devices-wizard-registered')

  // A code that is three steps old makes the backend believe that the device's clock is slow.
  await app.go('Codes')
  await bench.open()
  await bench.moveClock('+30 s')
  await bench.moveClock('+30 s')
  await expect.poll(() => codes.codeOf('Northwind')).toMatch(/^\d{6}$/)
  const old = await codes.codeOf('Northwind')
  for (let steps = 0; steps < 4; steps++) await bench.moveClock('+30 s')
  await bench.enterPassword(eunJi)
  await bench.enterCode(old)
  await bench.signIn.getByText('That code was refused.').waitFor()
  await bench.close()
  await app.go('Devices')
  await page.getByRole('button', { name: 'Read again from the backends' }).click()
  await expect(devices.row(eunJi, 'eun-ji.park-latchkey')).toContainText('Drifted')
  await app.go('Codes')
  await expect(codes.row('Northwind')).toContainText('Drifted')
  await eye.look('codes-drifted')

  await bench.open()
  await bench.setComputerError(120)
  await bench.close()
  await page.getByText('This computer’s clock is 2 min fast.').waitFor()
  await eye.look('codes-clock-banner')
  await page.getByRole('button', { name: 'How it was measured' }).click()
  await page.getByRole('dialog').waitFor()
  await eye.look('clock-measured')
  await page.keyboard.press('Escape')
})

test('axe finds nothing serious on any of them, and each fits a narrow window', () => eye.expectNothingFound())
