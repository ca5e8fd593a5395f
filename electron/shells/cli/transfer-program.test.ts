import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { MemoryLog } from '../../../test/support/connect.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { composeReal } from '../../compose.ts'
import { inProcess, type Connect } from './app.ts'
import { EXIT } from './exit-codes.ts'
import { readInput, type CliIo } from './io.ts'
import { main } from './program.ts'

const PASSPHRASE = 'correct horse battery staple'
const SEED = 'JBSWY3DPEHPK3PXP'
const fixture = (name: string) => fileURLToPath(new URL(`../../../test/fixtures/import/${name}`, import.meta.url))

let folder: string
let starts = 0
const clock = new FakeClock()
const connect: Connect = async ({ dataDir }, signal) => {
  const services = await composeReal({
    shell: {
      kind: 'cli',
      clipboard: { where: 'page' },
      webauthn: undefined,
      onLockWish: () => () => {},
      quit: () => {},
    },
    settings: { read: () => ({}), write: () => {}, movedAside: undefined },
    log: new MemoryLog(),
    clock,
    random: seededRandom(`cli transfer ${starts++}`),
    dataDir: dataDir ?? folder,
    version: '1.2.3',
    scryptLogN: 4,
  })
  return inProcess(services, signal, clock)
}

async function latchkey(args: readonly string[], ...lines: readonly string[]) {
  async function* chunks() {
    yield Buffer.from([PASSPHRASE, ...lines].map((line) => `${line}\n`).join(''))
  }
  const said = { out: '', err: '' }
  const noTerminal = () => Promise.resolve(undefined)
  const io: CliIo = {
    stdin: readInput(chunks()),
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    askSecret: noTerminal,
    ask: noTerminal,
    onInterrupt: () => () => {},
  }
  const exit = await main([...args, '--passphrase-stdin'], io, connect, '1.2.3')
  return { exit, ...said, json: () => JSON.parse(said.out) as Record<string, unknown> }
}

beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-cli-'))
  await latchkey(['vault', 'create'])
})
afterEach(() => rm(folder, { recursive: true, force: true }))

describe('import', () => {
  test('with --preview says each verdict and changes nothing; without, it adds what is new', async () => {
    const preview = await latchkey(['import', fixture('links.txt'), '--preview', '--json'])
    expect(preview.exit).toBe(EXIT.done)
    expect(preview.json()).toMatchObject({ format: 'otpauth-list', applied: false })
    expect((await latchkey(['codes', '--json'])).json()).toMatchObject({ codes: [] })
    const added = await latchkey(['import', fixture('links.txt')])
    expect(added.out).toMatch(/refused \(secret-letter; line \d+, secret, letter \d+ “1”\)/)
    expect(added.out).toMatch(/^add +Bank carol: new$/m)
    const again = await latchkey(['import', fixture('links.txt'), '--json'])
    expect(again.json()).toMatchObject({ applied: true, added: 0 })
    expect(added.out + added.err + preview.out).not.toContain(SEED)
  })

  test('takes an encrypted file’s password from the next line, and says where it is another', async () => {
    const file = fixture('aegis-encrypted.json')
    expect(await latchkey(['import', file], 'another')).toMatchObject({ exit: EXIT.wrongPassphrase })
    expect((await latchkey(['import', file, '--password-stdin', '--json'], 'hunter2 ü')).json()).toMatchObject({
      format: 'aegis',
      applied: true,
    })
  })

  test('refuses what is no format it knows', async () => {
    const path = join(folder, 'list.txt')
    await writeFile(path, 'milk\n')
    expect(await latchkey(['import', path])).toMatchObject({ exit: EXIT.refused })
  })
})

test('export writes a new file of its owner alone, which import finds to be here already', async () => {
  await latchkey(['import', fixture('links.txt')])
  const path = join(folder, 'out.json')
  expect(await latchkey(['export', path, '--format', 'aegis'])).toMatchObject({ exit: EXIT.done })
  expect((await stat(path)).mode & 0o777).toBe(0o600)
  expect(await readFile(path, 'utf8')).toContain(SEED)
  expect((await latchkey(['import', path, '--json'])).json()).toMatchObject({ format: 'aegis', added: 0 })
  expect(await latchkey(['export', path]), 'an existing file stays').toMatchObject({ exit: EXIT.fileTrouble })
})

test('vault slots lists the ways in', async () => {
  expect((await latchkey(['vault', 'slots', '--json'])).json()).toMatchObject({ slots: [{ kind: 'passphrase' }] })
})
