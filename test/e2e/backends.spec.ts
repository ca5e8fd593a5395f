/** A real backend in the program: added, looked at, a device registered and resynchronised there, removed. AWS is FakeIam. */
import { Latchkey } from './support/latchkey.ts'
import { startFakeAws, type FakeAws } from './support/fake-aws.ts'
import { Case } from './support/recovery.ts'
import { expect, test } from './support/test.ts'

let aws: FakeAws
let app: Latchkey

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  aws = await startFakeAws()
  app = await Latchkey.start(browser, { flags: ['--developer'] })
  await app.makeVault()
})
test.afterAll(async () => {
  await app.stop()
  await aws.close()
})

test('AWS is added by keys: who that is and what it may do is shown first', async () => {
  const { page } = app
  const dialog = page.getByRole('dialog')
  await app.go('Devices')
  await page.getByRole('button', { name: 'Add a backend' }).click()
  await dialog.getByRole('radio', { name: 'AWS IAM' }).check({ force: true })
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByRole('radio', { name: 'With keys typed here' }).check({ force: true })
  await dialog.getByLabel('Access key ID').fill(aws.keys.accessKeyId)
  await dialog.getByLabel('Secret access key').fill('a wrong one that is long enough')
  await dialog.getByRole('button', { name: 'Look who I am' }).click()
  await expect(dialog).toContainText('It did not work')
  await dialog.getByRole('button', { name: 'Back' }).click()
  await dialog.getByLabel('Secret access key').fill(aws.keys.secretAccessKey)
  await dialog.getByRole('button', { name: 'Look who I am' }).click()
  await expect(dialog).toContainText('alice, user of 123456789012')
  await expect(dialog).toContainText('In the AWS console only.')
  await dialog.getByLabel('Name in Latchkey').fill('Work')
  await dialog.getByRole('button', { name: 'Add it' }).click()
  await expect(page.getByRole('region', { name: 'Backends' })).toContainText('alice, user of 123456789012')
  await expect(page.getByRole('region', { name: 'Backends' })).toContainText('In order')
})

test('a virtual device is registered there in two actions and resynchronised in one', async () => {
  const { page } = app
  const wizard = new Case(page)
  await app.go('Devices')
  await expect(page.getByText('Password alone.')).toBeVisible()
  await page.getByRole('button', { name: 'Register a device for alice' }).click()
  await wizard.choose('Which kind?', 'A virtual device')
  await wizard.go('Create the virtual device', 'Create and enable it')
  await wizard.expectStep('Back up the vault')
  await wizard.go('Back up the vault', 'Later')
  await wizard.expectStep('alice-latchkey is registered')
  expect(aws.iam.devices.current.get('arn:aws:iam::123456789012:mfa/alice-latchkey')).toMatchObject({ holder: 'alice' })
  await app.go('Devices')
  await page.getByRole('button', { name: 'Actions for alice-latchkey' }).click()
  await page.getByRole('menuitem', { name: 'Resync' }).click()
  // Both codes of now are spent: it waits for two newer ones by itself.
  await expect(wizard.now).toContainText(/in sync/i, { timeout: 75_000 })
})

test('a profile is added beside it, and its administrator sees everybody', async () => {
  const { page } = app
  const dialog = page.getByRole('dialog')
  await app.go('Settings')
  await page.getByRole('button', { name: 'Add a backend' }).click()
  await dialog.getByRole('radio', { name: 'AWS IAM' }).check({ force: true })
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByLabel('Profile', { exact: true }).selectOption('work')
  await dialog.getByRole('button', { name: 'Look who I am' }).click()
  await expect(dialog).toContainText('carol, administrator of northwind')
  await expect(dialog.getByLabel('Name in Latchkey')).toHaveValue('AWS work')
  await dialog.getByRole('button', { name: 'Add it' }).click()
  await app.go('Devices')
  await expect(page.getByRole('heading', { level: 2, name: 'AWS work' })).toBeVisible()
  await expect(page.getByRole('button', { name: 'Register a device for alice' })).toHaveCount(2)
})

test('both are there after a restart, and one is removed with what stays said', async () => {
  const { page } = app
  await app.restart()
  await app.unlock()
  await app.go('Settings')
  await page.getByRole('button', { name: 'Actions for AWS work' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await expect(page.getByRole('dialog')).toContainText('Stays registered there')
  await page.getByRole('button', { name: 'Remove AWS work' }).click()
  await expect(page.getByRole('button', { name: 'Actions for AWS work' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Actions for Work' })).toBeVisible()
})
