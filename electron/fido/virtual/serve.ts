/** A virtual key on a socket: 64-byte reports back to back, no framing of its own, a client's end a connection. */
import { createServer, type Server, type Socket } from 'node:net'
import { REPORT_BYTES, type HidPort } from '../hid-port.ts'
import { writeWhere, type Where } from './where.ts'

/** What a client that does not read may make us hold. */
const MAX_UNSENT_BYTES = 1 << 20

export interface Served {
  /** With the port that was taken. */
  readonly where: string
  close(): Promise<void>
}

/** Listens until it is closed. Rejects where the address is taken; a socket file left behind is the caller's to remove. */
export async function serveKey(port: () => HidPort, where: Where): Promise<Served> {
  const sockets = new Set<Socket>()
  const server = createServer((socket) => {
    sockets.add(socket)
    socket.on('close', () => sockets.delete(socket))
    connect(socket, port())
  })
  await listen(server, where)
  const address = server.address()
  const taken =
    where.kind === 'tcp' && typeof address === 'object' && address ? { ...where, port: address.port } : where
  return {
    where: writeWhere(taken),
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        for (const socket of sockets) socket.destroy()
      }),
  }
}

function listen(server: Server, where: Where): Promise<void> {
  return new Promise((resolve, reject) => {
    server.once('error', reject)
    server.once('listening', resolve)
    if (where.kind === 'unix') server.listen(where.path)
    else server.listen(where.port, where.host)
  })
}

function connect(socket: Socket, port: HidPort): void {
  // Else Nagle and delayed acknowledgement cost 40 ms a message of several reports.
  socket.setNoDelay(true)
  let held: Uint8Array = new Uint8Array()
  socket.on('data', (data) => {
    const bytes = held.length === 0 ? data : Buffer.concat([held, data])
    const whole = bytes.length - (bytes.length % REPORT_BYTES)
    for (let at = 0; at < whole; at += REPORT_BYTES) {
      port.write(bytes.subarray(at, at + REPORT_BYTES)).catch(() => socket.destroy())
    }
    held = bytes.subarray(whole)
  })
  port.onReport((report) => {
    // The reports of a message come in one breath, and go in one write.
    if (socket.writableCorked === 0) {
      socket.cork()
      queueMicrotask(() => socket.uncork())
    }
    socket.write(report)
    if (socket.writableLength > MAX_UNSENT_BYTES) socket.destroy()
  })
  port.onClose(() => socket.end())
  socket.on('error', () => {})
  socket.on('close', () => void port.close())
}
