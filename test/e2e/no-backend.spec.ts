/** Without the demo: Devices leads to where a backend is added, and offers the demo. */
import { Latchkey } from './support/latchkey.ts'
import { expect, test } from './support/test.ts'

test('Devices leads to where a backend is added and offers the demo, and there is no bench', async ({ browser }) => {
  const app = await Latchkey.start(browser)
  const { page } = app
  await app.makeVault()
  await expect(page.getByText('Demo mode.')).toHaveCount(0)
  await app.go('Devices')
  await expect(page.getByRole('heading', { name: 'No backend yet' })).toBeVisible()
  await expect(page.getByText('Try all of it in the demo')).toBeVisible()
  await page.getByRole('button', { name: 'Copy the command' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('npm start -- --demo')
  await page.getByRole('button', { name: 'Add a backend' }).click()
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
  await expect(page.getByRole('radio', { name: 'AWS IAM' })).toBeVisible()
  await expect(page.getByRole('radio', { name: 'privacyIDEA' })).toBeVisible()
  await page.getByRole('button', { name: 'Cancel' }).click()
  await app.go('Recovery')
  await page.getByRole('button', { name: /^Register/ }).click()
  await expect(page.getByRole('dialog')).toContainText('No identity is listed.')
  await app.stop()
})
