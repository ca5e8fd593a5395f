/**
 * One-use tickets. Arguments of a process can be read by others on the computer, so the opener of the browser is given
 * a ticket instead of the launch token; the page exchanges it at once, and who comes second or late gets nothing.
 */
import type { IncomingMessage, ServerResponse } from 'node:http'
import type { Clock, Random } from '../../../shared/kit/index.ts'
import { answerHeaders, refuse } from './answers.ts'
import type { Report } from './events.ts'
import { sameSecret } from './guard.ts'

export const TICKET_LIFE_MS = 30_000
/** Bytes of a ticket and of the launch token: 256 bits, 43 letters of base64url. */
export const SECRET_BYTES = 32

export interface Tickets {
  /** A new ticket, good once and for 30 s. */
  mint(): string
  /** True once for a ticket that was minted and is not late. */
  spend(ticket: string): boolean
  /** Ends the waiting for tickets that nobody came with. */
  forget(): void
}

export function createTickets(clock: Clock, random: Random): Tickets {
  const minted = new Map<string, { deadline: number; cancel: () => void }>()
  return {
    mint() {
      const ticket = Buffer.from(random(SECRET_BYTES)).toString('base64url')
      const cancel = clock.after(TICKET_LIFE_MS, () => minted.delete(ticket))
      minted.set(ticket, { deadline: clock.now() + TICKET_LIFE_MS, cancel })
      return ticket
    },
    spend(offered) {
      for (const [ticket, { deadline, cancel }] of minted) {
        if (!sameSecret(ticket, offered)) continue
        cancel()
        minted.delete(ticket)
        // Timers stand still while the computer sleeps; the wall clock does not.
        return clock.now() < deadline
      }
      return false
    },
    forget() {
      for (const { cancel } of minted.values()) cancel()
      minted.clear()
    },
  }
}

/**
 * `POST /ticket` with `{"ticket":"…"}`: 200 and `{"token":"…"}`, or 410 (unknown, used or late: the page says that the
 * link is spent and where to find another), or 400 where the body is anything else. Never more than a status.
 */
export function ticketExchange(tickets: Tickets, token: string, report: Report) {
  return (request: IncomingMessage, response: ServerResponse): void => {
    const chunks: Buffer[] = []
    request.on('data', (chunk: Buffer) => chunks.push(chunk)) // no more than Content-Length, which the guard capped
    request.on('end', () => {
      const ticket = ticketIn(Buffer.concat(chunks).toString('utf8'))
      if (ticket === undefined) return refuse(response, 400)
      if (!tickets.spend(ticket)) {
        report({ event: 'ticket-refused' })
        return refuse(response, 410)
      }
      report({ event: 'ticket-exchanged' })
      const body = JSON.stringify({ token })
      response.writeHead(200, {
        ...answerHeaders(),
        'Content-Type': 'application/json',
        'Content-Length': Buffer.byteLength(body),
      })
      return response.end(body)
    })
  }
}

function ticketIn(body: string): string | undefined {
  // The one form the page sends; anything a JSON reader would still forgive is refused.
  return /^\{"ticket":"([A-Za-z0-9_-]{43})"\}$/.exec(body)?.[1]
}
