import { once } from 'node:events'
import { mkdtempSync, rmSync } from 'node:fs'
import { createConnection, type Socket } from 'node:net'
import { tmpdir } from 'node:os'
import { join } from 'node:path'
import { afterAll, afterEach, describe, expect, it } from 'vitest'
import { concat, utf8 } from '../../../shared/kit/index.ts'
import { COMMAND, BROADCAST, fragment, readChannel } from '../ctaphid/index.ts'
import { serveKey, type Served } from './index.ts'
import { bench } from './testing/bench.ts'
import type { Where } from './where.ts'

const folder = mkdtempSync(join(tmpdir(), 'latchkey-serve-'))
const open: { served?: Served; sockets: Socket[] } = { sockets: [] }
afterEach(async () => {
  for (const socket of open.sockets.splice(0)) socket.destroy()
  await open.served?.close()
  delete open.served
})
afterAll(() => rmSync(folder, { recursive: true, force: true }))

async function serve(where: Where = { kind: 'tcp', host: '127.0.0.1', port: 0 }) {
  const made = bench()
  open.served = await serveKey(() => made.key.port(), where)
  return { ...made, where: open.served.where }
}
async function connect(where: string): Promise<Socket> {
  const socket = where.startsWith('unix:')
    ? createConnection(where.slice(5))
    : createConnection(Number(where.split(':').at(-1)), '127.0.0.1')
  open.sockets.push(socket)
  await once(socket, 'connect')
  return socket
}
async function read(socket: Socket, length: number): Promise<Uint8Array> {
  let held: Uint8Array = new Uint8Array()
  while (held.length < length) held = concat(held, (await once(socket, 'data'))[0] as Uint8Array)
  return held
}
const init = fragment(BROADCAST, COMMAND.init, utf8('12345678'))[0]!

describe('a key on a socket', () => {
  it('answers reports back to back, however the stream is cut', async () => {
    const { where } = await serve()
    const socket = await connect(where)
    socket.setNoDelay(true)
    socket.write(init.subarray(0, 10))
    socket.write(concat(init.subarray(10), init))
    const answers = await read(socket, 128)
    expect(answers).toHaveLength(128)
    expect(readChannel(answers, 15)).not.toBe(readChannel(answers, 64 + 15))
  })

  it('is unplugged: every client is hung up on, and may come again', async () => {
    const { where, key } = await serve()
    const socket = await connect(where)
    socket.write(init)
    await read(socket, 64)
    key.powerCycle()
    await once(socket, 'close')
    const again = await connect(where)
    again.write(init)
    expect(await read(again, 64)).toHaveLength(64)
  })

  it('is served on a unix socket too, and rejects where the address is taken', async () => {
    const at: Where = { kind: 'unix', path: join(folder, 'key.sock') }
    const { where, key } = await serve(at)
    const socket = await connect(where)
    socket.write(init)
    expect(await read(socket, 64)).toHaveLength(64)
    await expect(serveKey(() => key.port(), at)).rejects.toMatchObject({ code: 'EADDRINUSE' })
  })

  it('a client that vanishes leaves it serving the others', async () => {
    const { where } = await serve()
    const gone = await connect(where)
    gone.destroy()
    const socket = await connect(where)
    socket.write(init)
    expect(await read(socket, 64)).toHaveLength(64)
  })
})
