/** What if? as a person uses it. */
import { expect, type Locator, type Page } from '@playwright/test'

export class WhatIf {
  readonly page: Page
  readonly chips: Locator
  readonly table: Locator
  readonly help: Locator
  readonly told: Locator

  constructor(page: Page) {
    this.page = page
    this.chips = page.getByRole('group', { name: 'What is lost' })
    this.table = page.getByRole('treegrid', { name: 'What happens, worst first' })
    this.help = page.getByRole('complementary', { name: 'What helps most' })
    this.told = page.getByRole('region', { name: 'What you told Latchkey' })
  }

  async open(): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: 'What if?' }).click()
    await this.page.getByRole('heading', { level: 1, name: 'What if?' }).waitFor()
  }

  row(text: string, at?: string): Locator {
    const rows = this.table
      .getByRole('row')
      .filter({ has: this.page.locator('.name').getByText(text, { exact: true }) })
    return (at === undefined ? rows : rows.filter({ hasText: at })).first()
  }

  /** Of what still opens only a few are shown at first. */
  async showAll(): Promise<void> {
    const all = this.table.getByRole('button', { name: /^Show all/ })
    if (await all.isVisible()) await all.click()
  }

  chip(name: string): Locator {
    return this.chips.getByRole('button', { name }).first()
  }

  verdict(text: string | RegExp): Promise<void> {
    return expect(this.page.locator('.lk-verdict')).toHaveText(text)
  }

  /** Everything that can be lost is in the dialog behind the chips. */
  async lose(...names: readonly string[]): Promise<void> {
    await this.chips.getByRole('button', { name: /more…$/ }).click()
    const dialog = this.page.getByRole('dialog')
    for (const name of names) {
      await dialog.getByLabel('Search').fill(name)
      await dialog.getByRole('checkbox', { name }).first().check({ force: true })
    }
    await dialog.getByRole('button', { name: 'Close' }).last().click()
  }

  /** Opens one of the forms for what no program can see. */
  async tell(what: string): Promise<Locator> {
    await this.told.getByRole('button', { name: 'Tell it something' }).click()
    await this.page.getByRole('menuitem', { name: what }).click()
    return this.page.getByRole('dialog')
  }
}
