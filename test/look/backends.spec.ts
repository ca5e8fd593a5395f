/** Pictures of Settings › Backends and of adding one, beside a FakeIam. */
import { startFakeAws, type FakeAws } from '../e2e/support/fake-aws.ts'
import { Latchkey } from '../e2e/support/latchkey.ts'
import { test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'

let aws: FakeAws
test.beforeAll(async () => {
  aws = await startFakeAws()
})
test.afterAll(() => aws.close())

test('adding a backend, step by step, and how it stands after that', async ({ browser }) => {
  const app = await Latchkey.start(browser, { flags: ['--developer'] })
  const { page } = app
  const eye = new Eye(page)
  const dialog = page.getByRole('dialog')
  await app.makeVault()
  await app.go('Settings')
  await page.getByRole('button', { name: 'Add a backend' }).click()
  await dialog.getByRole('radio', { name: 'AWS IAM' }).check({ force: true })
  await eye.look('backends-add-kind')
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByLabel('Profile', { exact: true }).selectOption('work')
  await eye.look('backends-add-aws-profile')
  await dialog.getByRole('radio', { name: 'With keys typed here' }).check({ force: true })
  await dialog.getByLabel('Access key ID').fill(aws.keys.accessKeyId)
  await dialog.getByLabel('Secret access key').fill('a wrong one that is long enough')
  await eye.look('backends-add-aws-keys')
  await dialog.getByRole('button', { name: 'Look who I am' }).click()
  await dialog.getByText('It did not work').waitFor()
  await eye.look('backends-add-failed')
  await dialog.getByRole('button', { name: 'Back' }).click()
  await dialog.getByRole('radio', { name: 'With a profile of this computer' }).check({ force: true })
  await dialog.getByRole('button', { name: 'Look who I am' }).click()
  await dialog.getByText('administrator of northwind').waitFor()
  await eye.look('backends-add-who')
  await dialog.getByRole('button', { name: 'Add it' }).click()
  await dialog.waitFor({ state: 'detached' })

  await page.getByRole('button', { name: 'Add a backend' }).click()
  await dialog.getByRole('radio', { name: 'privacyIDEA' }).check({ force: true })
  await dialog.getByRole('button', { name: 'Next' }).click()
  await dialog.getByLabel('Address of the server').fill('https://127.0.0.1:9')
  await dialog.getByLabel('User name').fill('alice')
  await dialog.getByLabel('Password', { exact: true }).fill('not hers')
  await dialog.getByLabel(/our own authority/).check({ force: true })
  await eye.look('backends-add-privacyidea')
  await dialog.getByLabel(/our own authority/).uncheck({ force: true })
  await dialog.getByRole('button', { name: 'Look who I am' }).click()
  await dialog.getByRole('button', { name: 'Add it all the same' }).click()
  await dialog.waitFor({ state: 'detached' })
  await page.getByText('Can’t be reached', { exact: true }).waitFor()
  await eye.look('backends-card', {
    arrange: () => page.getByRole('region', { name: 'Backends' }).scrollIntoViewIfNeeded(),
  })

  await page.getByRole('button', { name: 'Actions for AWS work' }).click()
  await eye.look('backends-menu')
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await eye.look('backends-rename')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Actions for AWS work' }).click()
  await page.getByRole('menuitem', { name: 'Test' }).click()
  await dialog.getByText('identities are seen').waitFor()
  await eye.look('backends-test')
  await page.keyboard.press('Escape')
  await page.getByRole('button', { name: 'Actions for AWS work' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await dialog.getByText('Stays registered there').waitFor()
  await eye.look('backends-remove')
  await page.keyboard.press('Escape')

  await app.go('Devices')
  await page.getByText('127.0.0.1 can’t be reached.').waitFor()
  await eye.look('devices-two-backends')
  await app.stop()
})
