import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { PASSPHRASE, TestApp } from '../../../test/support/app.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { ADMINISTRATOR, FakeIam, listen, type Listening } from '../../../test/support/fake-iam/index.ts'
import { codeOfStep } from '../../../test/support/rfc6238.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { inProcess, type Connect } from './app.ts'
import { readInput, type CliIo } from './io.ts'
import { main } from './program.ts'

const SIX = { algorithm: 'SHA1', digits: 6 } as const

let app: TestApp
let iam: FakeIam
let clock: FakeClock
let server: Listening
beforeEach(async () => {
  clock = new FakeClock()
  iam = new FakeIam({ now: () => clock.now(), random: seededRandom('cli devices') })
  server = await listen(iam)
  const none = join(tmpdir(), 'latchkey-no-such-file')
  app = await TestApp.start({
    clock,
    aws: { config: none, credentials: none, environment: false, endpoint: server.url },
  })
  await app.call('vault.create', { passphrase: PASSPHRASE })
  const { user: _, ...keys } = iam.addUser('carol', [ADMINISTRATOR], 'a password of hers')
  iam.addUser('alice', [], 'a password of hers')
  await app.call('backends.add', { name: 'Work', setup: { kind: 'aws-iam', signIn: { by: 'keys', ...keys } } })
  await app.call('vault.lock', {})
})
afterEach(async () => {
  await app.dispose()
  await server.close()
})

/** Each command opens the vault of the same services anew. */
async function latchkey(args: readonly string[], ...more: readonly string[]) {
  const connect: Connect = async (_place, signal) => {
    const cli = inProcess(app.services, signal, clock)
    return { ...cli, close: () => cli.call('vault.lock', {}).then(() => undefined) }
  }
  let [out, err] = ['', '']
  async function* stdin() {
    yield Buffer.from([PASSPHRASE, ...more].join('\n'))
  }
  const io: CliIo = {
    stdin: readInput(stdin()),
    out: (text) => void (out += text),
    err: (text) => void (err += text),
    askSecret: async () => undefined,
    ask: async () => undefined,
    onInterrupt: () => () => {},
  }
  const exit = await main([...args, '--passphrase-stdin'], io, connect, '0')
  return { exit, out, err }
}

describe('an administrator at the command line', () => {
  test('lists backends and devices, of one person where asked', async () => {
    const listed = await latchkey(['backends', '--json'])
    expect(JSON.parse(listed.out)).toMatchObject({ backends: [{ name: 'Work', kind: 'aws-iam', state: 'ready' }] })
    expect((await latchkey(['devices', '--identity', 'alice'])).out).toBe(
      'alice (user, northwind): 0 of 8\n  ! password-alone\n',
    )
    expect((await latchkey(['devices', '--backend', 'nobody'])).out).toBe('Nobody is listed.\n')
  })

  test('registers a virtual device, resyncs and removes it', async () => {
    const made = await latchkey(['register', 'virtual', '--identity', 'alice', '--name', 'laptop', '--json'])
    expect(made).toMatchObject({ exit: 0, err: '' })
    const serial = 'arn:aws:iam::123456789012:mfa/laptop'
    expect(iam.devices.current.get(serial)).toMatchObject({ holder: 'alice' })
    await clock.advance(120_000)
    expect(await latchkey(['resync', 'laptop'])).toMatchObject({ exit: 0, out: 'Back in sync: laptop.\n' })
    const refused = await latchkey(['remove', 'laptop'])
    expect(refused).toMatchObject({ exit: 16 })
    expect(iam.devices.current.has(serial)).toBe(true)
    expect(await latchkey(['remove', 'laptop', '--yes', 'laptop'])).toMatchObject({
      exit: 0,
      out: 'Removed laptop from alice.\n',
    })
    expect(iam.devices.current.has(serial)).toBe(false)
  })

  test('registers a hardware token by its serial and two codes, given as lines', async () => {
    const seed = seededRandom('fob')(20)
    iam.addDevice({ serial: 'GALT00623358', type: 'hardware', totp: { seed, drift: 0, spent: new Set() } })
    const step = Math.floor(clock.now() / 30_000)
    const codes = [codeOfStep(seed, SIX, step - 1), codeOfStep(seed, SIX, step)]
    const made = await latchkey(['register', 'hardware', 'GALT00623358', '--identity', 'alice'], ...codes)
    expect(made).toMatchObject({ exit: 0, err: '' })
    expect(iam.devices.current.get('GALT00623358')).toMatchObject({ holder: 'alice' })
  })

  test('is told where a name is nobody’s, or several have it', async () => {
    expect(await latchkey(['register', 'virtual', '--identity', 'zoe'])).toMatchObject({ exit: 3 })
    expect(await latchkey(['register', 'virtual'])).toMatchObject({ exit: 8 })
    expect(await latchkey(['resync', 'laptop'])).toMatchObject({ exit: 3 })
  })
})
