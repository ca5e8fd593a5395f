/** Playwright's `test`, failing where a page erred, wrote an error to its console or broke its content security policy. */
import { test as base, expect } from '@playwright/test'
import { open } from './latchkey.ts'

export const test = base.extend<{ noTrouble: void }, { leavesNone: void }>({
  /** A test that failed half-way has not stopped its program. */
  leavesNone: [
    async ({ browser }, use) => {
      await use()
      if (browser.isConnected()) await Promise.all([...open].map((app) => app.stop()))
    },
    { auto: true, scope: 'worker' },
  ],
  noTrouble: [
    async ({ browserName }, use) => {
      await use()
      for (const app of open) expect(app.troubles, `errors of the page in ${browserName}`).toEqual([])
    },
    { auto: true },
  ],
})
export { expect }
