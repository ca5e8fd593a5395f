/** Job: a security key in the hand. The bench's keys are virtual ones behind the same protocol as keys of metal. */
import { Bench } from './support/bench.ts'
import { BLUE_PIN, Keys } from './support/keys.ts'
import { Latchkey } from './support/latchkey.ts'
import { expect, test } from './support/test.ts'

let app: Latchkey
let keys: Keys
let bench: Bench

test.beforeEach(async ({ browser }) => {
  app = await Latchkey.start(browser, { demo: true })
  bench = new Bench(app.page)
  keys = new Keys(app.page, bench)
  await app.makeVault()
  await app.go('Security keys')
  await keys.plugIn('Blue key')
})
test.afterEach(() => app.stop())

test('passkeys are shown with the PIN, a wrong one costs a try, one is renamed and one deleted', async () => {
  const { page } = app
  const { dialog } = keys
  await page.getByRole('button', { name: 'Show passkeys' }).click()
  await expect(dialog.getByText('8 tries left. Submitting is one.')).toBeVisible()
  await keys.givePin('0000')
  await expect(dialog.getByText('That was not the PIN. 7 tries left.')).toBeVisible()
  await keys.givePin(BLUE_PIN)
  await expect(page.getByText('PIN set, 8 tries left. 5 of 25 passkeys.')).toBeVisible()
  await expect(page.getByLabel('Search passkeys')).toBeFocused()
  await page.keyboard.type('github')
  await expect(page.getByRole('table').getByRole('row')).toHaveCount(2)
  await page.keyboard.press('Escape')

  await keys.act('github.com', 'Rename')
  await dialog.getByLabel('Account').fill('alice at work')
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(keys.row('github.com')).toContainText('alice at work')
  await expect(dialog).toHaveCount(0)

  await keys.act('google.com', 'Delete')
  await expect(dialog.getByText('Its passkey is deleted')).toBeVisible()
  await dialog.getByRole('button', { name: 'Keep it' }).click()
  await expect(keys.row('google.com')).toBeVisible()
  await keys.act('google.com', 'Delete')
  await dialog.getByRole('button', { name: 'Delete for good' }).click()
  await expect(keys.row('google.com')).toHaveCount(0)
  await expect(page.getByText('4 of 25 passkeys.')).toBeVisible()

  // Unplugged, it is remembered with what was read.
  await bench.open()
  await bench.act('Unplug', 'Blue key')
  await bench.close()
  await expect(keys.option('Blue key')).toContainText('Unplugged')
  await expect(page.getByText('4 of 25 passkeys, read')).toBeVisible()
  expect(app.output).not.toContain(BLUE_PIN)
})

test('the PIN is changed under its rules, and the new one counts from then on', async () => {
  const { page } = app
  const { dialog } = keys
  await keys.tab('PIN')
  await expect(page.getByText('8 tries left before the key locks.')).toBeVisible()
  await page.getByLabel('New PIN', { exact: true }).fill('1')
  await expect(page.getByText('1 of at least')).toBeVisible()
  await page.getByLabel('Present PIN').fill('0000')
  await page.getByLabel('New PIN', { exact: true }).fill('lëtter pin')
  await page.getByLabel('New PIN again').fill('lëtter')
  await expect(page.getByRole('button', { name: 'Change the PIN' })).toBeDisabled()
  await page.getByLabel('New PIN again').fill('letter')
  await expect(page.getByText('The two differ.')).toBeVisible()

  await keys.changePin('0000', 'lëtter pin')
  await dialog.getByRole('button', { name: 'Change the PIN' }).click()
  await expect(page.getByText('That is not the PIN. 7 tries left.')).toBeVisible()
  await expect(page.getByLabel('New PIN', { exact: true })).toHaveValue('')
  await keys.changePin(BLUE_PIN, 'lëtter pin')
  await dialog.getByRole('button', { name: 'Change the PIN' }).click()
  await expect(page.getByText('The PIN is changed.')).toBeVisible()
  await keys.tab('Passkeys')
  await keys.showPasskeys('lëtter pin')
  expect(app.output).not.toContain('tter pin')
})

test('three wrong PINs want the key unplugged; it says so, and takes the right one afterwards', async () => {
  const { page } = app
  const { dialog } = keys
  await page.getByRole('button', { name: 'Show passkeys' }).click()
  await keys.givePin('0000')
  await expect(dialog.getByText('7 tries left.').first()).toBeVisible()
  await keys.givePin('0001')
  await expect(dialog.getByText('6 tries left.').first()).toBeVisible()
  await keys.givePin('0002')
  await expect(dialog).toHaveCount(0)
  await expect(page.getByText('Unplug the key and plug it in again').first()).toBeVisible()
  await bench.open()
  await bench.act('Unplug', 'Blue key')
  await bench.act('Plug in', 'Blue key')
  await bench.close()
  await expect(keys.option('Blue key')).toContainText('Ready')
  await expect(page.getByText('PIN set, 5 tries left.')).toBeVisible()
  await keys.showPasskeys()
})

test('a finger is learnt sample by sample, a bad one is told, and it is named and removed', async () => {
  const { page } = app
  const { dialog } = keys
  await keys.tab('Fingerprints')
  await page.getByRole('button', { name: 'Show fingerprints' }).click()
  await keys.givePin(BLUE_PIN)
  await page.getByRole('button', { name: 'Add a fingerprint' }).click()
  await dialog.getByLabel('Name').fill('right thumb')
  await bench.open().catch(() => undefined)
  await dialog.getByRole('button', { name: 'Begin' }).click()
  await expect(dialog.getByText('Put your finger on the reader.')).toBeVisible()
})
