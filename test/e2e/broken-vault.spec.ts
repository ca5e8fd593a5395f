/** A vault that can't be opened is said as what it is, each in its own words; an empty one is never shown in its place. */
import { cpSync, renameSync, rmSync, writeFileSync } from 'node:fs'
import { join } from 'node:path'
import type { Browser } from '@playwright/test'
import { temporaryDataDir } from '../support/browser-shell.ts'
import { Codes, link } from './support/codes.ts'
import { Latchkey, PASSPHRASE } from './support/latchkey.ts'
import { rewriteVault } from './support/newer-vault.ts'
import { expect, test } from './support/test.ts'

const first = temporaryDataDir()
const inVault = (dataDir: string, ...names: string[]) => join(dataDir, 'vault', ...names)

test.beforeAll(async ({ browser }) => {
  const app = await Latchkey.start(browser, { dataDir: first.path })
  await app.makeVault()
  await new Codes(app.page).addLink(link('GitHub', 'alice', 'JBSWY3DPEHPK3PXP'))
  await app.stop()
})
test.afterAll(() => first.remove())

/** The same vault in a folder of its own, after `spoil` had it; then a try to unlock it. */
async function unlockSpoiled(browser: Browser, spoil: (dataDir: string) => void | Promise<void>) {
  const folder = temporaryDataDir()
  cpSync(first.path, folder.path, { recursive: true })
  await spoil(folder.path)
  const app = await Latchkey.start(browser, { dataDir: folder.path })
  await app.page.getByLabel('Passphrase').fill(PASSPHRASE)
  await app.page.getByRole('button', { name: 'Unlock' }).click()
  return {
    app,
    end: async () => {
      await app.stop()
      folder.remove()
    },
  }
}

const withoutOlderCopies = (dataDir: string) => {
  rmSync(inVault(dataDir, 'vault.age.bak'), { force: true })
  rmSync(inVault(dataDir, 'snapshots'), { recursive: true, force: true })
}

test('a damaged vault is said to be damaged, with its folder', async ({ browser }) => {
  const { app, end } = await unlockSpoiled(browser, (dataDir) => {
    withoutOlderCopies(dataDir)
    writeFileSync(inVault(dataDir, 'vault.age'), 'no age file at all')
  })
  await expect(app.page.getByRole('heading', { name: 'The vault is damaged' })).toBeVisible()
  await expect(app.page.getByText(`The folder is ${app.dataDir}`)).toBeVisible()
  await expect(app.page.getByRole('button', { name: 'Make the vault' })).toHaveCount(0)
  await end()
})

test('a missing vault file is said to be missing, and is found when it was put back', async ({ browser }) => {
  let away = ''
  const { app, end } = await unlockSpoiled(browser, (dataDir) => {
    withoutOlderCopies(dataDir)
    away = inVault(dataDir, 'elsewhere')
    renameSync(inVault(dataDir, 'vault.age'), away)
  })
  await expect(app.page.getByRole('heading', { name: 'The vault file is missing' })).toBeVisible()
  renameSync(away, inVault(app.dataDir, 'vault.age'))
  await app.page.getByRole('button', { name: 'Try again' }).click()
  await app.unlock()
  await expect(new Codes(app.page).row('GitHub')).toBeVisible()
  await end()
})

test('a vault of a newer format is left alone and said to be newer', async ({ browser }) => {
  const { app, end } = await unlockSpoiled(browser, (dataDir) =>
    rewriteVault(dataDir, PASSPHRASE, (text) => text.replace('"format":1', '"format":2')),
  )
  await expect(app.page.getByRole('heading', { name: 'The vault was written by a newer Latchkey' })).toBeVisible()
  await expect(app.page.getByText('It has format 2')).toBeVisible()
  await end()
})

test('where an older copy opens, it is opened and that is said', async ({ browser }) => {
  const { app, end } = await unlockSpoiled(browser, (dataDir) => writeFileSync(inVault(dataDir, 'vault.age'), 'spoilt'))
  await app.waitForFrame()
  await expect(app.page.getByRole('alert').filter({ hasText: 'Opened from an older copy.' })).toBeVisible()
  await end()
})

test('a second Latchkey on the same vault reads, and says who writes', async ({ browser }) => {
  const writer = await Latchkey.start(browser, { dataDir: first.path })
  await writer.unlock()
  const reader = await Latchkey.start(browser, { dataDir: first.path })
  await reader.unlock()
  await expect(reader.page.getByText('Another Latchkey writes this vault')).toBeVisible()
  const codes = new Codes(reader.page)
  await expect.poll(() => codes.codeOf('GitHub')).toMatch(/^\d{6}$/)
  await codes.previewLink(link('Bitwarden', 'alice', 'MFRGGZDFMZTWQ2LK'))
  await codes.dialog.getByRole('button', { name: 'Add it' }).click()
  await expect(codes.dialog.getByText('Another Latchkey writes this vault')).toBeVisible()
  await reader.stop()
  await writer.stop()
})
