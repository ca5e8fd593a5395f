/** The built command line at a key in software, over a socket: what a person at a terminal does with a new key, once through. */
import { spawn, type ChildProcess } from 'node:child_process'
import { randomBytes } from 'node:crypto'
import { mkdtempSync, rmSync } from 'node:fs'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { fileURLToPath } from 'node:url'
import { expect, test } from '@playwright/test'
import { ctap2, openSession, socketSource } from '../../electron/fido/index.ts'
import { systemClock, systemRandom } from '../../electron/shells/node/system.ts'

const built = (name: string) => fileURLToPath(new URL(`../../dist/node/${name}.js`, import.meta.url))

let folder: string
let socket: string
let key: ChildProcess | undefined
test.beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-cli-keys-'))
  socket = join(folder, 'key')
})
test.afterEach(() => {
  key?.kill()
  rmSync(folder, { recursive: true, force: true })
})

/** Resolves when it listens. */
function startKey(...flags: string[]): Promise<void> {
  const child = spawn(process.execPath, [built('virtual-key'), `unix:${socket}`, ...flags], {
    stdio: ['ignore', 'pipe', 'inherit'],
  })
  key = child
  return new Promise((resolve, reject) => {
    child.stdout.once('data', () => resolve())
    child.once('exit', () => reject(new Error('the virtual key did not start')))
  })
}

interface Ended {
  readonly exit: number | null
  readonly out: string
  readonly err: string
}

/** `onErr` is told what a person reads while it runs. */
function latchkey(args: readonly string[], stdin = '', onErr: (text: string, child: ChildProcess) => void = () => {}) {
  const child = spawn(process.execPath, [built('cli'), ...args, '--data-dir', join(folder, 'data'), '--developer'], {
    env: { ...process.env, LATCHKEY_KEY: `unix:${socket}` },
    // No terminal of its own, so that it can't ask on this one.
    detached: true,
  })
  let out = ''
  let err = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
  child.stderr.on('data', (chunk: Buffer) => {
    const text = chunk.toString('utf8')
    err += text
    onErr(text, child)
  })
  child.stdin.end(stdin)
  return new Promise<Ended>((resolve) => child.once('close', (exit) => resolve({ exit, out, err })))
}

async function json(args: readonly string[], stdin = '') {
  const { exit, out, err } = await latchkey([...args, '--json'], stdin)
  const error = exit === 0 ? undefined : JSON.parse(err.trimEnd().split('\n').at(-1)!).error
  return { exit, answer: out === '' ? undefined : JSON.parse(out), error }
}

/** As a site would register it. */
async function register(rpId: string, userName: string): Promise<void> {
  const source = socketSource({ kind: 'unix', path: socket }, systemClock)
  const [found] = await source.list()
  const session = await openSession(await source.open(found!), {
    clock: systemClock,
    random: systemRandom,
    wipe: () => {},
  })
  try {
    await session.run((transport) =>
      ctap2.makeCredential(transport, {
        clientDataHash: randomBytes(32),
        rp: { id: rpId },
        user: { id: randomBytes(16), name: userName },
        pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
        options: { rk: true },
      }),
    )
  } finally {
    await session.close()
  }
}

test('a key is looked at, given a PIN, rid of a passkey and reset from the command line', async () => {
  await startKey('--reset-window', '600')
  await register('example.com', 'ana')
  await register('example.org', 'ben')

  const { err } = await latchkey(['keys'])
  expect(err).toContain('LATCHKEY_KEY')
  const info = await json(['key', 'info'])
  expect(info).toMatchObject({ exit: 0, answer: { kind: 'socket', state: 'ready', info: { pin: { isSet: false } } } })

  const set = ['key', 'pin', 'set', '--pin-stdin', '--yes']
  expect(await json([...set, 'Other key'], '4711\n')).toMatchObject({ exit: 16, error: { code: 'not-confirmed' } })
  expect(await json([...set, 'this key'], '4711\n')).toMatchObject({ exit: 0 })

  const list = ['key', 'passkeys', 'list', '--pin-stdin']
  expect(await json(list, '0815\n4711\n')).toMatchObject({ exit: 14, error: { detail: { retries: 7 } } })
  const { answer } = await json(list, '4711\n')
  expect(answer.passkeys.map(({ rpId, userName }: { rpId: string; userName: string }) => [rpId, userName])).toEqual(
    expect.arrayContaining([
      ['example.com', 'ana'],
      ['example.org', 'ben'],
    ]),
  )

  const remove = ['key', 'passkeys', 'delete', '--pin-stdin', '--passkey', 'example.org', '--yes']
  expect(await json([...remove, 'Other key'], '4711\n')).toMatchObject({ exit: 16 })
  expect(await json([...remove, 'this key'], '4711\n')).toMatchObject({ exit: 0, answer: { deleted: 1 } })
  expect((await json(list, '4711\n')).answer.passkeys).toMatchObject([{ rpId: 'example.com' }])

  const reset = await latchkey(['key', 'reset', '--yes', 'this key'], '', (text) => {
    if (text.includes('Unplug the key.')) key!.kill('SIGUSR2')
  })
  expect(reset).toMatchObject({ exit: 0 })
  expect(reset.err).toMatch(/Plug it in again\.[^]*Touch this key\./)
  expect(await json(['key', 'info'])).toMatchObject({ answer: { info: { pin: { isSet: false }, passkeysLeft: 25 } } })
})

test('Ctrl-C while a key waits for a touch lets it go, and says that nothing was changed', async () => {
  await startKey('--person', 'absent')
  const { exit, err } = await latchkey(['key', 'select'], '', (text, child) => {
    if (text.includes('Touch')) child.kill('SIGINT')
  })
  expect(exit).toBe(130)
  expect(err).toMatch(/Stopped\. Nothing was changed\.\n$/)
  // It waits for nobody any more: the next command is answered at once.
  expect(await json(['key', 'info'])).toMatchObject({ exit: 0 })
})

test('without --developer the socket is no key', async () => {
  await startKey()
  const child = spawn(process.execPath, [built('cli'), 'key', 'info', '--data-dir', join(folder, 'data'), '--json'], {
    env: { ...process.env, LATCHKEY_KEY: `unix:${socket}` },
    stdio: ['ignore', 'pipe', 'pipe'],
  })
  let out = ''
  child.stdout.on('data', (chunk: Buffer) => (out += chunk.toString('utf8')))
  await new Promise((resolve) => child.once('close', resolve))
  // Keys of metal may be plugged into this computer; a socket is none of them.
  expect(out).not.toContain('"socket"')
})
