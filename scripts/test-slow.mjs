// `npm run test:slow`: what takes minutes: kill -9 during saves and at every step of every wizard, and every screen's
// picture with its accessibility check.
import { ensureBuilt } from './built.mjs'
import { playwright, runSuites, vitest } from './suites.mjs'

ensureBuilt(['client', 'node'])
await runSuites([
  vitest('kill -9 while saving', '--config', 'test/vault-kill/vitest.config.ts'),
  vitest('kill -9 in every wizard', '--config', 'test/wizard-kill/vitest.config.ts'),
  playwright('pictures and accessibility', 'test/look/playwright.config.ts'),
])
