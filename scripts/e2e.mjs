// `npm run test:e2e`: the journeys in Chromium alone; more words are passed on to Playwright.
import { ensureBuilt } from './built.mjs'
import { playwright, runSuites } from './suites.mjs'

ensureBuilt(['client', 'node'])
await runSuites([playwright('end to end', 'test/e2e/playwright.config.ts', ...process.argv.slice(2))])
