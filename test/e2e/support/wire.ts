/** A second page of the same program, without a browser: for what a test needs a hundred times over. */
import * as jsonRpc from 'vscode-jsonrpc/node'
import { WebSocket } from 'ws'
import { createClient, type Client } from '../../../renderer/client/client.ts'
import { socketLink } from '../../../renderer/client/socket-link.ts'
import { MAX_FRAME_LENGTH } from '../../../shared/contract/index.ts'
import { FakeClock } from '../../support/fake-clock.ts'

/** `url` is the address that the program prints; it carries the launch token. */
export function connectTo(url: string): Client {
  const { host, port, hash } = new URL(url)
  const link = socketLink({
    url: `ws://127.0.0.1:${port}/wire`,
    token: hash.slice(1),
    // Pauses between tries would be its only use.
    clock: new FakeClock(),
    open: (address, protocols) =>
      new WebSocket(address, protocols, {
        headers: { Host: host, Origin: `http://${host}` },
        perMessageDeflate: false,
        maxPayload: MAX_FRAME_LENGTH,
      }),
  })
  return createClient(link, jsonRpc)
}
