// `npm run test:hardware`: other people's FIDO clients drive the virtual key over sockets.
import { ensureBuilt } from './built.mjs'
import { runSuites, vitest } from './suites.mjs'

ensureBuilt(['node'])
await runSuites([vitest('other clients on the virtual key', '--config', 'test/hardware/vitest.config.ts')])
