/** A real WebSocket on 127.0.0.1 between the page's link and the browser shell's wire, each as the product makes it. */
import { once } from 'node:events'
import type { AddressInfo } from 'node:net'
import { WebSocket, WebSocketServer } from 'ws'
import { socketWire } from '../../electron/shells/browser/socket-wire.ts'
import { socketLink, type Socket } from '../../renderer/client/socket-link.ts'
import { MAX_FRAME_LENGTH, type Wire } from '../../shared/contract/index.ts'
import type { Clock } from '../../shared/kit/index.ts'
import { deferred } from './deferred.ts'
import { FakeClock } from './fake-clock.ts'

export interface SocketPair {
  readonly client: Wire
  readonly server: Wire
  dispose(): Promise<void>
}

/** What the page's own WebSocket is to it. */
export const openSocket = (url: string, protocols: string[]): Socket =>
  new WebSocket(url, protocols, { perMessageDeflate: false, maxPayload: MAX_FRAME_LENGTH })

/** Takes connections on a random port, each as a wire. */
export async function listenForWires(onWire: (wire: Wire) => void, clock: Clock = new FakeClock()) {
  const server = new WebSocketServer({
    host: '127.0.0.1',
    port: 0,
    perMessageDeflate: false,
    maxPayload: MAX_FRAME_LENGTH,
    handleProtocols: () => 'latchkey',
  })
  server.on('connection', (socket) => onWire(socketWire(socket, clock, () => {})))
  await once(server, 'listening')
  const drop = () => {
    for (const socket of server.clients) socket.terminate()
  }
  return {
    url: `ws://127.0.0.1:${(server.address() as AddressInfo).port}/wire`,
    /** Cuts every connection, as a network does. */
    drop,
    async close() {
      drop()
      await new Promise((resolve) => server.close(resolve))
    },
  }
}

export async function socketPair(): Promise<SocketPair> {
  const taken = deferred<Wire>()
  const listener = await listenForWires(taken.resolve)
  const link = socketLink({ url: listener.url, token: 'x'.repeat(43), clock: new FakeClock(), open: openSocket })
  const opened = deferred<Wire>()
  link.onStatus(() => link.wire && opened.resolve(link.wire))
  const [server, client] = await Promise.all([taken.promise, opened.promise])
  return {
    client,
    server,
    async dispose() {
      link.stop()
      await listener.close()
    },
  }
}
