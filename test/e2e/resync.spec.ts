/** Job 3: resynchronising a hardware token and a virtual device, with drift in steps and seconds; keys are told why they need none. */
import { Bench } from './support/bench.ts'
import { Devices, PEOPLE } from './support/devices.ts'
import { Latchkey } from './support/latchkey.ts'
import { Case } from './support/recovery.ts'
import { expect, test } from './support/test.ts'

const { dmitri, carol, eunJi } = PEOPLE
const DRIFTED = '260088310415'

let app: Latchkey
let bench: Bench
let devices: Devices
let wizard: Case

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  app = await Latchkey.start(browser, { demo: true })
  bench = new Bench(app.page)
  devices = new Devices(app.page)
  wizard = new Case(app.page)
  await app.makeVault()
  await app.go('Devices')
})
test.afterAll(() => app.stop())

test('a drifted token is shown with its drift in steps and seconds', async () => {
  await expect(devices.row(dmitri, 'Desk token')).toContainText('Drifted 3 steps')
  await expect(devices.card(dmitri)).toContainText('Desk token is 90 s fast. Two codes in a row put it right.')
})

test('two codes in a row put the token right, and its drift and the cause are said', async () => {
  await devices.card(dmitri).getByRole('button', { name: 'Resync the token' }).click()
  await wizard.expectStep('Type two codes in a row')
  expect(await wizard.doneTitles()).toEqual(['Compare the clocks'])
  await bench.open()
  await wizard.typeCodes('000000', '000001')
  await wizard.go('Type two codes in a row', 'Resync it')
  await expect(wizard.trouble).toContainText('The backend refused the codes. Nothing was changed there.')

  await wizard.typeCodes(...(await bench.tokenPair(DRIFTED)))
  await wizard.go('Type two codes in a row', 'Resync it')
  await wizard.expectStep('Desk token is back in sync')
  await expect(wizard.now).toContainText('90 s fast, 3 steps')
  await bench.close()
  await app.go('Devices')
  await expect(devices.row(dmitri, 'Desk token')).toContainText('In sync')
})

test('the token’s codes sign in again at the backend’s page', async () => {
  await bench.open()
  await bench.enterPassword(dmitri)
  await bench.chooseDevice('Desk token')
  await bench.enterCode(await bench.nextTokenCode(DRIFTED))
  await bench.expectSignedIn('With Desk token.')
  await bench.close()
})

test('a virtual device of this vault is resynchronised by the program, and a wrong clock of this computer is named', async () => {
  await app.go('Devices')
  await devices.register(eunJi)
  await wizard.choose('Which kind?', 'A virtual device')
  await wizard.go('Create the virtual device', 'Create and enable it')
  await wizard.go('Back up the vault', 'Later')
  await bench.open()
  await bench.setComputerError(120)
  // The codes that enabled it are spent.
  await bench.moveClock('+30 s')
  await bench.moveClock('+30 s')
  await bench.close()
  await app.go('Devices')
  await devices.choose(eunJi, 'eun-ji.park-latchkey', 'Resync')
  await wizard.expectStep('eun-ji.park-latchkey is back in sync')
  expect(await wizard.doneTitles()).toContain('Compare the clocks')
  await expect(app.page.locator('.lk-step.is-done').first()).toContainText('This computer’s clock is 2 min fast.')
  await expect(wizard.now).toContainText('120 s fast, 4 steps')
  await bench.open()
  await bench.setComputerError(0)
  await bench.close()
})

test('a security key is told why it needs no resync, where it is and where a case is started', async () => {
  await app.go('Devices')
  const resync = await devices.menuItem(carol, 'Spare key', 'Resync')
  await expect(resync).toHaveAttribute('aria-disabled', 'true')
  await expect(resync).toContainText('Security keys never drift, so there is nothing to resync.')
  await app.page.keyboard.press('Escape')
  await devices.choose(carol, 'Spare key', 'It is lost, stolen or broken')
  await wizard.expectStep('Drifted or lost?')
  await expect(wizard.now.getByRole('radio', { name: 'Its codes are refused' })).toBeDisabled()
  await expect(wizard.now).toContainText('Security keys never drift')
})
