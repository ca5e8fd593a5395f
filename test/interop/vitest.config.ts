import { defineConfig } from 'vitest/config'

/** Real peers on this computer. Each suite is skipped by name where what it needs can't be had. */
export default defineConfig({
  test: { include: ['test/interop/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 180_000, fileParallelism: false },
})
