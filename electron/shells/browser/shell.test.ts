import { once } from 'node:events'
import { connect as connectSocket } from 'node:net'
import { afterEach, describe, expect, it } from 'vitest'
import type { Clock } from '../../../shared/kit/index.ts'
import { contentSecurityPolicy } from '../content-security-policy.ts'
import { MAX_WIRES } from './wires.ts'
import { CANARY } from './testing/fixture-page.ts'
import { exchange, rawText, type RawAnswer } from './testing/raw-http.ts'
import { runShell, type RunningShell } from './testing/running-shell.ts'
import { acceptedRequests } from './testing/wrong-requests.ts'
import { TICKET_LIFE_MS } from './tickets.ts'

let running: RunningShell | undefined
const run = async (...options: Parameters<typeof runShell>) => (running = await runShell(...options))
afterEach(async () => {
  await running?.stop()
  running = undefined
})

const headerOf = ({ head }: RawAnswer, name: string) => new RegExp(`^${name}: (.*)$`, 'im').exec(head)?.[1]

describe('the addresses of the shell', () => {
  it('are one for a person, with the launch token, and one for an opener, with a ticket', async () => {
    const { shell, token } = await run()
    expect(shell.url).toMatch(/^http:\/\/latchkey\.localhost:\d+\/#[A-Za-z0-9_-]{43}$/)
    expect(shell.origin).toBe(`http://latchkey.localhost:${shell.port}`)
    const tickets = [shell.ticketUrl(), shell.ticketUrl()]
    expect(tickets[0]).toMatch(/^http:\/\/latchkey\.localhost:\d+\/#ticket=[A-Za-z0-9_-]{43}$/)
    expect(tickets[0]).not.toBe(tickets[1])
    expect(tickets.join()).not.toContain(token)
  })

  it('are on localhost where that is asked for, and then latchkey.localhost is a wrong Host', async () => {
    const { shell, accepted } = await run({ hostName: 'localhost' })
    expect(shell.origin).toBe(`http://localhost:${shell.port}`)
    const other = { host: `latchkey.localhost:${shell.port}`, token: '', asset: '', ticket: '' }
    const ask = (request: typeof accepted.pageGet) => exchange('127.0.0.1', shell.port, rawText(request))
    expect((await ask(accepted.pageGet)).status).toBe(200)
    expect((await ask(acceptedRequests(other).pageGet)).status).toBe(403)
  })
})

describe('the answers of the shell', () => {
  it('carry every header of security.md §3.1, no cookie, and no word about other origins', async () => {
    const { shell, accepted } = await run()
    for (const request of [accepted.pageGet, accepted.assetGet, accepted.ticketPost]) {
      const answer = await exchange('127.0.0.1', shell.port, rawText(request))
      expect(answer.status).toBe(200)
      expect(headerOf(answer, 'x-content-type-options')).toBe('nosniff')
      expect(headerOf(answer, 'referrer-policy')).toBe('no-referrer')
      expect(headerOf(answer, 'cross-origin-opener-policy')).toBe('same-origin')
      expect(headerOf(answer, 'cross-origin-resource-policy')).toBe('same-origin')
      expect(headerOf(answer, 'cache-control')).toBe('no-store')
      expect(headerOf(answer, 'content-security-policy')).toContain("default-src 'none'")
      expect(answer.head).not.toMatch(/set-cookie|access-control/i)
    }
  })

  it('give the page a policy with its own nonce and its own WebSocket, new each time', async () => {
    const { shell, accepted } = await run()
    const nonces = await Promise.all(
      [1, 2].map(async () => {
        const answer = await exchange('127.0.0.1', shell.port, rawText(accepted.pageGet))
        const nonce = /nonce="([^"]*)"/.exec(answer.body)?.[1] ?? ''
        const policy = contentSecurityPolicy({ nonce, connect: [`ws://latchkey.localhost:${shell.port}`] })
        expect(headerOf(answer, 'content-security-policy')).toBe(policy)
        return nonce
      }),
    )
    expect(new Set(nonces).size).toBe(2)
  })

  it('to HEAD are the head of the answer to GET', async () => {
    const { shell, accepted } = await run()
    const [get, head] = await Promise.all(
      [accepted.pageGet, accepted.pageHead].map((request) => exchange('127.0.0.1', shell.port, rawText(request))),
    )
    expect(head!.body).toBe('')
    expect(headerOf(head!, 'content-length')).toBe(headerOf(get!, 'content-length'))
  })
})

describe('the ticket', () => {
  it('brings the launch token once; the second to come is told 410 and nothing else', async () => {
    const { shell, accepted, token, events } = await run()
    const ask = () => exchange('127.0.0.1', shell.port, rawText(accepted.ticketPost))
    expect((await ask()).body).toBe(JSON.stringify({ token }))
    expect(await ask()).toMatchObject({ status: 410, body: '' })
    expect(events.map(({ event }) => event)).toEqual(['browser-shell.ticket-exchanged', 'browser-shell.ticket-refused'])
  })

  it('is 410 when it comes late', async () => {
    const { shell, accepted, clock } = await run()
    await clock.advance(TICKET_LIFE_MS)
    const answer = await exchange('127.0.0.1', shell.port, rawText(accepted.ticketPost))
    expect(answer).toMatchObject({ status: 410, body: '' })
  })
})

describe('wires', () => {
  it('are four at most; the fifth page is refused before the upgrade, until one leaves', async () => {
    const { shell, accepted, connect, connectRaw, clock } = await run()
    const first = await connect()
    const rest = await Promise.all(Array.from({ length: MAX_WIRES - 1 }, () => connectRaw()))
    expect(rest).toHaveLength(3)
    const refused = await exchange('127.0.0.1', shell.port, rawText(accepted.wireUpgrade), 'closed')
    expect(refused).toMatchObject({ status: 503, body: '' })
    first.wire.onMessage(() => {})
    first.page.close()
    await once(first.page, 'close')
    await clock.advance(0)
    expect(await connect()).toBeDefined()
  })

  it('are not opened by a page that goes away during the handshake', async () => {
    const { shell, accepted, events, connect } = await run()
    await Promise.all(
      Array.from({ length: 8 }, () => exchange('127.0.0.1', shell.port, rawText(accepted.wireUpgrade), 'hang-up')),
    )
    // Whatever became of those eight, their places are free again.
    expect(await connect()).toBeDefined()
    expect(events.filter(({ event }) => event.endsWith('wire-cut'))).toEqual([])
  })
})

describe('the end of the shell', () => {
  it('closes every wire, frees both addresses, and is the same end however often it is asked for', async () => {
    const { shell, connect, clock, accepted } = await run()
    const pages = [await connect(), await connect()]
    const closed = Promise.all(pages.map(({ page }) => once(page, 'close')))
    const stopped = Promise.all([shell.close(), shell.close()])
    await closed
    await clock.advance(0)
    await stopped
    expect((await exchange('127.0.0.1', shell.port, rawText(accepted.pageGet))).status).toBe(0)
  })

  it('does not wait for a page that never says goodbye', async () => {
    const { shell, connectRaw, clock } = await run()
    await connectRaw()
    const stopped = shell.close()
    await clock.advance(2000)
    await stopped
  })

  it('does not wait for a request that never ends', async () => {
    const { shell, accepted } = await run()
    const socket = connectSocket(shell.port, '127.0.0.1')
    socket.on('error', () => {})
    socket.write(rawText({ ...accepted.ticketPost, body: '{' }))
    // A whole exchange later, the first bytes of the other request have been read.
    await exchange('127.0.0.1', shell.port, rawText(accepted.pageGet))
    await Promise.all([shell.close(), once(socket, 'close')])
  })

  it('leaves no timer behind that would keep the process alive', async () => {
    const timers = new Set<symbol>()
    const clock: Clock = {
      now: () => 0,
      after() {
        const timer = Symbol('timer')
        timers.add(timer)
        return () => timers.delete(timer)
      },
    }
    const { shell, connect } = await run({ clock, idleStopMs: 10_000 })
    const { page } = await connect()
    shell.ticketUrl()
    expect(timers.size).toBeGreaterThan(0)
    await Promise.all([shell.close(), once(page, 'close')])
    await new Promise(setImmediate)
    expect(timers.size).toBe(0)
  })

  it('comes by itself some time after the last page closed, not before, and not while a page is open', async () => {
    let idle = 0
    const waiting: (() => void)[] = []
    const { connect, clock, shell, accepted } = await run({
      idleStopMs: 10_000,
      onIdle: () => {
        idle += 1
        waiting.shift()?.()
      },
    })
    await clock.advance(600_000)
    const leave = async ({ page, wire }: Awaited<ReturnType<typeof connect>>) => {
      const left = new Promise<void>((resolve) => wire.onClose(resolve))
      wire.onMessage(() => {})
      page.close()
      await left
    }
    await leave(await connect())
    await clock.advance(9000)
    const reloaded = await connect()
    await clock.advance(12_000)
    expect((await exchange('127.0.0.1', shell.port, rawText(accepted.pageGet))).body).toContain(CANARY)
    expect(idle).toBe(0)
    const stopped = new Promise<void>((resolve) => waiting.push(resolve))
    await leave(reloaded)
    await clock.advance(9999)
    expect(idle).toBe(0)
    await clock.advance(1)
    await stopped
    expect(idle).toBe(1)
    expect((await exchange('127.0.0.1', shell.port, rawText(accepted.pageGet))).status).toBe(0)
  })
})
