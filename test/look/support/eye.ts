/** Looks at a state of the screen: four pictures of it, what axe says of it, and whether it fits a narrow window. */
import { copyFileSync, mkdirSync } from 'node:fs'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { AxeBuilder } from '@axe-core/playwright'
import type { Page } from '@playwright/test'
import { expect } from '../../e2e/support/test.ts'

const PICTURES = fileURLToPath(new URL('../../../pictures/', import.meta.url))
const README_PICTURES = fileURLToPath(new URL('../../../resources/pictures/', import.meta.url))

const SIZES = { wide: { width: 1040, height: 720 }, narrow: { width: 400, height: 700 } } as const
/** No window is narrower (WCAG 2.2 SC 1.4.10 asks for 320 of text; the shells' own least width is this). */
const LEAST = { width: 360, height: 700 } as const
const THEMES = ['light', 'dark'] as const
const TAGS = ['wcag2a', 'wcag2aa', 'wcag21aa']
/** Each theme and each size is read once; colours and layout do not depend on one another. */
const READ_BY_AXE = new Set(['wide light', 'narrow dark'])

/** Those that the README shows, by the state they are taken from. */
const README: Readonly<Record<string, string>> = {
  'codes-comfortable': 'codes',
  'devices-all': 'devices',
  'recovery-codes': 'recovery',
  'bench-top': 'bench',
}

export interface LookOptions {
  /** Brings the state into view again after the window changed its size. */
  readonly arrange?: () => Promise<unknown>
}

export class Eye {
  readonly #page: Page
  /** What was found, each with the states it was found in. */
  readonly #faults = new Map<string, string[]>()

  constructor(page: Page) {
    this.#page = page
    mkdirSync(PICTURES, { recursive: true })
  }

  /** `state` is "screen-state", as the pictures are named. What is found is told at the end, so that one fault does not end the walk. */
  async look(state: string, { arrange }: LookOptions = {}): Promise<void> {
    const page = this.#page
    // Where the mouse was left is no part of the state.
    await page.mouse.move(0, 0)
    for (const [size, viewport] of Object.entries(SIZES)) {
      await page.setViewportSize(viewport)
      for (const theme of THEMES) {
        await this.#wear(theme)
        await arrange?.()
        const name = `${state}-${theme}-${size}.png`
        await page.screenshot({ path: join(PICTURES, name), animations: 'disabled' })
        if (size === 'wide') keepForReadme(state, theme, name)
        if (READ_BY_AXE.has(`${size} ${theme}`)) await this.#readByAxe(state)
      }
    }
    await page.setViewportSize(LEAST)
    await this.#fits(state)
    await page.setViewportSize(SIZES.wide)
    await this.#wear('light')
    await arrange?.()
  }

  async #wear(theme: (typeof THEMES)[number]): Promise<void> {
    await this.#page.emulateMedia({ colorScheme: theme, reducedMotion: 'reduce' })
    await this.#page.locator(`html[data-mantine-color-scheme=${theme}]`).waitFor()
  }

  async #readByAxe(state: string): Promise<void> {
    const axe = new AxeBuilder({ page: this.#page }).withTags(TAGS).setLegacyMode(true)
    const { violations } = await axe.analyze()
    for (const { id, help, impact, nodes } of violations) {
      if (impact !== 'serious' && impact !== 'critical') continue
      for (const { target, html } of nodes) this.#note(`${id}: ${help}: ${target.join(' ')}: ${html}`, state)
    }
  }

  async #fits(state: string): Promise<void> {
    // What floats takes its new place a moment after the window has its size.
    const fits = await this.#page
      .waitForFunction(
        () => {
          const parts = [
            document.documentElement,
            ...document.querySelectorAll('.lk-main, .lk-scroll, .lk-dialog, .lk-drawer'),
          ]
          const isSideways = parts.some((part) => part.scrollWidth > part.clientWidth)
          // What can be used must not end beyond the window, though nothing can be scrolled there.
          const isCut = [...document.querySelectorAll('button, a, input:not(.vh), select, textarea')].some(
            (control) => {
              const { left, right, width } = control.getBoundingClientRect()
              return (
                width > 1 &&
                left < innerWidth &&
                right > innerWidth + 1 &&
                control.checkVisibility({ opacityProperty: true })
              )
            },
          )
          return !isSideways && !isCut
        },
        undefined,
        { timeout: 2_000 },
      )
      .then(() => true)
      .catch(() => false)
    if (!fits) this.#note(`something scrolls sideways, or ends outside, at ${LEAST.width} px`, state)
  }

  #note(fault: string, state: string): void {
    this.#faults.set(fault, [...new Set(this.#faults.get(fault)).add(state)])
  }

  /** Fails with everything that was found, and where. */
  expectNothingFound(): void {
    expect([...this.#faults].map(([fault, states]) => `${states.join(', ')}: ${fault}`)).toEqual([])
  }
}

/** `LOOK_README=1` keeps those pictures that the README shows. */
function keepForReadme(state: string, theme: string, name: string): void {
  const kept = README[state]
  if (kept === undefined || process.env.LOOK_README !== '1') return
  mkdirSync(README_PICTURES, { recursive: true })
  copyFileSync(join(PICTURES, name), join(README_PICTURES, `${kept}-${theme}.png`))
}
