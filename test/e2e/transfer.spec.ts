/** Entries from another program and to one: a preview with verdicts, what was chosen, one undo; exports after the passphrase. */
import { readFile } from 'node:fs/promises'
import { fileURLToPath } from 'node:url'
import { Codes, link } from './support/codes.ts'
import { Latchkey, PASSPHRASE } from './support/latchkey.ts'
import { expect, test } from './support/test.ts'

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const fixture = (name: string) => fileURLToPath(new URL(`../fixtures/import/${name}`, import.meta.url))

let app: Latchkey
let codes: Codes
test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  app = await Latchkey.start(browser)
  codes = new Codes(app.page)
  await app.makeVault()
  await codes.addLink(link('GitHub', 'alice', SEED))
})
test.afterAll(() => app.stop())

const menu = async (item: string) => {
  await app.page.getByRole('button', { name: 'Sort, rows, bin, import, export and backup' }).click()
  await app.page.getByRole('menuitem', { name: item }).click()
}

test('links are pasted, looked at with a verdict each, imported as chosen, and taken back', async () => {
  const { dialog } = codes
  await menu('Import')
  await dialog
    .getByLabel('Or paste links')
    .fill(
      [
        link('GitHub', 'alice', SEED),
        link('New', 'bob', SEED.replace('JBSW', 'MFRG')),
        'otpauth://totp/Bad:b?secret=ABC1',
      ].join('\n'),
    )
  await dialog.getByRole('button', { name: 'Look at it' }).click()
  await expect(dialog.getByText('otpauth link: 3 entries.')).toBeVisible()
  await expect(dialog.getByText('Here already', { exact: true })).toBeVisible()
  await expect(dialog.getByText(/“1”|letter 4|position 4|4/).first()).toBeVisible()
  await dialog.getByRole('button', { name: 'Can’t be read 1' }).click()
  await expect(dialog.getByRole('listitem')).toHaveCount(1)
  await dialog.getByRole('button', { name: 'All 3' }).click()
  await dialog.getByLabel('What to do with GitHub, alice').selectOption('add')
  await dialog.getByRole('button', { name: 'Import 2 entries' }).click()
  await expect(codes.toast).toContainText('2 entries imported.')
  await expect(codes.row('New')).toBeVisible()
  await codes.toast.getByText('Undo').click()
  await expect(codes.row('New')).toHaveCount(0)
  await expect(codes.row('GitHub')).toHaveCount(1)
})

test('an encrypted file of another program asks for its password, and says when it is another', async () => {
  const { dialog } = codes
  await menu('Import')
  await dialog.locator('input[type=file]').setInputFiles(fixture('aegis-encrypted.json'))
  await expect(dialog.getByText('This Aegis file is encrypted. Type its password.')).toBeVisible()
  await dialog.getByLabel('Password of the file').fill('another')
  await dialog.getByRole('button', { name: 'Look at it' }).click()
  await expect(dialog.getByText('It does not open with that password.')).toBeVisible()
  await dialog.getByLabel('Password of the file').fill('hunter2 ü')
  await dialog.getByRole('button', { name: 'Look at it' }).click()
  await expect(dialog.getByText(/^Aegis: /)).toBeVisible()
  await dialog.getByRole('button', { name: /^Import / }).click()
  await expect(codes.toast).toContainText('imported')
})

test('an export takes the passphrase, and its file is read in again as what is here', async () => {
  const { page } = app
  const { dialog } = codes
  await menu('Export')
  await expect(dialog.getByText('Whoever has an export has your secrets')).toBeVisible()
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Export', exact: true }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    dialog.getByRole('button', { name: 'Save the file' }).click(),
  ])
  expect(await readFile(await download.path(), 'utf8')).toContain(SEED)
  await dialog.getByRole('button', { name: 'Close' }).click()
  await menu('Import')
  await dialog.locator('input[type=file]').setInputFiles({
    name: 'again.txt',
    mimeType: 'text/plain',
    buffer: await readFile(await download.path()),
  })
  await expect(dialog.getByRole('button', { name: 'Nothing to import' })).toBeDisabled()
  await dialog.getByRole('button', { name: 'Cancel' }).click()
})
