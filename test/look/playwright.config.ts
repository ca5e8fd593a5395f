import { defineConfig } from '@playwright/test'
import { CHROMIUM } from '../support/chromium.ts'

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/look',
  workers: 1,
  timeout: 240_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  // On a busy machine one may fail; what only passes at the second try is told by name at the end.
  retries: process.env.CI ? 1 : 0,
  reporter: 'line',
  use: { browserName: 'chromium', launchOptions: CHROMIUM, actionTimeout: 10_000 },
})
