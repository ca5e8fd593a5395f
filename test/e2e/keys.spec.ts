/** Job: a security key in the hand. The bench's keys are virtual ones behind the same protocol as keys of metal. */
import { Bench } from './support/bench.ts'
import { BLUE_PIN, Keys, SPARE_PIN } from './support/keys.ts'
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
  await expect(dialog.getByText('Passkey deleted')).toBeVisible()
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
  // It stays in use beside what waits for a finger.
  await bench.open()
  await keys.tab('Fingerprints')
  await page.getByRole('button', { name: 'Show fingerprints' }).click()
  await keys.givePin(BLUE_PIN)
  await page.getByRole('button', { name: 'Add a fingerprint' }).click()
  await dialog.getByLabel('Name').fill('right thumb')
  await dialog.getByRole('button', { name: 'Begin' }).click()
  await expect(dialog.getByText('Put your finger on the reader.')).toBeVisible()
  await bench.act('Lay it on badly', 'Blue key')
  await expect(dialog.getByText('Not clear enough.')).toBeVisible()
  const good = bench.drawer.getByRole('button', { name: 'Lay the finger on: Blue key' })
  await expect
    .poll(async () => {
      if (await good.isVisible()) await good.click()
      return dialog.getByText('right thumb is added.').isVisible()
    })
    .toBe(true)
  await dialog.getByRole('button', { name: 'Done' }).click()
  await bench.close()
  const list = page.getByRole('list', { name: 'Fingerprints on Blue key' })
  await expect(list.getByText('right thumb')).toBeVisible()
  await list.getByRole('button', { name: 'Actions for' }).click()
  await page.getByRole('menuitem', { name: 'Rename' }).click()
  await dialog.getByLabel('Name').fill('left')
  await dialog.getByRole('button', { name: 'Rename' }).click()
  await expect(list.getByText('left')).toBeVisible()
  await list.getByRole('button', { name: 'Actions for' }).click()
  await page.getByRole('menuitem', { name: 'Remove' }).click()
  await dialog.getByRole('button', { name: 'Remove the fingerprint' }).click()
  await expect(page.getByRole('heading', { name: 'No fingerprints yet' })).toBeVisible()
})

test('a reset is confirmed by name, coached through unplug, plug and touch, and leaves an empty key', async () => {
  const { page } = app
  const { dialog } = keys
  await keys.showPasskeys()
  await page.getByRole('button', { name: 'Actions for Blue key' }).click()
  await page.getByRole('menuitem', { name: 'Reset' }).click()
  await expect(dialog.getByText('github.com').first()).toBeVisible()
  await dialog.getByLabel('Type Blue key to confirm').fill('Blue key')
  await dialog.getByRole('button', { name: 'Reset Blue key' }).click()
  await expect(dialog.getByText('Unplug the key.')).toBeVisible()
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(page.getByText('PIN set, 8 tries left. 5 of 25 passkeys.')).toBeVisible()

  await bench.open()
  await page.getByRole('button', { name: 'Actions for Blue key' }).click()
  await page.getByRole('menuitem', { name: 'Reset' }).click()
  await dialog.getByLabel('Type Blue key to confirm').fill('Blue key')
  await dialog.getByRole('button', { name: 'Reset Blue key' }).click()
  await expect(dialog.getByText('Unplug the key.')).toBeVisible()
  await bench.act('Unplug', 'Blue key')
  await expect(dialog.getByText('Plug it in again.')).toBeVisible()
  await bench.act('Plug in', 'Blue key')
  await expect(dialog.getByText('Touch Blue key now.')).toBeVisible()
  await bench.act('Touch', 'Blue key')
  await expect(dialog.getByText('The key is reset.')).toBeVisible()
  await dialog.getByRole('button', { name: 'Set a PIN' }).click()
  await bench.close()
  await expect(page.getByText('No PIN set.')).toBeVisible()
  await page.getByLabel('New PIN', { exact: true }).fill('90817263')
  await page.getByLabel('New PIN again').fill('90817263')
  await page.getByRole('button', { name: 'Set the PIN' }).click()
  await dialog.getByRole('button', { name: 'Set the PIN' }).click()
  await expect(page.getByText('PIN set, 8 tries left.')).toBeVisible()
})

test('a setting is kept on the key, and what the key says of itself is told in words and as it gives it', async () => {
  const { page } = app
  const { dialog } = keys
  await keys.tab('Advanced')
  const always = page.getByRole('switch', { name: 'Always ask for the PIN or a finger' })
  await expect(always).not.toBeChecked()
  await always.click()
  await expect(dialog.getByText('Turned on')).toBeVisible()
  await dialog.getByRole('button', { name: 'Change the setting' }).click()
  await keys.givePin(BLUE_PIN)
  await expect(always).toBeChecked()
  await expect(page.getByText('Always asks for the PIN or a finger')).toBeVisible()
  await page.getByText('As the key gives it').click()
  await expect(page.locator('dl').filter({ hasText: 'alwaysUv' }).last()).toContainText('alwaysUvtrue')
  await page.getByRole('button', { name: 'Show them' }).click()
  await keys.givePin(BLUE_PIN)
  await expect(page.getByText('None on this key')).toBeVisible()
})

test('the spare is twinned: what it lacks is said, it proves what it has, a site is ticked by hand', async () => {
  const { page } = app
  const { dialog } = keys
  await keys.plugIn('Spare key')
  await keys.choose('Blue key')
  await keys.showPasskeys()
  await page.getByRole('button', { name: 'Twin the spare' }).click()
  await dialog.getByLabel('Which key is the spare?').selectOption('Spare key')
  await dialog.getByRole('button', { name: 'Compare them' }).click()
  await expect(dialog.getByRole('heading', { name: 'Blue key and its spare Spare key' })).toBeVisible()
  // Nothing can be proved by a spare of which nothing is known.
  await expect(dialog.getByRole('button', { name: 'Begin the drill' })).toHaveAttribute('aria-disabled', 'true')
  await dialog.getByRole('button', { name: 'Read Spare key' }).click()
  const pinDialog = page.getByRole('dialog', { name: 'PIN of Spare key' })
  await pinDialog.getByLabel('PIN', { exact: true }).fill(SPARE_PIN)
  await pinDialog.getByRole('button', { name: 'Use this PIN' }).click()
  await expect(dialog.getByText('1 of 5 on the spare, 4 only on the first')).toBeVisible()

  // Drilled: the first is out of the port, and the spare signs for what it has.
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await bench.open()
  await page.getByRole('button', { name: 'Twin the spare' }).click()
  await dialog.getByRole('button', { name: 'Begin the drill' }).click()
  await expect(dialog.getByText('Unplug Blue key.')).toBeVisible()
  await bench.act('Unplug', 'Blue key')
  await expect(dialog.getByText(/^Touch the spare for /)).toBeVisible()
  await bench.act('Touch', 'Spare key')
  await expect(dialog.getByText('The spare proved the one way in that it has.')).toBeVisible()
  await expect(dialog.getByText('4 more are not on it')).toBeVisible()
  await dialog.getByRole('button', { name: 'Back to the table' }).click()
  await expect(dialog.getByText(/Drilled .*: 1 of 1 proved/)).toBeVisible()

  const row = dialog.getByRole('row').filter({ hasText: 'google.com' })
  await row.getByRole('checkbox').click({ force: true })
  await expect(row).toContainText('By your word')
  await page.keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await bench.close()
  await page.getByRole('button', { name: 'Twin the spare' }).click()
  await dialog.getByRole('button', { name: 'Give this twin up' }).click()
  await expect(dialog).toHaveCount(0)
})

test('by keyboard alone: a key is chosen, winks, is touched to be told apart, and gets another name', async () => {
  const { page } = app
  const { keyboard } = page
  const { dialog } = keys
  await keys.plugIn('Spare key')
  await keys.option('Blue key').focus()
  await keyboard.press('ArrowDown')
  await expect(keys.option('Spare key')).toBeFocused()
  await expect(page.getByRole('heading', { level: 2, name: 'Spare key' })).toBeVisible()
  await keyboard.press('Home')
  await expect(keys.option('Blue key')).toHaveAttribute('aria-selected', 'true')
  await page.getByRole('tab', { name: 'Passkeys' }).focus()
  await keyboard.press('ArrowRight')
  await expect(page.getByRole('tab', { name: 'PIN' })).toBeFocused()
  await keyboard.press('End')
  await expect(page.getByRole('tab', { name: 'Advanced' })).toHaveAttribute('aria-selected', 'true')
  await keyboard.press('Home')
  await page.getByRole('button', { name: 'Wink' }).press('Enter')
  await expect(page.getByText('Blue key blinks.')).toBeVisible()

  await page.getByRole('button', { name: 'Actions for Blue key' }).press('Enter')
  await page.getByRole('menuitem', { name: 'Name' }).press('Enter')
  await expect(page.getByLabel('Name of this key')).toBeFocused()
  await keyboard.type('Keyring')
  await keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 2, name: 'Keyring' })).toBeVisible()
  await expect(page.getByText('This key is called Keyring.')).toBeVisible()

  // The palette finds a key, and what can be done with keys.
  await keyboard.press('Control+1')
  await keyboard.press('Control+k')
  await keyboard.type('keyring')
  await keyboard.press('Enter')
  await expect(page.getByRole('heading', { level: 2, name: 'Keyring' })).toBeVisible()
  await keyboard.press('Control+k')
  await keyboard.type('not seen')
  await keyboard.press('Enter')
  await expect(dialog.getByText(/Keys are seen|may not open|no rule|The system sees/).first()).toBeVisible()
  await expect(dialog.getByRole('button', { name: 'Check again' })).toBeFocused()
  await keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await keyboard.press('Control+k')
  await keyboard.type('set a pin')
  await keyboard.press('Enter')
  await expect(page.getByRole('tab', { name: 'PIN' })).toHaveAttribute('aria-selected', 'true')

  await page.getByRole('button', { name: 'Which key is this?' }).press('Enter')
  await expect(dialog.getByText('Touch the one you mean')).toBeVisible()
  await keyboard.press('Escape')
  await expect(dialog).toHaveCount(0)
  await expect(page.getByRole('button', { name: 'Which key is this?' })).toBeFocused()
})
