/** The desktop shell as a test has it: its page, and what a person or the system does outside the page. */
import { expect, type Page } from '@playwright/test'
import { fileURLToPath } from 'node:url'

export const root = fileURLToPath(new URL('../..', import.meta.url))

export interface StartOptions {
  readonly dataDir: string
  readonly demo?: boolean
}

export interface DesktopApp {
  readonly page: Page
  /** What went wrong in the page; a test that brings something about on purpose takes it out. */
  readonly troubles: string[]
  /** What the system's clipboard holds. */
  clipboard(): Promise<string>
  /** The system tells of a power event. */
  power(event: 'suspend' | 'lock-screen'): Promise<void>
  clickMenu(menu: string, item: string): Promise<void>
  /** Closes the window and resolves when the program has ended. */
  closeWindow(): Promise<void>
  /** Starts it once more on the same folder; resolves with its exit code. */
  startAgain(): Promise<number | null>
  /** Ends it if it still runs. */
  stop(): Promise<void>
}

export type Start = (options: StartOptions) => Promise<DesktopApp>

export const flagsOf = ({ dataDir, demo = false }: StartOptions) => [...(demo ? ['--demo'] : []), '--data-dir', dataDir]

/** Errors of the page, its console and its content security policy, as they come. */
export function watchForTrouble(page: Page): string[] {
  const troubles: string[] = []
  page.on('pageerror', (error) => troubles.push(`page error: ${error.message}`))
  page.on('console', (message) => message.type() === 'error' && troubles.push(`console: ${message.text()}`))
  return troubles
}

export const PASSPHRASE = 'four plain words here'

/** The rooms of the page, as far as every journey goes through them. */
export class Rooms {
  readonly page: Page
  constructor(page: Page) {
    this.page = page
  }
  async makeVault(): Promise<void> {
    await this.page.getByLabel('Passphrase', { exact: true }).fill(PASSPHRASE)
    await this.page.getByLabel('Passphrase again').fill(PASSPHRASE)
    await this.page.getByRole('button', { name: 'Make the vault' }).click()
    await this.expectFrame()
  }
  async unlock(): Promise<void> {
    await this.page.getByLabel('Passphrase').fill(PASSPHRASE)
    await this.page.getByRole('button', { name: 'Unlock' }).click()
    await this.expectFrame()
  }
  async expectFrame(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).waitFor({ timeout: 20_000 })
  }
  async expectLocked(): Promise<void> {
    await expect(this.page.getByRole('heading', { name: 'Latchkey is locked' })).toBeVisible({ timeout: 20_000 })
  }
  async go(room: 'Codes' | 'Devices'): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: room }).click()
    await this.page.getByRole('heading', { level: 1 }).waitFor()
  }
}
