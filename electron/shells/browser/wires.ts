/** The pages' WebSockets: takes upgrades that the guard accepted, at most four at once, and makes each a Wire. */
import type { IncomingMessage } from 'node:http'
import type { Duplex } from 'node:stream'
import { WebSocketServer } from 'ws'
import { MAX_FRAME_LENGTH, type Wire } from '../../../shared/contract/wire.ts'
import type { Clock } from '../../../shared/kit/index.ts'
import type { Handlers } from './door.ts'
import type { Report } from './events.ts'
import { WIRE_PROTOCOL } from './guard.ts'
import { socketWire } from './socket-wire.ts'

export const MAX_WIRES = 4
/** Pieces of one message, and chunks of it that wait: many tiny ones cost far more memory than they carry (CVE-2026-48779). */
const MAX_PIECES = 16 * 1024

export interface WiresOptions {
  readonly clock: Clock
  readonly report: Report
  readonly onWire: (wire: Wire) => void
  /** Told after each opening and closing. */
  readonly onCount: (open: number) => void
}

export interface Wires {
  readonly upgrade: Handlers['wire']
  /** Says goodbye to every page; a page that does not answer is cut off a moment later. */
  close(): void
}

export function createWires({ clock, report, onWire, onCount }: WiresOptions): Wires {
  const open = new Set<Wire>()
  const sockets = new WebSocketServer({
    noServer: true,
    clientTracking: false,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_LENGTH,
    maxFragments: MAX_PIECES,
    maxBufferedChunks: MAX_PIECES,
    // Never the second name of the offer, which is the launch token.
    handleProtocols: () => WIRE_PROTOCOL,
  })
  let taken = 0

  return {
    upgrade(request: IncomingMessage, socket: Duplex, head: Buffer) {
      if (taken >= MAX_WIRES) return { status: 503, rule: 'wires' }
      taken += 1
      socket.once('close', () => {
        taken -= 1
      })
      sockets.handleUpgrade(request, socket, head, (webSocket) => {
        const wire = socketWire(webSocket, clock, report)
        open.add(wire)
        report({ event: 'wire-opened', open: open.size })
        onCount(open.size)
        wire.onClose(() => {
          open.delete(wire)
          report({ event: 'wire-closed', open: open.size })
          onCount(open.size)
        })
        onWire(wire)
      })
      return 'taken'
    },
    close() {
      for (const wire of open) wire.close()
    },
  }
}
