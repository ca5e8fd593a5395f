/** Job 1, vault: locking and coming back, ways in, change of passphrase, backup and restore into an empty vault. */
import { cpSync, readdirSync, readFileSync } from 'node:fs'
import { join } from 'node:path'
import { makeRecoveryCode } from '../../electron/vault/recovery-code.ts'
import { seededRandom } from '../support/seeded-random.ts'
import { Codes, link } from './support/codes.ts'
import { Latchkey, PASSPHRASE } from './support/latchkey.ts'
import { missing } from './support/oathtool.ts'
import { SettingsScreen } from './support/settings.ts'
import { expect, test } from './support/test.ts'

const SEED = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
const NEXT_PASSPHRASE = 'five other plain words now'

/** The newest copy of the vault as one of an earlier day; those of the same hour replace one another. */
function plantOlderCopy(name: string): void {
  const folder = join(app.dataDir, 'vault', 'snapshots')
  const newest = readdirSync(folder).toSorted().at(-1)!
  cpSync(join(folder, newest), join(folder, name), { recursive: true })
}

let app: Latchkey
let codes: Codes
let settings: SettingsScreen

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  app = await Latchkey.start(browser)
  codes = new Codes(app.page)
  settings = new SettingsScreen(app)
  await app.makeVault()
  await codes.addLink(link('GitHub', 'alice', SEED))
  await codes.addLink(link('Bitwarden', 'alice@okonkwo.example', SEED.replace('JBSW', 'MFRG')))
})
test.afterAll(() => app.stop())

test('unlocking goes back where one was, and a locked page shows no entry', async () => {
  const { page } = app
  await app.go('Settings')
  await app.lock()
  await expect(page.getByText('GitHub')).toHaveCount(0)
  await app.unlock()
  await expect(page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
})

test('a wrong passphrase is said, and what was typed stays to be mended', async () => {
  const { page } = app
  await app.lock()
  await page.getByLabel('Passphrase').fill('four plain words hers')
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByText('That is not the passphrase. Mind capitals and the keyboard layout.')).toBeVisible()
  await expect(page.getByLabel('Passphrase')).toHaveValue('four plain words hers')
  await app.unlock()
})

test('a reload stays unlocked and where it was', async () => {
  await app.page.reload()
  await app.waitForFrame()
  await expect(app.page.getByRole('heading', { level: 1, name: 'Settings' })).toBeVisible()
})

let recoveryCode = ''
test('a recovery code opens nothing before it was typed back rightly', async () => {
  const { dialog, page } = settings
  recoveryCode = await settings.makeRecoveryCode(PASSPHRASE)
  expect(recoveryCode).toMatch(/^[0-9A-Z]+(-[0-9A-Z]+){4,}$/)
  await dialog.getByLabel('Recovery code').fill(recoveryCode.replace(/.$/, (last) => (last === '2' ? '3' : '2')))
  await dialog.getByRole('button', { name: 'Use this code' }).click()
  await expect(dialog.getByText('a letter that was misread or mistyped')).toBeVisible()
  await dialog.getByLabel('Recovery code').fill(recoveryCode.toLowerCase().replaceAll('-', ' '))
  await dialog.getByRole('button', { name: 'Use this code' }).click()
  await expect(codes.toast).toContainText('The recovery code opens this vault now.')
  await expect(page.getByText('It opens the vault without the passphrase.')).toBeVisible()
})

test('the recovery code unlocks the vault, and a wrong one does not', async () => {
  const { page } = app
  await app.lock()
  await page.getByRole('button', { name: 'Recovery code' }).click()
  await page.getByLabel('Recovery code').fill(recoveryCode.split('-').toReversed().join('-'))
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByText('a letter that was misread or mistyped')).toBeVisible()
  await page.getByLabel('Recovery code').fill(makeRecoveryCode(seededRandom('the code of another vault')))
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByText('That is not the recovery code.')).toBeVisible()
  await page.getByLabel('Recovery code').fill(recoveryCode)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await app.waitForFrame()
})

let backup = { name: '', path: '' }
test('a backup is one age file, saved after it was reopened and compared', async () => {
  const { page } = app
  await expect(page.getByText('Never backed up.')).toBeVisible()
  backup = await settings.backUp(PASSPHRASE)
  expect(backup.name).toMatch(/\.age$/)
  const text = readFileSync(backup.path).toString('latin1')
  expect(text).toMatch(/^age-encryption\.org\/v1\n|^-----BEGIN AGE ENCRYPTED FILE-----/)
  expect(text).not.toContain(SEED)
  await expect(page.getByText('Last backup just now.')).toBeVisible()
})

test('an empty vault of another folder takes over the backup, with the same codes, and a second time nothing more', async ({
  browser,
}) => {
  const other = await Latchkey.start(browser)
  try {
    await other.makeVault('another vault altogether')
    await other.go('Settings')
    const restore = new SettingsScreen(other)
    await restore.openBackup(backup.path, 'another vault altogether')
    await expect(restore.dialog.getByText('That is not the passphrase of this backup.')).toBeVisible()
    await restore.openBackup(backup.path, PASSPHRASE)
    await expect(restore.dialog.getByText('2 new entries')).toBeVisible()
    await restore.dialog.getByRole('button', { name: 'Add 2 entries' }).click()
    await expect(other.page.locator('.lk-toast')).toContainText('2 entries added.')
    await other.go('Codes')
    const there = new Codes(other.page)
    await expect(there.row('GitHub')).toBeVisible()
    await expect(there.row('Bitwarden')).toBeVisible()
    if (missing() === undefined) await there.expectCode('GitHub', { secret: SEED })
    await other.go('Settings')
    await restore.openBackup(backup.path, PASSPHRASE)
    await expect(restore.dialog.getByText('0 new entries, 2 here already')).toBeVisible()
    await expect(restore.dialog.getByRole('button', { name: 'Nothing to add' })).toBeDisabled()
  } finally {
    await other.stop()
  }
})

test('a file that is no backup, and a damaged one, are told apart', async () => {
  const { dialog } = settings
  await settings.openBackup(import.meta.filename, PASSPHRASE)
  await expect(dialog.getByText('This file is no Latchkey backup.')).toBeVisible()
  const damaged = Buffer.from(readFileSync(backup.path))
  damaged.writeUInt8(damaged.readUInt8(damaged.length - 40) ^ 1, damaged.length - 40)
  await dialog.locator('input[type=file]').setInputFiles({ name: 'damaged.age', mimeType: '', buffer: damaged })
  await dialog.getByLabel('Passphrase of the backup').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Open it' }).click()
  await expect(dialog.getByText('The backup is damaged and can’t be read.')).toBeVisible()
  await app.page.keyboard.press('Escape')
})

test('after a change of passphrase the old one opens nothing, and older copies that it opens are offered for deletion', async () => {
  const { page, dialog } = settings
  plantOlderCopy('20260105T101500Z-g1')
  await page.getByRole('button', { name: 'Change' }).click()
  await dialog.getByLabel('Present passphrase').fill('not the present one')
  await dialog.getByLabel('New passphrase', { exact: true }).fill(NEXT_PASSPHRASE)
  await dialog.getByLabel('New passphrase again').fill(NEXT_PASSPHRASE)
  await dialog.getByRole('button', { name: 'Change it' }).click()
  await expect(dialog.getByText('That is not the passphrase.')).toBeVisible()
  await dialog.getByLabel('Present passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Change it' }).click()
  await expect(dialog.getByRole('heading', { name: 'Passphrase changed.' })).toBeVisible()
  await dialog.getByRole('button', { name: 'Delete the older copies' }).click()
  await page.getByRole('button', { name: 'Delete the copies' }).click()
  await expect(page.getByRole('dialog')).toHaveCount(0)

  await app.lock()
  await page.getByLabel('Passphrase').fill(PASSPHRASE)
  await page.getByRole('button', { name: 'Unlock' }).click()
  await expect(page.getByText('That is not the passphrase.')).toBeVisible()
  await app.unlock(NEXT_PASSPHRASE)
  await app.go('Codes')
  await expect(codes.row('GitHub')).toBeVisible()
})

test('a removed recovery code opens nothing any more', async () => {
  const { page, dialog } = settings
  plantOlderCopy('20260106T101500Z-g2')
  await app.go('Settings')
  await page.getByRole('button', { name: 'Remove', exact: true }).click()
  await dialog.getByLabel('Passphrase').fill(NEXT_PASSPHRASE)
  await dialog.getByRole('button', { name: 'Remove', exact: true }).click()
  await page.getByRole('button', { name: 'Remove the recovery code' }).click()
  await dialog.getByRole('button', { name: 'Delete the older copies' }).click()
  await page.getByRole('button', { name: 'Delete the copies' }).click()
  await expect(page.getByText('None yet. Print one')).toBeVisible()
  await app.lock()
  await expect(page.getByRole('button', { name: 'Recovery code' })).toHaveCount(0)
  await app.unlock(NEXT_PASSPHRASE)
})

test('a restart of the program comes up locked, with everything that was saved', async () => {
  await app.restart('SIGKILL')
  await app.unlock(NEXT_PASSPHRASE)
  await app.go('Codes')
  await expect(codes.row('GitHub')).toBeVisible()
  await expect(codes.row('Bitwarden')).toBeVisible()
})

test('nothing secret is in what the program wrote', () => {
  for (const secret of [SEED, PASSPHRASE, NEXT_PASSPHRASE, recoveryCode]) expect(app.output).not.toContain(secret)
})
