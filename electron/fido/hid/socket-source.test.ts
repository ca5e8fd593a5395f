import { createServer, type Server, type Socket } from 'node:net'
import { mkdtemp, rm } from 'node:fs/promises'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterEach, beforeEach, describe, expect, test } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { REPORT_BYTES, type HidPort } from '../hid-port.ts'
import { socketSource } from './socket-source.ts'

let folder: string
let path: string
let server: Server
let sockets: Socket[]
let clock: FakeClock
beforeEach(async () => {
  folder = await mkdtemp(join(tmpdir(), 'latchkey-socket-'))
  path = join(folder, 'key')
  sockets = []
  clock = new FakeClock()
  await listen()
})
afterEach(async () => {
  await stop()
  await rm(folder, { recursive: true, force: true })
})

const listen = () => {
  server = createServer((socket) => {
    sockets.push(socket)
    socket.on('error', () => {})
    // Answers as a key does, so that there is a conversation.
    socket.on('data', (data) => socket.write(data))
  })
  return new Promise<void>((resolve) => server.listen(path, resolve))
}
const stop = () =>
  new Promise<void>((resolve) => {
    for (const socket of sockets) socket.destroy()
    server.close(() => resolve())
  })

const spoken = (port: HidPort) =>
  new Promise<void>((resolve, reject) => {
    port.onReport(() => resolve())
    port.write(new Uint8Array(REPORT_BYTES)).catch(reject)
  })
const closed = (port: HidPort) => new Promise<void>((resolve) => port.onClose(() => resolve()))

describe('a key at a socket', () => {
  test('that hangs up was unplugged: it is missed once, then back as another', async () => {
    const source = socketSource({ kind: 'unix', path }, clock)
    let hints = 0
    source.onHint?.(() => (hints += 1))
    const [key] = await source.list()
    const port = await source.open(key!)
    const isClosed = closed(port)
    await spoken(port)
    for (const socket of sockets) socket.destroy()
    await isClosed
    expect(hints).toBe(1)
    expect(await source.list()).toEqual([])
    await clock.advance(200)
    expect(hints).toBe(2)
    const [back] = await source.list()
    expect(back).toMatchObject({ kind: 'socket' })
    expect(back!.place).not.toBe(key!.place)
  })

  test('that we let go is still plugged in', async () => {
    const source = socketSource({ kind: 'unix', path }, clock)
    const [key] = await source.list()
    const port = await source.open(key!)
    const isClosed = closed(port)
    await spoken(port)
    await port.close()
    await isClosed
    expect(await source.list()).toEqual([key])
  })

  test('that hangs up without a word is no key that came and went: nobody chases it', async () => {
    const source = socketSource({ kind: 'unix', path }, clock)
    const [key] = await source.list()
    const accepted = new Promise((resolve) => server.once('connection', resolve))
    const port = await source.open(key!)
    const isClosed = closed(port)
    await accepted
    for (const socket of sockets) socket.destroy()
    await isClosed
    expect(await source.list()).toEqual([key])
  })

  test('where nobody listens is not plugged in, until somebody does', async () => {
    const source = socketSource({ kind: 'unix', path }, clock)
    const [key] = await source.list()
    await stop()
    await expect(source.open(key!)).rejects.toMatchObject({ reason: 'gone' })
    expect(await source.list()).toEqual([])
    await listen()
    expect(await source.list()).toEqual([key])
  })
})
