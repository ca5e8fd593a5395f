// `npm run look`: a picture of every screen and state, light and dark, wide and narrow, into `pictures/`; axe looks too.
import { ensureBuilt } from './built.mjs'
import { playwright, runSuites } from './suites.mjs'

ensureBuilt(['client', 'node'])
await runSuites([playwright('pictures and accessibility', 'test/look/playwright.config.ts', ...process.argv.slice(2))])
