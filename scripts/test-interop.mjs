// `npm run test:interop`: the backends against real peers on this computer: moto's AWS and a privacyIDEA, from PyPI. Each is
// skipped by name, with the line that installs it, where Python or PyPI can't be had.
import { runSuites, vitest } from './suites.mjs'

await runSuites([vitest('real peers', '--config', 'test/interop/vitest.config.ts')])
