/**
 * The browser shell: serves the page and its WebSocket on this computer's loopback addresses, behind one guard
 * (security.md §3.1). Addresses it gives out, none of which ever reaches a server as part of a request:
 * `http://HOST/#<launch token>` for a person to open, `http://HOST/#ticket=<ticket>` for a process's arguments.
 */
import type { Server } from 'node:http'
import type { Wire } from '../../../shared/contract/wire.ts'
import type { Clock, Random } from '../../../shared/kit/index.ts'
import type { Log } from '../../services/ports.ts'
import { readPageFiles } from '../page-files.ts'
import { createDoor } from './door.ts'
import type { Report } from './events.ts'
import { createLoopbackServer, listenOnLoopback } from './listen.ts'
import { serveFiles } from './serve-files.ts'
import { createTickets, SECRET_BYTES, ticketExchange } from './tickets.ts'
import { createWires } from './wires.ts'

/**
 * `latchkey.localhost` is ours alone, and WebAuthn works there. `localhost` is for browsers that can't resolve it: that
 * name is shared with every other local server, so the page must offer neither WebAuthn nor security-key slots.
 */
export type HostName = 'latchkey.localhost' | 'localhost'

export interface BrowserShellOptions {
  /** The built page: `index.html` and its files. */
  readonly rendererDir: string
  readonly onWire: (wire: Wire) => void
  readonly clock: Clock
  readonly random: Random
  readonly log: Log
  /** Wished for; another is taken where it is in use on either address. */
  readonly port?: number
  readonly hostName?: HostName
  /** Stop this long after the last page closed. Before a first page came, and without this, only `close` stops it. */
  readonly idleStopMs?: number
  /** Runs after the shell stopped by itself. */
  readonly onIdle?: () => void
}

export interface BrowserShell {
  /** Where WebAuthn runs, unless the host name is `localhost`. */
  readonly origin: string
  /** With the launch token: for the terminal, never for a process's arguments. */
  readonly url: string
  readonly port: number
  /** A new address for an opener's arguments, good once and for 30 s. */
  ticketUrl(): string
  /** Closes wires and sockets; resolves when both addresses are free again. Asking twice is asking once. */
  close(): Promise<void>
}

/** @throws where the page is not built or no loopback port can be bound. */
export async function startBrowserShell(options: BrowserShellOptions): Promise<BrowserShell> {
  const { clock, random, log, hostName = 'latchkey.localhost', idleStopMs, onIdle } = options
  const files = await readPageFiles(options.rendererDir)
  const report: Report = ({ event, ...facts }) => log.info(`browser-shell.${event}`, facts)
  const token = Buffer.from(random(SECRET_BYTES)).toString('base64url')
  const tickets = createTickets(clock, random)
  let host = ''
  let cancelIdle = () => {}
  let stopped: Promise<void> | undefined

  const stop = () => {
    stopped ??= stopServers(listening.servers, wires.close)
    // After the wires closed, since the last of them begins the wait to stop.
    cancelIdle()
    tickets.forget()
    return stopped
  }
  const wires = createWires({
    clock,
    report,
    onWire: options.onWire,
    onCount(open) {
      cancelIdle()
      if (open > 0 || idleStopMs === undefined || stopped) return
      cancelIdle = clock.after(idleStopMs, () => void stop().then(onIdle))
    },
  })
  const door = createDoor(
    {
      file: serveFiles(files, random, () => `ws://${host}`),
      ticket: ticketExchange(tickets, token, report),
      wire: wires.upgrade,
    },
    report,
  )
  const listening = await listenOnLoopback(() => createLoopbackServer(door), options.port ?? 0)
  host = `${hostName}:${listening.port}`
  door.open({ host, token, files })

  return {
    origin: `http://${host}`,
    url: `http://${host}/#${token}`,
    port: listening.port,
    ticketUrl: () => `http://${host}/#ticket=${tickets.mint()}`,
    close: stop,
  }
}

async function stopServers(servers: readonly Server[], closeWires: () => void): Promise<void> {
  const freed = servers.map((server) => new Promise<void>((resolve) => server.close(() => resolve())))
  closeWires()
  for (const server of servers) server.closeAllConnections()
  await Promise.all(freed)
}
