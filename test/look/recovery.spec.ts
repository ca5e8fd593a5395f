/** Pictures of Recovery: the list, and each form that a step of a case has. */
import { Bench } from '../e2e/support/bench.ts'
import { Devices, PEOPLE } from '../e2e/support/devices.ts'
import { Latchkey } from '../e2e/support/latchkey.ts'
import { Case } from '../e2e/support/recovery.ts'
import { expect, test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'

const { root, alice, dmitri, eunJi, stagingRoot } = PEOPLE
const GONE = 'It is lost, stolen or broken'
const DRIFTED = '260088310415'

let app: Latchkey
let bench: Bench
let devices: Devices
let wizard: Case
let eye: Eye

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  app = await Latchkey.start(browser, { demo: true })
  bench = new Bench(app.page)
  devices = new Devices(app.page)
  wizard = new Case(app.page)
  eye = new Eye(app.page)
  await app.makeVault()
})
test.afterAll(() => app.stop())

/** The case with its open step in view. */
const step = (state: string) => eye.look(`recovery-${state}`, { arrange: () => wizard.now.scrollIntoViewIfNeeded() })

test('an empty list, and the start of a case', async () => {
  const { page } = app
  await app.go('Recovery')
  await page.getByRole('heading', { name: 'No open case' }).waitFor()
  await eye.look('recovery-list-empty')
  await page.getByRole('button', { name: /^Replace A device/ }).click()
  await page.getByRole('dialog').getByRole('radio').first().waitFor()
  await eye.look('recovery-start')
  await page.keyboard.press('Escape')
})

test('resync: two codes, their faults, trouble, and the end', async () => {
  await app.go('Devices')
  await devices.card(dmitri).getByRole('button', { name: 'Resync the token' }).click()
  await wizard.expectStep('Type two codes in a row')
  await step('codes')
  await wizard.typeCodes('000000', '000000')
  await expect(wizard.now).toContainText('The same code twice')
  await step('codes-same')
  await wizard.typeCodes('000000', '00000x')
  await expect(wizard.now).toContainText('Only digits belong here.')
  await step('codes-letters')
  await wizard.typeCodes('000000', '000001')
  await wizard.go('Type two codes in a row', 'Resync it')
  await wizard.trouble.waitFor()
  await step('codes-refused')
  await bench.open()
  await eye.look('recovery-beside-bench', { arrange: () => wizard.now.scrollIntoViewIfNeeded() })
  const first = await bench.tokenCode(DRIFTED)
  await wizard.typeCodes(first, await bench.nextTokenCode(DRIFTED))
  await bench.close()
  await wizard.go('Type two codes in a row', 'Resync it')
  await wizard.expectStep('Desk token is back in sync')
  await step('resynced')
})

test('register: kinds, a serial number, a run, a backup, a touch', async () => {
  const { page } = app
  await app.go('Devices')
  await devices.register(eunJi)
  await wizard.expectStep('Which kind?')
  await step('register-choice')
  await wizard.choose('Which kind?', 'A hardware token')
  await wizard.expectStep('Serial number of the token')
  await page.getByLabel('Serial number').fill('GALT_0000')
  await expect(wizard.now).toContainText('letters, digits and dashes only')
  await step('register-text-fault')
  await page.getByLabel('Serial number').fill('GALT 0000 0000')
  await wizard.go('Serial number of the token', 'Go on')
  await expect(wizard.now).toContainText('does not know this serial number')
  await step('register-text-unknown')
  await wizard.go('Serial number of the token', 'Back')
  await wizard.expectStep('Which kind?')
  await step('register-choice-again')
  await wizard.choose('Which kind?', 'A virtual device')
  await wizard.expectStep('Create the virtual device')
  await step('register-run')
  await wizard.go('Create the virtual device', 'Create and enable it')
  await wizard.expectStep('Back up the vault')
  await step('register-backup')
  await wizard.go('Back up the vault', 'Later')
  await wizard.expectStep('eun-ji.park-latchkey is registered')
  await step('register-end')

  await app.go('Devices')
  await devices.register(eunJi)
  await wizard.choose('Which kind?', 'A security key')
  await wizard.expectStep('Touch the security key')
  await step('register-touch')
  await page.getByRole('button', { name: 'More for this case' }).click()
  await page.getByRole('menuitem', { name: 'Give the case up' }).waitFor()
  await eye.look('recovery-case-menu')
  await page.getByRole('menuitem', { name: 'Give the case up' }).click()
  await page.getByRole('heading', { name: 'The case is given up' }).waitFor()
  await eye.look('recovery-given-up')
  await wizard.confirm('Close')
})

test('replace: a second device, a removal, trying the new one, the password', async () => {
  const { page } = app
  await app.go('Devices')
  await devices.choose(stagingRoot, 'Pixel 8, staging root', GONE)
  await wizard.expectStep('Drifted or lost?')
  await step('replace-choice')
  await wizard.choose('Drifted or lost?', 'It is lost')
  await wizard.expectStep('Sign in with another device')
  await step('replace-check')
  await wizard.go('Sign in with another device', 'I have signed in: check')
  await wizard.trouble.waitFor()
  await step('replace-check-trouble')
  await bench.open()
  await bench.enterPassword(stagingRoot)
  await bench.chooseDevice('Blue key')
  await bench.signIn.getByRole('button', { name: 'Touch the bench’s key' }).click()
  await bench.act('Touch', 'Blue key')
  await bench.expectSignedIn('With Blue key.')
  await bench.close()
  await wizard.go('Sign in with another device', 'I have signed in: check')
  await wizard.choose('What comes in its place?', 'A virtual device')
  await wizard.expectStep('Remove the account from the old app')
  await step('replace-tick')
  await wizard.go('Remove the account from the old app', 'I can’t: the phone is gone')
  await wizard.expectStep('Remove Pixel 8, staging root')
  await step('replace-remove')
  await wizard.go('Remove Pixel 8, staging root', 'Remove Pixel 8, staging root')
  await page.getByRole('dialog').getByText('Still opens it').waitFor()
  await eye.look('recovery-replace-remove-confirm')
  await wizard.confirm('Remove Pixel 8, staging root')
  await wizard.go('Create the virtual device', 'Create and enable it')
  await wizard.expectStep('Try it once')
  await step('replace-try')
  await bench.open()
  await wizard.go('Try it once', 'Try it here')
  await expect(wizard.now).toContainText('Waiting for the next code')
  await bench.moveClock('+30 s')
  await wizard.expectStep('Change the password')
  await bench.close()
  await page.getByLabel('Present password').fill('northwind staging root')
  await page.getByLabel('New password', { exact: true }).fill('a much newer staging root')
  await page.getByLabel('New password again').fill('a much older')
  await step('replace-password')
  await page.getByLabel('New password again').fill('a much newer staging root')
  await wizard.go('Change the password', 'Change the password')
  await wizard.go('Back up the vault', 'Later')
  await wizard.expectStep('Pixel 8, staging root is replaced')
  await step('replace-end')
})

test('replace: no device left, an administrator, a token that is waited for', async () => {
  const { page } = app
  await app.go('Devices')
  await devices.choose(root, 'Pixel 8, production root', GONE)
  await wizard.choose('Drifted or lost?', 'It was stolen')
  await wizard.expectStep('Can you reach email and phone?')
  await step('replace-reach')
  await wizard.choose('Can you reach email and phone?', 'Yes, both')
  await wizard.expectStep('Open the sign-in page')
  await step('replace-sign-in-page')
  await wizard.go('Open the sign-in page', 'I am at the next page')
  await wizard.go('Choose Troubleshoot MFA', 'I see the alternative factors')
  await wizard.expectStep('Verify the email address')
  await step('replace-email')

  await app.go('Devices')
  await devices.choose(alice, 'Pixel 8, alice', GONE)
  await wizard.choose('Drifted or lost?', 'It is lost')
  await wizard.expectStep('Ask an administrator')
  await step('replace-message')
  await app.go('Devices')
  await devices.choose(alice, 'Pixel 8, alice', 'Help as an administrator')
  await page.getByRole('dialog').getByRole('radio', { name: 'carol.vasquez-ono' }).check({ force: true })
  await page.getByRole('dialog').getByRole('button', { name: 'Go on' }).click()
  await wizard.expectStep('Make sure who asks')
  await step('help')

  await app.go('Devices')
  await devices.choose(dmitri, 'Desk token', GONE)
  await wizard.choose('Drifted or lost?', 'It is broken')
  await wizard.expectStep('Sign in with another device')
  await wizard.go('Sign in with another device', 'Give a code of it here')
  await page
    .getByRole('dialog')
    .getByLabel(/^Code of /)
    .waitFor()
  await eye.look('recovery-asks-for-code')
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel' }).click()

  await app.go('Recovery')
  await page.getByRole('button', { name: 'Replace the stolen Pixel 8, production root' }).waitFor()
  await eye.look('recovery-list')
  await eye.look('recovery-list-closed', {
    arrange: () => page.getByRole('region', { name: 'Closed' }).scrollIntoViewIfNeeded(),
  })
  await app.go('Devices')
  await eye.look('devices-with-cases')
})

test('axe finds nothing serious on any of them, and each fits a narrow window', () => eye.expectNothingFound())
