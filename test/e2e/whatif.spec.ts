/** What if? in the demo: what losing the phone comes to, what the person adds, what helps, and the sheet. */
import { readFile } from 'node:fs/promises'
import { Devices, PEOPLE } from './support/devices.ts'
import { Latchkey } from './support/latchkey.ts'
import { expect, test } from './support/test.ts'
import { WhatIf } from './support/whatif.ts'

let app: Latchkey
let whatif: WhatIf

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  app = await Latchkey.start(browser, { demo: true })
  whatif = new WhatIf(app.page)
  await app.makeVault()
  // The backend has answered.
  await app.go('Devices')
  await new Devices(app.page).card(PEOPLE.breakglass).waitFor()
  await whatif.open()
})
test.afterAll(() => app.stop())

test('the phone’s devices lost: the staging root opens with the blue key, its administrator needs another', async () => {
  await whatif.lose('Pixel 8, staging root', 'Pixel 8, breakglass', 'Pixel 8, production root')
  await whatif.verdict(/^Without .*Pixel 8/)
  await whatif.showAll()
  await expect(whatif.row('Root user', 'Northwind staging')).toContainText('Opens with Blue key')
  await expect(whatif.row('Root user', 'Northwind production')).toContainText('Email confirmed 3 months ago')
  const administrator = whatif.row('breakglass-administrator.staging')
  await expect(administrator).toContainText('Ask')
  await administrator.click()
  await expect(whatif.table.getByText('What is closed')).toBeVisible()
  await expect(whatif.table).toContainText('Pixel 8, breakglass is lost.')
  await administrator.click()
})

test('the chips are toggles that arrows move between, and the table is read by keyboard', async () => {
  const { keyboard } = app.page
  await app.page.getByRole('button', { name: 'Nothing lost' }).click()
  await whatif.verdict(/still open/)
  await whatif.chip('This computer').focus()
  await keyboard.press('Enter')
  await expect(whatif.chip('This computer')).toHaveAttribute('aria-pressed', 'true')
  await keyboard.press('Enter')
  await expect(whatif.chip('This computer')).toHaveAttribute('aria-pressed', 'false')
  await keyboard.press('ArrowRight')
  await expect(whatif.chip('This computer')).not.toBeFocused()
  await whatif.table.focus()
  for (const key of ['Home', 'ArrowDown', 'Enter']) await keyboard.press(key)
  const first = whatif.table.locator('.lk-out-row').first()
  await expect(first).toHaveAttribute('aria-expanded', 'true')
  await expect(whatif.table.getByText('How it opens')).toBeVisible()
  await keyboard.press('ArrowLeft')
  await expect(first).toHaveAttribute('aria-expanded', 'false')
})

test('what the person adds mends the answer: the same code on a spare phone', async () => {
  await whatif.lose('Pixel 8, alice')
  await expect(whatif.row('alice.okonkwo-brandt')).toContainText('Ask')
  await app.page.getByRole('button', { name: 'Nothing lost' }).click()
  // A place, and that the code is on it too: then losing the other place is survived.
  const spare = await whatif.tell('A phone, sheet or safe of mine')
  await spare.getByLabel('Name').fill('Spare phone')
  await spare.getByRole('button', { name: 'Note it' }).click()
  await expect(whatif.told).toContainText('Spare phone is a phone or tablet of mine.')
  await expect(whatif.chip('Spare phone')).toBeVisible()
  for (const place of ['Spare phone', 'Old phone']) {
    const copy = await whatif.tell('This code is also somewhere else')
    await copy.getByRole('radio', { name: 'Pixel 8, alice' }).check({ force: true })
    if (place === 'Spare phone') await copy.getByRole('radio', { name: place }).check({ force: true })
    else {
      await copy.getByRole('radio', { name: 'Something else…' }).check({ force: true })
      await copy.getByLabel('Name').fill(place)
    }
    await copy.getByRole('button', { name: 'Note it' }).click()
    await expect(whatif.told).toContainText(`Pixel 8, alice is also on ${place}.`)
  }
  await whatif.chip('Old phone').click()
  await expect(whatif.row('alice.okonkwo-brandt')).toContainText('Opens with the code on Spare phone')
  // Taken back, it does not.
  await whatif.told.getByRole('button', { name: /Take back: .*on Spare phone/ }).click()
  await expect(whatif.row('alice.okonkwo-brandt')).toContainText('Ask')
})

test('the step that helps most goes where it is done, and the palette asks the question', async () => {
  await expect(whatif.help.getByRole('button').first()).toBeVisible()
  await whatif.help.getByRole('button').first().click()
  await expect(app.page.getByRole('heading', { level: 1, name: /Register a device|alice/ })).toBeVisible()
  await app.page.keyboard.press('Control+k')
  await app.page.getByRole('textbox', { name: 'Find anything' }).fill('what if old phone')
  await app.page.keyboard.press('Enter')
  await expect(app.page.getByRole('heading', { level: 1, name: 'What if?' })).toBeVisible()
  await expect(whatif.chip('Old phone')).toHaveAttribute('aria-pressed', 'true')
})

test('printed and saved, the page holds the answer and nothing that runs', async () => {
  const { page } = app
  await whatif.verdict(/^Without Old phone/)
  await page.emulateMedia({ media: 'print' })
  await expect(page.getByRole('heading', { name: 'Latchkey: What if?' })).toBeVisible()
  await expect(page.getByRole('heading', { level: 1, name: 'What if?', exact: true })).toBeHidden()
  await page.emulateMedia({ media: 'screen' })
  await page.getByRole('button', { name: 'Print or save' }).click()
  const [download] = await Promise.all([
    page.waitForEvent('download'),
    page.getByRole('menuitem', { name: 'Save as a page' }).click(),
  ])
  expect(download.suggestedFilename()).toMatch(/^latchkey-what-if-\d{4}-\d\d-\d\d\.html$/)
  const html = await readFile(await download.path(), 'utf8')
  expect(html).toContain('alice.okonkwo-brandt')
  expect(html).toContain('Old phone is lost.')
  expect(html).toContain("default-src 'none'")
  expect(html).not.toMatch(/<script|\son\w+=|https?:/i)
})
