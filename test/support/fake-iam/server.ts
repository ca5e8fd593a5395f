/** FakeIam over HTTP on 127.0.0.1, and without a network for tests that make thousands of calls. */
import { createServer, type IncomingMessage, type ServerResponse } from 'node:http'
import type { AddressInfo } from 'node:net'
import type { FakeIam, Reply } from './iam.ts'

export interface Listening {
  readonly url: string
  close(): Promise<void>
}

export async function listen(iam: FakeIam): Promise<Listening> {
  const server = createServer((request, response) => void serve(iam, request, response))
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve))
  const { port } = server.address() as AddressInfo
  return {
    url: `http://127.0.0.1:${port}`,
    close: () =>
      new Promise((resolve) => {
        server.close(() => resolve())
        server.closeAllConnections()
      }),
  }
}

async function serve(iam: FakeIam, request: IncomingMessage, response: ServerResponse): Promise<void> {
  const parts: Buffer[] = []
  for await (const part of request) parts.push(part as Buffer)
  const headers = Object.fromEntries(Object.entries(request.headers).map(([name, value]) => [name, String(value)]))
  const body = Buffer.concat(parts).toString()
  const reply = iam.handle({ method: request.method ?? '', path: request.url ?? '', headers, body })
  if (reply === 'hang-up') return void request.socket.resetAndDestroy()
  const { cutAt } = reply
  response.writeHead(reply.status, { ...reply.headers, 'content-length': Buffer.byteLength(reply.body) })
  if (cutAt === undefined) return void response.end(reply.body)
  response.write(reply.body.slice(0, cutAt), () => request.socket.resetAndDestroy())
}

interface SdkRequest {
  readonly method: string
  readonly path: string
  readonly headers: Readonly<Record<string, string>>
  readonly body?: unknown
}

/** The same as the SDK's `requestHandler`: nothing is read or written, an answer comes in a later turn. */
export function inProcess(iam: FakeIam) {
  return {
    metadata: { handlerProtocol: 'http/1.1' },
    updateHttpClientConfig() {},
    httpHandlerConfigs: () => ({}),
    destroy() {},
    async handle(request: SdkRequest, { abortSignal }: { abortSignal?: { aborted: boolean } } = {}) {
      await Promise.resolve()
      if (abortSignal?.aborted) throw Object.assign(new Error('aborted'), { name: 'AbortError' })
      const headers = Object.fromEntries(
        Object.entries(request.headers).map(([name, value]) => [name.toLowerCase(), value]),
      )
      return { response: response(iam.handle({ ...request, headers, body: String(request.body ?? '') })) }
    },
  }
}

function response(reply: Reply) {
  const reset = () => Object.assign(new Error('socket hang up'), { code: 'ECONNRESET' })
  if (reply === 'hang-up') throw reset()
  const { status, headers, body, cutAt } = reply
  async function* cut() {
    yield Buffer.from(body.slice(0, cutAt))
    throw reset()
  }
  return { statusCode: status, headers: { ...headers }, body: cutAt === undefined ? Buffer.from(body) : cut() }
}
