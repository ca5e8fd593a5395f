/**
 * A key at the other end of a socket: 64-byte reports back to back, no framing of its own. `unix:PATH` or a TCP port of
 * this computer only (`tcp:127.0.0.1:PORT`, `tcp:[::1]:PORT`): what is spoken here, PINs in the key's own encryption and
 * touches among it, is nobody else's. Names are refused, for a resolver may send them anywhere.
 */
import { connect, type Socket } from 'node:net'
import { concat, err, ok, type Clock, type Result } from '../../../shared/kit/index.ts'
import { MisuseError } from '../errors.ts'
import { PortClosed, PortRefused, REPORT_BYTES, type HidPort } from '../hid-port.ts'

export type SocketPlace =
  | { readonly kind: 'unix'; readonly path: string }
  | { readonly kind: 'tcp'; readonly host: string; readonly port: number }

/** Why a place can't be one: not written as above, or on another computer. */
export type PlaceFault = 'syntax' | 'not-loopback'

const CONNECT_DEADLINE_MS = 5_000
/** Half of the longest message. */
const READ_BYTES = 4096

/** Of bytes that are the listener's only until it returns. */
type Listener = (bytes: Uint8Array) => void

/** `unix:PATH`, `tcp:127.x.y.z:PORT` or `tcp:[::1]:PORT`. */
export function parseSocketPlace(text: string): Result<SocketPlace, PlaceFault> {
  const unix = /^unix:(.+)$/s.exec(text)
  if (unix) return unix[1]!.includes('\0') ? err('syntax') : ok({ kind: 'unix', path: unix[1]! })
  const tcp = /^tcp:(?:\[([^\]]*)\]|([^:[\]]+)):(\d{1,5})$/.exec(text)
  const host = tcp?.[1] ?? tcp?.[2]
  const port = Number(tcp?.[3])
  if (host === undefined || port < 1 || port > 65_535) return err('syntax')
  return isLoopback(host) ? ok({ kind: 'tcp', host, port }) : err('not-loopback')
}

const isLoopback = (host: string): boolean =>
  host === '::1' ||
  (/^127(?:\.(?:0|[1-9]\d{0,2})){3}$/.test(host) && host.split('.').every((part) => Number(part) <= 255))

/** Connects. Throws `PortRefused`, or the signal's reason. */
export async function openSocketPort(
  place: SocketPlace,
  { clock, signal }: { readonly clock: Clock; readonly signal?: AbortSignal | undefined },
): Promise<HidPort> {
  if (place.kind === 'tcp' && !isLoopback(place.host)) throw new MisuseError('a key on another computer')
  signal?.throwIfAborted()
  const reader = new SocketReader()
  const socket = connect({
    ...(place.kind === 'unix' ? { path: place.path } : { host: place.host, port: place.port }),
    onread: reader.onread,
  })
  await new Promise<void>((resolve, reject) => {
    const settle = (then: () => void): void => {
      stopTimer()
      signal?.removeEventListener('abort', onAbort)
      socket.off('connect', onConnect).off('error', onError)
      then()
    }
    const fail = (reason: unknown): void => {
      settle(() => reject(reason))
      socket.on('error', () => undefined).destroy()
    }
    const onConnect = (): void => settle(resolve)
    const onError = (cause: NodeJS.ErrnoException): void => fail(new PortRefused(refusal(cause), { cause }))
    const onAbort = (): void => fail(signal?.reason)
    const stopTimer = clock.after(CONNECT_DEADLINE_MS, () => fail(new PortRefused('failed')))
    socket.once('connect', onConnect).once('error', onError)
    signal?.addEventListener('abort', onAbort, { once: true })
  })
  return new SocketPort(socket, (listener) => reader.start(socket, listener))
}

/** Reads into one buffer: a new one of 64 KiB a read, as Node takes otherwise, costs more than all else of a message. */
class SocketReader {
  /** What came before anybody listened; nothing more is read then, though an end is still heard. */
  #early = new Uint8Array()
  #listener: Listener | undefined
  readonly onread = {
    buffer: new Uint8Array(READ_BYTES),
    callback: (length: number, buffer: Uint8Array): boolean => {
      const bytes = buffer.subarray(0, length)
      if (this.#listener) this.#listener(bytes)
      else this.#early = new Uint8Array(bytes)
      return this.#listener !== undefined
    },
  }

  start(socket: Socket, listener: Listener): void {
    queueMicrotask(() => {
      this.#listener = listener
      if (this.#early.length > 0) listener(this.#early)
      socket.resume()
    })
  }
}

function refusal({ code }: NodeJS.ErrnoException): PortRefused['reason'] {
  switch (code) {
    case 'EACCES':
    case 'EPERM':
      return 'denied'
    case 'ENOENT':
    case 'ECONNREFUSED':
      return 'gone'
    default:
      return 'failed'
  }
}

/** A connected socket as a port, at either end: the client's, or that of whatever plays the key. */
export function portOverSocket(socket: Socket): HidPort {
  return new SocketPort(socket, (listener) => void socket.on('data', listener))
}

class SocketPort implements HidPort {
  readonly #socket: Socket
  readonly #read: (listener: Listener) => void
  /** Bytes of a report that is not whole yet. */
  #rest = new Uint8Array()
  #isClosed = false
  #reason: Error | undefined
  #onClose: ((reason?: Error) => void) | undefined

  constructor(socket: Socket, read: (listener: Listener) => void) {
    this.#socket = socket
    this.#read = read
    // A message of several reports would wait 40 ms for the other end's delayed acknowledgement.
    socket.setNoDelay(true)
    socket.on('error', (error) => (this.#reason = error))
    // The far end does not listen any more either: half a conversation is of no use here.
    socket.on('end', () => socket.destroy())
    socket.on('close', () => this.#closed())
    if (socket.destroyed) queueMicrotask(() => this.#closed())
  }

  write(report: Uint8Array): Promise<void> {
    return this.writeAll([report])
  }

  writeAll(reports: readonly Uint8Array[]): Promise<void> {
    if (reports.some(({ length }) => length !== REPORT_BYTES)) {
      return Promise.reject(new MisuseError('a report is 64 bytes'))
    }
    return new Promise((resolve, reject) => {
      if (this.#isClosed) return reject(new PortClosed())
      // A copy: the caller may use its buffers again before the system has taken the bytes.
      this.#socket.write(concat(...reports), (cause) => (cause ? reject(new PortClosed({ cause })) : resolve()))
    })
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#read((chunk) => {
      const bytes = this.#rest.length > 0 ? concat(this.#rest, chunk) : chunk
      const whole = bytes.length - (bytes.length % REPORT_BYTES)
      for (let at = 0; at < whole && !this.#isClosed; at += REPORT_BYTES) {
        listener(new Uint8Array(bytes.subarray(at, at + REPORT_BYTES)))
      }
      this.#rest = new Uint8Array(bytes.subarray(whole))
    })
  }

  onClose(listener: (reason?: Error) => void): void {
    this.#onClose = listener
    if (this.#isClosed) queueMicrotask(() => listener(this.#reason))
  }

  async close(): Promise<void> {
    this.#closed()
    // Not `end`: an end that does not read would keep it open for ever.
    await new Promise<void>((resolve) => {
      if (this.#socket.closed) return resolve()
      this.#socket.once('close', () => resolve()).destroy()
    })
  }

  #closed(): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#onClose?.(this.#reason)
  }
}
