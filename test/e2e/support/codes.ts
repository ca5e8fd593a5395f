/** The Codes screen as a person uses it. */
import { expect, type Locator, type Page } from '@playwright/test'
import { totpAt, type Totp } from './oathtool.ts'
import type { Picture } from './pictures.ts'

export class Codes {
  readonly page: Page
  readonly list: Locator
  readonly search: Locator
  readonly dialog: Locator
  readonly toast: Locator

  constructor(page: Page) {
    this.page = page
    this.list = page.getByRole('grid', { name: 'Entries and their codes' })
    this.search = page.getByLabel('Search entries')
    this.dialog = page.getByRole('dialog')
    this.toast = page.locator('.lk-toast')
  }

  /** The row whose first line is `name`. */
  row(name: string): Locator {
    return this.list.locator('.lk-row').filter({ has: this.page.locator('.name', { hasText: name }) })
  }

  /** Names of the rows in view, in their order. */
  async names(): Promise<string[]> {
    return this.list.locator('.lk-row .name > .clip').allTextContents()
  }

  /** The code that a row shows, without its gaps. */
  async codeOf(name: string): Promise<string> {
    const groups = await this.row(name).locator('.lk-code-cell .lk-code > span').allTextContents()
    return groups.join('')
  }

  /** The row's code is the one that oathtool makes now, `aheadMs` from this computer's clock. */
  async expectCode(name: string, totp: Totp, aheadMs = 0): Promise<void> {
    await expect
      .poll(async () => {
        const before = totpAt(totp, Date.now() + aheadMs)
        const shown = await this.codeOf(name)
        return shown === before || shown === totpAt(totp, Date.now() + aheadMs) ? 'the code of oathtool' : shown
      })
      .toBe('the code of oathtool')
  }

  async startAdding(way: 'Screen' | 'Picture' | 'Link' | 'Type'): Promise<void> {
    await this.page.getByRole('button', { name: 'Add an entry' }).click()
    await this.dialog.getByRole('radio', { name: way }).check({ force: true })
  }

  async choosePicture(picture: Picture): Promise<void> {
    await this.dialog.locator('input[type=file]').setInputFiles(picture)
  }

  /** From a link to the question whether to keep it. */
  async previewLink(uri: string): Promise<void> {
    await this.startAdding('Link')
    await this.dialog.getByLabel('Link', { exact: true }).last().fill(uri)
    await this.dialog.getByRole('button', { name: 'Read it' }).click()
  }

  async addLink(uri: string): Promise<void> {
    await this.previewLink(uri)
    await this.dialog.getByRole('button', { name: 'Add it' }).click()
    await this.dialog.waitFor({ state: 'hidden' })
  }

  async choose(name: string, action: string): Promise<void> {
    await this.row(name).hover()
    await this.row(name).getByRole('button', { name: 'Actions for' }).click()
    await this.page.getByRole('menuitem', { name: action }).click()
  }

  async menu(item: string): Promise<void> {
    await this.page.getByRole('button', { name: 'Sort, rows, bin, import, export and backup' }).click()
    await this.page
      .getByRole('menuitem', { name: item })
      .or(this.page.getByRole('menuitemradio', { name: item }))
      .click()
  }

  clipboard(): Promise<string> {
    return this.page.evaluate(() => navigator.clipboard.readText())
  }
}

/** An `otpauth` link. */
export function link(
  issuer: string,
  account: string,
  secret: string,
  more: Record<string, string | number> = {},
): string {
  const query = new URLSearchParams({
    secret,
    issuer,
    ...Object.fromEntries(Object.entries(more).map(([k, v]) => [k, String(v)])),
  })
  return `otpauth://totp/${encodeURIComponent(issuer)}:${encodeURIComponent(account)}?${query.toString().replaceAll('+', '%20')}`
}
