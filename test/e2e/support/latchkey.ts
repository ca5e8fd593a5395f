/** Latchkey in the browser as a person has it: the built shell as a process of its own, its page in Chromium, what goes wrong noted. */
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { startBrowserShell, temporaryDataDir, type RunningShell } from '../../support/browser-shell.ts'

export const PASSPHRASE = 'four plain words here'

export interface LatchkeyOptions {
  readonly demo?: boolean
  /** One that is there already; else a new one, removed at the end. */
  readonly dataDir?: string
  /** More for the shell's command line. */
  readonly flags?: readonly string[]
  readonly context?: Parameters<Browser['newContext']>[0]
}

/** Those open now: the test fixture looks at each for trouble. */
export const open = new Set<Latchkey>()

export class Latchkey {
  readonly dataDir: string
  readonly page: Page
  readonly #context: BrowserContext
  readonly #shells: RunningShell[]
  readonly #removeDataDir: () => void
  readonly #flags: readonly string[]
  readonly #troubles: string[] = []
  readonly #forgiven: RegExp[] = []

  private constructor(
    page: Page,
    shell: RunningShell,
    folder: { readonly path: string; remove(): void },
    flags: readonly string[],
  ) {
    this.page = page
    this.#context = page.context()
    this.#shells = [shell]
    this.dataDir = folder.path
    this.#removeDataDir = folder.remove
    this.#flags = flags
    this.#watch(page)
  }

  static async start(browser: Browser, options: LatchkeyOptions = {}): Promise<Latchkey> {
    const { demo = false, flags = [], dataDir, context = {} } = options
    const folder = dataDir === undefined ? temporaryDataDir() : { path: dataDir, remove() {} }
    const all = [...(demo ? ['--demo'] : []), ...flags]
    const shell = await startBrowserShell(folder.path, ...all)
    const { origin } = new URL(shell.url)
    const opened = await browser.newContext({
      locale: 'en-GB',
      reducedMotion: 'reduce',
      viewport: { width: 1040, height: 720 },
      ...context,
    })
    await opened.grantPermissions(['clipboard-read', 'clipboard-write'], { origin })
    const app = new Latchkey(await opened.newPage(), shell, folder, all)
    open.add(app)
    await app.page.goto(shell.url)
    return app
  }

  /** What the shell wrote: nothing secret may be in it. */
  get output(): string {
    return this.#shells.map((shell) => shell.output()).join('')
  }

  get url(): string {
    return this.#shells.at(-1)!.url
  }

  /** Errors of the page, its console and its content security policy that nobody forgave. */
  get troubles(): readonly string[] {
    return this.#troubles.filter((text) => !this.#forgiven.some((pattern) => pattern.test(text)))
  }

  /** What a test brings about on purpose is no trouble. */
  forgive(pattern: RegExp): void {
    this.#forgiven.push(pattern)
  }

  /** From a new data folder to the frame. */
  async makeVault(passphrase = PASSPHRASE): Promise<void> {
    await this.page.getByLabel('Passphrase', { exact: true }).fill(passphrase)
    await this.page.getByLabel('Passphrase again').fill(passphrase)
    await this.page.getByRole('button', { name: 'Make the vault' }).click()
    await this.waitForFrame()
  }

  async unlock(passphrase = PASSPHRASE): Promise<void> {
    await this.page.getByLabel('Passphrase').fill(passphrase)
    await this.page.getByRole('button', { name: 'Unlock' }).click()
    await this.waitForFrame()
  }

  async lock(): Promise<void> {
    await this.page.keyboard.press('Control+l')
    await this.page.getByRole('heading', { name: 'Latchkey is locked' }).waitFor()
  }

  async go(room: 'Codes' | 'Devices' | 'Security keys' | 'Recovery' | 'Settings'): Promise<void> {
    await this.page.getByRole('navigation').getByRole('link', { name: room }).click()
    await this.page.getByRole('heading', { level: 1 }).waitFor()
  }

  async waitForFrame(): Promise<void> {
    await this.page.getByRole('navigation', { name: 'Main' }).waitFor({ timeout: 20_000 })
  }

  /** Ends the shell, as a crash does where `signal` says so, and starts it again on the same folder. The page opens the new address. */
  async restart(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    this.forgive(/WebSocket connection/)
    await this.#shells.at(-1)!.stop(signal)
    this.#shells.push(await startBrowserShell(this.dataDir, ...this.#flags))
    const { origin } = new URL(this.url)
    await this.#context.grantPermissions(['clipboard-read', 'clipboard-write'], { origin })
    await this.page.goto(this.url)
  }

  async endShell(signal: NodeJS.Signals = 'SIGTERM'): Promise<void> {
    await this.#shells.at(-1)!.stop(signal)
  }

  async stop(): Promise<void> {
    open.delete(this)
    await this.#context.close()
    await this.#shells.at(-1)!.stop()
    this.#removeDataDir()
  }

  #watch(page: Page): void {
    page.on('pageerror', (error) => this.#troubles.push(`page error: ${error.message}`))
    page.on('console', (message) => {
      if (message.type() === 'error') this.#troubles.push(`console: ${message.text()}`)
    })
    page.on('dialog', (dialog) => {
      this.#troubles.push(`a script opened a dialog: ${dialog.message()}`)
      void dialog.dismiss()
    })
  }
}
