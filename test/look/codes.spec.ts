/** Pictures of Codes: the list in every state, and each dialog that opens over it. */
import { Codes, link } from '../e2e/support/codes.ts'
import { Latchkey, PASSPHRASE } from '../e2e/support/latchkey.ts'
import { plainPicture, qrPicture } from '../e2e/support/pictures.ts'
import { expect, test } from '../e2e/support/test.ts'
import { Eye } from './support/eye.ts'

const SECRET = 'JBSWY3DPEHPK3PXPJBSWY3DPEHPK3PXP'
/** Another one for each row. */
const secretOf = (at: number) => SECRET.slice(at) + SECRET.slice(0, at)
const LONG =
  'Zentralverband der genossenschaftlichen Rechenzentren und Druckereien in Mittel- und Oberfranken (Nachfolge)'

let app: Latchkey
let codes: Codes
let eye: Eye

test.describe.configure({ mode: 'serial' })
test.beforeAll(async ({ browser }) => {
  app = await Latchkey.start(browser)
  codes = new Codes(app.page)
  eye = new Eye(app.page)
  await app.makeVault()
})
test.afterAll(() => app.stop())

test('an empty vault, and each way to add an entry with its faults', async () => {
  const { page } = app
  const { dialog } = codes
  await page.getByRole('heading', { name: 'No entries yet' }).waitFor()
  await eye.look('codes-empty-vault')

  await codes.startAdding('Screen')
  await eye.look('add-screen')
  await dialog.getByRole('radio', { name: 'Picture' }).check({ force: true })
  await eye.look('add-picture')
  await codes.choosePicture(plainPicture())
  await expect(dialog.getByText('No QR code was found')).toBeVisible()
  await eye.look('add-picture-no-code')
  await codes.choosePicture(qrPicture('https://example.com/'))
  await expect(dialog.getByText('holds no authenticator link')).toBeVisible()
  await eye.look('add-picture-not-a-link')
  const exported = 'CjEKCkhlbGxvId6tvu8SGEV4YW1wbGU6YWxpY2VAZ29vZ2xlLmNvbRoHRXhhbXBsZTABEAEYASAA'
  await codes.choosePicture(qrPicture(`otpauth-migration://offline?data=${encodeURIComponent(exported)}`))
  await expect(dialog.getByText('export of Google Authenticator')).toBeVisible()
  await eye.look('add-google-export')

  await dialog.getByRole('radio', { name: 'Link' }).check({ force: true })
  await eye.look('add-link')
  await dialog.getByLabel('Link', { exact: true }).last().fill('otpauth://totp/x?secret=A%ZZ')
  await dialog.getByRole('button', { name: 'Read it' }).click()
  await expect(dialog.getByText('a % sign in it')).toBeVisible()
  await eye.look('add-link-fault')

  await dialog.getByRole('radio', { name: 'Type' }).check({ force: true })
  await eye.look('add-type')
  await dialog.getByLabel('Name').fill('Proton Mail')
  await dialog.getByLabel('Key').fill('MFRG GZDF 1ZTW')
  await expect(dialog.getByText('at position 11')).toBeVisible()
  await eye.look('add-type-bad-letter')
  await dialog.getByRole('button', { name: 'Options' }).click()
  await dialog.getByLabel('Period in seconds').waitFor()
  await eye.look('add-type-options')
  await page.keyboard.press('Escape')

  await codes.previewLink(link('GitHub', 'alice', SECRET))
  await dialog.getByText('GitHub, alice').waitFor()
  await eye.look('add-preview')
  await dialog.getByRole('button', { name: 'Add it' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await codes.previewLink(link('GitHub', 'alice', SECRET.replace('JBSW', 'MFRG')))
  await dialog.getByText('with another key').waitFor()
  await eye.look('add-preview-duplicate')
  await page.keyboard.press('Escape')
})

test('the list: rows of every kind, search, hidden codes, what was copied, the next code', async () => {
  const { page } = app
  const { dialog } = codes
  const accounts = [
    ['Bitwarden', 'alice@okonkwo.example'],
    ['Fastmail', 'alice.okonkwo@fastmail.example'],
    ['GitLab', 'alice-okonkwo'],
    ['Nextcloud', 'alice'],
    ['Proton Mail', 'alice@proton.example'],
    ['PyPI', 'okonkwo'],
    ['Tailscale', 'alice@northwind.example'],
  ] as const
  for (const [at, [issuer, account]] of accounts.entries()) await codes.addLink(link(issuer, account, secretOf(at + 1)))
  await codes.addLink(link('Hetzner Cloud', 'billing@northwind.example', secretOf(9), { digits: 8, period: 60 }))
  // Its period is as long as the next code is shown for, so that it always is.
  await codes.addLink(link('Bank of the North', '4471 0982', secretOf(10), { period: 10 }))
  await codes.addLink(
    link(LONG, 'verwaltung.rechenzentrum-oberfranken@druckereien.genossenschaft.example', secretOf(11), { digits: 10 }),
  )
  await codes.startAdding('Type')
  await dialog.getByLabel('Name').fill('Campus print')
  await dialog.getByLabel('Key').fill(SECRET)
  await dialog.getByRole('button', { name: 'Options' }).click()
  await dialog.getByLabel('Kind').selectOption({ label: 'By counter (HOTP)' })
  await dialog.getByLabel('Counter').fill('118')
  await dialog.getByRole('button', { name: 'Read it' }).click()
  await dialog.getByRole('button', { name: 'Add it' }).click()
  await dialog.waitFor({ state: 'hidden' })
  await codes.choose('GitHub', 'Edit')
  await dialog.getByLabel('Tags').fill('work, code')
  await dialog.getByLabel('Note').fill('Recovery codes are in the safe.')
  await dialog.getByLabel('Favourite').check({ force: true })
  await eye.look('edit')
  await dialog.getByRole('button', { name: 'Save' }).click()
  await dialog.waitFor({ state: 'hidden' })

  await codes.toast.waitFor({ state: 'hidden', timeout: 20_000 })
  await eye.look('codes-comfortable')
  await eye.look('codes-long-names', {
    arrange: () =>
      codes
        .row('Zentralverband')
        .scrollIntoViewIfNeeded({ timeout: 2_000 })
        .catch(() => page.keyboard.press('End')),
  })
  await codes.row('Bank of the North').locator('.lk-next').waitFor()
  await eye.look('codes-next-code')
  await codes.row('Campus print').getByRole('button', { name: 'Next code' }).click()
  await expect(codes.row('Campus print')).toContainText('Counter 119')
  await eye.look('codes-counter')
  await codes.row('GitHub').locator('.lk-code-cell').click()
  await expect(codes.row('GitHub')).toContainText('Copied')
  await eye.look('codes-copied')

  await codes.search.fill('proton')
  await expect.poll(() => codes.names()).toEqual(['Proton Mail'])
  await eye.look('codes-search')
  await codes.search.fill('nobody at all')
  await page.getByRole('heading', { name: 'Nothing found' }).waitFor()
  await eye.look('codes-nothing-found')
  await codes.search.fill('')

  await page.getByRole('button', { name: 'Sort, rows, bin, import, export and backup' }).click()
  await page.getByRole('menuitemradio', { name: 'Compact' }).waitFor()
  await eye.look('codes-list-menu')
  await page.getByRole('menuitemradio', { name: 'Compact' }).click()
  await eye.look('codes-compact')
  await codes.menu('Comfortable')

  await codes.row('GitHub').hover()
  await codes.row('GitHub').getByRole('button', { name: 'Actions for' }).click()
  await page.getByRole('menuitem', { name: 'Edit' }).waitFor()
  await eye.look('codes-row-menu')
  await page.keyboard.press('Escape')

  await app.go('Settings')
  await page.getByRole('switch', { name: 'Hide codes until asked for' }).click()
  await app.go('Codes')
  await expect(codes.row('GitHub')).toContainText('Hidden code')
  await eye.look('codes-hidden')
  await app.go('Settings')
  await page.getByRole('switch', { name: 'Hide codes until asked for' }).click()
  await app.go('Codes')
})

test('the dialogs of an entry: its secret, the bin, the clock', async () => {
  const { page } = app
  const { dialog } = codes
  await codes.choose('Proton Mail', 'Show secret and QR code')
  await eye.look('reveal-before')
  await dialog.getByLabel('Passphrase').fill('not this one')
  await dialog.getByRole('button', { name: 'Show it' }).click()
  await dialog.getByText('That is not the passphrase.').waitFor()
  await eye.look('reveal-refused')
  await dialog.getByLabel('Passphrase').fill(PASSPHRASE)
  await dialog.getByRole('button', { name: 'Show it' }).click()
  await dialog.getByRole('img', { name: 'QR code of this entry' }).waitFor()
  await eye.look('reveal-after')
  await dialog.getByRole('button', { name: 'Close' }).click()

  await codes.choose('PyPI', 'Move to the bin')
  await expect(codes.toast).toContainText('PyPI is in the bin.')
  await eye.look('frame-toast')
  await codes.menu('Bin, 1 entry')
  await dialog.getByRole('button', { name: 'Put back' }).waitFor()
  await eye.look('bin')
  await dialog.getByRole('button', { name: 'Delete for good: PyPI' }).click()
  await page.getByRole('heading', { name: /for good\?/ }).waitFor()
  await eye.look('bin-delete-for-good')
  await page.getByRole('button', { name: 'Keep it' }).click()
  await dialog.getByRole('button', { name: 'Put back' }).click()
  await dialog.getByText('The bin is empty.').waitFor()
  await eye.look('bin-empty')
  await dialog.getByRole('button', { name: 'Close' }).click()

  await codes.menu('This computer’s clock')
  await eye.look('clock-unknown')
  await page.keyboard.press('Escape')
  await dialog.waitFor({ state: 'hidden' })
})

test('axe finds nothing serious on any of them, and each fits a narrow window', () => eye.expectNothingFound())
