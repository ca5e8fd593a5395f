import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../test/support/fake-clock.ts'
import { portPair } from '../../test/support/port-pair.ts'
import { ScriptedKey } from '../../test/support/scripted-key.ts'
import { seededRandom } from '../../test/support/seeded-random.ts'
import { COMMAND } from './ctaphid/index.ts'
import { openSession } from './session.ts'

const random = seededRandom('session')
const settled = () => new Promise((resolve) => setImmediate(resolve))
const gone = expect.objectContaining({ name: 'WireError', fault: 'gone' })

async function setUp() {
  const clock = new FakeClock()
  const [port, far] = portPair()
  const key = new ScriptedKey(far)
  const session = await openSession<string, Uint8Array>(port, { clock, random, wipe: (token) => token.fill(0) })
  key.requests.length = 0
  return { session, key, clock, port }
}
const ask =
  (byte: number) =>
  (transport: { cbor: (c: number, p: Uint8Array, o: object) => Promise<Uint8Array> }, signal: AbortSignal) =>
    transport.cbor(byte, new Uint8Array(), { signal })

describe('work on one key', () => {
  it('is done one piece at a time, in the order it came', async () => {
    const { session, key } = await setUp()
    key.onRequest = ({ channel, message }) => void settled().then(() => key.ok(channel, message[0]!))
    const done: string[] = []
    const piece = (name: string) =>
      session.run(async (transport) => {
        done.push(`${name} begins`)
        await transport.cbor(1, new Uint8Array())
        await transport.cbor(8, new Uint8Array())
        done.push(`${name} ends`)
      })
    await Promise.all([piece('a'), piece('b'), piece('c')])
    expect(done).toEqual(['a begins', 'a ends', 'b begins', 'b ends', 'c begins', 'c ends'])
    expect(key.requests.map(({ message }) => message[0])).toEqual([1, 8, 1, 8, 1, 8])
  })

  it('goes on after work that failed, also before it began', async () => {
    const { session } = await setUp()
    const outcomes = await Promise.allSettled([
      session.run(() => Promise.reject(new Error('first'))),
      session.run(() => {
        throw new Error('second')
      }),
      session.run(() => Promise.resolve('third')),
    ])
    expect(outcomes).toMatchObject([
      { reason: new Error('first') },
      { reason: new Error('second') },
      { value: 'third' },
    ])
  })

  it('leaves the queue when it is given up, without having been begun', async () => {
    const { session } = await setUp()
    let finish!: () => void
    const first = session.run(() => new Promise<void>((resolve) => (finish = resolve)))
    const abort = new AbortController()
    const begun: string[] = []
    const second = session.run(() => Promise.resolve(begun.push('second')), { signal: abort.signal })
    const third = session.run(() => Promise.resolve(begun.push('third')))
    abort.abort(new Error('not any more'))
    await expect(second).rejects.toThrow('not any more')
    finish()
    await Promise.all([first, third])
    expect(begun).toEqual(['third'])
    await expect(session.run(() => Promise.resolve(1), { signal: abort.signal })).rejects.toThrow('not any more')
  })

  it('is cancelled at the key by its signal', async () => {
    const { session, key } = await setUp()
    key.onRequest = ({ channel, command }) => void (command === COMMAND.cancel && key.status(channel, 0x2d))
    const abort = new AbortController()
    const work = session.run(ask(1), { signal: abort.signal })
    await settled()
    abort.abort(new Error('cancelled'))
    await expect(work).rejects.toThrow('cancelled')
    expect(key.commands).toEqual(['cbor', 'cancel'])
  })
})

describe('a key that is unplugged', () => {
  it('ends what runs, what waits and what comes later', async () => {
    const { session, key } = await setUp()
    const all = [session.run(ask(1)), session.run(ask(2)), session.run(ask(3))]
    await settled()
    await key.unplug()
    for (const outcome of await Promise.allSettled(all)) expect(outcome).toMatchObject({ reason: gone })
    await expect(session.run(ask(4))).rejects.toEqual(gone)
    await session.ended
    expect(session.hasEnded).toBe(true)
    expect(key.requests).toHaveLength(1)
  })

  it('leaves no token and no information behind', async () => {
    const { session, key } = await setUp()
    const token = new Uint8Array(32).fill(7)
    session.token.put(token, { permissions: 4 })
    await session.info.get(() => Promise.resolve('old'))
    await key.unplug()
    await session.ended
    await settled()
    expect(token).toEqual(new Uint8Array(32))
    expect(session.token.take(4)).toBeUndefined()
    expect(await session.info.get(() => Promise.resolve('new'))).toBe('new')
  })
})

describe('closing', () => {
  it('first tells the key to stop, then closes the port', async () => {
    const { session, key, port } = await setUp()
    const work = session.run(ask(1))
    const waiting = expect(session.run(ask(2))).rejects.toEqual(gone)
    await settled()
    const closing = session.close()
    await settled()
    expect(key.commands).toEqual(['cbor', 'cancel'])
    await key.status(1, 0x2d)
    await expect(work).rejects.toEqual(gone)
    await waiting
    await closing
    await session.ended
    await expect(port.write(new Uint8Array(64))).rejects.toThrow('closed')
  })

  it('does not wait for ever for work that does not listen', async () => {
    const { session, clock } = await setUp()
    const work = session.run(() => new Promise(() => undefined))
    void work.catch(() => undefined)
    await settled()
    let isClosed = false
    const closing = session.close().then(() => (isClosed = true))
    await clock.advance(4_999)
    expect(isClosed).toBe(false)
    await clock.advance(1)
    await closing
  })

  it('keeps the token until the work that uses it has ended', async () => {
    const { session } = await setUp()
    const token = new Uint8Array(32).fill(7)
    session.token.put(token, { permissions: 4 })
    let seen = 0
    let finish!: () => void
    const work = session.run(async () => {
      await new Promise<void>((resolve) => (finish = resolve))
      seen = token[0]!
    })
    await settled()
    const closing = session.close()
    finish()
    await Promise.all([work, closing])
    expect(seen).toBe(7)
    expect(token[0]).toBe(0)
  })

  it('twice is once', async () => {
    const { session } = await setUp()
    await Promise.all([session.close(), session.close()])
    expect(session.hasEnded).toBe(true)
  })
})

describe('information that is kept', () => {
  it('is loaded once, again after it was forgotten, and not kept where it could not be loaded', async () => {
    const { session } = await setUp()
    let loads = 0
    const load = () => Promise.resolve(`load ${(loads += 1)}`)
    await expect(session.info.get(() => Promise.reject(new Error('no')))).rejects.toThrow('no')
    expect(await Promise.all([session.info.get(load), session.info.get(load)])).toEqual(['load 1', 'load 1'])
    session.info.forget()
    expect(await session.info.get(load)).toBe('load 2')
  })

  it('that was forgotten while it was loaded is not kept', async () => {
    const { session } = await setUp()
    let finish!: (info: string) => void
    const first = session.info.get(() => new Promise((resolve) => (finish = resolve)))
    session.info.forget()
    const second = session.info.get(() => Promise.resolve('new'))
    finish('old')
    expect([await first, await second, await session.info.get(() => Promise.resolve('newer'))]).toEqual([
      'old',
      'new',
      'new',
    ])
  })
})
