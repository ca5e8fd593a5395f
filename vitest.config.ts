import { defineConfig } from 'vitest/config'

// Unit tests sit beside the code; suites that need a browser, a native binary or minutes are run by their own scripts.
export default defineConfig({
  test: {
    include: [
      'shared/**/*.test.ts',
      'electron/**/*.test.ts',
      'renderer/**/*.test.{ts,tsx}',
      'test/unit/**/*.test.ts',
      'test/fuzz/**/*.test.ts',
    ],
    testTimeout: 20_000,
    pool: 'threads',
  },
})
