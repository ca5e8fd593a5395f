/** Job 2: registering a virtual device in two actions, a hardware token by serial, a security key by the browser; the ninth refused. */
import { plugInAuthenticator } from './support/authenticator.ts'
import { Bench } from './support/bench.ts'
import { Codes } from './support/codes.ts'
import { Devices, PEOPLE } from './support/devices.ts'
import { Latchkey } from './support/latchkey.ts'
import { Case } from './support/recovery.ts'
import { expect, test } from './support/test.ts'

const { eunJi, oncall } = PEOPLE
const NEW_TOKEN = 'GALT00623358'

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

test('an identity without a device signs in by password alone and is told so', async () => {
  await expect(devices.card(eunJi)).toContainText('Password alone.')
  await expect(devices.card(eunJi)).toContainText('0 of 8')
  await bench.open()
  await bench.enterPassword(eunJi)
  await bench.expectSignedIn('By password alone: no MFA device is registered.')
  await bench.close()
})

test('a virtual device is registered in two actions, linked to its entry and offered for backup', async () => {
  await devices.register(eunJi)
  await wizard.choose('Which kind?', 'A virtual device')
  await wizard.go('Create the virtual device', 'Create and enable it')
  await wizard.expectStep('Back up the vault')
  await wizard.go('Back up the vault', 'Later')
  await wizard.expectStep('eun-ji.park-latchkey is registered')
  await expect(wizard.now).toContainText('It is the only device in use.')
  for (const deed of ['Made eun-ji.park-latchkey at the backend', 'Gave two codes in a row', 'Enabled it'])
    await expect(wizard.now).toContainText(deed)

  await app.go('Devices')
  await expect(devices.row(eunJi, 'eun-ji.park-latchkey')).toContainText('In sync')
  await expect(devices.row(eunJi, 'eun-ji.park-latchkey')).toContainText('on this computer')
  await devices.choose(eunJi, 'eun-ji.park-latchkey', 'Show its code')
  await expect(app.page.getByRole('heading', { level: 1, name: 'Codes' })).toBeVisible()
})

test('the code of the new entry signs in at the backend’s own page', async () => {
  const codes = new Codes(app.page)
  await bench.open()
  await bench.moveClock('+30 s')
  await bench.enterPassword(eunJi)
  await bench.signIn.getByLabel(/^Code of /).waitFor()
  await expect.poll(() => codes.codeOf('Northwind')).toMatch(/^\d{6}$/)
  await bench.enterCode(await codes.codeOf('Northwind'))
  await bench.expectSignedIn('With eun-ji.park-latchkey.')
  await bench.close()
})

test('a hardware token is registered by its serial number and two codes typed from its display', async () => {
  await app.go('Devices')
  await devices.register(eunJi)
  await wizard.choose('Which kind?', 'A hardware token')
  const serial = app.page.getByRole('textbox', { name: 'Serial number' })
  await serial.fill('GALT_0000')
  await expect(wizard.now).toContainText('A serial number has letters, digits and dashes only.')
  await serial.fill('GALT 0000 0000')
  await wizard.go('Serial number of the token', 'Go on')
  await expect(wizard.now).toContainText('does not know this serial number')
  await serial.fill('2600 8831 0415')
  await wizard.go('Serial number of the token', 'Go on')
  await expect(wizard.now).toContainText('registered')
  await serial.fill('GALT 0062 3358')
  await wizard.go('Serial number of the token', 'Go on')
  await wizard.expectStep('Enable the token')

  await bench.open()
  await bench.roomInStep()
  const first = await bench.tokenCode(NEW_TOKEN)
  await wizard.typeCodes(first, first)
  await expect(wizard.now).toContainText('The same code twice')
  await expect(wizard.now.getByRole('button', { name: 'Enable this token' })).toBeDisabled()
  await wizard.typeCodes(first, '12345x')
  await expect(wizard.now).toContainText('Only digits belong here.')
  await wizard.typeCodes(first, await bench.nextTokenCode(NEW_TOKEN))
  await wizard.go('Enable the token', 'Enable this token')
  await wizard.expectStep(/ is registered$/)
  await expect(wizard.now).toContainText('2 devices in use, 2 of 8 places taken.')
  await bench.close()
  await app.go('Devices')
  await expect(devices.card(eunJi)).toContainText('GALT 0062 3358')
  await expect(devices.card(eunJi)).toContainText('2 of 8')
})

test('two codes that are not in a row are refused, and nothing is enabled by them', async () => {
  await devices.register(eunJi)
  await wizard.choose('Which kind?', 'A hardware token')
  await app.page.getByRole('textbox', { name: 'Serial number' }).fill('260088310477')
  await wizard.go('Serial number of the token', 'Go on')
  await bench.open()
  const later = await bench.nextTokenCode('260088310477')
  await wizard.typeCodes('000000', later)
  await wizard.go('Enable the token', 'Enable this token')
  await expect(wizard.trouble).toContainText('The backend refused the codes.')
  await expect(wizard.trouble).toContainText('Nothing was changed there.')
  await bench.close()
  await app.page.getByRole('button', { name: 'More for this case' }).click()
  await app.page.getByRole('menuitem', { name: 'Give the case up' }).click()
  await wizard.confirm('Give it up')
  await expect(app.page.getByRole('heading', { name: 'The case is given up' })).toBeVisible()
  await wizard.confirm('Close')
  await app.go('Devices')
  await expect(devices.card(eunJi)).toContainText('2 of 8')
})

test('a security key is registered through the browser, tested, and signs in at the backend’s page', async () => {
  const key = await plugInAuthenticator(app.page)
  await devices.register(eunJi)
  await wizard.choose('Which kind?', 'A security key')
  await app.page.getByLabel('Name').fill('Bench of Chromium')
  await expect(wizard.now).toContainText('Only letters, digits and _ + = , . @ - can be in a name.')
  await app.page.getByLabel('Name').fill('key-of-chromium')
  await wizard.go('Touch the security key', 'Register this key')
  await wizard.expectStep('key-of-chromium is registered')
  expect(await key.credentials()).toBe(1)

  await app.go('Devices')
  await expect(devices.row(eunJi, 'key-of-chromium')).toContainText('In order')
  await bench.open()
  await bench.enterPassword(eunJi)
  await bench.chooseDevice('key-of-chromium')
  await bench.signIn.getByRole('button', { name: 'Use this browser’s authenticator' }).click()
  await bench.expectSignedIn('With key-of-chromium.')
  await bench.close()
  await key.remove()
})

test('a key that is plugged in here is registered by Latchkey itself, and signs in at the backend’s page', async () => {
  await devices.register(eunJi)
  await wizard.choose('Which kind?', 'A security key')
  await app.page.getByLabel('Name').fill('blue-key')
  await wizard.now.getByRole('button', { name: 'Use a key plugged in here' }).click()
  await expect(wizard.now).toContainText('when it blinks.')
  await bench.open()
  await bench.act('Touch', 'Blue key')
  await bench.close()
  await wizard.expectStep('blue-key is registered')

  await app.go('Devices')
  await expect(devices.row(eunJi, 'blue-key')).toContainText('In order')
  // What it opens now is said where keys are.
  await app.go('Security keys')
  await expect(app.page.getByText('Opens 1 identity.')).toBeVisible()
  await bench.open()
  await bench.enterPassword(eunJi)
  await bench.chooseDevice('blue-key')
  await bench.signIn.getByRole('button', { name: 'Touch the bench’s key' }).click()
  await bench.act('Touch', 'Blue key')
  await bench.expectSignedIn('With blue-key.')
  await bench.close()
  await app.go('Devices')
})

test('the ninth device is refused before anything is created', async () => {
  await expect(devices.card(oncall)).toContainText('8 of 8')
  const register = devices.card(oncall).getByRole('button', { name: 'Register a device for oncall.staging' })
  await expect(register).toHaveAttribute('aria-disabled', 'true')
  await expect(register).toContainText('All eight places are taken.')
  await app.go('Recovery')
  await app.page.getByRole('button', { name: 'Register Add a device' }).click()
  const choice = app.page.getByRole('radio', { name: 'oncall.staging' })
  await expect(choice).toBeDisabled()
  await expect(app.page.getByRole('dialog')).toContainText('All eight places are taken.')
  await app.page.keyboard.press('Escape')
})
