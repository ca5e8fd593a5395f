/** The demo bench as a person uses it: clock, tokens, keys, inbox, phone, and the backend's simulated sign-in page. */
import { expect, type Locator, type Page } from '@playwright/test'
import { typeDigits } from './digits.ts'

const STEP_SECONDS = 30
/** More than a person of these tests takes from reading a code to sending it. */
const ROOM_SECONDS = 7

export type Person = { readonly name: string; readonly account?: string }

export class Bench {
  readonly page: Page
  readonly drawer: Locator
  readonly signIn: Locator
  readonly phone: Locator
  readonly app: Locator
  readonly inbox: Locator

  constructor(page: Page) {
    this.page = page
    this.drawer = page.getByRole('complementary', { name: 'Demo bench' })
    this.signIn = this.drawer.getByRole('region', { name: 'Sign-in page' })
    this.phone = this.drawer.getByRole('region', { name: 'Phone', exact: true })
    this.app = this.drawer.getByRole('region', { name: 'Pixel 8' })
    this.inbox = this.drawer.getByRole('region', { name: 'Inbox' })
  }

  async open(): Promise<void> {
    if (await this.drawer.isVisible()) return
    await this.page.getByRole('button', { name: 'Open the bench' }).first().click()
    // Everything on it comes at once.
    await this.app.waitFor()
  }

  async close(): Promise<void> {
    if (!(await this.drawer.isVisible())) return
    await this.drawer.getByRole('button', { name: 'Close' }).click()
    await this.drawer.waitFor({ state: 'hidden' })
  }

  /** Everything of the world as it was found the first time. */
  async restore(): Promise<void> {
    await this.drawer.getByRole('button', { name: 'Reset' }).click()
    await this.page.getByRole('button', { name: 'Restore the first world' }).click()
    await expect(this.page.getByRole('dialog')).toHaveCount(0)
  }

  async moveClock(by: '+30 s' | '+1 day' | '+1 year'): Promise<void> {
    await this.drawer.getByRole('button', { name: `Move the world’s clock: ${by}` }).click()
  }

  /** Positive: this computer's clock is fast. */
  async setComputerError(seconds: number): Promise<void> {
    await this.#slide(this.drawer.getByRole('slider', { name: 'This computer’s clock' }), seconds)
  }

  token(serial: string): Locator {
    return this.drawer.getByRole('region').filter({ hasText: serial })
  }

  async tokenCode(serial: string): Promise<string> {
    const label = await this.token(serial).getByRole('img').getAttribute('aria-label')
    return (label ?? '').replaceAll(/\D/g, '')
  }

  /** The code the token shows now and, the clock moved on, the one after it. */
  async nextTokenCode(serial: string): Promise<string> {
    const before = await this.tokenCode(serial)
    await this.moveClock('+30 s')
    await expect.poll(() => this.tokenCode(serial)).not.toBe(before)
    return this.tokenCode(serial)
  }

  /** Two codes in a row off the token's display. */
  async tokenPair(serial: string): Promise<readonly [string, string]> {
    await this.roomInStep()
    return [await this.tokenCode(serial), await this.nextTokenCode(serial)]
  }

  /** Until the codes shown now have some seconds left, so that none turns between reading and typing. */
  async roomInStep(): Promise<void> {
    const secondsLeft = () => STEP_SECONDS - ((Date.now() / 1000) % STEP_SECONDS)
    await expect.poll(secondsLeft, { timeout: 15_000, intervals: [250] }).toBeGreaterThan(ROOM_SECONDS)
  }

  async setDrift(serial: string, steps: number): Promise<void> {
    await this.#slide(this.token(serial).getByRole('slider'), steps)
  }

  /** The code that the phone's app shows for somebody. */
  async phoneCode({ name, account = '' }: Person): Promise<string> {
    const line = this.app.getByRole('listitem').filter({ hasText: name }).filter({ hasText: account })
    return (await line.locator('.lk-code > span').allTextContents()).join('')
  }

  async act(
    what:
      | 'Lose'
      | 'Steal'
      | 'Break'
      | 'Bring back'
      | 'Plug in'
      | 'Unplug'
      | 'Touch'
      | 'Lay the finger on'
      | 'Lay it on badly',
    thing: string,
  ) {
    await this.drawer.getByRole('button', { name: `${what}: ${thing}` }).click()
  }

  /** Opens the sign-in page afresh and enters name and password. */
  async enterPassword({ name, account = '' }: Person, password?: string): Promise<void> {
    const { drawer, signIn } = this
    if (!(await signIn.isVisible())) await drawer.getByRole('button', { name: 'Sign-in page' }).click()
    await signIn.waitFor()
    const again = signIn.getByRole('button', { name: /^(Start over|Sign out)$/ })
    if (await again.isVisible()) await again.click()
    const who = signIn.getByLabel('Who signs in?')
    await who.waitFor()
    const option = who.locator('option').filter({ hasText: name }).filter({ hasText: account })
    await who.selectOption({ label: (await option.first().textContent()) ?? '' })
    await signIn.getByRole('button', { name: 'Next' }).click()
    await this.typePassword(password)
  }

  /** The one on the bench, or one that the person chose since. */
  async typePassword(password?: string): Promise<void> {
    const { signIn } = this
    if (password === undefined) await signIn.getByRole('button', { name: 'Fill in' }).click()
    else await signIn.getByLabel(/^Password, /).fill(password)
    await signIn.getByRole('button', { name: 'Sign in', exact: true }).click()
  }

  async chooseDevice(name: string): Promise<void> {
    await this.signIn.getByRole('radio', { name }).check({ force: true })
    await this.signIn.getByRole('button', { name: 'Next' }).click()
  }

  async enterCode(code: string): Promise<void> {
    await typeDigits(this.signIn.getByLabel(/^Code of /), code)
    await this.signIn.getByRole('button', { name: 'Sign in', exact: true }).click()
  }

  async expectSignedIn(how: string | RegExp): Promise<void> {
    await expect(this.signIn.getByRole('heading', { name: /^Signed in as/ })).toBeVisible()
    await expect(this.signIn.getByText(how)).toBeVisible()
  }

  /** Types the digits that the page shows, or others, on the phone's keypad. */
  async typeOnKeypad(digits?: string): Promise<void> {
    const shown = digits ?? ((await this.signIn.locator('.digits').textContent()) ?? '').replaceAll(/\D/g, '')
    for (const [at, digit] of [...shown].entries()) {
      await this.phone.getByRole('button', { name: digit, exact: true }).click()
      if (at < 5) await expect(this.phone.getByRole('status', { name: 'Typed' })).toHaveText(shown.slice(0, at + 1))
    }
  }

  async #slide(slider: Locator, value: number): Promise<void> {
    await slider.fill(String(value))
    // Letting go of any key is letting go of the slider.
    await slider.press('Shift')
  }
}
