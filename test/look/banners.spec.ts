/** Pictures of what a vault's banners say, and of ways in that were removed: copies left, a vault that another writes. */
import { cpSync, readdirSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDataDir } from '../support/browser-shell.ts'
import { Codes, link } from '../e2e/support/codes.ts'
import { Latchkey, PASSPHRASE } from '../e2e/support/latchkey.ts'
import { SettingsScreen } from '../e2e/support/settings.ts'
import { expect, test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const NEXT_PASSPHRASE = 'five other plain words now'
const first = temporaryDataDir()

test.beforeAll(async ({ browser }) => {
  const app = await Latchkey.start(browser, { dataDir: first.path })
  await app.makeVault()
  await new Codes(app.page).addLink(link('GitHub', 'alice', SECRET))
  await app.stop()
})
test.afterAll(() => first.remove())

test('ways in that are removed, and the older copies they still open', async ({ browser }) => {
  const folder = temporaryDataDir()
  cpSync(first.path, folder.path, { recursive: true })
  const snapshots = join(folder.path, 'vault', 'snapshots')
  const newest = readdirSync(snapshots).toSorted().at(-1)!
  cpSync(join(snapshots, newest), join(snapshots, '20260105T101500Z-g1'), { recursive: true })
  const app = await Latchkey.start(browser, { dataDir: folder.path })
  const { page } = app
  const eye = new Eye(page)
  const settings = new SettingsScreen(app)
  const { dialog } = settings
  await app.unlock()
  await app.go('Settings')
  const code = await settings.makeRecoveryCode(PASSPHRASE)
  await dialog.getByLabel('Recovery code').fill(code)
  await dialog.getByRole('button', { name: 'Use this code' }).click()
  await page.getByText('It opens the vault without the passphrase.').waitFor()
  await eye.look('settings-with-recovery-code')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await eye.look('settings-remove-slot')
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('button', { name: 'Remove the recovery code' }).waitFor()
  await eye.look('settings-remove-slot-confirm')
  await dialog.last().getByRole('button', { name: 'Keep it' }).click()
  await expect(dialog).toHaveCount(1)
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await expect(dialog).toHaveCount(0)

  await page.getByRole('button', { name: 'Change' }).click()
  await dialog.getByLabel('Present passphrase').fill(PASSPHRASE)
  await dialog.getByLabel('New passphrase', { exact: true }).fill(NEXT_PASSPHRASE)
  await dialog.getByLabel('New passphrase again').fill(NEXT_PASSPHRASE)
  await dialog.getByRole('button', { name: 'Change it' }).click()
  await dialog.getByRole('heading', { name: 'Passphrase changed.' }).waitFor()
  await eye.look('settings-copies-left')
  await dialog.getByRole('button', { name: 'Delete the older copies' }).click()
  await page.getByRole('button', { name: 'Delete the copies' }).waitFor()
  await eye.look('settings-copies-confirm')
  eye.expectNothingFound()
  await app.stop()
  folder.remove()
})

test('a vault that fell back to an older copy, and settings that were moved aside', async ({ browser }) => {
  const folder = temporaryDataDir()
  cpSync(first.path, folder.path, { recursive: true })
  writeFileSync(join(folder.path, 'vault', 'vault.age'), 'spoilt')
  writeFileSync(join(folder.path, 'config.json'), '{ this is no JSON')
  const app = await Latchkey.start(browser, { dataDir: folder.path })
  await app.unlock()
  const { page } = app
  const eye = new Eye(page)
  await page.getByText('Opened from an older copy.').waitFor()
  await page.getByText('The settings file could not be read.').waitFor()
  await eye.look('banner-fell-back')
  eye.expectNothingFound()
  await app.stop()
  folder.remove()
})

test('a vault that another Latchkey writes', async ({ browser }) => {
  const writer = await Latchkey.start(browser, { dataDir: first.path })
  await writer.unlock()
  const reader = await Latchkey.start(browser, { dataDir: first.path })
  await reader.unlock()
  const { page } = reader
  const eye = new Eye(page)
  await page.getByText('Another Latchkey writes this vault').waitFor()
  await eye.look('banner-read-only')
  await reader.go('Settings')
  await eye.look('settings-read-only')
  eye.expectNothingFound()
  await reader.stop()
  await writer.stop()
})
