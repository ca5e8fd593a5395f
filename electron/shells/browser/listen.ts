/**
 * The same port on 127.0.0.1 and on ::1, by address and never by name: browsers try ::1 first, so whoever listened there
 * would be given the page's requests and its token (security.md §3.1). Where either is taken, both move to another port.
 */
import { once } from 'node:events'
import { createServer, type Server } from 'node:http'
import type { Door } from './door.ts'

export const LOOPBACK = ['127.0.0.1', '::1'] as const
export type LoopbackAddress = (typeof LOOPBACK)[number]

/** Connections an address holds at once: a browser uses six and a socket for each page. */
const MAX_CONNECTIONS = 64
/** Each miss means that a stranger holds a random port on one of the two addresses. */
const MAX_TRIES = 20

export interface Listening {
  readonly port: number
  /** One server an address; one only where this computer has no IPv6. */
  readonly servers: readonly Server[]
}

export function createLoopbackServer(door: Door): Server {
  const server = createServer({
    // The guard wants exactly one Host; Node's own answer to none would carry a chunk.
    requireHostHeader: false,
    insecureHTTPParser: false,
    maxHeaderSize: 8192,
    headersTimeout: 5000,
    requestTimeout: 10_000,
    keepAliveTimeout: 5000,
    connectionsCheckingInterval: 1000,
  })
  // Node drops header lines beyond a count, and a second Host with them; their size is bounded above instead.
  server.maxHeadersCount = 0
  server.maxConnections = MAX_CONNECTIONS
  server.on('request', door.request)
  server.on('upgrade', door.upgrade)
  // Without these two, Node answers `Expect` by itself, before the guard.
  server.on('checkContinue', door.request)
  server.on('checkExpectation', door.request)
  return server
}

export type Bind = (server: Server, address: LoopbackAddress, port: number) => Promise<void>

const bindSocket: Bind = async (server, address, port) => {
  server.listen({ host: address, port, ipv6Only: address === '::1' })
  await once(server, 'listening')
}

/**
 * Binds `preferredPort` (0 or taken: a random one). `bind` is handed in so that a computer without IPv6 can be tested.
 * @throws the system's error where 127.0.0.1 can't be bound for another reason than a taken port.
 */
export async function listenOnLoopback(
  create: () => Server,
  preferredPort: number,
  bind: Bind = bindSocket,
): Promise<Listening> {
  for (let tries = 0; ; tries++) {
    const servers: Server[] = []
    try {
      let port = tries === 0 ? preferredPort : 0
      for (const address of LOOPBACK) {
        const server = create()
        try {
          await bind(server, address, port)
        } catch (error) {
          if (address === '::1' && HAS_NO_IPV6.has(codeOf(error))) continue
          throw error
        }
        servers.push(server)
        port = portOf(server)
      }
      return { port, servers }
    } catch (error) {
      for (const server of servers) server.close()
      if (codeOf(error) !== 'EADDRINUSE' || tries >= MAX_TRIES) throw error
    }
  }
}

const HAS_NO_IPV6: ReadonlySet<string> = new Set(['EADDRNOTAVAIL', 'EAFNOSUPPORT'])

const codeOf = (error: unknown): string => (error instanceof Error && 'code' in error ? String(error.code) : '')

function portOf(server: Server): number {
  const address = server.address()
  if (address === null || typeof address === 'string') throw new Error('the server does not listen on an address')
  return address.port
}
