import { once } from 'node:events'
import type { Socket } from 'node:net'
import { afterEach, beforeEach, describe, expect, it } from 'vitest'
import type { WebSocket } from 'ws'
import { MAX_FRAME_LENGTH, type Wire } from '../../../shared/contract/wire.ts'
import { CLOSE_GRACE_MS, MAX_UNREAD_BYTES, PING_EVERY_MS } from './socket-wire.ts'
import { clientFrame } from './testing/raw-http.ts'
import { runShell, type RunningShell } from './testing/running-shell.ts'

const TEXT = 0x1
const CONTINUATION = 0x0
const FIN = 0x80

const closed = (wire: Wire) => new Promise<void>((resolve) => wire.onClose(resolve))
const message = (wire: Wire) => new Promise<string>((resolve) => wire.onMessage(resolve))
const received = async (page: WebSocket) => String((await once(page, 'message'))[0])

/** The close code a bare socket is sent (RFC 6455 §5.5.1), read until the server hangs up. */
async function closeCode(socket: Socket): Promise<number> {
  const chunks: Buffer[] = []
  socket.on('data', (chunk: Buffer) => chunks.push(chunk))
  await new Promise<void>((resolve) => {
    socket.on('end', resolve)
    socket.on('close', () => resolve())
  })
  const all = Buffer.concat(chunks)
  const at = all.indexOf(Buffer.from([FIN | 0x8]))
  return at < 0 ? 0 : all.readUInt16BE(at + 2)
}

let running: RunningShell
beforeEach(async () => {
  running = await runShell()
})
afterEach(() => running.stop())

describe('a wire over a WebSocket', () => {
  it('carries text both ways, in order and whole', async () => {
    const { page, wire } = await running.connect()
    expect([page.protocol, page.extensions]).toEqual(['latchkey', ''])
    const frames: string[] = []
    const last = new Promise<void>((resolve) => {
      wire.onMessage((frame) => {
        frames.push(frame)
        if (frame === 'last') resolve()
      })
    })
    const long = 'ü😀'.repeat(100_000)
    for (const frame of ['first', '', long, 'last']) page.send(frame)
    await last
    expect(frames).toEqual(['first', '', long, 'last'])

    const answer = received(page)
    wire.send(long)
    expect(await answer).toBe(long)
  })

  it('loses no frame that came before anybody listened', async () => {
    const { page, wire } = await running.connect()
    page.send('early')
    // A whole handshake of another page: by then the first frame has long arrived.
    await running.connect()
    expect(await message(wire)).toBe('early')
  })

  it('hands each frame to every listener', async () => {
    const { page, wire } = await running.connect()
    const both = Promise.all([message(wire), message(wire)])
    page.send('frame')
    expect(await both).toEqual(['frame', 'frame'])
  })

  it('says that the page closed it, once, and to who asks later too', async () => {
    const { page, wire } = await running.connect()
    let times = 0
    wire.onClose(() => (times += 1))
    wire.onMessage(() => {})
    page.close()
    await closed(wire)
    await once(page, 'close')
    expect(times).toBe(1)
    wire.onClose(() => (times += 1))
    expect(times).toBe(2)
  })

  it('is closed at once when our side closes it: nothing goes out or comes in any more', async () => {
    const { page, wire } = await running.connect()
    const frames: string[] = []
    wire.onMessage((frame) => frames.push(frame))
    let isClosed = false
    wire.onClose(() => {
      isClosed = true
    })
    const sent: string[] = []
    page.on('message', (data) => sent.push(String(data)))
    page.send('on its way')
    wire.close()
    wire.close()
    wire.send('too late')
    wire.onMessage((frame) => frames.push(frame))
    expect(isClosed).toBe(true)
    expect((await once(page, 'close'))[0]).toBe(1000)
    expect([frames, sent]).toEqual([[], []])
  })

  it('cuts off a page that does not answer our goodbye', async () => {
    const { socket, wire } = await running.connectRaw()
    wire.close()
    const gone = once(socket, 'close')
    socket.resume()
    await running.clock.advance(CLOSE_GRACE_MS)
    await gone
  })

  it('stays open while the page answers pings, and closes when it no longer does', async () => {
    const alive = await running.connect()
    const dead = await running.connectRaw()
    dead.wire.onMessage(() => {})
    const deadClosed = closed(dead.wire)
    let aliveClosed = false
    alive.wire.onClose(() => {
      aliveClosed = true
    })
    for (let pings = 0; pings < 2; pings++) {
      const pinged = once(alive.page, 'ping')
      await running.clock.advance(PING_EVERY_MS)
      if (pings === 0) await pinged
      // What comes after the pong proves that the pong was read.
      const next = message(alive.wire)
      alive.page.send('after the pong')
      await next
    }
    await deadClosed
    expect(aliveClosed).toBe(false)
    expect(running.events).toContainEqual({ event: 'browser-shell.wire-cut', facts: { why: 'no-pong' } })
  })
})

describe('a hostile or broken page', () => {
  it('is refused binary frames', async () => {
    const { page, wire } = await running.connect()
    const frames: string[] = []
    wire.onMessage((frame) => frames.push(frame))
    page.send(Buffer.from('{}'))
    expect((await once(page, 'close'))[0]).toBe(1003)
    expect(frames).toEqual([])
  })

  it.each([
    [
      'a frame that says it is larger than 16 MiB, before any of it is read',
      1009,
      clientFrame(FIN | TEXT, Buffer.alloc(0), MAX_FRAME_LENGTH + 1),
    ],
    ['a frame that says it is larger than any memory', 1009, clientFrame(FIN | TEXT, Buffer.alloc(0), 2 ** 52)],
    ['bytes that are not UTF-8', 1007, clientFrame(FIN | TEXT, Buffer.from([0xc3, 0x28]))],
    ['a continuation of nothing', 1002, clientFrame(FIN | CONTINUATION, Buffer.from('x'))],
    ['a compressed frame, since none was agreed', 1002, clientFrame(FIN | 0x40 | TEXT, Buffer.from('x'))],
    ['an unmasked frame', 1002, Buffer.from([FIN | TEXT, 1, 0x78])],
    ['an unknown opcode', 1002, clientFrame(FIN | 0x3, Buffer.from('x'))],
    ['a long ping', 1002, clientFrame(FIN | 0x9, Buffer.alloc(126))],
  ])('is cut off for %s', async (_what, code, bytes) => {
    const { socket, wire } = await running.connectRaw()
    const frames: string[] = []
    wire.onMessage((frame) => frames.push(frame))
    const answer = closeCode(socket)
    socket.write(bytes)
    await closed(wire)
    await running.clock.advance(CLOSE_GRACE_MS)
    expect(await answer).toBe(code)
    expect(frames).toEqual([])
    expect(running.events).toContainEqual({ event: 'browser-shell.wire-cut', facts: { why: 'malformed' } })
  })

  it('is cut off after 16,384 pieces of one message, however tiny', async () => {
    const { socket, wire } = await running.connectRaw()
    wire.onMessage(() => {})
    const isClosed = closed(wire)
    const answer = closeCode(socket)
    const before = process.memoryUsage().rss
    const piece = Buffer.from([CONTINUATION, 0x80 | 1, 0, 0, 0, 0, 0x78])
    socket.write(Buffer.from([TEXT, 0x80 | 1, 0, 0, 0, 0, 0x78]))
    // A hundred times what is allowed: 1.6 million pieces, 11 MB on the wire.
    for (let i = 0; i < 100 && !socket.destroyed; i++) socket.write(Buffer.alloc(piece.length * 16_384, piece))
    await isClosed
    await running.clock.advance(CLOSE_GRACE_MS)
    expect([0, 1008]).toContain(await answer)
    // Of it all, the server may have held 16,384 pieces; most of this bound is the test's own writing.
    expect(process.memoryUsage().rss - before).toBeLessThan(96 * 2 ** 20)
  })

  it('is cut off for one frame that comes in tens of thousands of packets', async () => {
    const { socket, wire } = await running.connectRaw()
    wire.onMessage(() => {})
    const seen = { closed: false }
    wire.onClose(() => {
      seen.closed = true
    })
    socket.setNoDelay(true)
    socket.write(clientFrame(FIN | TEXT, Buffer.alloc(0), MAX_FRAME_LENGTH))
    let packets = 0
    for (; packets < 100_000 && !seen.closed; packets++) {
      socket.write('x')
      await new Promise(setImmediate)
    }
    expect(seen.closed).toBe(true)
    expect(packets).toBeGreaterThan(1000)
  })

  it('is cut off for a message that passes 16 MiB piece by piece', async () => {
    const { socket, wire } = await running.connectRaw()
    const frames: string[] = []
    wire.onMessage((frame) => frames.push(frame))
    const isClosed = closed(wire)
    const piece = Buffer.alloc(2 ** 20, 0x78)
    socket.write(clientFrame(TEXT, piece))
    for (let i = 0; i < 16; i++) socket.write(clientFrame(CONTINUATION, piece))
    await isClosed
    expect(frames).toEqual([])
  })

  it('that reads nothing is cut off before 64 MiB wait for it', async () => {
    const { socket, wire } = await running.connectRaw()
    socket.pause()
    const seen = { closed: false }
    wire.onClose(() => {
      seen.closed = true
    })
    const frame = 'x'.repeat(MAX_FRAME_LENGTH / 4)
    let sent = 0
    while (!seen.closed && sent < 100) {
      wire.send(frame)
      sent += 1
      await new Promise(setImmediate)
    }
    expect(seen.closed).toBe(true)
    // What the kernel's own buffers took comes on top of the cap.
    expect(sent * frame.length).toBeLessThan(MAX_UNREAD_BYTES + 16 * 2 ** 20)
    expect(running.events).toContainEqual({ event: 'browser-shell.wire-cut', facts: { why: 'unread' } })
  })

  it('that disappears leaves a closed wire', async () => {
    const { socket, wire } = await running.connectRaw()
    const isClosed = closed(wire)
    wire.onMessage(() => {})
    socket.resetAndDestroy()
    await isClosed
  })
})
