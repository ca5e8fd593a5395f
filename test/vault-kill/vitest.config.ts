import { defineConfig } from 'vitest/config'

// Real processes, killed with SIGKILL more than two hundred times: too slow for the unit tests, and counted by itself.
export default defineConfig({
  test: { include: ['test/vault-kill/*.test.ts'], testTimeout: 180_000, hookTimeout: 60_000, pool: 'threads' },
})
