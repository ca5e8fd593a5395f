/**
 * Other people's clients drive the virtual key over a socket, so that it is not only our own client that finds it right:
 * python-fido2 and libfido2 as Debian packages them, and a newer python-fido2 from PyPI.
 */
import { execFile, spawnSync } from 'node:child_process'
import { join } from 'node:path'
import { beforeAll, describe, expect, it } from 'vitest'
import { createVirtualKey, serveKey, type VirtualKeyOptions, type Where } from '../../electron/fido/virtual/index.ts'
import { systemClock, systemRandom } from '../../electron/shells/node/system.ts'
import { newPythonFido2 } from './python-fido2.ts'
import { absent, PEERS, runs, willing, type Ran } from './support.ts'
import { temporaryFolder } from './temporary-folder.ts'

const PYTHON = '/usr/bin/python3'
const hasPython = runs(PYTHON, '-c', 'import fido2.ctap2, fido2.hid')
const hasLibfido2 = runs('pkg-config', '--exists', 'libfido2', 'libcrypto') && runs('cc', '--version')
const newPython = newPythonFido2()
const folder = temporaryFolder()
const NEW_PYTHON_SCENARIOS = [
  ['client', 7],
  ['management', 4],
  ['config', 4],
  ['fingerprints', 4],
  ['blobs', 3],
  ['wire', 3],
  ['absent', 1],
  ['reset', 1],
] as const

/** A new key on a socket, and one scenario of one client on it. */
async function drive(
  command: string,
  words: readonly string[],
  scenario: string,
  options: Partial<VirtualKeyOptions> = {},
  at: Where = { kind: 'unix', path: join(folder, `${scenario}.sock`) },
): Promise<Ran> {
  const faults: unknown[] = []
  const key = createVirtualKey({
    clock: systemClock,
    random: systemRandom,
    person: scenario === 'absent' ? absent() : willing(),
    options: { ...options, ...(scenario === 'u2f' ? { profile: 'u2f' } : {}) },
    onFault: (fault) => faults.push(fault),
  })
  const served = await serveKey(() => key.port(), at)
  try {
    const ran = await new Promise<Ran>((resolve) => {
      execFile(command, [...words, served.where, scenario], (error, stdout, stderr) => {
        const code = error === null ? 0 : typeof error.code === 'number' ? error.code : 1
        resolve({ code, output: stdout + stderr, steps: stdout.split('\n').filter(Boolean) })
      })
    })
    expect(faults).toEqual([])
    return ran
  } finally {
    await served.close()
  }
}

function expectAllOk({ code, output, steps }: Ran, count: number): void {
  expect(output).not.toContain('failed')
  expect(steps.filter((step) => step.startsWith('ok '))).toHaveLength(count)
  expect(code).toBe(0)
}

describe.skipIf(!hasPython)('python-fido2 drives the virtual key (apt-get install python3-fido2)', () => {
  const words = ['-B', join(PEERS, 'python-fido2.py')]
  it.each([
    ['ceremonies-1', 10],
    ['ceremonies-2', 10],
    ['extensions', 5],
    ['management', 3],
    ['config', 4],
    ['fingerprints', 5],
    ['wire', 3],
    ['absent', 1],
    ['u2f', 4],
    ['reset', 1],
  ])('%s: all %i steps', async (scenario, count) => {
    expectAllOk(await drive(PYTHON, words, scenario), count)
  })

  it('ceremonies with self attestation, over TCP', async () => {
    const at: Where = { kind: 'tcp', host: '127.0.0.1', port: 0 }
    expectAllOk(await drive(PYTHON, words, 'ceremonies-2', { attestation: 'self' }, at), 10)
  })
})

describe.skipIf(!newPython)('python-fido2 2.x drives the virtual key (apt-get install python3-venv, and PyPI)', () => {
  const words = ['-B', join(PEERS, 'python-fido2-new.py')]
  it.each(NEW_PYTHON_SCENARIOS)('%s: all %i steps', async (scenario, count) => {
    expectAllOk(await drive(newPython!, words, scenario), count)
  })
})

describe.skipIf(!hasLibfido2)(
  'libfido2 drives the virtual key (apt-get install libfido2-dev libssl-dev pkg-config gcc)',
  () => {
    const peer = join(folder, 'libfido2')
    beforeAll(() => {
      const flags = spawnSync('pkg-config', ['--cflags', '--libs', 'libfido2'], { encoding: 'utf8' }).stdout
      const built = spawnSync('cc', ['-o', peer, join(PEERS, 'libfido2.c'), ...flags.trim().split(/\s+/)], {
        encoding: 'utf8',
      })
      expect(built.stderr).toBe('')
    })

    it.each([
      ['ceremonies', 11],
      ['extensions', 12],
      ['management', 10],
      ['config', 12],
      ['fingerprints', 19],
      ['absent', 2],
      ['u2f', 4],
      ['reset', 4],
    ])('%s: all %i steps', async (scenario, count) => {
      expectAllOk(await drive(peer, [], scenario), count)
    })

    it('management of a key that knows only the forerunner command', async () => {
      const { steps } = await drive(peer, [], 'management', { profile: 'ctap2.1-pre' })
      // Renaming came with CTAP 2.1; this libfido2 has no word for CTAP2_ERR_INVALID_SUBCOMMAND.
      expect(steps.filter((step) => step.startsWith('failed '))).toEqual([
        'failed rename: FIDO_ERR_UNKNOWN, not FIDO_ERR_SUCCESS',
        'failed renamed',
      ])
    })
  },
)
