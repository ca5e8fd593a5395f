/**
 * Wires over WebSockets of the browser shell, one after another. A lost one (the computer slept, the server cut it) is
 * replaced with growing pauses; a server that says goodbye, or is not there for half a minute, has been stopped.
 */
import type { Wire } from '../../shared/contract/wire.ts'
import type { Clock } from '../../shared/kit/index.ts'
import type { Link, LinkStatus } from './link.ts'

/** The shell's only subprotocol; the launch token stands beside it in the offer (security.md §3.1). */
const PROTOCOL = 'latchkey'
/** RFC 6455 §7.4.1: the server closed on purpose. */
const NORMAL = 1000

/** Pauses before each try; after the last the link has stopped. About half a minute in all. */
export const RETRY_AFTER_MS = [250, 500, 1000, 2000, 4000, 8000, 8000, 8000] as const

/** What is used of a browser's WebSocket. */
export interface Socket {
  send(data: string): void
  close(code?: number): void
  addEventListener(type: 'open' | 'error', listener: () => void): void
  addEventListener(type: 'message', listener: (event: { readonly data: unknown }) => void): void
  addEventListener(type: 'close', listener: (event: { readonly code: number }) => void): void
}

export interface SocketLinkOptions {
  /** `ws://HOST/wire` of the page's own host. */
  readonly url: string
  readonly token: string
  readonly clock: Clock
  readonly open: (url: string, protocols: string[]) => Socket
}

export function socketLink({ url, token, clock, open }: SocketLinkOptions): Link {
  const listeners = new Set<() => void>()
  let status: LinkStatus = 'connecting'
  let wire: Wire | undefined
  let tries = 0
  let cancelRetry: (() => void) | undefined
  /** Closes the socket in use, whichever state it is in. */
  let close: (() => void) | undefined

  const change = (next: LinkStatus, nextWire?: Wire) => {
    if (next === status && nextWire === wire) return
    status = next
    wire = nextWire
    for (const listener of listeners) listener()
  }
  const connect = () => {
    cancelRetry = undefined
    const socket = open(url, [PROTOCOL, token])
    const own = socketWire(socket)
    close = own.wire.close
    socket.addEventListener('open', () => {
      if (close !== own.wire.close) return
      tries = 0
      change('open', own.wire)
    })
    own.onGone((code) => {
      if (close === own.wire.close) lost(code)
    })
  }
  const lost = (code: number) => {
    close = undefined
    const pause = RETRY_AFTER_MS[tries]
    tries += 1
    if (code === NORMAL || pause === undefined) return change('stopped')
    cancelRetry = clock.after(pause, connect)
    return change(status === 'connecting' ? 'connecting' : 'lost')
  }
  const leave = () => {
    cancelRetry?.()
    cancelRetry = undefined
    const closeNow = close
    close = undefined
    closeNow?.()
  }

  connect()
  return {
    get status() {
      return status
    },
    get wire() {
      return wire
    },
    onStatus(listener) {
      const own = () => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
    retry() {
      if (status === 'open' || close) return
      cancelRetry?.()
      tries = 0
      change('lost')
      connect()
    },
    stop() {
      leave()
      change('stopped')
    },
  }
}

function socketWire(socket: Socket): { wire: Wire; onGone(listener: (code: number) => void): void } {
  const messageListeners: ((frame: string) => void)[] = []
  const closeListeners: (() => void)[] = []
  const goneListeners: ((code: number) => void)[] = []
  let isClosed = false

  const end = (code: number) => {
    if (isClosed) return
    isClosed = true
    for (const listener of closeListeners.splice(0)) listener()
    for (const listener of goneListeners.splice(0)) listener(code)
  }
  socket.addEventListener('message', ({ data }) => {
    if (isClosed || typeof data !== 'string') return
    for (const listener of messageListeners) listener(data)
  })
  // An error is always followed by a close, which says no more than the code.
  socket.addEventListener('error', () => {})
  socket.addEventListener('close', ({ code }) => end(code))

  return {
    wire: {
      send(frame) {
        if (!isClosed) socket.send(frame)
      },
      onMessage: (listener) => void messageListeners.push(listener),
      onClose(listener) {
        if (isClosed) listener()
        else closeListeners.push(listener)
      },
      close() {
        socket.close(NORMAL)
        end(NORMAL)
      },
    },
    onGone: (listener) => void goneListeners.push(listener),
  }
}
