/** A server on loopback whose answers a test writes, for what no real one shows: half answers, redirects, floods. */
import http, { type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http'
import https from 'node:https'
import type { AddressInfo } from 'node:net'

export interface Asked {
  readonly method: string
  readonly path: string
  readonly headers: IncomingMessage['headers']
  readonly body: string
}
/** Answers one request; what it does not end hangs. */
export type Reply = (asked: Asked, response: ServerResponse) => void

export interface ScriptedServer {
  readonly port: number
  readonly asked: Asked[]
  close(): Promise<void>
}

export async function scriptedServer(reply: Reply, tls?: { key: string; cert: string }): Promise<ScriptedServer> {
  const asked: Asked[] = []
  const listen: RequestListener = (request, response) => {
    const parts: Buffer[] = []
    request.on('data', (part: Buffer) => parts.push(part))
    request.on('end', () => {
      const { method = '', url = '', headers } = request
      const one = { method, path: url, headers, body: Buffer.concat(parts).toString() }
      asked.push(one)
      reply(one, response)
    })
  }
  const server = tls ? https.createServer(tls, listen) : http.createServer(listen)
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  return {
    port: (server.address() as AddressInfo).port,
    asked,
    async close() {
      const closed = new Promise((resolve) => server.close(resolve))
      server.closeAllConnections()
      await closed
    },
  }
}

export function json(
  response: ServerResponse,
  value: unknown,
  status = 200,
  headers: Record<string, string> = {},
): void {
  response.writeHead(status, { 'content-type': 'application/json', ...headers })
  response.end(JSON.stringify(value))
}
