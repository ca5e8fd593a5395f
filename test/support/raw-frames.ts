import type { Wire } from '../../shared/contract/index.ts'
import { deferred } from './deferred.ts'

/** The page's end seen from below the client: every frame that came down, and requests made by hand. */
export class RawFrames {
  readonly down: string[] = []
  readonly client: Wire
  readonly #waits = new Map<number, (message: unknown) => void>()
  #lastId = 1_000_000

  constructor(client: Wire) {
    this.client = client
    client.onMessage((frame) => {
      this.down.push(frame)
      const message = JSON.parse(frame) as { id?: number; method?: string }
      if (message.id === undefined || message.method !== undefined) return
      this.#waits.get(message.id)?.(message)
      this.#waits.delete(message.id)
    })
  }
  ask(method: string, params: unknown, id?: number): Promise<unknown> {
    return this.askJson(JSON.stringify(params), method, id)
  }
  askJson(params: string, method = 'call', id = ++this.#lastId): Promise<unknown> {
    const { promise, resolve } = deferred<unknown>()
    this.#waits.set(id, resolve)
    this.client.send(`{"jsonrpc":"2.0","id":${id},"method":${JSON.stringify(method)},"params":${params}}`)
    return promise
  }
  tell(method: string, params: unknown): void {
    this.client.send(JSON.stringify({ jsonrpc: '2.0', method, params }))
  }
}
