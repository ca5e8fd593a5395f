/** Security keys as ways into the vault: added in Settings, two of them; unlocking by one; revoked by name. */
import { cpSync, readdirSync } from 'node:fs'
import { join } from 'node:path'
import { plugInAuthenticator } from './support/authenticator.ts'
import { Bench } from './support/bench.ts'
import { BLUE_PIN, Keys } from './support/keys.ts'
import { Latchkey, PASSPHRASE } from './support/latchkey.ts'
import { expect, test } from './support/test.ts'

/** The newest copy of the vault as one of an earlier day; those of the same hour replace one another. */
function plantOlderCopy(dataDir: string): void {
  const folder = join(dataDir, 'vault', 'snapshots')
  const newest = readdirSync(folder).toSorted().at(-1)!
  cpSync(join(folder, newest), join(folder, '20261101T080000Z-g1'), { recursive: true })
}

test('a key is added and opens the vault through the browser, a second one is offered, and one is revoked by name', async ({
  browser,
}) => {
  const app = await Latchkey.start(browser)
  const { page } = app
  const dialog = page.getByRole('dialog')
  await app.makeVault()
  const first = await plugInAuthenticator(page)

  await app.go('Settings')
  await page.getByRole('button', { name: 'Add a security key' }).click()
  await dialog.getByLabel('What you call it').fill('Blue key')
  await dialog.getByLabel('How it is reached').selectOption('page')
  await dialog.getByLabel('Passphrase').fill('not the passphrase')
  await dialog.getByRole('button', { name: 'Add the key' }).click()
  await expect(dialog.getByText('That is not the passphrase.')).toBeVisible()
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Add the key' }).click()
  await expect(dialog.getByText('Blue key opens this vault now.')).toBeVisible()
  expect(await first.credentials()).toBe(1)

  await dialog.getByRole('button', { name: 'Add the second key' }).click()
  await dialog.getByLabel('What you call it').fill('Blue key')
  await dialog.getByRole('button', { name: 'Add the key' }).click()
  await expect(dialog.getByText('Another key has that name.')).toBeVisible()
  await first.remove()
  const second = await plugInAuthenticator(page)
  await dialog.getByLabel('What you call it').fill('Spare key')
  await dialog.getByRole('button', { name: 'Add the key' }).click()
  await expect(dialog.getByText('Spare key opens this vault now.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Done' }).click()

  await app.lock()
  await page.getByRole('button', { name: 'Security key, through the browser' }).click()
  await app.waitForFrame()
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()

  plantOlderCopy(app.dataDir)
  await page.getByRole('button', { name: 'Remove Spare key' }).click()
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await expect(page.getByText('Key Blue key')).toBeVisible()
  await page.getByRole('button', { name: 'Remove Spare key' }).last().click()
  await expect(dialog.getByText('still opens the old way')).toBeVisible()
  await dialog.getByRole('button', { name: 'Delete the older copies' }).click()
  await page.getByRole('button', { name: 'Delete the copies' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Remove Spare key' })).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Remove Blue key' })).toBeVisible()
  await second.remove()
  await app.stop()
})

test('a key of the bench is added by CTAP, with its PIN and three touches', async ({ browser }) => {
  const app = await Latchkey.start(browser, { demo: true })
  const { page } = app
  await app.makeVault()
  const bench = new Bench(page)
  const keys = new Keys(page, bench)
  await app.go('Security keys')
  await keys.plugIn('Blue')
  await bench.open()
  await app.go('Settings')
  await page.getByRole('button', { name: 'Add a security key' }).click()
  await keys.dialog.getByLabel('What you call it').fill('Blue key')
  await keys.dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await keys.dialog.getByRole('button', { name: 'Add the key' }).click()
  await keys.givePin(BLUE_PIN)
  for (const step of ['Making a secret on the key', 'Asking it once', 'Asking again and comparing']) {
    await expect(page.getByRole('progressbar', { name: step })).toBeVisible()
    await bench.drawer
      .getByRole('button', { name: /^Touch: / })
      .first()
      .click()
  }
  await expect(page.getByText('Blue key opens this vault now.')).toBeVisible()
  await app.stop()
})
