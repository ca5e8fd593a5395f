/** A case in Recovery, step by step. */
import { expect, type Locator, type Page } from '@playwright/test'
import { typeDigits } from './digits.ts'

export class Case {
  readonly page: Page
  /** The open step. */
  readonly now: Locator
  readonly trouble: Locator

  constructor(page: Page) {
    this.page = page
    this.now = page.getByRole('listitem').and(page.locator('[aria-current=step]'))
    this.trouble = this.now.locator('.lk-trouble')
  }

  async expectStep(title: string | RegExp): Promise<void> {
    await expect(this.now.getByRole('heading', { level: 3 })).toHaveText(title)
  }

  /** The step is open and waits for the person: what the program did for the step before is over, and nothing moves any more. */
  async waitForTurn(title: string | RegExp): Promise<void> {
    await this.expectStep(title)
    await expect(this.now.locator('[aria-busy=true]')).toHaveCount(0)
  }

  /** Answers the open question. */
  async choose(title: string | RegExp, option: string): Promise<void> {
    await this.waitForTurn(title)
    await this.now.getByRole('radio', { name: option }).check({ force: true })
    await this.now.getByRole('button', { name: 'Continue' }).click()
  }

  /** The step's primary action, or another way out of it. */
  async go(title: string | RegExp, button: string | RegExp): Promise<void> {
    await this.waitForTurn(title)
    await this.now.getByRole('button', { name: button }).click()
  }

  async typeCodes(...codes: readonly string[]): Promise<void> {
    const labels = codes.length === 1 ? ['Code'] : ['Code now', 'Code after it']
    for (const [at, code] of codes.entries()) await typeDigits(this.now.getByLabel(labels[at]!, { exact: true }), code)
  }

  /** Titles of the steps behind the open one. */
  async doneTitles(): Promise<string[]> {
    return this.page.locator('.lk-step.is-done .line > b').allTextContents()
  }

  /** Says yes to the question that came back. */
  async confirm(button: string | RegExp): Promise<void> {
    await this.page.getByRole('dialog').getByRole('button', { name: button }).click()
  }
}
