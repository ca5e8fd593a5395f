// `npm test`: types, lint, formatting, the import table, unit tests, and the four jobs end to end in Chromium.
import { ensureBuilt } from './built.mjs'
import { playwright, runSuites, script, vitest } from './suites.mjs'

const tsc = 'node_modules/typescript/bin/tsc'
await runSuites([
  ...['shared', 'electron', 'renderer', 'test'].map((layer) =>
    script(`types: ${layer}`, tsc, '-p', `tsconfig.${layer}.json`),
  ),
  script('lint', 'node_modules/oxlint/bin/oxlint', '--deny-warnings', '.'),
  script('formatting', 'node_modules/prettier/bin/prettier.cjs', '--check', '--log-level', 'warn', '.'),
  script('architecture', 'scripts/architecture.mjs'),
  {
    name: 'build',
    async run() {
      ensureBuilt()
      return { passed: 1, failed: 0, skipped: [] }
    },
  },
  vitest('unit'),
  playwright('end to end', 'test/e2e/playwright.config.ts'),
])
