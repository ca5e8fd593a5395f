/** Without the demo: Devices says which backends come later and offers the demo. */
import { Latchkey } from './support/latchkey.ts'
import { expect, test } from './support/test.ts'

test('Devices says which backends come later and offers the demo, and there is no bench', async ({ browser }) => {
  const app = await Latchkey.start(browser)
  const { page } = app
  await app.makeVault()
  await expect(page.getByText('Demo mode.')).toHaveCount(0)
  await app.go('Devices')
  await expect(page.getByRole('heading', { name: 'No backend yet' })).toBeVisible()
  await expect(page.getByText('AWS IAM and privacyIDEA come with a later version.')).toBeVisible()
  await expect(page.getByText('Try all of it in the demo')).toBeVisible()
  await page.getByRole('button', { name: 'Copy the command' }).click()
  expect(await page.evaluate(() => navigator.clipboard.readText())).toBe('npm start -- --demo')
  await app.go('Recovery')
  await page.getByRole('button', { name: /^Register/ }).click()
  await expect(page.getByRole('dialog')).toContainText('No identity is listed.')
  await app.stop()
})
