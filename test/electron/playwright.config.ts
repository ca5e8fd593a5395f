import { defineConfig } from '@playwright/test'

export default defineConfig({
  testDir: '.',
  testMatch: '*.spec.ts',
  outputDir: '../../test-results/electron',
  workers: 1,
  timeout: 90_000,
  expect: { timeout: 10_000 },
  forbidOnly: Boolean(process.env.CI),
  // On a busy machine one may fail; what only passes at the second try is told by name at the end.
  retries: process.env.CI ? 1 : 0,
  reporter: 'line',
  use: { actionTimeout: 10_000 },
})
