/** Pictures of Settings and its dialogs. */
import { Codes, link } from '../e2e/support/codes.ts'
import { Latchkey, PASSPHRASE } from '../e2e/support/latchkey.ts'
import { SettingsScreen } from '../e2e/support/settings.ts'
import { test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'

test('settings, ways in, backup and restore', async ({ browser }) => {
  const app = await Latchkey.start(browser)
  const { page } = app
  const eye = new Eye(page)
  const codes = new Codes(page)
  const settings = new SettingsScreen(app)
  const { dialog } = settings
  await app.makeVault()
  await codes.addLink(link('GitHub', 'alice', SECRET))
  await codes.addLink(link('Bitwarden', 'alice@okonkwo.example', SECRET.replace('JBSW', 'MFRG')))

  await app.go('Devices')
  await codes.toast.waitFor({ state: 'hidden', timeout: 20_000 })
  await page.getByRole('heading', { name: 'No backend yet' }).waitFor()
  await eye.look('devices-no-backend')

  await app.go('Settings')
  await eye.look('settings-top')
  await eye.look('settings-bottom', { arrange: () => page.getByText('Quit Latchkey').scrollIntoViewIfNeeded() })

  await page.getByRole('button', { name: 'Change' }).first().click()
  await dialog.getByLabel('Present passphrase').fill(PASSPHRASE)
  await dialog.getByLabel('New passphrase', { exact: true }).fill('five other plain words now')
  await dialog.getByLabel('New passphrase again').fill('five other plain birds')
  await dialog.getByText('The two differ.').waitFor()
  await eye.look('settings-passphrase')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Make a recovery code' }).click()
  await eye.look('settings-recovery-code-ask')
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Show a new code' }).click()
  await dialog.locator('.lk-recovery-code span').first().waitFor()
  await eye.look('settings-recovery-code-shown')
  await dialog.getByRole('button', { name: 'I have it on paper' }).click()
  await dialog.getByLabel('Recovery code').fill('0000-1111')
  await dialog.getByRole('button', { name: 'Use this code' }).click()
  await dialog.getByLabel('Recovery code').and(page.locator('[aria-invalid=true]')).waitFor()
  await eye.look('settings-recovery-code-typed')
  await page.keyboard.press('Escape')

  await page.getByRole('button', { name: 'Back up' }).click()
  await dialog.getByLabel('Use another passphrase for the backup').check({ force: true })
  await eye.look('settings-backup')
  await dialog.getByLabel('Use another passphrase for the backup').uncheck({ force: true })
  await dialog.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Back up' }).click()
  await dialog.getByText('backed up, reopened and compared.').waitFor()
  const saved = page.waitForEvent('download')
  await dialog.getByRole('button', { name: 'Save the file' }).click()
  const backup = await (await saved).path()
  await eye.look('settings-backup-made')
  await dialog.getByRole('button', { name: 'Close' }).click()

  await page.getByRole('button', { name: 'Restore a backup' }).click()
  await eye.look('settings-restore')
  await page.keyboard.press('Escape')
  await app.go('Codes')
  await codes.choose('GitHub', 'Move to the bin')
  await codes.menu('Bin, 1 entry')
  await dialog.getByRole('button', { name: 'Delete for good: GitHub' }).click()
  await page.getByRole('button', { name: 'Delete for good', exact: true }).click()
  await dialog.getByText('The bin is empty.').waitFor()
  await dialog.getByRole('button', { name: 'Close' }).click()
  await app.go('Settings')
  await settings.openBackup(backup, 'not this one')
  await dialog.getByText('That is not the passphrase of this backup.').waitFor()
  await eye.look('settings-restore-refused')
  await settings.openBackup(backup, PASSPHRASE)
  await dialog.getByText('Here already', { exact: true }).waitFor()
  await eye.look('settings-restore-verdicts')
  eye.expectNothingFound()
  await app.stop()
})
