/** The HID host as processes that are really started and really killed; only its keys are imitated. */
import { fork, spawnSync } from 'node:child_process'
import { once } from 'node:events'
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs'
import { createServer, type AddressInfo, type Server } from 'node:net'
import { tmpdir } from 'node:os'
import { join, resolve } from 'node:path'
import { build } from 'vite'
import { afterAll, afterEach, beforeAll, beforeEach, describe, expect, it, vi } from 'vitest'
import { deferred, type Deferred } from '../../../test/support/deferred.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { hostedSource, type HostedSource } from '../../fido/index.ts'
import { OPEN_DEADLINE_MS } from '../../fido/hid/host-link.ts'
import { FIRST_REST_MS } from '../../fido/hid/hosted-source.ts'
import { forkHidHost } from './hid-host.ts'

const root = resolve(import.meta.dirname, '../../..')
/** What is built for this test lies outside of the project, where no `node-hid` is to be found. */
let folder: string
const built = (name: string) => join(folder, `${name}.js`)

/** Hosts by their process numbers, each until it has ended. */
const endings = new Map<number, Deferred<void>>()
const endingOf = (pid: number): Deferred<void> => {
  const ending = endings.get(pid) ?? deferred()
  endings.set(pid, ending)
  return ending
}
let server: Server

beforeAll(async () => {
  folder = mkdtempSync(join(tmpdir(), 'latchkey-hid-host-'))
  await build({
    configFile: false,
    root,
    logLevel: 'silent',
    build: {
      outDir: folder,
      ssr: true,
      target: 'node20',
      rolldownOptions: {
        input: {
          host: join(root, 'test/support/hid-host-process/host.ts'),
          program: join(root, 'test/support/hid-host-process/program.ts'),
          'hid-host': join(root, 'electron/hid-host.ts'),
        },
        external: ['node-hid'],
        output: { entryFileNames: '[name].js' },
      },
    },
  })
  writeFileSync(join(folder, 'package.json'), '{ "type": "module" }')
  server = createServer((socket) => {
    let pid: number
    socket.once('data', (text) => (pid = Number(String(text))))
    // A process that is killed may end its connections by a reset.
    socket.on('error', () => undefined)
    socket.on('close', () => endingOf(pid).resolve())
  })
  await once(server.listen(0, '127.0.0.1'), 'listening')
  writeFileSync(join(folder, 'port'), String((server.address() as AddressInfo).port))
}, 60_000)
afterAll(() => {
  server.close()
  rmSync(folder, { recursive: true, force: true })
})

let clock: FakeClock
let source: HostedSource
const sourceOf = (name: string) => hostedSource({ spawn: () => forkHidHost(built(name)), clock })
beforeEach(() => {
  clock = new FakeClock()
  source = sourceOf('host')
})
afterEach(() => source.close())

const at = (place: string) => ({ place, kind: 'usb' }) as const
const hostPid = async () => Number((await source.list())[0]!.serialNumber)
const ended = (pid: number) => endingOf(pid).promise

describe('the HID host as a process', () => {
  it('carries reports both ways', async () => {
    const port = await source.open(at('echo'))
    const reports: Uint8Array[] = []
    const all = new Promise<void>((done) =>
      port.onReport((report) => {
        if (reports.push(report) === 129) done()
      }),
    )
    const sent = Array.from({ length: 129 }, (_, i) => new Uint8Array(64).fill(i))
    await Promise.all(sent.map((report) => port.write(report)))
    await all
    expect(reports).toEqual(sent)
  })

  it('gets nothing of this process’s environment', async () => {
    vi.stubEnv('AWS_SECRET_ACCESS_KEY', 'planted-secret')
    vi.stubEnv('NODE_OPTIONS', '--no-warnings')
    const [key] = await source.list()
    vi.unstubAllEnvs()
    expect(key!.product).not.toMatch(/AWS|NODE_OPTIONS/)
  })

  it('that is killed while a port is open closes the port, and the next one does its work', async () => {
    const pid = await hostPid()
    const port = await source.open(at('echo'))
    const reason = new Promise((done) => port.onClose(done))
    process.kill(pid, 'SIGKILL')
    expect(await reason).toMatchObject({ name: 'HidHostError', fault: 'ended', exit: { signal: 'SIGKILL' } })
    await expect(port.write(new Uint8Array(64))).rejects.toMatchObject({ name: 'PortClosed' })
    await expect(source.list()).rejects.toMatchObject({ fault: 'ended' })
    await clock.advance(FIRST_REST_MS)
    expect(await hostPid()).not.toBe(pid)
    await source.open(at('echo'))
  })

  it('may fault in native code, and this process goes on', async () => {
    await expect(source.open(at('fault'))).rejects.toMatchObject({ fault: 'ended', exit: { signal: 'SIGSEGV' } })
  })

  it('ends by a fault of its own that nobody caught', async () => {
    const pid = await hostPid()
    const port = await source.open(at('throw'))
    expect(await new Promise((done) => port.onClose(done))).toMatchObject({ fault: 'ended' })
    await ended(pid)
  })

  it('that native code holds up for ever is ended', async () => {
    const pid = await hostPid()
    const opening = expect(source.open(at('block'))).rejects.toMatchObject({ fault: 'no-answer' })
    // Until the call has gone out: the clock here is not the host's.
    await new Promise((done) => setImmediate(done))
    await clock.advance(OPEN_DEADLINE_MS)
    await opening
    await ended(pid)
  })

  it('is not ended by Ctrl-C in a terminal, which the program hears too', async () => {
    const pid = await hostPid()
    process.kill(pid, 'SIGINT')
    const port = await source.open(at('echo'))
    const answer = new Promise((done) => port.onReport(done))
    await port.write(new Uint8Array(64).fill(1))
    expect(await answer).toEqual(new Uint8Array(64).fill(1))
    expect(await hostPid()).toBe(pid)
  })

  it.each([
    ['at rest', 'echo'],
    ['held up by native code', 'block'],
  ])('%s does not outlive the program', async (_, place) => {
    const program = fork(built('program'), [built('host'), place], { execArgv: [], stdio: ['ignore', 2, 2, 'ipc'] })
    const [pid] = (await once(program, 'message')) as [number]
    program.kill('SIGKILL')
    await ended(pid)
  })

  it('that is not where it should be is a loss', async () => {
    source = sourceOf('missing')
    await expect(source.list()).rejects.toMatchObject({ fault: 'ended', exit: { code: 1 } })
  })

  it('says that the native module does not load', async () => {
    source = sourceOf('hid-host')
    await expect(source.list()).rejects.toMatchObject({ name: 'HidUnavailable', missingLibrary: undefined })
  })

  it('is not for people to start', () => {
    const { status, stderr } = spawnSync(process.execPath, [built('hid-host')], { encoding: 'utf8' })
    expect([status, stderr]).toEqual([64, 'This is a part of Latchkey, which starts it by itself.\n'])
  })
})
