/** The page on a stage: no program behind it, every state and every answer given by the test. */
import { readFileSync } from 'node:fs'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { extname, join } from 'node:path'
import { fileURLToPath } from 'node:url'
import type { Browser, BrowserContext, Page } from '@playwright/test'
import { build } from 'vite'
import {
  DEFAULT_SETTINGS,
  type Ask,
  type AskName,
  type CallName,
  type ContractError,
  type Progress,
  type Response,
  type State,
  type TopicName,
} from '../../../shared/contract/index.ts'

const CONFIG = fileURLToPath(new URL('../stage/vite.config.ts', import.meta.url))
const ORIGIN = 'http://stage.localhost'
const TYPES: Readonly<Record<string, string>> = {
  '.html': 'text/html',
  '.js': 'text/javascript',
  '.css': 'text/css',
  '.svg': 'image/svg+xml',
  '.woff2': 'font/woff2',
}
/** What the page takes for now. */
export const NOW = Date.UTC(2026, 10, 25, 9, 30)

export class Stage {
  readonly page: Page
  readonly #context: BrowserContext
  readonly #folder: string
  readonly troubles: string[] = []

  private constructor(page: Page, folder: string) {
    this.page = page
    this.#context = page.context()
    this.#folder = folder
    page.on('pageerror', (error) => this.troubles.push(error.message))
    page.on('console', (message) => {
      if (message.type() === 'error') this.troubles.push(message.text())
    })
  }

  /** With an unlocked vault and nothing in it, at an address of the page. */
  static async open(browser: Browser, hash = ''): Promise<Stage> {
    const folder = mkdtempSync(join(tmpdir(), 'latchkey-stage-'))
    await build({ configFile: CONFIG, build: { outDir: folder } })
    const context = await browser.newContext({
      locale: 'en-GB',
      timezoneId: 'UTC',
      reducedMotion: 'reduce',
      viewport: { width: 1040, height: 720 },
    })
    const page = await context.newPage()
    const stage = new Stage(page, folder)
    await page.clock.setFixedTime(NOW)
    await page.route(`${ORIGIN}/**`, (route) => {
      const { pathname } = new URL(route.request().url())
      const path = pathname === '/' ? '/index.html' : pathname
      return route.fulfill({
        body: readFileSync(join(folder, path)),
        contentType: TYPES[extname(path)] ?? 'text/plain',
      })
    })
    await page.goto(`${ORIGIN}/${hash}`)
    await page.waitForFunction(() => 'stage' in globalThis)
    await stage.set('app', {
      version: '0.0.0',
      shell: 'browser',
      demo: false,
      dataDir: '~/.local/share/latchkey',
      clipboard: 'page',
      webauthn: true,
    })
    await stage.set('settings', DEFAULT_SETTINGS)
    await stage.set('clock', { at: NOW, correctionMs: 0, sources: [] })
    await stage.set('entries', {})
    await stage.set('cases', {})
    await stage.set('manyCases', {})
    await stage.set('devices', { backends: [], identities: [] })
    await stage.set('vault', { state: 'unlocked', slots: [], keyThrough: [], generation: 1, unsavedToBackup: 0 })
    await page.getByRole('navigation', { name: 'Main' }).waitFor()
    return stage
  }

  set<T extends TopicName>(topic: T, state: State<T>): Promise<void> {
    return this.page.evaluate(([name, value]) => window.stage.set(name as never, value as never), [
      topic,
      state,
    ] as const)
  }
  progress<N extends CallName>(name: N, progress: Progress<N>): Promise<void> {
    return this.page.evaluate(([call, value]) => window.stage.progress(call, value), [name, progress] as const)
  }
  answer<N extends CallName>(name: N, response: Response<N>): Promise<void> {
    return this.page.evaluate(([call, value]) => window.stage.answer(call, value), [name, response] as const)
  }
  refuse(name: CallName, error: ContractError): Promise<void> {
    return this.page.evaluate(([call, value]) => window.stage.refuse(call, value), [name, error] as const)
  }
  ask<N extends CallName, A extends AskName<N>>(name: N, question: A, ask: Ask<N, A>): Promise<void> {
    return this.page.evaluate(([call, kind, value]) => window.stage.ask(call, kind, value), [
      name,
      question as string,
      ask,
    ] as const)
  }
  request(name: CallName): Promise<unknown> {
    return this.page.evaluate((call) => window.stage.request(call), name)
  }
  answered(): Promise<unknown> {
    return this.page.evaluate(() => window.stage.answered())
  }

  async close(): Promise<void> {
    await this.#context.close()
    rmSync(this.#folder, { recursive: true, force: true })
  }
}
