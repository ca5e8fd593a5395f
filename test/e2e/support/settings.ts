/** Settings as a person uses them: ways in, backup and restore. */
import { expect, type Locator, type Page } from '@playwright/test'
import type { Latchkey } from './latchkey.ts'

export class SettingsScreen {
  readonly app: Latchkey
  readonly page: Page
  readonly dialog: Locator

  constructor(app: Latchkey) {
    this.app = app
    this.page = app.page
    this.dialog = app.page.getByRole('dialog')
  }

  /** Makes a recovery code and types it back; answers with it as printed. */
  async makeRecoveryCode(passphrase: string): Promise<string> {
    const { page, dialog } = this
    await page.getByRole('button', { name: 'Make a recovery code' }).click()
    await dialog.getByLabel('Passphrase').fill(passphrase)
    await dialog.getByRole('button', { name: 'Show a new code' }).click()
    const groups = dialog.locator('.lk-recovery-code span')
    await groups.first().waitFor()
    const code = (await groups.allTextContents()).join('-')
    await dialog.getByRole('button', { name: 'I have it on paper' }).click()
    return code
  }

  /** Backs up with the vault's passphrase; answers with the saved file. */
  async backUp(passphrase: string): Promise<{ readonly name: string; readonly path: string }> {
    const { page, dialog } = this
    await page.getByRole('button', { name: 'Back up' }).click()
    await dialog.getByLabel('Passphrase', { exact: true }).fill(passphrase)
    await dialog.getByRole('button', { name: 'Back up' }).click()
    await expect(dialog.getByText('backed up, reopened and compared.')).toBeVisible()
    const [download] = await Promise.all([
      page.waitForEvent('download'),
      dialog.getByRole('button', { name: 'Save the file' }).click(),
    ])
    await expect(dialog.getByText(`Saved as ${download.suggestedFilename()}.`)).toBeVisible()
    await dialog.getByRole('button', { name: 'Close' }).click()
    return { name: download.suggestedFilename(), path: await download.path() }
  }

  /** Chooses a backup and opens it; the verdicts stand in the dialog then, or why it can't be opened. */
  async openBackup(path: string, passphrase: string): Promise<void> {
    const { page, dialog } = this
    if (!(await dialog.isVisible())) await page.getByRole('button', { name: 'Restore a backup' }).click()
    await dialog.locator('input[type=file]').setInputFiles(path)
    await dialog.getByLabel('Passphrase of the backup').fill(passphrase)
    await dialog.getByRole('button', { name: 'Open it' }).click()
  }
}
