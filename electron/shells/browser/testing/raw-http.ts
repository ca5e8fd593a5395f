/** Requests written byte by byte, for tests: no client library tidies them up on the way. */
import { connect, type Socket } from 'node:net'

export interface RawRequest {
  readonly line: string
  readonly fields: readonly (readonly [name: string, value: string])[]
  readonly body: string
}

export interface RawAnswer {
  /** 0 where the connection ended without an answer. */
  readonly status: number
  readonly head: string
  readonly body: string
}

export const rawText = ({ line, fields, body }: RawRequest): string =>
  [line, ...fields.map(([name, value]) => `${name}: ${value}`), '', body].join('\r\n')

/**
 * Sends `text` and reads an answer: `whole` up to its stated length, `closed` until the server hangs up by itself,
 * `hang-up` until it does after we said that nothing more comes.
 */
export function exchange(
  address: string,
  port: number,
  text: string,
  until: 'whole' | 'closed' | 'hang-up' = 'whole',
): Promise<RawAnswer> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, address)
    let received = ''
    const finish = () => {
      socket.destroy()
      resolve(answerIn(received))
    }
    socket.setTimeout(4000, () => {
      socket.destroy()
      reject(new Error(`no answer within 4 s to ${JSON.stringify(text.slice(0, 200))}`))
    })
    socket.on('connect', () => {
      socket.write(text, 'latin1')
      if (until === 'hang-up') socket.end()
    })
    socket.on('data', (chunk: Buffer) => {
      received += chunk.toString('latin1')
      if (until === 'whole' && isComplete(received, text.startsWith('HEAD '))) finish()
    })
    // A server that hangs up with our bytes unread resets the connection: an end like any other.
    socket.on('error', finish)
    socket.on('close', finish)
  })
}

/** A WebSocket handshake by hand: the bare socket, to write frames on that no library would. */
export function upgraded(address: string, port: number, text: string): Promise<Socket> {
  return new Promise((resolve, reject) => {
    const socket = connect(port, address, () => socket.write(text, 'latin1'))
    socket.on('error', reject)
    socket.once('data', (chunk: Buffer) => {
      if (!chunk.toString('latin1').startsWith('HTTP/1.1 101 ')) return reject(new Error('not upgraded'))
      socket.off('error', reject)
      socket.on('error', () => socket.destroy())
      return resolve(socket)
    })
  })
}

/** A client's frame (RFC 6455 §5.2), masked with zeros; `claimed` is the length it declares, whatever it carries. */
export function clientFrame(first: number, payload: Buffer, claimed = payload.length): Buffer {
  const head = Buffer.alloc(14)
  head[0] = first
  head[1] = 0x80 | 127
  head.writeBigUInt64BE(BigInt(claimed), 2)
  return Buffer.concat([head, payload])
}

function answerIn(received: string): RawAnswer {
  const split = received.indexOf('\r\n\r\n')
  const head = split < 0 ? received : received.slice(0, split)
  return {
    status: Number(/^HTTP\/1\.1 (\d{3})/.exec(head)?.[1] ?? 0),
    head,
    body: split < 0 ? '' : received.slice(split + 4),
  }
}

function isComplete(received: string, isHead: boolean): boolean {
  const { status, head, body } = answerIn(received)
  if (!received.includes('\r\n\r\n')) return false
  if (status === 101 || isHead) return true
  return body.length >= Number(/^content-length: (\d+)$/im.exec(head)?.[1] ?? Number.POSITIVE_INFINITY)
}
