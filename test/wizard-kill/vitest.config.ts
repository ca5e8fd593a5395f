import { defineConfig } from 'vitest/config'

// Real programs, killed with SIGKILL at every step: too slow for the unit tests, and counted by itself. Two paths at a time.
export default defineConfig({
  test: {
    include: ['test/wizard-kill/*.test.ts'],
    testTimeout: 240_000,
    hookTimeout: 60_000,
    pool: 'threads',
    maxConcurrency: 2,
  },
})
