import { afterEach, describe, expect, it } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { json, scriptedServer, type Asked, type Reply, type ScriptedServer } from '../../../test/support/scripted-http.ts' // prettier-ignore
import { seededRandom } from '../../../test/support/seeded-random.ts'
import type { Actor, Outcome } from '../backend.ts'
import type { PrivacyIdeaBackend } from './backend.ts'
import { openPrivacyIdea, type PrivacyIdeaOptions } from './open.ts'
import { ANSWER_TIMEOUT_MS, MAX_BODY_BYTES } from './transport.ts'

const NEVER = new AbortController().signal
const SELF: Actor = { as: 'self' }
const ALICE = 'alice@test'
const PASSWORD = 'a planted password'
const JWT = 'aaaa.bbbb.cccc'

const value = (value: unknown, detail: unknown = {}) => ({ result: { status: true, value }, detail })
const error = (code: number) => ({ result: { status: false, error: { code, message: 'übersetzt' } } })
const signedIn = (rights: readonly string[] = ['delete', 'disable', 'enrollTOTP', 'resync'], jwt = JWT) =>
  value({ token: jwt, role: 'user', username: 'alice', realm: 'test', rights })
const token = (more: Record<string, unknown> = {}) => ({
  serial: 'LKYA',
  tokentype: 'totp',
  description: 'Phone',
  active: true,
  count: 59_000_000,
  otplen: 6,
  rollout_state: 'enrolled',
  username: 'alice',
  user_realm: 'test',
  info: { hashlib: 'sha1', timeStep: '30', timeShift: '-3' },
  ...more,
})
const page = (...tokens: readonly unknown[]) => value({ count: tokens.length, next: null, tokens })

let server: ScriptedServer | undefined
let close = () => {}
afterEach(async () => {
  close()
  await server?.close()
})

interface Opened {
  readonly backend: PrivacyIdeaBackend
  readonly clock: FakeClock
  readonly asked: readonly Asked[]
}

/** Signs in, lists one token, and answers the rest as `reply` says. */
async function open(reply: Reply, options: Partial<PrivacyIdeaOptions> = {}): Promise<Opened> {
  server = await scriptedServer((asked, response) => {
    if (asked.path === '/auth') return json(response, signedIn())
    return reply(asked, response)
  })
  return connect(`http://127.0.0.1:${server.port}`, options)
}
function connect(url: string, options: Partial<PrivacyIdeaOptions> = {}): Opened {
  const clock = new FakeClock()
  const opened = openPrivacyIdea({
    id: 'pi',
    name: 'privacyIDEA',
    url,
    credentials: { by: 'password', user: 'alice', password: async () => PASSWORD },
    clock,
    random: seededRandom('wire'),
    ...options,
  })
  if (!opened.ok) throw new Error(opened.error)
  close = opened.value.close
  return { backend: opened.value.backend, clock, asked: server!.asked }
}
const isListing = ({ method, path }: Asked) => method === 'GET' && path.startsWith('/token/')
/** Lists the token, and answers the write so. */
const onWrite =
  (reply: Reply): Reply =>
  (asked, response) =>
    isListing(asked) ? json(response, page(token())) : reply(asked, response)

/** Moves the clock until `promise` is settled: back-off waits on the clock, answers come over a socket. */
async function run<T>(clock: FakeClock, promise: Promise<T>): Promise<T> {
  const state = { isSettled: false }
  void promise.catch(() => undefined).finally(() => (state.isSettled = true))
  for (let i = 0; i < 5000 && !state.isSettled; i++) {
    await new Promise(setImmediate)
    if (i % 10 === 9) await clock.advance(100)
  }
  return promise
}
const faultOf = (promise: Promise<unknown>) =>
  promise.then(
    () => 'no fault',
    (thrown: unknown) => (thrown as { error: unknown }).error,
  )
const remove = (backend: PrivacyIdeaBackend): Promise<Outcome<void>> => backend.deactivate(ALICE, 'LKYA', SELF)

describe('a read', () => {
  it.each<[string, string]>([
    ['no JSON', '<html>Sign in to the proxy</html>'],
    ['half of an answer', '{"result": {"status": true, "val'],
    ['another shape', '{"result": {"status": "yes"}}'],
    ['a bare value', 'null'],
    ['tokens that are none', JSON.stringify(value({ count: 1, tokens: [{ serial: 7 }] }))],
    ['an endless nest', '['.repeat(20_000)],
  ])('does not understand %s', async (_, body) => {
    const { backend } = await open((_, response) => response.end(body))
    expect(await faultOf(backend.devices(ALICE, NEVER))).toEqual({ code: 'answer-not-understood' })
  })

  it('follows no redirect', async () => {
    const { backend, asked } = await open((_, response) =>
      response.writeHead(302, { location: `http://127.0.0.1:${server!.port}/elsewhere` }).end(),
    )
    expect(await faultOf(backend.devices(ALICE, NEVER))).toEqual({ code: 'answer-not-understood' })
    expect(asked.map(({ path }) => path.split('?')[0])).toEqual(['/auth', '/token/'])
  })

  it('gives up an answer that is too large', async () => {
    const { backend } = await open((_, response) => {
      response.writeHead(200)
      const part = Buffer.alloc(1 << 20, 32)
      const pour = () => {
        while (!response.destroyed && response.write(part));
      }
      response.on('drain', pour)
      pour()
    })
    expect(await faultOf(backend.devices(ALICE, NEVER))).toEqual({ code: 'answer-not-understood' })
    expect(MAX_BODY_BYTES).toBeLessThan(16 << 20)
  })

  it('is tried three times, with more patience each time', async () => {
    let times = 0
    const { backend, clock, asked } = await open((_, response) => {
      times += 1
      if (times < 3) json(response, error(903), 500)
      else json(response, page(token()))
    })
    const before = clock.now()
    expect(await run(clock, backend.devices(ALICE, NEVER))).toHaveLength(1)
    expect(asked.filter(isListing)).toHaveLength(3)
    expect(clock.now() - before).toBeGreaterThanOrEqual(1250)
  })

  it('says the server is out of reach where nothing answers in time, or it breaks off', async () => {
    const { backend, clock } = await open((_, response) => void response.writeHead(200).write('{'))
    const late = faultOf(backend.devices(ALICE, NEVER))
    for (let i = 0; i < 3; i++) {
      while (server!.asked.filter(isListing).length <= i) await run(clock, Promise.resolve())
      await clock.advance(ANSWER_TIMEOUT_MS + 3000)
    }
    expect(await run(clock, late)).toEqual({ code: 'unreachable' })
  })

  it('waits as long as the server asks, and tells where that is long', async () => {
    const { backend, clock } = await open((_, response) => json(response, {}, 429, { 'retry-after': '90' }))
    expect(await faultOf(backend.devices(ALICE, NEVER))).toEqual({ code: 'throttled', retryAt: clock.now() + 90_000 })
  })

  it('stops when it is cancelled', async () => {
    const enough = new AbortController()
    const { backend } = await open(() => enough.abort(new Error('no longer wanted')))
    await expect(backend.devices(ALICE, enough.signal)).rejects.toThrow('no longer wanted')
  })

  it('shows nothing of tokens that are another’s, whatever the server answers', async () => {
    const { backend } = await open((_, response) => json(response, page(token({ username: 'bob' }), token())))
    expect(await backend.devices(ALICE, NEVER)).toHaveLength(1)
  })

  it('ends with the last page also where the server counts wrong', async () => {
    const { backend, asked } = await open(
      (one, response) =>
      json(response, one.path.includes('page=1&') ? value({ count: 1e6, tokens: [token()] }) : value({ count: 1e6, tokens: [] })), // prettier-ignore
    )
    expect(await backend.devices(ALICE, NEVER)).toHaveLength(1)
    expect(asked.filter(isListing)).toHaveLength(2)
  })
})

describe('a write', () => {
  it.each<[string, Reply]>([
    ['the server broke off', (_, response) => response.destroy()],
    [
      'the answer was cut short',
      (_, response) => void response.writeHead(200, { 'content-length': '99' }).end('{"res'),
    ],
    ['the server failed', (_, response) => json(response, error(903), 500)],
    ['a proxy failed', (_, response) => void response.writeHead(502).end('Bad gateway')],
    ['it said yes in a way nobody understands', (_, response) => response.end('OK')],
  ])('has an unknown outcome where %s, and is not sent again', async (_, reply) => {
    const { backend, asked } = await open(onWrite(reply))
    expect(await remove(backend)).toEqual({ is: 'unknown' })
    expect(asked.filter(({ method }) => method === 'DELETE')).toHaveLength(1)
  })

  it('has an unknown outcome where nothing answers in time', async () => {
    const { backend, clock } = await open(onWrite(() => {}))
    const outcome = remove(backend)
    while (!server!.asked.some(({ method }) => method === 'DELETE')) await new Promise(setImmediate)
    await clock.advance(ANSWER_TIMEOUT_MS)
    expect(await outcome).toEqual({ is: 'unknown' })
  })

  it.each<[number, number, object]>([
    [403, 303, { code: 'not-permitted', action: 'delete', resource: 'LKYA' }],
    [401, 4306, { code: 'not-permitted', action: 'delete', resource: 'LKYA' }],
    [404, 601, { code: 'not-found' }],
    [400, 1007, { code: 'locked-out' }],
    [409, 602, { code: 'try-later' }],
    [400, 902, { code: 'backend-fault', diagnosticId: 'privacyIDEA 902' }],
  ])('is refused by HTTP %i with number %i', async (status, code, wanted) => {
    const { backend } = await open(onWrite((_, response) => json(response, error(code), status)))
    expect(await remove(backend)).toEqual({ is: 'refused', error: wanted })
  })

  it('is refused by a redirect, a proxy’s page and a server that has enough', async () => {
    const replies: Reply[] = [
      (_, response) => void response.writeHead(307, { location: 'http://127.0.0.1:1/' }).end(),
      (_, response) => void response.writeHead(403).end('<html>'),
      (_, response) => void response.writeHead(429).end(),
    ]
    const { backend } = await open(onWrite((...args) => replies.shift()!(...args)))
    for (const code of ['answer-not-understood', 'answer-not-understood', 'throttled'])
      expect(await remove(backend)).toMatchObject({ is: 'refused', error: { code } })
  })

  it('is refused where the server can’t be reached at all', async () => {
    const { backend, clock } = await open(onWrite((_, response) => json(response, value(1))))
    await backend.devices(ALICE, NEVER)
    await server!.close()
    expect(await run(clock, remove(backend))).toEqual({ is: 'refused', error: { code: 'unreachable' } })
  })

  it('is not sent once whoever asked counts it as unknown', async () => {
    const { backend, clock, asked } = await open(() => {})
    const outcome = remove(backend)
    while (!asked.some(isListing)) await new Promise(setImmediate)
    await clock.advance(8000)
    expect(await outcome).toEqual({ is: 'refused', error: { code: 'unreachable' } })
    expect(asked.some(({ method }) => method === 'DELETE')).toBe(false)
  })

  it('is sent again once, in a new session, where the old one was no longer taken', async () => {
    let isOld = true
    const { backend, asked } = await open(
      onWrite((_, response) => {
        if (isOld) json(response, error(4305), 401)
        else json(response, value(1))
        isOld = false
      }),
    )
    expect(await remove(backend)).toEqual({ is: 'done', value: undefined })
    expect(asked.filter(({ path }) => path === '/auth')).toHaveLength(2)
  })

  it('is never done to what is another’s', async () => {
    const { backend, asked } = await open((_, response) => json(response, page(token({ username: 'bob' }))))
    expect(await remove(backend)).toEqual({ is: 'refused', error: { code: 'not-found' } })
    expect(asked.every(({ method, path }) => method === 'GET' || path === '/auth')).toBe(true)
  })
})

describe('signing in', () => {
  const refusing = async (reply: Reply) => {
    server = await scriptedServer(reply)
    return connect(`http://127.0.0.1:${server.port}`)
  }

  it('sends a refused password once, until the person tries again', async () => {
    const { backend, asked } = await refusing((_, response) => json(response, error(4031), 401))
    for (let i = 0; i < 3; i++) expect(await faultOf(backend.identities(NEVER))).toEqual({ code: 'sign-in-failed' })
    expect(asked).toHaveLength(1)
    expect(await faultOf(backend.signIn(NEVER))).toEqual({ code: 'sign-in-failed' })
    expect(asked).toHaveLength(2)
  })

  it('asks for no second factor that can’t be typed', async () => {
    const challenge = { transaction_id: '1', multi_challenge: [{ type: 'webauthn', client_mode: 'webauthn' }] }
    const { backend } = await refusing((_, response) => json(response, value(false, challenge)))
    const typed = () => Promise.reject(new Error('asked'))
    expect(await faultOf(backend.signIn(NEVER, typed))).toEqual({ code: 'not-supported', reason: 'sign-in-without-code' }) // prettier-ignore
  })

  it('takes nothing for a session that could end a header', async () => {
    const { backend } = await refusing((_, response) => json(response, signedIn([], 'a\r\nHost: evil')))
    expect(await faultOf(backend.identities(NEVER))).toEqual({ code: 'answer-not-understood' })
  })

  it('goes on for others where whoever asked first has left', async () => {
    const held: (() => void)[] = []
    const { backend, asked } = await refusing((one, response) => {
      if (one.path === '/auth') held.push(() => json(response, signedIn()))
      else json(response, value([]))
    })
    const left = new AbortController()
    const first = backend.identities(left.signal)
    const second = backend.identities(NEVER)
    while (held.length === 0) await new Promise(setImmediate)
    left.abort(new Error('left'))
    held[0]!()
    await expect(first).rejects.toThrow('left')
    expect(await second).toHaveLength(1)
    expect(asked.filter(({ path }) => path === '/auth')).toHaveLength(1)
  })
})

describe('secrets', () => {
  it('stand in bodies and one header alone, never in an address, an error or an outcome', async () => {
    const { backend, asked } = await open(onWrite((_, response) => json(response, error(303), 403)))
    const outcomes = [
      await remove(backend),
      await backend.resync(ALICE, 'LKYA', ['135790', '246801'], SELF),
      await backend.elevate(ALICE, 'LKYA', '135790'),
    ]
    for (const { path } of asked) expect(path).not.toMatch(/planted|135790|246801|bbbb/)
    expect(JSON.stringify(outcomes)).not.toMatch(/planted|135790|246801|bbbb/)
    const checks = asked.filter(({ path }) => path === '/validate/check')
    expect(checks.map(({ headers }) => headers['pi-authorization'])).toEqual([undefined])
    expect(asked.filter(({ body }) => body.includes(PASSWORD)).map(({ path }) => path)).toEqual(['/auth'])
  })
})

describe('the server’s time', () => {
  it('is read off its answers, and the more exact reading is kept', async () => {
    const clock = new FakeClock()
    const ahead = 123_456
    const { backend } = await open((_, response) => json(response, { ...page(), time: (clock.now() + ahead) / 1000 }), {
      clock,
    })
    await backend.devices(ALICE, NEVER)
    const { at, uncertaintyMs } = await backend.time(NEVER)
    expect(Math.abs(at - clock.now() - ahead)).toBeLessThanOrEqual(uncertaintyMs)
    expect(uncertaintyMs).toBeLessThan(10)
  })
})
