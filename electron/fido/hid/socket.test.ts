import { mkdtemp, rm } from 'node:fs/promises'
import { createServer, type AddressInfo, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { PassThrough } from 'node:stream'
import * as fc from 'fast-check'
import { afterEach, describe, expect, it } from 'vitest'
import { concat } from '../../../shared/kit/index.ts'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { portPair } from '../../../test/support/port-pair.ts'
import { ScriptedKey } from '../../../test/support/scripted-key.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { hidPortSuite } from '../../../test/suites/hid-port.ts'
import { openTransport } from '../ctaphid/index.ts'
import { MisuseError } from '../errors.ts'
import { openSocketPort, parseSocketPlace, portOverSocket, type SocketPlace } from './socket.ts'

const clock = new FakeClock()
const random = seededRandom('socket')
const disposals: (() => Promise<void>)[] = []
afterEach(async () => {
  for (const dispose of disposals.splice(0)) await dispose()
})

/** A server of one connection: where it listens, and the server's end of the first who connects. */
async function listening(kind: 'unix' | 'tcp') {
  const folder = await mkdtemp(join(tmpdir(), 'latchkey-socket-'))
  let connected!: (socket: Socket) => void
  const accepted = new Promise<Socket>((resolve) => (connected = resolve))
  const server = createServer((socket) => connected(socket))
  const path = join(folder, 'key')
  await new Promise<void>((resolve) =>
    kind === 'unix' ? server.listen(path, resolve) : server.listen(0, '127.0.0.1', resolve),
  )
  const place: SocketPlace =
    kind === 'unix' ? { kind, path } : { kind, host: '127.0.0.1', port: (server.address() as AddressInfo).port }
  const dispose = async () => {
    await new Promise((resolve) => server.close(resolve))
    await rm(folder, { recursive: true, force: true })
  }
  return { place, accepted, dispose }
}

for (const kind of ['unix', 'tcp'] as const) {
  hidPortSuite(`a ${kind} socket`, async () => {
    const { place, accepted, dispose } = await listening(kind)
    const near = await openSocketPort(place, { clock })
    return { near, far: portOverSocket(await accepted), dispose }
  })
}

hidPortSuite('a pair in memory', async () => {
  const [near, far] = portPair()
  return { near, far }
})

describe('a place', () => {
  it.each([
    ['unix:/run/key', { kind: 'unix', path: '/run/key' }],
    ['unix:a:b', { kind: 'unix', path: 'a:b' }],
    ['tcp:127.0.0.1:7000', { kind: 'tcp', host: '127.0.0.1', port: 7000 }],
    ['tcp:127.8.9.255:1', { kind: 'tcp', host: '127.8.9.255', port: 1 }],
    ['tcp:[::1]:65535', { kind: 'tcp', host: '::1', port: 65535 }],
  ])('%s is read', (text, place) => {
    expect(parseSocketPlace(text)).toEqual({ ok: true, value: place })
  })
  it.each([
    'tcp:localhost:7000',
    'tcp:key.example:7000',
    'tcp:192.0.2.1:7000',
    'tcp:0.0.0.0:7000',
    'tcp:127.1:7000',
    'tcp:127.0.0.256:7000',
    'tcp:127.0.0.01:7000',
    'tcp:2130706433:7000',
    'tcp:127.0.0.1.example.org:7000',
    'tcp:[::]:7000',
    'tcp:[fe80::1]:7000',
    'tcp:[::ffff:192.0.2.1]:7000',
  ])('%s is not of this computer for certain', (text) => {
    expect(parseSocketPlace(text)).toEqual({ ok: false, error: 'not-loopback' })
  })
  it.each([
    '',
    'unix:',
    'unix:a\0b',
    'tcp:',
    'tcp:127.0.0.1',
    'tcp:127.0.0.1:',
    'tcp:127.0.0.1:0',
    'tcp:127.0.0.1:65536',
    'tcp::1:7000',
    'tcp:127.0.0.1:70x',
    'udp:127.0.0.1:1',
    'http://127.0.0.1:1',
    'tcp:[::1:7000',
  ])('%j is none', (text) => {
    expect(parseSocketPlace(text)).toEqual({ ok: false, error: 'syntax' })
  })
})

describe('connecting', () => {
  it('to nobody says that nobody is there', async () => {
    const { place, dispose } = await listening('unix')
    await dispose()
    await expect(openSocketPort(place, { clock })).rejects.toMatchObject({ name: 'PortRefused', reason: 'gone' })
  })
  it('to another computer is refused even when not read from text', async () => {
    const place: SocketPlace = { kind: 'tcp', host: '192.0.2.1', port: 7 }
    await expect(openSocketPort(place, { clock })).rejects.toThrow(MisuseError)
  })
  it('is not begun once it is given up', async () => {
    const { place, dispose } = await listening('tcp')
    disposals.push(dispose)
    await expect(openSocketPort(place, { clock, signal: AbortSignal.abort() })).rejects.toThrow('aborted')
  })
  it('is given up on the way', async () => {
    const { place, dispose } = await listening('tcp')
    disposals.push(dispose)
    const abort = new AbortController()
    const opening = openSocketPort(place, { clock, signal: abort.signal })
    abort.abort(new Error('enough'))
    await expect(opening).rejects.toThrow('enough')
  })
  it('that takes too long fails', async () => {
    const { place, dispose } = await listening('tcp')
    disposals.push(dispose)
    const slow = new FakeClock()
    const opening = openSocketPort(place, { clock: slow })
    const refused = expect(opening).rejects.toMatchObject({ reason: 'failed' })
    await slow.advance(5_000)
    await refused
  })
})

it('bytes in any portions make the same reports', async () => {
  await fc.assert(
    fc.asyncProperty(fc.array(fc.integer({ min: 1, max: 200 }), { maxLength: 20 }), async (sizes) => {
      const stream = new PassThrough()
      const port = portOverSocket(Object.assign(stream, { setNoDelay: () => stream }) as unknown as Socket)
      const reports: Uint8Array[] = []
      port.onReport((report) => reports.push(report))
      const bytes = random(sizes.reduce((sum, size) => sum + size, 0))
      let at = 0
      for (const size of sizes) stream.emit('data', Buffer.from(bytes.subarray(at, (at += size))))
      expect(reports.every((report) => report.length === 64)).toBe(true)
      expect(concat(...reports)).toEqual(bytes.subarray(0, bytes.length - (bytes.length % 64)))
      await port.close()
    }),
  )
})

it('a message of many reports crosses a TCP socket and comes back', async () => {
  const { place, accepted, dispose } = await listening('tcp')
  disposals.push(dispose)
  const port = await openSocketPort(place, { clock })
  const key = new ScriptedKey(portOverSocket(await accepted))
  key.onRequest = ({ channel, command, message }) => void key.send(channel, command, message)
  const transport = await openTransport({ port, clock, random })
  const data = random(7609)
  expect(await transport.ping(data)).toEqual(data)
  await transport.close()
})
