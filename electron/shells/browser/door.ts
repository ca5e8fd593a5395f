/**
 * The one way in: every request and every upgrade passes the guard here, and a refusal is answered without a body.
 * A door refuses everything until it is opened for a launch, since its port is known only once both addresses listen.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Duplex } from 'node:stream'
import { STATUS_CODES } from 'node:http'
import { guard, type Launch, type Rule } from './guard.ts'
import { refuse } from './answers.ts'
import type { Full, Report } from './events.ts'

/** What lies behind the door. Each is entered only with a request that the guard accepted. */
export interface Handlers {
  file(path: string, request: IncomingMessage, response: ServerResponse): void
  ticket(request: IncomingMessage, response: ServerResponse): void
  /** A status means that the upgrade is not taken. */
  wire(request: IncomingMessage, socket: Duplex, head: Buffer): 'taken' | { status: number; rule: Full }
}

/** Listeners for an HTTP server's `request` and `upgrade`. */
export interface Door {
  open(launch: Launch): void
  request(request: IncomingMessage, response: ServerResponse): void
  upgrade(request: IncomingMessage, socket: Duplex, head: Buffer): void
}

export function createDoor(handlers: Handlers, report: Report): Door {
  let launch: Launch | undefined

  const judge = (request: IncomingMessage, event: 'request' | 'upgrade') =>
    launch ? guard(launch, request, event) : ({ to: 'nobody', status: 503, rule: 'not-open' } as const)

  const refuseUpgrade = (socket: Duplex, status: number, rule: Rule | Full) => {
    report({ event: 'refused', on: 'upgrade', status, rule })
    socket.once('finish', () => socket.destroy())
    socket.end(`HTTP/1.1 ${status} ${STATUS_CODES[status]}\r\nConnection: close\r\nContent-Length: 0\r\n\r\n`)
  }

  return {
    open(opened) {
      launch = opened
    },
    request(request, response) {
      const verdict = judge(request, 'request')
      if (verdict.to === 'file') return handlers.file(verdict.path, request, response)
      if (verdict.to === 'ticket') return handlers.ticket(request, response)
      const { status, rule } = verdict.to === 'nobody' ? verdict : ({ status: 400, rule: 'handshake' } as const)
      report({ event: 'refused', on: 'request', status, rule })
      return refuse(response, status)
    },
    upgrade(request, socket, head) {
      // Until the WebSocket library takes over, a peer that resets the connection must not throw.
      socket.on('error', () => socket.destroy())
      const verdict = judge(request, 'upgrade')
      if (verdict.to === 'nobody') return refuseUpgrade(socket, verdict.status, verdict.rule)
      if (verdict.to !== 'wire') return refuseUpgrade(socket, 400, 'handshake')
      const taken = handlers.wire(request, socket, head)
      if (taken !== 'taken') refuseUpgrade(socket, taken.status, taken.rule)
    },
  }
}
