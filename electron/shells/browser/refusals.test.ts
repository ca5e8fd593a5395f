import { randomBytes } from 'node:crypto'
import { once } from 'node:events'
import type { Server } from 'node:http'
import { connect } from 'node:net'
import { networkInterfaces } from 'node:os'
import { afterAll, beforeAll, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { createDoor } from './door.ts'
import type { BrowserShellEvent } from './events.ts'
import { createLoopbackServer, listenOnLoopback, LOOPBACK } from './listen.ts'
import { startBrowserShell, type BrowserShell } from './shell.ts'
import { ASSET, CANARY, fixturePage } from './testing/fixture-page.ts'
import { exchange, rawText, type RawAnswer } from './testing/raw-http.ts'
import {
  acceptedRequests,
  wrongRequests,
  wrongTicketBodies,
  type Accepted,
  type WrongRequest,
} from './testing/wrong-requests.ts'

const hasIpv6 = Object.values(networkInterfaces()).some((nets) => nets?.some((net) => net.address === '::1'))
const ADDRESSES = hasIpv6 ? LOOPBACK : (['127.0.0.1'] as const)
const AT_ONCE = 16

/** Sends each wrong request and returns what is wrong with the answers: a refusal is an empty 4xx or 5xx, or a hang-up. */
async function notRefused(address: string, port: number, wrong: readonly WrongRequest[], secrets: readonly string[]) {
  const faults: string[] = []
  const waiting = [...wrong]
  const worker = async () => {
    for (let next = waiting.pop(); next; next = waiting.pop()) {
      const answer = await exchange(address, port, next.text, 'closed')
      const fault = faultOf(answer, secrets)
      if (fault) faults.push(`${next.title}: ${fault}`)
    }
  }
  await Promise.all(Array.from({ length: AT_ONCE }, worker))
  return faults
}

function faultOf({ status, head, body }: RawAnswer, secrets: readonly string[]): string | undefined {
  if (status !== 0 && (status < 400 || status > 599)) return `status ${status}`
  if (body !== '') return `${body.length} bytes of body`
  if (/access-control|set-cookie/i.test(head)) return 'a CORS header or a cookie'
  return secrets.some((secret) => head.includes(secret)) ? 'a secret in the head' : undefined
}

describe('the table of wrong requests', () => {
  const host = 'latchkey.localhost:41234'
  const token = 'bXk2f-_0'.padEnd(43, 'Q')
  const accepted = acceptedRequests({
    host,
    token,
    asset: ASSET,
    ticket: 'K'.repeat(43),
  })
  const wrong = wrongRequests(accepted, host, token)

  it('has at least 300 requests, all of them different, none of them one that is accepted', () => {
    expect(wrong.length).toBeGreaterThanOrEqual(300)
    const texts = new Set(wrong.map(({ text }) => text))
    expect(texts.size).toBe(wrong.length)
    expect(Object.values(accepted).filter((request) => texts.has(rawText(request)))).toEqual([])
  })
})

describe('a door with counting handlers behind it', () => {
  const token = randomBytes(32).toString('base64url')
  const entries: string[] = []
  const refusals: BrowserShellEvent[] = []
  let servers: readonly Server[]
  let port: number
  let accepted: Accepted

  beforeAll(async () => {
    const door = createDoor(
      {
        file: (path, request, response) => {
          entries.push(`${request.method} ${path}`)
          response.end(CANARY)
        },
        ticket: (_request, response) => {
          entries.push('ticket')
          response.end(CANARY)
        },
        wire: (_request, socket) => {
          entries.push('wire')
          socket.end(`HTTP/1.1 101 Switching Protocols\r\n\r\n${CANARY}`)
          return 'taken'
        },
      },
      (event) => refusals.push(event),
    )
    const listening = await listenOnLoopback(() => createLoopbackServer(door), 0)
    ;({ port, servers } = listening)
    const host = `latchkey.localhost:${port}`
    accepted = acceptedRequests({ host, token, asset: ASSET, ticket: randomBytes(32).toString('base64url') })
    expect((await exchange('127.0.0.1', port, rawText(accepted.pageGet))).status).toBe(503)
    door.open({ host, token, files: new Set(['/', ASSET]) })
  })
  afterAll(() => {
    for (const server of servers) {
      server.close()
      server.closeAllConnections()
    }
  })

  it.each(ADDRESSES)('lets in each of the requests that the wrong ones are made from, on %s', async (address) => {
    entries.length = 0
    const answers = await Promise.all(
      Object.values(accepted).map((request) => exchange(address, port, rawText(request))),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 200, 101])
    expect(entries.toSorted()).toEqual([`GET ${ASSET}`, 'GET /', 'HEAD /', 'ticket', 'wire'].toSorted())
  })

  it.each(ADDRESSES)('hands no wrong request to a handler, and gives none a byte of data, on %s', async (address) => {
    entries.length = 0
    const wrong = wrongRequests(accepted, `latchkey.localhost:${port}`, token)
    expect(await notRefused(address, port, wrong, [CANARY, token])).toEqual([])
    expect(entries).toEqual([])
  })

  it('tells its log codes only', () => {
    expect(refusals.length).toBeGreaterThan(0)
    const keys = new Set(refusals.flatMap((event) => Object.keys(event)))
    expect([...keys].toSorted()).toEqual(['event', 'on', 'rule', 'status'])
    expect(JSON.stringify(refusals)).not.toContain(token)
  })

  it('is done with a refused upgrade, even when the other side never hangs up', async () => {
    const socket = connect({ port, host: '127.0.0.1', allowHalfOpen: true })
    socket.write(rawText(accepted.wireUpgrade).replace(token, 'A'.repeat(43)))
    socket.resume()
    await once(socket, 'end')
    const cut = once(socket, 'error')
    // A connection that is gone answers bytes with a reset; one that is only half closed takes them in silence.
    const poke = () => socket.write('x', (error) => (error ? undefined : setImmediate(poke)))
    poke()
    expect((await cut)[0]).toMatchObject({ code: expect.stringMatching(/^(ECONNRESET|EPIPE)$/) })
  })

  it('hands over nothing but what it would accept, whatever is done to the bytes of an accepted request', async () => {
    entries.length = 0
    const host = `latchkey.localhost:${port}`
    const runs = process.env.SLOW ? 100_000 : 1500
    const random = seeded(20_261_124)
    const bases = Object.values(accepted).map(rawText)
    const strangers: string[] = []
    const one = async () => {
      const text = mutated(bases[Math.floor(random() * bases.length)]!, random)
      const answer = await exchange('127.0.0.1', port, text, 'hang-up')
      if (!answer.body.includes(CANARY)) return
      // An oracle that knows less than the guard: what it says must hold of any request that was let in.
      // (RFC 9112 §2.2: empty lines before a request are skipped.)
      const head = text.replace(/^(\r?\n)+/, '').split(/\r?\n\r?\n/)[0]!
      const hosts = head.split(/\r?\n/).filter((line) => /^host:/i.test(line))
      const isOurs = hosts.length === 1 && hosts[0]!.slice(5).trim() === host
      const hasToken = /^GET +\/wire /.test(head) ? head.includes(token) : true
      if (!isOurs || !hasToken || !/^(GET|HEAD|POST) +\//.test(head)) strangers.push(text)
    }
    for (let done = 0; done < runs; done += AT_ONCE) await Promise.all(Array.from({ length: AT_ONCE }, one))
    expect(strangers).toEqual([])
    expect((await exchange('127.0.0.1', port, rawText(accepted.pageGet))).status).toBe(200)
  }, 120_000)
})

describe('the shell as it runs', () => {
  const clock = new FakeClock()
  let page: Awaited<ReturnType<typeof fixturePage>>
  let shell: BrowserShell
  let wires = 0
  let accepted: Accepted
  let token: string
  let host: string

  beforeAll(async () => {
    page = await fixturePage()
    shell = await startBrowserShell({
      rendererDir: page.folder,
      onWire: () => {
        wires += 1
      },
      clock,
      random: randomBytes,
      log: { info: () => {}, error: () => {} },
    })
    host = `latchkey.localhost:${shell.port}`
    token = new URL(shell.url).hash.slice(1)
    accepted = acceptedRequests({ host, token, asset: ASSET, ticket: shell.ticketUrl().split('#ticket=')[1]! })
  })
  afterAll(async () => {
    await shell.close()
    await page.remove()
  })

  it.each(ADDRESSES)('refuses every wrong request without a byte of data, on %s', async (address) => {
    const wrong = [...wrongRequests(accepted, host, token), ...wrongTicketBodies(accepted.ticketPost)]
    expect(await notRefused(address, shell.port, wrong, [CANARY, token])).toEqual([])
    expect(wires).toBe(0)
  })

  it('still takes the ticket that came with all those requests: none of them spent it', async () => {
    const answer = await exchange('127.0.0.1', shell.port, rawText(accepted.ticketPost))
    expect(answer.body).toBe(JSON.stringify({ token }))
  })

  it.each(ADDRESSES)('still serves the page, its files and its wire on %s', async (address) => {
    const answers = await Promise.all(
      [accepted.pageGet, accepted.pageHead, accepted.assetGet, accepted.wireUpgrade].map((request) =>
        exchange(address, shell.port, rawText(request)),
      ),
    )
    expect(answers.map(({ status }) => status)).toEqual([200, 200, 200, 101])
    expect(answers.map(({ body }) => body.includes(CANARY))).toEqual([true, false, true, false])
    expect(answers[3]!.head).toMatch(/^sec-websocket-protocol: latchkey$/im)
    expect(answers[3]!.head).not.toContain(token)
  })
})

/** mulberry32: a failing run can be repeated. */
function seeded(seed: number): () => number {
  let state = seed
  return () => {
    state = (state + 0x6d2b79f5) | 0
    let t = Math.imul(state ^ (state >>> 15), 1 | state)
    t = (t + Math.imul(t ^ (t >>> 7), 61 | t)) ^ t
    return ((t ^ (t >>> 14)) >>> 0) / 2 ** 32
  }
}

/** One to three edits: a byte changed, removed, added, a line repeated, dropped or moved. */
function mutated(text: string, random: () => number): string {
  let result = text
  for (let edits = 1 + Math.floor(random() * 3); edits > 0; edits--) {
    const at = Math.floor(random() * result.length)
    const byte = String.fromCharCode(Math.floor(random() * 256))
    const lines = result.split('\r\n')
    const line = Math.floor(random() * lines.length)
    const other = Math.floor(random() * lines.length)
    const choices = [
      () => result.slice(0, at) + byte + result.slice(at + 1),
      () => result.slice(0, at) + result.slice(at + 1),
      () => result.slice(0, at) + byte + result.slice(at),
      () => lines.toSpliced(line, 0, lines[other]!).join('\r\n'),
      () => lines.toSpliced(line, 1).join('\r\n'),
      () => lines.toSpliced(other, 0, ...lines.toSpliced(line, 1).slice(line, line + 1)).join('\r\n'),
    ]
    result = choices[Math.floor(random() * choices.length)]!()
  }
  return result
}
