/** Pictures of security keys as ways in, of importing and of exporting. */
import { fileURLToPath } from 'node:url'
import { plugInAuthenticator } from '../e2e/support/authenticator.ts'
import { Bench } from '../e2e/support/bench.ts'
import { Codes, link } from '../e2e/support/codes.ts'
import { BLUE_PIN, Keys } from '../e2e/support/keys.ts'
import { Latchkey, PASSPHRASE } from '../e2e/support/latchkey.ts'
import { expect, test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/import/${name}`, import.meta.url))

test('importing and exporting', async ({ browser }) => {
  const app = await Latchkey.start(browser)
  const { page } = app
  const eye = new Eye(page)
  const codes = new Codes(page)
  const { dialog } = codes
  await app.makeVault()
  await codes.addLink(link('GitHub', 'alice', SEED))
  await codes.addLink(link('Bank', 'alice', SEED.replace('JBSW', 'MFRG')))
  const menu = async (item: string) => {
    await page.getByRole('button', { name: 'Sort, rows, bin, import, export and backup' }).click()
    await page.getByRole('menuitem', { name: item }).click()
  }
  await menu('Import')
  await eye.look('import-empty')
  await dialog.locator('input[type=file]').setInputFiles(fixture('aegis-encrypted.json'))
  await dialog.getByLabel('Password of the file').waitFor()
  await eye.look('import-password')
  await page.keyboard.press('Escape')
  await menu('Import')
  await dialog
    .getByLabel('Or paste links')
    .fill(
      [
        link('GitHub', 'alice', SEED),
        link('Bank', 'alice', SEED),
        link('New', 'bob', SEED.replace('JBSW', 'EFGH')),
        'otpauth://totp/Bad:carol?secret=ABC1DEFG',
      ].join('\n'),
    )
  await dialog.getByRole('button', { name: 'Look at it' }).click()
  await dialog.getByRole('button', { name: 'All 4' }).waitFor()
  await eye.look('import-verdicts')
  await page.keyboard.press('Escape')
  for (const [format, name] of [
    ['QR codes for Google Authenticator', 'google'],
    ['A sheet to print', 'sheet'],
    ['Links, one a line', 'links'],
  ] as const) {
    await menu('Export')
    await dialog.getByRole('radio', { name: format }).check({ force: true })
    if (name === 'google') await eye.look('export-ask')
    await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
    await dialog.getByRole('button', { name: 'Export', exact: true }).click()
    await dialog.getByText('2 entries ready.').waitFor()
    await eye.look(`export-${name}`)
    await page.keyboard.press('Escape')
  }
  eye.expectNothingFound()
  await app.stop()
})

test('a security key as a way in', async ({ browser }) => {
  const app = await Latchkey.start(browser, { demo: true })
  const { page } = app
  const eye = new Eye(page)
  await app.makeVault()
  const bench = new Bench(page)
  const keys = new Keys(page, bench)
  await app.go('Security keys')
  await keys.plugIn('Blue')
  await bench.open()
  await app.go('Settings')
  await eye.look('ways-in-no-key')
  await page.getByRole('button', { name: 'Add a security key' }).click()
  await keys.dialog.getByLabel('What you call it').fill('Blue key')
  await keys.dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await eye.look('add-key')
  await keys.dialog.getByRole('button', { name: 'Add the key' }).click()
  await keys.givePin(BLUE_PIN)
  for (const step of ['Making a secret on the key', 'Asking it once', 'Asking again and comparing']) {
    await expect(page.getByRole('progressbar', { name: step })).toBeVisible()
    if (step === 'Asking it once') await eye.look('add-key-touch')
    await bench.drawer
      .getByRole('button', { name: /^Touch: / })
      .first()
      .click()
  }
  await page.getByText('Blue key opens this vault now.').waitFor()
  await eye.look('add-key-done')
  await page.getByRole('button', { name: 'Not now' }).click()
  await eye.look('ways-in-one-key')
  const authenticator = await plugInAuthenticator(page)
  await app.lock()
  await eye.look('locked-with-key')
  await page.getByRole('button', { name: 'Security key Plugged' }).click()
  await page.getByRole('button', { name: 'Cancel' }).first().waitFor()
  await eye.look('locked-key-waits')
  await authenticator.remove()
  eye.expectNothingFound()
  await app.stop()
})
