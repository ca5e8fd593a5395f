/**
 * Keys at device nodes of a real kernel, in a guest: node-hid and the registry, fido2-tools and Chromium on Latchkey's
 * virtual key, and Latchkey on another's key that is unplugged and plugged in again.
 */
import { spawnSync } from 'node:child_process'
import { existsSync } from 'node:fs'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { hasGuest, INSTALL_LINE, prepareGuest, runInGuest } from './guest/guest.ts'
import { ROOT } from './support.ts'

const INSIDE = 'dist/hardware/inside.js'
const CHROMIUM = '/usr/bin/chromium'

// Without acceleration: an idle machine needs a minute at most, one that has other work several.
const DEADLINE_MS = 480_000

async function expectSteps(count: number, scenario: readonly string[], memoryMb = 1536): Promise<void> {
  const words = [process.execPath, INSIDE, ...scenario]
  const { code, output, steps } = await runInGuest(words, { memoryMb, deadlineMs: DEADLINE_MS })
  if (code !== 0) throw new Error(`the guest ended with ${code}: ${output}`)
  // What passed at the second try only is told.
  for (const step of steps) if (step.startsWith('again: ')) console.warn(step)
  expect(steps.filter((step) => step.startsWith('ok '))).toHaveLength(count)
}

describe.skipIf(!hasGuest())(`in a guest (Debian: ${INSTALL_LINE})`, () => {
  beforeAll(() => {
    prepareGuest()
    const vite = join(ROOT, 'node_modules/vite/bin/vite.js')
    const words = [vite, 'build', '--config', 'test/hardware/guest/vite.config.ts', '--logLevel', 'warn']
    expect(spawnSync(process.execPath, words, { cwd: ROOT, encoding: 'utf8' }).stderr).toBe('')
  }, 120_000)

  it(
    'node-hid and the registry find the virtual key and do a ceremony on it',
    () => expectSteps(6, ['node-hid']),
    DEADLINE_MS + 20_000,
  )

  it('another’s key is unplugged and plugged in again', () => expectSteps(7, ['hot-plug']), DEADLINE_MS + 20_000)

  it('fido2-tools do all they can on the virtual key', () => expectSteps(8, ['fido2-tools']), DEADLINE_MS + 20_000)

  it.skipIf(!existsSync(CHROMIUM))(
    'headless Chromium registers and signs in with the virtual key (apt-get install chromium)',
    () => expectSteps(3, ['chromium', CHROMIUM], 3072),
    DEADLINE_MS + 20_000,
  )
})
