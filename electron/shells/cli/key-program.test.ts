import { mkdtemp, readFile, rm, writeFile } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { describe, expect, test } from 'vitest'
import { MemoryLog } from '../../../test/support/connect.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { Registry } from '../../fido/index.ts'
import { createConfirm } from '../../services/confirm.ts'
import type { Services } from '../../services/handlers.ts'
import { createKeysService } from '../../services/keys/index.ts'
import { storeWithoutVault } from '../../services/keys-without-vault.ts'
import { KeysBench, PIN, WIRE, type BenchKey, type KeyPlan } from '../../services/keys/testing/keys-bench.ts'
import { createVaultStore } from '../../services/vault-store.ts'
import { inProcess, type Connect } from './app.ts'
import { readInput, type CliIo } from './io.ts'
import { main } from './program.ts'

const PASSKEYS = [
  { rpId: 'example.com', rpName: 'Example', userName: 'ana', displayName: 'Ana' },
  { rpId: 'example.com', rpName: 'Example', userName: 'ben', displayName: 'Ben' },
  { rpId: 'example.org', rpName: 'Example Org', userName: 'ana', displayName: 'Ana' },
]
const BLUE: KeyPlan = { pin: PIN, passkeys: PASSKEYS, serial: 'B1001', product: 'Blue key' }
const NO_READER = { options: { hasFingerprintSensor: false } }

/** The command line over the real service, without a vault, at keys that a test plugs in. */
class Terminal {
  readonly bench = new KeysBench()
  /** Runs as something is printed to the person. */
  onSaid: (text: string) => void = () => {}
  #interrupts = new Set<() => void>()

  async plug(name: string, plan: KeyPlan): Promise<BenchKey> {
    const key = this.bench.add(name, plan)
    await this.bench.plug(key)
    return key
  }
  interrupt() {
    for (const listener of this.#interrupts) listener()
  }
  #connect: Connect = async (_place, signal) => {
    const { bench } = this
    const random = seededRandom('cli at keys')
    const service = createKeysService({
      registry: new Registry([bench], bench.clock),
      store: storeWithoutVault(createVaultStore(bench.clock)),
      clock: bench.clock,
      now: () => bench.clock.now(),
      random,
      confirm: createConfirm({ clock: bench.clock, random, shell: {} }),
      log: new MemoryLog(),
      readings: { all: () => [], onChange: () => () => {} },
      doctor: () =>
        Promise.resolve({
          system: 'linux',
          findings: [
            {
              finding: 'udev-rule-missing',
              facts: {},
              mend: { path: '/etc/rule', text: 'A RULE', commands: ['reload'] },
            },
          ],
          checkedAt: 0,
        }),
      losing: () => Promise.resolve({ effects: [] }),
      developerKey: false,
      hasSources: true,
    })
    const services = { handlers: service.handlers, topics: service.topics, close: () => service.close() }
    return inProcess(services as unknown as Services, signal, bench.clock)
  }

  /** `typed`: answers on the terminal, the unseen and the seen ones; without them there is none. */
  async run(args: readonly string[], { stdin = '', typed }: { stdin?: string; typed?: readonly string[] } = {}) {
    const answers = [...(typed ?? [])]
    const said = { out: '', err: '', prompts: [] as string[] }
    const answer = async (prompt: string) => {
      said.prompts.push(prompt)
      return typed && answers.shift()
    }
    async function* chunks() {
      yield Buffer.from(stdin)
    }
    const io: CliIo = {
      stdin: readInput(chunks()),
      out: (text) => {
        said.out += text
        this.onSaid(text)
      },
      err: (text) => {
        said.err += text
        this.onSaid(text)
      },
      askSecret: answer,
      ask: answer,
      onInterrupt: (listener) => {
        this.#interrupts.add(listener)
        return () => this.#interrupts.delete(listener)
      },
    }
    const ended = { exit: undefined as number | undefined }
    void main(args, io, this.#connect, '1.2.3').then((code) => (ended.exit = code))
    // As long as it takes: files are read and written in real time.
    while (ended.exit === undefined) await this.bench.pass(50)
    return { exit: ended.exit, ...said }
  }
  async json(args: readonly string[], given: { stdin?: string } = {}) {
    const { exit, out, err } = await this.run([...args, '--json'], given)
    const lastLine = err.trimEnd().split('\n').at(-1)
    return { exit, answer: out && JSON.parse(out), error: exit === 0 ? undefined : JSON.parse(lastLine!).error }
  }
  async withPin(args: readonly string[], ...lines: string[]) {
    return this.json([...args, '--pin-stdin'], { stdin: [...lines, ''].join('\n') })
  }
}

async function atBlue(plan: KeyPlan = BLUE) {
  const terminal = new Terminal()
  const blue = await terminal.plug('blue', plan)
  return { terminal, bench: terminal.bench, blue }
}
const pinTries = (bench: KeysBench) => bench.count(0x06, 0x05) + bench.count(0x06, 0x09)
const names = (key: BenchKey) => key.key.state().credentials.map(({ rpId, user }) => `${rpId} ${user.name}`)

describe('latchkey keys', () => {
  test('lists what is plugged in, without a vault', async () => {
    const { terminal } = await atBlue()
    await terminal.plug('red', { product: 'Red key' })
    const { exit, out } = await terminal.run(['keys'])
    expect(exit).toBe(0)
    expect(out).toMatch(/^1 {2}Blue key {2}serial B1001 {2}ready\n.*\n.*PIN set, 8 tries left.*\n.*aaguid/)
    expect(out).toMatch(/2 {2}Red key {2}ready\n.*\n.*no PIN set/)
    const { answer } = await terminal.json(['keys'])
    expect(answer).toMatchObject({
      keys: [{ serial: 'B1001', state: 'ready', info: { pin: { retries: 8 } } }, { model: 'Red key' }],
    })
  })

  test('says that none is plugged in', async () => {
    const { exit, out } = await new Terminal().run(['keys'])
    expect({ exit, out }).toEqual({ exit: 0, out: 'No security key is plugged in.\n' })
  })

  test('tells with --watch who comes and goes, until Ctrl-C', async () => {
    const { terminal, bench, blue } = await atBlue()
    const steps = [() => void bench.unplug(blue), () => void bench.plug(blue), () => terminal.interrupt()]
    terminal.onSaid = () => steps.shift()?.()
    const { exit, out } = await terminal.run(['keys', '--watch'])
    expect(exit).toBe(0)
    const lines = out.trimEnd().split('\n')
    expect(lines.map((line) => line.replace(/^(.) \d+ {2}/, '$1 '))).toEqual([
      '+ Blue key  serial B1001  ready',
      '- Blue key  serial B1001  unplugged',
      '+ Blue key  serial B1001  ready',
    ])
  })
})

describe('which key is meant', () => {
  test('is told by serial, model, number or the beginning of one, whatever the case', async () => {
    const { terminal } = await atBlue()
    await terminal.plug('red', { product: 'Red key', serial: 'R2002' })
    for (const name of ['B1001', 'b10', 'blue KEY', 'blue', '1']) {
      const { answer } = await terminal.json(['key', 'info', name])
      expect(answer).toMatchObject({ serial: 'B1001' })
    }
  })

  test('may be left out where one is plugged in; of several it is 13, and they are listed', async () => {
    const { terminal } = await atBlue()
    expect((await terminal.json(['key', 'info'])).answer).toMatchObject({ serial: 'B1001' })
    await terminal.plug('blue too', { product: 'Blue key', serial: 'B1002' })
    for (const args of [
      ['key', 'info'],
      ['key', 'info', 'blue'],
    ]) {
      const { exit, out, err } = await terminal.run(args)
      expect({ exit, out }).toEqual({ exit: 13, out: '' })
      expect(err).toMatch(/--touch:\n.*B1001.*\n.*B1002/)
    }
  })

  test('is 12 where it is not there', async () => {
    const { terminal } = await atBlue()
    expect(await terminal.json(['key', 'info', 'green'])).toMatchObject({ exit: 12, error: { code: 'no-such-key' } })
    expect((await new Terminal().json(['key', 'info'])).exit).toBe(12)
  })

  test('is told by touching it', async () => {
    const { terminal, blue } = await atBlue()
    const red = await terminal.plug('red', { product: 'Red key' })
    blue.person.touches = 'never'
    expect((await terminal.json(['key', 'select'])).answer).toMatchObject({ model: 'Red key' })
    const { out, err } = await terminal.run(['key', 'wink', '--touch'])
    expect(out).toBe('Red key winks.\n')
    expect(err).toContain('Touch Red key.')
    expect(red.person.winks).toBe(1)
  })

  test('that can’t be read is 17, and says what to do', async () => {
    const { terminal, blue } = await atBlue()
    blue.refusal = 'busy'
    expect(await terminal.json(['key', 'info'])).toMatchObject({ exit: 17, error: { code: 'key-busy' } })
    expect((await terminal.run(['key', 'info'])).err).toContain('Another program is using this key')
  })
})

describe('the PIN', () => {
  test('on standard input that is wrong is 14, says how many tries are left, and is tried once', async () => {
    const { terminal, bench } = await atBlue({ ...BLUE, ...NO_READER })
    expect(await terminal.withPin(['key', 'passkeys', 'list'], 'wrong', PIN)).toMatchObject({
      exit: 14,
      answer: '',
      error: { code: 'pin-wrong', detail: { retries: 7 } },
    })
    expect(pinTries(bench)).toBe(1)
  })

  test('is never tried for one of the last times without a word that says so', async () => {
    const { terminal, bench, blue } = await atBlue({ ...BLUE, ...NO_READER })
    for (const _ of [1, 2, 3, 4, 5, 6]) {
      await terminal.withPin(['key', 'passkeys', 'list'], 'wrong')
      await bench.unplug(blue)
      await bench.plug(blue)
    }
    const tried = pinTries(bench)
    for (const more of [[], ['--yes', 'Blue key'], ['--last-tries', '1']]) {
      const args = ['key', 'passkeys', more[0] === '--yes' ? 'delete' : 'list', ...more]
      const site = more[0] === '--yes' ? ['--passkey', 'example.org'] : []
      expect(await terminal.withPin([...args, ...site], PIN)).toMatchObject({
        exit: 16,
        error: { code: 'not-confirmed' },
      })
    }
    expect(pinTries(bench)).toBe(tried)
    expect(await terminal.withPin(['key', 'passkeys', 'list', '--last-tries', '2'], 'wrong')).toMatchObject({
      exit: 14,
      error: { code: 'pin-wrong', detail: { retries: 1 } },
    })
    expect((await terminal.withPin(['key', 'passkeys', 'list', '--last-tries', '1'], PIN)).exit).toBe(0)
  })

  test('that is blocked is 15, and nothing is tried', async () => {
    const { terminal, bench } = await atBlue({ ...BLUE, ...NO_READER })
    for (const _ of [1, 2, 3]) await terminal.withPin(['key', 'passkeys', 'list'], 'wrong')
    const tried = pinTries(bench)
    expect(await terminal.withPin(['key', 'passkeys', 'list'], PIN)).toMatchObject({
      exit: 15,
      error: { code: 'pin-needs-power-cycle' },
    })
    expect(pinTries(bench)).toBe(tried)
  })

  test('on the terminal is asked for again where it was wrong, and never shown', async () => {
    const { terminal } = await atBlue({ ...BLUE, ...NO_READER })
    const { exit, out, err, prompts } = await terminal.run(['key', 'passkeys', 'list'], { typed: ['wrong', PIN] })
    expect(exit).toBe(0)
    expect(prompts).toEqual([
      'PIN of Blue key (8 tries left): ',
      'That was not the PIN. PIN of Blue key (7 tries left): ',
    ])
    expect(out + err).not.toContain(PIN)
  })

  test('has no way to be given where others can read it', async () => {
    const { terminal } = await atBlue()
    const { out } = await terminal.run(['key', 'pin', 'change', '--help'])
    expect(out).toContain('--pin-stdin')
    expect(out).not.toMatch(/--(new-)?pin[ =<]/)
    expect((await terminal.run(['key', 'passkeys', 'list'])).exit).toBe(2)
  })

  test('is set by standard input only with the name of the key', async () => {
    const { terminal, bench, blue } = await atBlue({ product: 'Blue key', ...NO_READER })
    expect(await terminal.withPin(['key', 'pin', 'set'], PIN)).toMatchObject({ exit: 16 })
    expect(await terminal.withPin(['key', 'pin', 'set', '--yes', 'blue key'], PIN)).toMatchObject({ exit: 16 })
    expect(bench.count(...WIRE.setPin)).toBe(0)
    expect(await terminal.withPin(['key', 'pin', 'set', '--yes', 'Blue key'], PIN)).toMatchObject({ exit: 0 })
    expect(blue.key.state().pin).not.toBeNull()
    expect(await terminal.withPin(['key', 'pin', 'set', '--yes', 'Blue key'], PIN)).toMatchObject({
      exit: 19,
      error: { code: 'pin-already-set' },
    })
  })

  test('is set on the terminal by typing it twice for the key that is named', async () => {
    const { terminal, bench } = await atBlue({ product: 'Blue key', ...NO_READER })
    expect(await terminal.run(['key', 'pin', 'set'], { typed: [PIN, 'another'] })).toMatchObject({ exit: 9 })
    expect(bench.count(...WIRE.setPin)).toBe(0)
    expect(await terminal.run(['key', 'pin', 'set'], { typed: [PIN, PIN] })).toMatchObject({
      exit: 0,
      prompts: ['New PIN for Blue key: ', 'Once more: '],
    })
  })

  test('is changed by two lines, and a wrong one costs one try', async () => {
    const { terminal } = await atBlue({ ...BLUE, ...NO_READER })
    const change = ['key', 'pin', 'change', '--yes', 'Blue key']
    expect(await terminal.withPin(change, 'wrong', 'new one')).toMatchObject({
      exit: 14,
      error: { detail: { retries: 7 } },
    })
    expect(await terminal.withPin(change, PIN, 'abc')).toMatchObject({
      exit: 9,
      error: { code: 'pin-refused', detail: { fault: 'too-short' } },
    })
    expect(await terminal.withPin(change, PIN, 'new one')).toMatchObject({ exit: 0 })
    expect((await terminal.withPin(['key', 'passkeys', 'list'], 'new one')).exit).toBe(0)
  })
})

describe('latchkey key passkeys', () => {
  test('lists them, with room for more', async () => {
    const { terminal } = await atBlue({ ...BLUE, ...NO_READER })
    const { answer } = await terminal.withPin(['key', 'passkeys', 'list'], PIN)
    expect(answer.passkeys).toHaveLength(3)
    expect(answer).toMatchObject({ left: 22 })
  })

  test('renames one, and keeps the name that is not given', async () => {
    const { terminal, blue } = await atBlue({ ...BLUE, ...NO_READER })
    const rename = ['key', 'passkeys', 'rename', '--passkey', 'example.org', '--user-name', 'Anna']
    expect(await terminal.withPin(rename, PIN)).toMatchObject({
      exit: 0,
      answer: { userName: 'Anna', displayName: 'Ana' },
    })
    expect(names(blue)).toContain('example.org Anna')
  })

  test('says which are called so, where a site has several', async () => {
    const { terminal, bench } = await atBlue({ ...BLUE, ...NO_READER })
    const remove = (passkey: string) =>
      terminal.withPin(['key', 'passkeys', 'delete', '--yes', 'Blue key', '--passkey', passkey], PIN)
    expect(await remove('example.com')).toMatchObject({ exit: 8, error: { code: 'ambiguous' } })
    expect(await remove('example.net')).toMatchObject({ exit: 3, error: { code: 'not-found' } })
    expect(bench.count(...WIRE.deleteCredential)).toBe(0)
    expect(await remove('example.com ben')).toMatchObject({ exit: 0, answer: { deleted: 1 } })
  })

  test('deletes after showing what would be lost, by a yes', async () => {
    const { terminal, blue, bench } = await atBlue({ ...BLUE, ...NO_READER })
    const args = ['key', 'passkeys', 'delete', '--passkey', 'example.org']
    const no = await terminal.run(args, { typed: [PIN, 'n'] })
    expect(no.exit).toBe(16)
    expect(bench.count(...WIRE.deleteCredential)).toBe(0)
    const { exit, err, prompts } = await terminal.run(args, { typed: [PIN, 'y'] })
    expect(exit).toBe(0)
    expect(prompts).toEqual(['PIN of Blue key (8 tries left): ', 'Go on? (y/N) '])
    expect(err).toContain('Blue key: example.org (ana):\n  Deleted: the passkey of example.org, ana.')
    expect(names(blue)).toEqual(['example.com ana', 'example.com ben'])
  })

  test('deletes nothing where --yes names another key, and does not try the PIN for it', async () => {
    const { terminal, bench } = await atBlue({ ...BLUE, ...NO_READER })
    const args = ['key', 'passkeys', 'delete', '--passkey', 'example.org', '--yes', 'Red key']
    expect(await terminal.withPin(args, PIN)).toMatchObject({ exit: 16, error: { code: 'not-confirmed' } })
    expect({ tries: pinTries(bench), deleted: bench.count(...WIRE.deleteCredential) }).toEqual({ tries: 0, deleted: 0 })
  })
})

describe('latchkey key fingerprints', () => {
  test('adds one, saying how each sample went, then renames and removes it', async () => {
    const { terminal, blue } = await atBlue()
    blue.person.samples.push('good', 'too-fast')
    const { exit, err } = await terminal.run(['key', 'fingerprints', 'enrol', '--name', 'thumb', '--pin-stdin'], {
      stdin: `${PIN}\n`,
    })
    expect(exit).toBe(0)
    expect(err).toContain('Too fast; do it more slowly. 1 of 4.\n')
    expect((await terminal.withPin(['key', 'fingerprints', 'list'], PIN)).answer.fingerprints).toMatchObject([
      { name: 'thumb' },
    ])
    const one = ['--fingerprint', 'thumb']
    expect((await terminal.withPin(['key', 'fingerprints', 'rename', ...one, '--name', 'left'], PIN)).exit).toBe(0)
    const remove = ['key', 'fingerprints', 'remove', '--fingerprint', 'left']
    expect((await terminal.withPin(remove, PIN)).exit).toBe(16)
    expect((await terminal.withPin([...remove, '--yes', 'Blue key'], PIN)).exit).toBe(0)
    expect(blue.key.state().fingerprints).toEqual([])
  })
})

describe('latchkey key config', () => {
  test('prints the settings, and changes several with one PIN', async () => {
    const { terminal, blue } = await atBlue({ ...BLUE, ...NO_READER })
    expect((await terminal.run(['key', 'config'])).out).toContain('shortest PIN:              4\n')
    const change = ['key', 'config', '--always-uv', 'on', '--min-pin-length', '6', '--for', 'example.com']
    expect((await terminal.withPin(change, PIN)).exit).toBe(16)
    const { exit, answer } = await terminal.withPin([...change, '--yes', 'Blue key'], PIN)
    expect({ exit, answer }).toMatchObject({ exit: 0, answer: { alwaysUv: true, minPinLength: 6 } })
    expect(blue.key.state()).toMatchObject({ alwaysUv: true })
  })

  test('says that something was changed where a later one fails', async () => {
    const { terminal } = await atBlue({ ...BLUE, ...NO_READER })
    const change = ['key', 'config', '--always-uv', 'on', '--long-touch-for-reset', '--yes', 'Blue key']
    expect(await terminal.withPin(change, PIN)).toMatchObject({
      exit: 19,
      error: { code: 'key-cannot', changed: true },
    })
  })
})

describe('latchkey key blobs', () => {
  test('writes what a file holds, reads it into another, and deletes it', async () => {
    const { terminal } = await atBlue({ ...BLUE, ...NO_READER })
    const folder = await mkdtemp(join(tmpdir(), 'latchkey-blobs-'))
    try {
      await writeFile(join(folder, 'in'), 'a certificate')
      const one = ['--passkey', 'example.org']
      const put = ['key', 'blobs', 'put', ...one, '--file', join(folder, 'in')]
      expect((await terminal.withPin(put, PIN)).exit).toBe(16)
      expect(await terminal.withPin([...put, '--yes', 'Blue key'], PIN)).toMatchObject({
        exit: 0,
        answer: { bytes: 13 },
      })
      expect((await terminal.withPin(['key', 'blobs', 'list'], PIN)).answer.entries).toMatchObject([
        { passkey: { rpId: 'example.org' } },
      ])
      const get = ['key', 'blobs', 'get', ...one, '--out', join(folder, 'out')]
      expect((await terminal.withPin(get, PIN)).exit).toBe(0)
      expect(await readFile(join(folder, 'out'), 'utf8')).toBe('a certificate')
      expect((await terminal.withPin(get, PIN)).exit).toBe(10)
      expect((await terminal.withPin(['key', 'blobs', 'delete', ...one, '--yes', 'Blue key'], PIN)).exit).toBe(0)
      expect(await terminal.withPin(['key', 'blobs', 'get', ...one], PIN)).toMatchObject({ exit: 19 })
    } finally {
      await rm(folder, { recursive: true, force: true })
    }
  })
})

describe('latchkey key reset', () => {
  const obeying = (terminal: Terminal, blue: BenchKey) => (text: string) => {
    if (text === 'Unplug the key.\n') void terminal.bench.unplug(blue)
    if (text === 'Plug it in again.\n') void terminal.bench.plug(blue)
  }

  test('shows what is lost, wants the name typed, and coaches', async () => {
    const { terminal, bench, blue } = await atBlue({ ...BLUE, ...NO_READER })
    terminal.onSaid = obeying(terminal, blue)
    const no = await terminal.run(['key', 'reset'], { typed: ['blue key'] })
    expect({ exit: no.exit, resets: bench.count(...WIRE.reset) }).toEqual({ exit: 16, resets: 0 })
    const { exit, out, err, prompts } = await terminal.run(['key', 'reset'], { typed: ['Blue key'] })
    expect(prompts).toEqual(['Type "Blue key" to go on: '])
    expect(err).toContain('Everything on the key is deleted, and can’t be brought back.')
    expect(err).toMatch(/Unplug the key\.\n.*Plug it in again\.\n[^]*Touch Blue key\.\n$/)
    expect({ exit, out }).toEqual({ exit: 0, out: 'Blue key is reset (its serial number is the same).\n' })
    expect(blue.key.state().credentials).toEqual([])
  })

  test('is stopped by Ctrl-C while the key waits for a touch, and says that nothing was changed', async () => {
    const { terminal, bench, blue } = await atBlue({ ...BLUE, ...NO_READER })
    const obey = obeying(terminal, blue)
    blue.person.touches = 'never'
    terminal.onSaid = (text) => (text.startsWith('Touch') ? terminal.interrupt() : obey(text))
    const { exit, err } = await terminal.run(['key', 'reset', '--yes', 'Blue key'])
    expect(exit).toBe(130)
    expect(err).toMatch(/Stopped\. Nothing was changed\.\n$/)
    expect(bench.count(...WIRE.reset)).toBe(1)
    expect(names(blue)).toHaveLength(3)
    expect(bench.openPorts).toBe(0)
  })
})

test('latchkey key doctor prints what mends it', async () => {
  const { out } = await new Terminal().run(['key', 'doctor'])
  expect(out).toBe(
    'The system sees the key, and no rule lets you use it.\nSave this as /etc/rule, as an administrator:\nA RULE\nThen type in a terminal:\n  reload\n',
  )
})
