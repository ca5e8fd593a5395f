import * as jsonRpc from 'vscode-jsonrpc/node'
import { afterEach, describe, expect, test } from 'vitest'
import { serve } from '../../electron/dispatch.ts'
import { CallError, type Wire } from '../../shared/contract/index.ts'
import { MemoryLog, Watched } from '../../test/support/connect.ts'
import { deferred } from '../../test/support/deferred.ts'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { StubTopic, stubServices } from '../../test/support/services-stub.ts'
import { listenForWires, openSocket } from '../../test/support/socket-wire.ts'
import { row } from '../../test/suites/wire/frames.ts'
import { createClient } from './client.ts'
import { RETRY_AFTER_MS, socketLink, type Socket } from './socket-link.ts'

/** A socket that a test opens, closes and reads. */
class FakeSocket implements Socket {
  readonly sent: string[] = []
  readonly protocols: string[]
  closedWith: number | undefined
  readonly #listeners: { type: string; listener: (event: never) => void }[] = []
  constructor(protocols: string[]) {
    this.protocols = protocols
  }
  send(data: string) {
    this.sent.push(data)
  }
  close(code?: number) {
    this.closedWith = code
  }
  addEventListener(type: string, listener: (event: never) => void) {
    this.#listeners.push({ type, listener })
  }
  fire(type: 'open' | 'error'): void
  fire(type: 'message', event: { data: unknown }): void
  fire(type: 'close', event: { code: number }): void
  fire(type: string, event: object = {}) {
    for (const each of this.#listeners) if (each.type === type) each.listener(event as never)
  }
}

function fakeLink() {
  const clock = new FakeClock()
  const sockets: FakeSocket[] = []
  const link = socketLink({
    url: 'ws://host/wire',
    token: 'token',
    clock,
    open(_url, protocols) {
      const socket = new FakeSocket(protocols)
      sockets.push(socket)
      return socket
    },
  })
  const statuses: string[] = [link.status]
  link.onStatus(() => statuses.push(link.status))
  return { clock, sockets, link, statuses, last: () => sockets.at(-1)! }
}

describe('the link over WebSockets', () => {
  test('offers the launch token beside the protocol, and nowhere else', () => {
    const { sockets } = fakeLink()
    expect(sockets[0]!.protocols).toEqual(['latchkey', 'token'])
  })

  test('a lost wire is had again after growing pauses, which begin anew once it was open', async () => {
    const { clock, sockets, link, statuses, last } = fakeLink()
    last().fire('open')
    last().fire('error')
    last().fire('close', { code: 1006 })
    expect(link.wire).toBeUndefined()
    await clock.advance(RETRY_AFTER_MS[0] - 1)
    expect(sockets).toHaveLength(1)
    await clock.advance(1)
    expect(sockets).toHaveLength(2)
    last().fire('close', { code: 1006 })
    await clock.advance(RETRY_AFTER_MS[1])
    expect(sockets).toHaveLength(3)
    last().fire('open')
    expect(statuses).toEqual(['connecting', 'open', 'lost', 'open'])
    last().fire('close', { code: 1006 })
    await clock.advance(RETRY_AFTER_MS[0])
    expect(sockets).toHaveLength(4)
  })

  test('a server that says goodbye has stopped, and so has one that is not there for half a minute', async () => {
    const goodbye = fakeLink()
    goodbye.last().fire('open')
    goodbye.last().fire('close', { code: 1000 })
    expect(goodbye.link.status).toBe('stopped')

    const silent = fakeLink()
    for (const pause of [...RETRY_AFTER_MS, 0]) {
      silent.last().fire('close', { code: 1006 })
      await silent.clock.advance(pause)
    }
    expect(silent.statuses).toEqual(['connecting', 'stopped'])
    const tries = silent.sockets.length
    await silent.clock.advance(3_600_000)
    expect(silent.sockets).toHaveLength(tries)
    silent.link.retry()
    silent.last().fire('open')
    expect(silent.statuses).toEqual(['connecting', 'stopped', 'lost', 'open'])
  })

  test('asked to try, it does not wait, nor opens a second socket beside one that is opening', async () => {
    const { clock, sockets, link, last } = fakeLink()
    link.retry()
    expect(sockets).toHaveLength(1)
    last().fire('open')
    last().fire('close', { code: 1006 })
    link.retry()
    link.retry()
    expect(sockets).toHaveLength(2)
    last().fire('open')
    await clock.advance(60_000)
    expect(sockets).toHaveLength(2)
  })

  test('stopped by the page, it closes its socket and tries no more', async () => {
    const { clock, sockets, link, last } = fakeLink()
    last().fire('open')
    link.stop()
    expect(last().closedWith).toBe(1000)
    last().fire('close', { code: 1006 })
    await clock.advance(60_000)
    expect(link.status).toBe('stopped')
    expect(sockets).toHaveLength(1)
  })

  test('a frame that is not text is none', () => {
    const { link, last } = fakeLink()
    last().fire('open')
    const frames: string[] = []
    link.wire!.onMessage((frame) => frames.push(frame))
    last().fire('message', { data: new Uint8Array(1) })
    last().fire('message', { data: 'text' })
    expect(frames).toEqual(['text'])
  })
})

describe('a client whose wire is lost', () => {
  const ends: (() => Promise<void> | void)[] = []
  afterEach(async () => {
    for (const end of ends.splice(0).toReversed()) await end()
  })

  async function running() {
    const clock = new FakeClock()
    const log = new MemoryLog()
    const vault = new StubTopic<'vault'>({ state: 'absent' })
    const entries = new StubTopic<'entries'>({})
    const begun = deferred()
    const services = stubServices({
      topics: { vault, entries },
      handlers: {
        'devices.refresh': async (_request, { signal }) => {
          begun.resolve()
          await new Promise((_resolve, reject) =>
            signal.addEventListener('abort', () => reject(signal.reason as Error)),
          )
          return {}
        },
      },
    })
    const wires: Wire[] = []
    const listener = await listenForWires((wire) => {
      wires.push(wire)
      serve(wire, services, { log, clock })
    })
    ends.push(() => listener.close())
    const link = socketLink({ url: listener.url, token: 'x'.repeat(43), clock, open: openSocket })
    ends.push(() => link.stop())
    const statuses = (status: string) => {
      const { promise, resolve } = deferred()
      const look = () => link.status === status && resolve()
      link.onStatus(look)
      look()
      return promise
    }
    return { clock, vault, entries, begun, listener, link, client: createClient(link, jsonRpc), statuses }
  }

  test('watches go on with the present state, and open calls are rejected as disconnected', async () => {
    const { clock, vault, entries, begun, listener, client, statuses } = await running()
    const watched = new Watched(client, 'vault', {})
    const locked = new Watched(client, 'entries', {})
    await watched.until()
    entries.end(new CallError({ code: 'locked', detail: {} }))
    await locked.untilEnd()
    const outcome = client.call('devices.refresh', {}).catch((error: unknown) => error)
    await begun.promise
    const lost = statuses('lost')
    listener.drop()
    await lost
    expect(await outcome).toMatchObject({ error: { code: 'disconnected' } })
    await expect(client.call('devices.refresh', {})).rejects.toMatchObject({
      error: { code: 'disconnected', changed: false },
    })
    vault.push({ state: 'newer', format: 2 })
    const open = statuses('open')
    await clock.advance(RETRY_AFTER_MS[0])
    await open
    expect(await watched.until(({ state }) => state === 'newer')).toEqual({ state: 'newer', format: 2 })
    // What had ended stays ended.
    expect(entries.watchers).toBe(0)
  })

  test('a keyed topic is told whole after a loss, and its changes are made to that', async () => {
    const { clock, entries, listener, client, statuses } = await running()
    const watched = new Watched(client, 'entries', {})
    await watched.until()
    entries.push({ a: row('a'), b: row('b') })
    await watched.until(({ b }) => b !== undefined)
    const lost = statuses('lost')
    listener.drop()
    await lost
    entries.push({ c: row('c') })
    const open = statuses('open')
    await clock.advance(RETRY_AFTER_MS[0])
    await open
    await watched.until(({ c }) => c !== undefined)
    entries.push({ c: row('c'), d: row('d') })
    expect(await watched.until(({ d }) => d !== undefined)).toEqual({ c: row('c'), d: row('d') })
  })

  test('a call that is cancelled in the very moment the wire opens never leaves', async () => {
    const { client, link } = await running()
    const controller = new AbortController()
    const call = client.call('devices.refresh', {}, { signal: controller.signal }).catch((error: unknown) => error)
    link.onStatus(() => controller.abort())
    expect(await call).toMatchObject({ error: { code: 'cancelled', changed: false } })
  })

  test('a call made before the first wire is there waits for it, and may be cancelled meanwhile', async () => {
    const { client, begun } = await running()
    const controller = new AbortController()
    const cancelled = client.call('app.quit', {}, { signal: controller.signal }).catch((error: unknown) => error)
    const call = client.call('devices.refresh', {}).catch((error: unknown) => error)
    controller.abort()
    expect(await cancelled).toMatchObject({ error: { code: 'cancelled' } })
    await begun.promise
    for (const end of ends.splice(0).toReversed()) await end()
    expect(await call).toMatchObject({ error: { code: 'disconnected' } })
  })
})
