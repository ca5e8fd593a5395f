/** The Security keys screen as a person uses it, with the keys of the demo bench. */
import { expect, type Locator, type Page } from '@playwright/test'
import type { Bench } from './bench.ts'

/** On the note beside the key, in the demo's first world. */
export const BLUE_PIN = '482915'
export const SPARE_PIN = '730164'

export class Keys {
  readonly page: Page
  readonly bench: Bench
  readonly dialog: Locator

  constructor(page: Page, bench: Bench) {
    this.page = page
    this.bench = bench
    this.dialog = page.getByRole('dialog')
  }

  option(name: string): Locator {
    return this.page.getByRole('option', { name })
  }

  /** Plugged in on the bench where it is not, and read by the program. */
  async plugIn(name: string): Promise<void> {
    await this.bench.open()
    const plug = this.bench.drawer.getByRole('button', { name: `Plug in: ${name}` })
    if (await plug.isVisible()) await plug.click()
    await this.bench.close()
    await expect(this.option(name)).toContainText('Ready')
  }

  async choose(name: string): Promise<void> {
    await this.option(name).click()
    await expect(this.page.getByRole('heading', { level: 2, name })).toBeVisible()
  }

  async tab(name: 'Passkeys' | 'PIN' | 'Fingerprints' | 'Advanced'): Promise<void> {
    await this.page.getByRole('tab', { name }).click()
  }

  async givePin(pin: string): Promise<void> {
    await this.dialog.getByLabel('PIN', { exact: true }).fill(pin)
    await this.dialog.getByRole('button', { name: 'Use this PIN' }).click()
  }

  async showPasskeys(pin = BLUE_PIN): Promise<void> {
    await this.page.getByRole('button', { name: 'Show passkeys' }).click()
    await this.givePin(pin)
    await expect(this.page.getByRole('table')).toBeVisible()
  }

  row(site: string): Locator {
    return this.page.getByRole('table').getByRole('row').filter({ hasText: site })
  }

  async act(site: string, item: 'Rename' | 'Delete'): Promise<void> {
    await this.row(site).getByRole('button', { name: 'Actions for' }).click()
    await this.page.getByRole('menuitem', { name: item }).click()
  }

  async changePin(current: string, next: string, again = next): Promise<void> {
    await this.page.getByLabel('Present PIN').fill(current)
    await this.page.getByLabel('New PIN', { exact: true }).fill(next)
    await this.page.getByLabel('New PIN again').fill(again)
    await this.page.getByRole('button', { name: 'Change the PIN' }).click()
  }
}
