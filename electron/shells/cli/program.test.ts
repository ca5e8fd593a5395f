import { mkdtemp, readFile, rm, stat, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PNG } from 'pngjs'
import { encodeQR } from 'qr'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { codeOfStep } from '../../../test/support/rfc6238.ts'
import { MemoryLog } from '../../../test/support/connect.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { fromBase32 } from '../../../shared/kit/index.ts'
import { composeReal } from '../../compose.ts'
import { inProcess, type Connect } from './app.ts'
import { readInput, type CliIo } from './io.ts'
import { main } from './program.ts'

const PASSPHRASE = 'correct horse battery staple'
const SEED = 'JBSWY3DPEHPK3PXP'
const TOTP = `otpauth://totp/Example:alice?secret=${SEED}&issuer=Example`
const BANK_SEED = 'GEZDGNBVGY3TQOJQ'
const HOTP = `otpauth://hotp/Bank:me?secret=${BANK_SEED}&counter=7&issuer=Bank`

let folder: string
let clock: FakeClock
let starts: number
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-cli-'))
  clock = new FakeClock()
  starts = 0
})
afterEach(() => rm(folder, { recursive: true, force: true }))

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
    random: seededRandom(`cli ${starts++}`),
    dataDir: dataDir ?? folder,
    version: '1.2.3',
    scryptLogN: 4,
  })
  return inProcess(services, signal, clock)
}

interface Given {
  /** Standard input, whole. */
  readonly stdin?: string | Uint8Array
  /** What is typed at each question; without it there is no terminal. */
  readonly typed?: readonly string[]
}
async function latchkey(args: readonly string[], { stdin = '', typed }: Given = {}) {
  const answers = [...(typed ?? [])]
  const said = { out: '', err: '', prompts: [] as string[] }
  async function* chunks() {
    yield Buffer.from(stdin)
  }
  const io: CliIo = {
    stdin: readInput(chunks()),
    out: (text) => void (said.out += text),
    err: (text) => void (said.err += text),
    async askSecret(prompt) {
      said.prompts.push(prompt)
      return typed && answers.shift()
    },
    ask: () => Promise.resolve(undefined),
    onInterrupt: () => () => {},
  }
  const exit = await main(args, io, connect, '1.2.3')
  return { exit, ...said }
}
/** With the passphrase as the first line of standard input. */
const unlocked = (args: readonly string[], rest: string | Uint8Array = '') =>
  latchkey([...args, '--passphrase-stdin'], {
    stdin: Buffer.concat([Buffer.from(`${PASSPHRASE}\n`), Buffer.from(rest as string)]),
  })
const json = async (args: readonly string[], rest?: string | Uint8Array) => {
  const { exit, out, err } = await unlocked([...args, '--json'], rest)
  return { exit, answer: out && JSON.parse(out), error: err && JSON.parse(err).error }
}
const create = () => unlocked(['vault', 'create'])
const expected = (step: number, seed = SEED) =>
  codeOfStep(fromBase32(seed) as Uint8Array, { algorithm: 'SHA1', digits: 6 }, step)
const stepNow = () => Math.floor(clock.now() / 30_000)

describe('latchkey vault create', () => {
  test('asks for the passphrase twice on the terminal, and never shows it', async () => {
    const { exit, out, err, prompts } = await latchkey(['vault', 'create'], { typed: [PASSPHRASE, PASSPHRASE] })
    expect({ exit, prompts }).toEqual({ exit: 0, prompts: ['New passphrase: ', 'Once more: '] })
    expect(out + err).not.toContain(PASSPHRASE)
    expect((await create()).exit).toBe(7)
  })

  test('makes nothing where the two differ, or the passphrase is weak', async () => {
    expect((await latchkey(['vault', 'create'], { typed: [PASSPHRASE, 'another one'] })).exit).toBe(9)
    expect((await latchkey(['vault', 'create'], { typed: ['short', 'short'] })).exit).toBe(9)
    expect((await unlocked(['codes'])).exit).toBe(7)
  })
})

describe('latchkey add', () => {
  test('reads a link from standard input, where no other program sees it', async () => {
    await create()
    const { exit, answer } = await json(['add', '-'], `${TOTP}\n`)
    expect({ exit, answer }).toMatchObject({ exit: 0, answer: { kind: 'totp', issuer: 'Example', account: 'alice' } })
  })

  test('reads a QR picture from a file and from standard input', async () => {
    await create()
    const file = join(folder, 'qr.png')
    await writeFile(file, qrPicture(TOTP))
    expect((await json(['add', file])).answer).toMatchObject({ issuer: 'Example' })
    expect((await json(['add', '-'], qrPicture(HOTP))).answer).toMatchObject({ kind: 'hotp', issuer: 'Bank' })
  })

  test('takes a link as an argument', async () => {
    await create()
    expect((await unlocked(['add', TOTP])).out).toBe('Added Example alice.\n')
  })

  test('refuses the same account again, unless asked to keep both', async () => {
    await create()
    await json(['add', TOTP])
    expect(await json(['add', TOTP])).toMatchObject({ exit: 9, error: { code: 'entry-duplicate' } })
    expect((await json(['add', TOTP, '--keep-both'])).exit).toBe(0)
  })

  test('says what is wrong with a link, by its letter, and never repeats the rest', async () => {
    await create()
    const { exit, err } = await unlocked(['add', '-'], 'otpauth://totp/x?secret=JBSWY3DPEHPK3PX1')
    expect(exit).toBe(9)
    expect(err).toBe('It was not added: letter 16 of the secret, "1", is not Base32 (A to Z, 2 to 7).\n')
  })

  test('says of a file that it is no picture, and of a missing one that it is missing', async () => {
    await create()
    const file = join(folder, 'notes.txt')
    await writeFile(file, 'hello')
    expect(await json(['add', file])).toMatchObject({ exit: 9, error: { code: 'not-a-picture' } })
    expect(await json(['add', join(folder, 'none.png')])).toMatchObject({ exit: 10, error: { code: 'ENOENT' } })
  })
})

describe('latchkey code', () => {
  test('prints the code alone, which another implementation agrees with', async () => {
    await create()
    await json(['add', TOTP])
    expect((await unlocked(['code', 'example'])).out).toBe(`${expected(stepNow())}\n`)
    expect((await json(['code', 'example', 'ali'])).answer).toMatchObject({
      code: expected(stepNow()),
      next: expected(stepNow() + 1),
      validUntil: new Date((stepNow() + 1) * 30_000).toISOString(),
    })
  })

  test('moves an HOTP counter on for good', async () => {
    await create()
    await json(['add', HOTP])
    for (const counter of [7, 8]) {
      expect((await json(['code', 'bank'])).answer).toMatchObject({ code: expected(counter, BANK_SEED), counter })
    }
  })

  test('of a name that nothing has is 3, of one that several have is 8 and names them', async () => {
    await create()
    await json(['add', TOTP])
    await json(['add', 'otpauth://totp/Example:bob?secret=GEZDGNBV&issuer=Example'])
    expect((await unlocked(['code', 'nothing'])).exit).toBe(3)
    const { exit, out, err } = await unlocked(['code', 'example'])
    expect({ exit, out }).toEqual({ exit: 8, out: '' })
    expect(err).toMatch(/Example alice.*\n.*Example bob/)
    expect((await unlocked(['code', 'example', 'bob'])).exit).toBe(0)
  })

  test('may be written only by one process: an HOTP code of a vault that another writes is 5, a TOTP code comes', async () => {
    await create()
    await json(['add', TOTP])
    await json(['add', HOTP])
    const other = await connect({ dataDir: folder, demo: false }, new AbortController().signal)
    await other.call('vault.unlock', { passphrase: PASSPHRASE })
    expect(await json(['code', 'bank'])).toMatchObject({ exit: 5, error: { code: 'vault-held' } })
    expect((await unlocked(['code', 'alice'])).out).toBe(`${expected(stepNow())}\n`)
    await other.close()
  })
})

describe('latchkey codes', () => {
  test('prints every entry with its code, by name', async () => {
    await create()
    await json(['add', TOTP])
    await json(['add', HOTP])
    const code = expected(stepNow())
    expect((await unlocked(['codes'])).out).toBe(
      `counter 7     Bank me\n${code.slice(0, 3)} ${code.slice(3)}       Example alice\n`,
    )
    expect((await json(['codes'])).answer.codes).toMatchObject([{ counter: 7 }, { code }])
  })

  test('prints more than a page may watch at once', async () => {
    await create()
    const app = await connect({ dataDir: folder, demo: false }, new AbortController().signal)
    await app.call('vault.unlock', { passphrase: PASSPHRASE })
    await Promise.all(
      Array.from({ length: 620 }, (_, i) =>
        app.call('codes.add', { source: { uri: `otpauth://totp/Site:${i}?secret=JBSWY3DP` }, keepBoth: true }),
      ),
    )
    await app.close()
    const { codes } = (await json(['codes'])).answer
    expect(codes).toHaveLength(620)
    expect(codes.every(({ code }: { code?: string }) => /^\d{6}$/.test(code ?? ''))).toBe(true)
  })
})

describe('latchkey devices', () => {
  test('says where a backend is added', async () => {
    await create()
    expect((await unlocked(['devices'])).out).toBe('No backends yet. Add one in Settings, or try --demo.\n')
  })
})

describe('latchkey backup and restore', () => {
  test('write a file that is this user’s alone, never replace one, and bring everything back', async () => {
    await create()
    await json(['add', TOTP])
    const file = join(folder, 'backup.age')
    expect((await json(['backup', file])).answer).toMatchObject({ file, entries: 1 })
    expect((await stat(file)).mode & 0o777).toBe(0o600)
    const before = await readFile(file)
    expect(await json(['backup', file])).toMatchObject({ exit: 10, error: { code: 'EEXIST' } })
    expect(await readFile(file)).toEqual(before)

    const empty = ['--data-dir', join(folder, 'other')]
    expect((await unlocked(['vault', 'create', ...empty])).exit).toBe(0)
    expect((await json(['restore', file, ...empty])).answer).toEqual({ added: 1, skipped: 0 })
    expect((await json(['restore', file, ...empty])).answer).toEqual({ added: 0, skipped: 1 })
    expect((await unlocked(['code', 'alice', ...empty])).out).toBe(`${expected(stepNow())}\n`)
  })

  test('take the backup’s own passphrase as a second line or answer', async () => {
    await create()
    await json(['add', TOTP])
    const file = join(folder, 'backup.age')
    await json(['backup', file])
    const other = ['--data-dir', join(folder, 'other')]
    const create2 = await latchkey(['vault', 'create', ...other], {
      typed: ['another passphrase', 'another passphrase'],
    })
    expect(create2.exit).toBe(0)
    const restore = await latchkey(['restore', file, ...other], { typed: ['another passphrase', PASSPHRASE] })
    expect(restore).toMatchObject({ exit: 0, out: '1 entry added, 0 were there already or can’t be read.\n' })
    const wrong = await latchkey(['restore', file, ...other, '--passphrase-stdin'], { stdin: 'another passphrase\n' })
    expect(wrong.exit).toBe(4)
  })
})

describe('every command', () => {
  test('with a wrong passphrase is 4 and prints nothing else', async () => {
    await create()
    await json(['add', TOTP])
    for (const args of [['codes'], ['code', 'example'], ['add', TOTP], ['devices'], ['backup', join(folder, 'b')]]) {
      const { exit, out, err } = await latchkey([...args, '--passphrase-stdin', '--json'], { stdin: 'not it at all\n' })
      expect({ exit, out }).toEqual({ exit: 4, out: '' })
      expect(JSON.parse(err)).toEqual({ error: { code: 'wrong-passphrase', detail: {} } })
    }
  })

  test('without a terminal or --passphrase-stdin is 2 and says how', async () => {
    await create()
    const { exit, err } = await latchkey(['codes'])
    expect(exit).toBe(2)
    expect(err).toContain('--passphrase-stdin')
    expect((await latchkey(['codes', '--passphrase-stdin'])).exit).toBe(2)
  })

  test('has no way to give the passphrase where others can read it', async () => {
    const { out } = await latchkey(['codes', '--help'])
    expect(out).toContain('--passphrase-stdin')
    expect(out).not.toMatch(/--passphrase[ =<]/)
  })

  test('used wrongly is 2, and its help is 0', async () => {
    expect((await latchkey(['code'])).exit).toBe(2)
    expect((await latchkey(['nonsense'])).exit).toBe(2)
    expect((await latchkey(['codes', '--nonsense'])).exit).toBe(2)
    const help = await latchkey(['--help'])
    expect(help.exit).toBe(0)
    expect(help.out).toContain('Exit codes:')
    expect((await latchkey(['--version'])).out).toBe('1.2.3\n')
  })

  test('never prints a seed, and none is in a file', async () => {
    await create()
    const said = [await unlocked(['add', '-'], TOTP), await unlocked(['codes']), await json(['code', 'example'])]
    expect(JSON.stringify(said)).not.toContain(SEED)
    expect(await readFile(join(folder, 'vault', 'vault.age'), 'latin1')).not.toContain(SEED)
  })
})

function qrPicture(text: string): Uint8Array {
  const modules = encodeQR(text, 'raw', { border: 4, scale: 4 })
  const size = modules.length
  const picture = new PNG({ width: size, height: size })
  picture.data.fill(255)
  modules.forEach((row, y) =>
    row.forEach((isDark, x) => {
      if (isDark) picture.data.fill(0, (y * size + x) * 4, (y * size + x) * 4 + 3)
    }),
  )
  return PNG.sync.write(picture)
}
