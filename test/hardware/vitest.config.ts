import { defineConfig } from 'vitest/config'

/** Clients and keys of others, over sockets. Each suite is skipped by name where what it needs is not installed. */
export default defineConfig({
  test: { include: ['test/hardware/**/*.test.ts'], testTimeout: 60_000, hookTimeout: 60_000, fileParallelism: false },
})
