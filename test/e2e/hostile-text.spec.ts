/** Text of others stays text: 200 payloads for script injection through every field of an entry. */
import { toBase32 } from '../../shared/kit/index.ts'
import { Codes } from './support/codes.ts'
import { PAYLOADS } from './support/hostile-text.ts'
import { Latchkey, PASSPHRASE } from './support/latchkey.ts'
import { expect, test } from './support/test.ts'
import { connectTo } from './support/wire.ts'

const MAX_TAG_LENGTH = 64
const tagOf = (payload: string) => payload.slice(0, MAX_TAG_LENGTH).trim()
const SCROLL_BY = 480

/** Through the program's own door, as a page would; a script would have to survive the whole way back. */
async function addAll(url: string): Promise<void> {
  const client = connectTo(url)
  for (const [at, payload] of PAYLOADS.entries()) {
    const secret = toBase32(Uint8Array.from({ length: 20 }, (_, i) => (at * 7 + i * 11) % 256))
    const fields = { kind: 'totp', issuer: payload, account: payload, secret } as const
    const { id } = await client.call('codes.add', { source: { fields }, keepBoth: true, tags: [tagOf(payload)] })
    await client.call('codes.update', { id, note: payload })
  }
  client.link.stop()
}

test('200 payloads as name, account, tag and note are shown letter by letter, and none of them runs', async ({
  browser,
}) => {
  test.setTimeout(180_000)
  const app = await Latchkey.start(browser)
  const { page } = app
  const codes = new Codes(page)
  await app.makeVault()
  // A script that ran would say so here.
  await page.evaluate(() => Object.assign(globalThis, { alert: () => document.body.setAttribute('data-ran', 'yes') }))
  await addAll(app.url)
  await expect(page.getByRole('navigation').getByText(`${PAYLOADS.length}`)).toBeVisible()

  const shown = new Map<string, string>()
  const grid = page.locator('.lk-scroll')
  for (let top = 0; shown.size < PAYLOADS.length && top < PAYLOADS.length * 60; top += SCROLL_BY) {
    await grid.evaluate((element, to) => element.scrollTo(0, to), top)
    // Rows are drawn as they come into view: at both ends of it there is one.
    const isDrawn = () =>
      grid.evaluate((element) => {
        const { left, top, right, bottom } = element.getBoundingClientRect()
        const hasRow = (y: number) =>
          document.elementFromPoint((left + right) / 2, y)?.closest('.lk-row, .lk-group') != null
        return [top + 2, bottom - 2].every(hasRow)
      })
    await expect.poll(isDrawn).toBe(true)
    const rows = await page
      .locator('.lk-row')
      .evaluateAll((elements) =>
        elements.map((row) => [
          row.id,
          JSON.stringify([
            row.querySelector('.name > .clip')?.textContent,
            row.querySelector('.acct')?.textContent,
            [...row.querySelectorAll('.lk-tag')].map((tag) => tag.textContent),
          ]),
        ]),
      )
    for (const [id, text] of rows) shown.set(id!, text!)
  }
  const expected = PAYLOADS.map((payload) => JSON.stringify([payload, payload, [tagOf(payload)]]))
  expect([...shown.values()].toSorted()).toEqual(expected.toSorted())

  // The dialogs that show an entry's fields: editing, its secret, the bin.
  await codes.search.fill('svg/onload')
  const first = page.locator('.lk-row').first()
  await first.click()
  await first.getByRole('button', { name: 'Actions for' }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).click()
  const name = await codes.dialog.getByLabel('Name').inputValue()
  expect(PAYLOADS).toContain(name)
  await expect(codes.dialog.getByLabel('Note')).toHaveValue(name)
  await page.keyboard.press('Escape')
  await first.getByRole('button', { name: 'Actions for' }).click()
  await page.getByRole('menuitem', { name: 'Show secret and QR code' }).click()
  await expect(codes.dialog.getByRole('heading')).toHaveText(`Secret of ${name}`)
  await codes.dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await codes.dialog.getByRole('button', { name: 'Show it' }).click()
  await expect(codes.dialog.getByRole('img')).toBeVisible()
  await page.keyboard.press('Escape')
  await first.getByRole('button', { name: 'Actions for' }).click()
  await page.getByRole('menuitem', { name: 'Move to the bin' }).click()
  await expect(codes.toast).toContainText(`${name} is in the bin.`)
  await codes.search.fill('')
  await codes.menu('Bin, 1 entry')
  await expect(codes.dialog.locator('.lk-bin')).toContainText(name)
  await page.keyboard.press('Escape')
  await page.keyboard.press('Control+k')
  await page.getByPlaceholder('Find codes, devices').fill('<img')
  await expect(page.getByRole('dialog')).toContainText('<img')

  expect(await page.locator('body').getAttribute('data-ran')).toBeNull()
  expect(await page.locator('main script, main iframe, main object, main embed').count()).toBe(0)
  await app.stop()
})
