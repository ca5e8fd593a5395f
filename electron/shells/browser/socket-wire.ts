/** A WebSocket of the page as the contract's Wire: text frames only, dead peers noticed, unread frames bounded. */
import type { WebSocket } from 'ws'
import { MAX_FRAME_LENGTH, type Wire } from '../../../shared/contract/wire.ts'
import type { Clock } from '../../../shared/kit/index.ts'
import type { BrowserShellEvent, Report } from './events.ts'

export const PING_EVERY_MS = 15_000
/** A page that leaves this much unread is cut off rather than remembered: four of the largest frames. */
export const MAX_UNREAD_BYTES = 4 * MAX_FRAME_LENGTH
/** How long the other side may take to answer a close. */
export const CLOSE_GRACE_MS = 2000

/** RFC 6455 §7.4.1 */
const NORMAL = 1000
const UNSUPPORTED_DATA = 1003

type Cut = Extract<BrowserShellEvent, { event: 'wire-cut' }>['why']

/**
 * Takes the socket over. Nothing is read from it before the first `onMessage`, so no frame is lost and none waits here.
 * After `close` the wire is closed at once, while the socket says goodbye.
 */
export function socketWire(socket: WebSocket, clock: Clock, report: Report): Wire {
  const messageListeners: ((frame: string) => void)[] = []
  const closeListeners: (() => void)[] = []
  let isClosed = false
  let isAlive = true
  let cancelTimer = () => {}

  const end = () => {
    if (isClosed) return
    isClosed = true
    cancelTimer()
    for (const listener of closeListeners.splice(0)) listener()
  }
  const cut = (why: Cut) => {
    if (isClosed) return
    report({ event: 'wire-cut', why })
    end()
    socket.terminate()
  }
  const goodbye = (code: number) => {
    end()
    socket.resume()
    socket.close(code)
    cancelTimer = clock.after(CLOSE_GRACE_MS, () => socket.terminate())
  }
  const ping = () => {
    if (!isAlive) return cut('no-pong')
    isAlive = false
    socket.ping()
    cancelTimer = clock.after(PING_EVERY_MS, ping)
  }

  socket.pause()
  cancelTimer = clock.after(PING_EVERY_MS, ping)
  socket.on('pong', () => {
    isAlive = true
  })
  socket.on('message', (data, isBinary) => {
    if (isClosed) return
    if (isBinary || !Buffer.isBuffer(data)) {
      report({ event: 'wire-cut', why: 'binary' })
      goodbye(UNSUPPORTED_DATA)
      return
    }
    const frame = data.toString('utf8')
    for (const listener of messageListeners) listener(frame)
  })
  // Broken framing, bad UTF-8, too large or too many fragments: the library closes the socket with the right code.
  socket.on('error', () => {
    if (!isClosed) report({ event: 'wire-cut', why: 'malformed' })
    end()
  })
  socket.on('close', () => {
    end()
    cancelTimer()
  })

  return {
    send(frame) {
      if (isClosed) return
      if (socket.bufferedAmount + Buffer.byteLength(frame) > MAX_UNREAD_BYTES) return cut('unread')
      socket.send(frame)
    },
    onMessage(listener) {
      if (isClosed) return
      messageListeners.push(listener)
      socket.resume()
    },
    onClose(listener) {
      if (isClosed) listener()
      else closeListeners.push(listener)
    },
    close() {
      if (!isClosed) goodbye(NORMAL)
    },
  }
}
