// `npm run test:hardware`: other people's FIDO clients on the virtual key, Latchkey's client on other people's keys, over
// sockets and at device nodes of a real kernel (a QEMU guest). What is missing on this machine is skipped by its name.
import { runSuites, vitest } from './suites.mjs'

await runSuites([
  vitest('FIDO: other clients, other keys, a real kernel', '--config', 'test/hardware/vitest.config.ts'),
])
