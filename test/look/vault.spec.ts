/** Pictures of what comes before the frame: the first run, the locked page, vaults that can't be opened. */
import { cpSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import { temporaryDataDir } from '../support/browser-shell.ts'
import { Latchkey, PASSPHRASE } from '../e2e/support/latchkey.ts'
import { rewriteVault } from '../e2e/support/newer-vault.ts'
import { SettingsScreen } from '../e2e/support/settings.ts'
import { expect, test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'

const first = temporaryDataDir()
test.afterAll(() => first.remove())

test('the first run and the locked page', async ({ browser }) => {
  const app = await Latchkey.start(browser, { dataDir: first.path })
  const { page } = app
  const eye = new Eye(page)
  const passphrase = page.getByLabel('Passphrase', { exact: true })
  const again = page.getByLabel('Passphrase again')
  await passphrase.waitFor()
  await eye.look('first-run-empty')
  await passphrase.fill('short')
  await expect(page.getByText('3 characters more.')).toBeVisible()
  await eye.look('first-run-too-short')
  await passphrase.fill(PASSPHRASE)
  await again.fill('four plain birds')
  await expect(page.getByText('The two differ.')).toBeVisible()
  await eye.look('first-run-differs')
  await app.makeVault()

  await app.go('Settings')
  const settings = new SettingsScreen(app)
  const code = await settings.makeRecoveryCode(PASSPHRASE)
  await settings.dialog.getByLabel('Recovery code').fill(code)
  await settings.dialog.getByRole('button', { name: 'Use this code' }).click()
  await settings.dialog.waitFor({ state: 'hidden' })
  await app.lock()
  await eye.look('locked-passphrase')
  await page.getByLabel('Passphrase').fill('four plain words hers')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByText('That is not the passphrase.')).toBeVisible()
  await eye.look('locked-wrong-passphrase')
  await page.getByRole('button', { name: 'Recovery code' }).click()
  await page.getByLabel('Recovery code').waitFor()
  await eye.look('locked-recovery-code')
  await page.getByLabel('Recovery code').fill(code.split('-').toReversed().join('-'))
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByText('a letter that was misread or mistyped')).toBeVisible()
  await eye.look('locked-recovery-code-misread')
  eye.expectNothingFound()
  await app.stop()
})

const SPOILED: readonly (readonly [string, RegExp, (vault: string) => void])[] = [
  ['damaged', /^The vault is damaged$/, (vault) => writeFileSync(join(vault, 'vault.age'), 'no age file at all')],
  ['missing', /^The vault file is missing$/, (vault) => renameSync(join(vault, 'vault.age'), join(vault, 'elsewhere'))],
]

for (const [state, title, spoil] of SPOILED)
  test(`a ${state} vault`, async ({ browser }) => {
    const folder = temporaryDataDir()
    cpSync(first.path, folder.path, { recursive: true })
    const vault = join(folder.path, 'vault')
    rmSync(join(vault, 'vault.age.bak'), { force: true })
    rmSync(join(vault, 'snapshots'), { recursive: true, force: true })
    spoil(vault)
    const app = await Latchkey.start(browser, { dataDir: folder.path })
    await app.page.getByLabel('Passphrase').fill(PASSPHRASE)
    await app.page.getByRole('button', { name: 'Unlock' }).click()
    await app.page.getByRole('heading', { name: title }).waitFor()
    const eye = new Eye(app.page)
    await eye.look(`vault-${state}`)
    eye.expectNothingFound()
    await app.stop()
    folder.remove()
  })

test('a vault of a newer format', async ({ browser }) => {
  const folder = temporaryDataDir()
  const app = await Latchkey.start(browser, { dataDir: folder.path })
  await app.makeVault()
  await app.stop()
  await rewriteVault(folder.path, PASSPHRASE, (text) => text.replace('"format":1', '"format":2'))
  const later = await Latchkey.start(browser, { dataDir: folder.path })
  await later.page.getByLabel('Passphrase').fill(PASSPHRASE)
  await later.page.getByRole('button', { name: 'Unlock' }).click()
  await later.page.getByRole('heading', { name: 'The vault was written by a newer Latchkey' }).waitFor()
  const eye = new Eye(later.page)
  await eye.look('vault-newer')
  eye.expectNothingFound()
  await later.stop()
  folder.remove()
})
