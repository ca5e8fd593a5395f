import { describe, expect, it } from 'vitest'
import { FakeClock } from '../../../test/support/fake-clock.ts'
import { portPair } from '../../../test/support/port-pair.ts'
import { ScriptedKey, type Request } from '../../../test/support/scripted-key.ts'
import { seededRandom } from '../../../test/support/seeded-random.ts'
import { KeyStatusError, MisuseError, WireError } from '../errors.ts'
import { PortClosed, type HidPort } from '../hid-port.ts'
import type { Transport } from '../transport.ts'
import { COMMAND, fragment } from './packets.ts'
import { PERSON_DEADLINE_MS } from './patience.ts'
import { openTransport } from './transport.ts'

const random = seededRandom('transport')
const settled = () => new Promise((resolve) => setImmediate(resolve))
const fault = (name: string) => expect.objectContaining({ name: 'WireError', fault: name })
const GET_INFO = 0x04

async function setUp(): Promise<{ transport: Transport; key: ScriptedKey; clock: FakeClock }> {
  const clock = new FakeClock()
  const [port, far] = portPair()
  const key = new ScriptedKey(far)
  const transport = await openTransport({ port, clock, random })
  key.requests.length = 0
  return { transport, key, clock }
}

/** What became of a promise so far. */
function watched<T>(promise: Promise<T>): { done: boolean; result: Promise<PromiseSettledResult<T>> } {
  const state = {
    done: false,
    result: Promise.allSettled([promise]).then(([outcome]) => {
      state.done = true
      return outcome
    }),
  }
  return state
}

describe('opening', () => {
  it('asks for a channel, and knows what the key can do', async () => {
    const { transport } = await setUp()
    expect(transport.capabilities).toEqual({ wink: true, cbor: true, msg: true })
    expect(transport.deviceVersion).toEqual({ major: 5, minor: 7, build: 1 })
  })

  it('ends and closes the port where nothing answers in three seconds', async () => {
    const clock = new FakeClock()
    const [port, far] = portPair()
    new ScriptedKey(far).answersInit = false
    const opening = watched(openTransport({ port, clock, random }))
    await settled()
    await clock.advance(2_999)
    expect(opening.done).toBe(false)
    await clock.advance(1)
    expect(await opening.result).toMatchObject({ reason: fault('no-answer') })
    await expect(port.write(new Uint8Array(64))).rejects.toThrow(PortClosed)
  })

  it('is given up at once when that is asked', async () => {
    const [port, far] = portPair()
    new ScriptedKey(far).answersInit = false
    const abort = new AbortController()
    const opening = openTransport({ port, clock: new FakeClock(), random }, { signal: abort.signal })
    await settled()
    abort.abort(new Error('not now'))
    await expect(opening).rejects.toThrow('not now')
  })

  it('asks a busy key again', async () => {
    const clock = new FakeClock()
    const [port, far] = portPair()
    const key = new ScriptedKey(far)
    key.answersInit = false
    const opening = openTransport({ port, clock, random })
    await settled()
    await key.error(0xffffffff, 'channel-busy')
    await settled()
    key.answersInit = true
    await clock.advance(100)
    expect((await opening).capabilities.cbor).toBe(true)
    expect(key.commands).toEqual(['init', 'init'])
  })
})

describe('a message', () => {
  it('is answered without its status byte', async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel, message }) => void key.ok(channel, ...message)
    expect(await transport.cbor(GET_INFO, Uint8Array.of(1, 2))).toEqual(Uint8Array.of(GET_INFO, 1, 2))
  })

  it('of many packets is answered in many packets', async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel, command, message }) => void key.send(channel, command, message)
    const data = random(7609)
    expect(await transport.ping(data)).toEqual(data)
  })

  it("carries the key's own status where it refuses", async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel }) => void key.status(channel, 0x31)
    const error: unknown = await transport.cbor(GET_INFO, new Uint8Array()).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(KeyStatusError)
    expect(error).toMatchObject({ status: 0x31 })
  })

  it('of U2F is answered with its status word', async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel, message }) => void key.send(channel, COMMAND.msg, Uint8Array.of(...message, 0x90, 0))
    expect(await transport.msg(Uint8Array.of(0, 3))).toEqual(Uint8Array.of(0, 3, 0x90, 0))
  })

  it('winks and locks', async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel, command }) => void key.send(channel, command, new Uint8Array())
    await transport.wink()
    await transport.lock(10)
    await transport.lock(0)
    expect(key.requests.map(({ command, message }) => [command, ...message])).toEqual([[8], [4, 10], [4, 0]])
  })

  it('is malformed with no status, or with an echo that is not one', async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel, command }) => void key.send(channel, command, new Uint8Array())
    await expect(transport.cbor(GET_INFO, new Uint8Array())).rejects.toEqual(fault('malformed'))
    await expect(transport.ping(Uint8Array.of(1))).rejects.toEqual(fault('malformed'))
  })

  it.each([
    'invalid-command',
    'invalid-parameter',
    'invalid-length',
    'invalid-sequence',
    'message-timeout',
    'lock-required',
    'other',
  ] as const)('hears %s, and the next is sent without more ado', async (name) => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel }) => void key.error(channel, name)
    await expect(transport.ping(Uint8Array.of(1))).rejects.toEqual(fault(name))
    key.onRequest = ({ channel, command, message }) => void key.send(channel, command, message)
    await transport.ping(Uint8Array.of(2))
    expect(key.commands).toEqual(['ping', 'ping'])
  })
})

describe('what can not be right', () => {
  it('is refused before anything is sent', async () => {
    const { transport, key } = await setUp()
    const calls = [
      transport.lock(11),
      transport.lock(-1),
      transport.lock(0.5),
      transport.cbor(256, new Uint8Array()),
      transport.cbor(GET_INFO, new Uint8Array(7609)),
      transport.ping(new Uint8Array(7610)),
    ]
    for (const outcome of await Promise.allSettled(calls)) {
      expect(outcome).toMatchObject({ reason: expect.any(MisuseError) as unknown })
    }
    expect(key.requests).toEqual([])
  })

  it('is a command that the key does not offer', async () => {
    const [port, far] = portPair()
    const key = new ScriptedKey(far)
    key.capabilities = 0x08
    const transport = await openTransport({ port, clock: new FakeClock(), random })
    await expect(transport.cbor(GET_INFO, new Uint8Array())).rejects.toThrow(MisuseError)
    await expect(transport.msg(new Uint8Array(4))).rejects.toThrow(MisuseError)
    await expect(transport.wink()).rejects.toThrow(MisuseError)
    expect(key.commands).toEqual(['init'])
  })

  it('is a second message before the first is answered', async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel, command, message }) => void settled().then(() => key.send(channel, command, message))
    const first = transport.ping(Uint8Array.of(1))
    await expect(transport.ping(Uint8Array.of(2))).rejects.toThrow(MisuseError)
    expect(await first).toEqual(Uint8Array.of(1))
  })
})

describe('a busy key', () => {
  it('is asked again after growing pauses, and then answers', async () => {
    const { transport, key, clock } = await setUp()
    const times: number[] = []
    const start = clock.now()
    key.onRequest = ({ channel }) => {
      times.push(clock.now() - start)
      void (times.length < 6 ? key.error(channel, 'channel-busy') : key.ok(channel, 7))
    }
    const answer = transport.cbor(GET_INFO, new Uint8Array())
    for (let i = 0; i < 6; i++) {
      await settled()
      await clock.advance(1_000)
    }
    expect(await answer).toEqual(Uint8Array.of(7))
    expect(times.length).toBe(6)
  })

  it('is reported after some seconds, not waited for for ever', async () => {
    const { transport, key, clock } = await setUp()
    key.onRequest = ({ channel }) => void key.error(channel, 'channel-busy')
    const call = watched(transport.cbor(GET_INFO, new Uint8Array()))
    let seconds = 0
    for (; !call.done && seconds < 30; seconds++) {
      await clock.advance(1_000)
      await settled()
    }
    expect(await call.result).toMatchObject({ reason: fault('channel-busy') })
    expect(seconds).toBeGreaterThan(4)
    expect(seconds).toBeLessThan(11)
  })

  it('is not asked again with a message that may be sent once alone', async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel }) => void key.error(channel, 'channel-busy')
    const call = transport.cbor(0x06, new Uint8Array(4), { isSentOnce: true })
    await expect(call).rejects.toEqual(fault('channel-busy'))
    expect(key.commands).toEqual(['cbor'])
    key.onRequest = ({ channel }) => void key.ok(channel, 7)
    expect(await transport.cbor(GET_INFO, new Uint8Array())).toEqual(Uint8Array.of(7))
  })

  it('is no longer waited for when that is asked', async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel }) => void key.error(channel, 'channel-busy')
    const abort = new AbortController()
    const call = transport.cbor(GET_INFO, new Uint8Array(), { signal: abort.signal })
    await settled()
    abort.abort(new Error('enough'))
    await expect(call).rejects.toThrow('enough')
    expect(key.commands).toEqual(['cbor'])
  })
})

describe('time', () => {
  it('is the deadline of the caller while the key only works', async () => {
    const { transport, key, clock } = await setUp()
    const statuses: number[] = []
    const call = watched(
      transport.cbor(GET_INFO, new Uint8Array(), { deadlineMs: 500, onKeepalive: (status) => statuses.push(status) }),
    )
    for (let i = 0; i < 4; i++) {
      await settled()
      await key.processing(1)
      await settled()
      await clock.advance(100)
    }
    expect(call.done).toBe(false)
    await clock.advance(100)
    expect(await call.result).toMatchObject({ reason: fault('no-answer') })
    expect(statuses).toEqual([1, 1, 1, 1])
  })

  it("is the person's while the key asks for a touch", async () => {
    const { transport, key, clock } = await setUp()
    const call = transport.cbor(1, new Uint8Array(), { deadlineMs: 500 })
    for (let i = 0; i < 600; i++) {
      await settled()
      await key.wantsTouch(1)
      await settled()
      await clock.advance(100)
    }
    await key.ok(1, 9)
    expect(await call).toEqual(Uint8Array.of(9))
  })

  it('is not endless for the person either, and the key is told to stop', async () => {
    const { transport, key, clock } = await setUp()
    const call = watched(transport.cbor(1, new Uint8Array()))
    await settled()
    let waitedMs = 0
    for (; !call.done && waitedMs < 2 * PERSON_DEADLINE_MS; waitedMs += 1_000) {
      await (waitedMs % 2_000 === 0 ? key.wantsTouch(1) : key.processing(1))
      await settled()
      await clock.advance(1_000)
      await settled()
    }
    expect(await call.result).toMatchObject({ reason: fault('no-answer') })
    expect(waitedMs).toBe(PERSON_DEADLINE_MS)
    expect(key.commands).toEqual(['cbor', 'init'])
  })

  it("is the key's again when it goes silent while it asks for a touch", async () => {
    const { transport, key, clock } = await setUp()
    const call = watched(transport.cbor(1, new Uint8Array(), { deadlineMs: 500 }))
    await settled()
    await key.wantsTouch(1)
    await settled()
    await clock.advance(3_499)
    expect(call.done).toBe(false)
    await clock.advance(1)
    expect(await call.result).toMatchObject({ reason: fault('no-answer') })
  })

  it('is over for a key that floods', async () => {
    const { transport, key } = await setUp()
    const call = watched(transport.cbor(1, new Uint8Array()))
    await settled()
    for (let i = 0; i < 200; i++) await key.wantsTouch(1)
    await settled()
    expect(call.done).toBe(false)
    await key.wantsTouch(1)
    expect(await call.result).toMatchObject({ reason: fault('malformed') })
  })

  it('set back on the computer makes no flood of a slow key', async () => {
    const { transport, key, clock } = await setUp()
    const call = transport.cbor(1, new Uint8Array())
    await settled()
    for (let i = 0; i < 150; i++) await key.wantsTouch(1)
    await settled()
    clock.jump(clock.now() - 3_600_000)
    for (let i = 0; i < 150; i++) await key.wantsTouch(1)
    await settled()
    await key.ok(1)
    expect(await call).toEqual(new Uint8Array())
  })
})

describe('cancelling', () => {
  async function cancelled(answer: (request: Request, key: ScriptedKey) => void) {
    const { transport, key, clock } = await setUp()
    const abort = new AbortController()
    const call = watched(transport.cbor(1, new Uint8Array(200), { signal: abort.signal }))
    await settled()
    await key.wantsTouch(1)
    await settled()
    key.onRequest = answer
    abort.abort(new Error('changed my mind'))
    await settled()
    return { transport, key, clock, call }
  }

  it("waits for the key's word", async () => {
    const { call, key, transport } = await cancelled(() => undefined)
    expect(key.commands).toEqual(['cbor', 'cancel'])
    expect(call.done).toBe(false)
    await key.status(1, 0x2d)
    expect(await call.result).toMatchObject({ reason: new Error('changed my mind') })
    key.onRequest = ({ channel }) => void key.ok(channel, 1)
    expect(await transport.cbor(GET_INFO, new Uint8Array())).toEqual(Uint8Array.of(1))
    expect(key.commands).toEqual(['cbor', 'cancel', 'cbor'])
  })

  it('too late gives the answer all the same, for what was done is done', async () => {
    const { call, key } = await cancelled(() => undefined)
    await key.ok(1, 5)
    expect(await call.result).toEqual({ status: 'fulfilled', value: Uint8Array.of(5) })
  })

  it('a key that does not listen puts the channel in step, and gains no time by asking for a touch', async () => {
    const { call, key, clock } = await cancelled(() => undefined)
    for (let i = 0; i < 30; i++) {
      await key.wantsTouch(1)
      await settled()
      await clock.advance(100)
    }
    expect(await call.result).toMatchObject({ reason: new Error('changed my mind') })
    expect(key.commands).toEqual(['cbor', 'cancel', 'init'])
  })

  it('before the start sends nothing', async () => {
    const { transport, key } = await setUp()
    await expect(transport.cbor(1, new Uint8Array(), { signal: AbortSignal.abort() })).rejects.toThrow('aborted')
    expect(key.requests).toEqual([])
  })

  it('comes after the whole request, never amid its packets', async () => {
    const [port, far] = portPair()
    const key = new ScriptedKey(far)
    const abort = new AbortController()
    let writes = 0
    const slow: HidPort = {
      ...bound(port),
      write: async (report) => {
        writes += 1
        if (writes === 3) abort.abort()
        await settled()
        await port.write(report)
      },
    }
    const transport = await openTransport({ port: slow, clock: new FakeClock(), random })
    key.onRequest = ({ channel, command }) => void (command === COMMAND.cancel && key.status(channel, 0x2d))
    await expect(transport.cbor(1, new Uint8Array(400), { signal: abort.signal })).rejects.toThrow('aborted')
    expect(key.commands).toEqual(['init', 'cbor', 'cancel'])
    expect(key.requests[1]!.message).toHaveLength(401)
  })

  it('a message that is not CBOR waits for its answer', async () => {
    const { transport, key } = await setUp()
    const abort = new AbortController()
    const call = transport.msg(new Uint8Array(4), { signal: abort.signal })
    await settled()
    abort.abort()
    await settled()
    expect(key.commands).toEqual(['msg'])
    await key.send(1, COMMAND.msg, Uint8Array.of(0x69, 0x85))
    expect(await call).toEqual(Uint8Array.of(0x69, 0x85))
  })
})

const bound = (port: HidPort): HidPort => ({
  write: (report) => port.write(report),
  onReport: (listener) => port.onReport(listener),
  onClose: (listener) => port.onClose(listener),
  close: () => port.close(),
})

describe('a key that loses its way', () => {
  it('is put in step before the error is told, and its late answer is nobody’s', async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel }) => void key.send(channel, COMMAND.msg, new Uint8Array(2))
    await expect(transport.cbor(1, new Uint8Array())).rejects.toEqual(fault('malformed'))
    expect(key.commands).toEqual(['cbor', 'init'])
    await key.ok(1, 66)
    key.onRequest = ({ channel }) => void key.ok(channel, 1)
    expect(await transport.cbor(1, new Uint8Array())).toEqual(Uint8Array.of(1))
  })

  it('gets a new channel where it has forgotten the old one', async () => {
    const { transport, key } = await setUp()
    key.onRequest = ({ channel }) => void key.error(channel, 'invalid-channel')
    key.answersInit = false
    const call = watched(transport.cbor(1, new Uint8Array()))
    await settled()
    expect(key.commands).toEqual(['cbor', 'init'])
    await key.error(1, 'invalid-channel')
    key.answersInit = true
    await call.result
    expect(await call.result).toMatchObject({ reason: fault('invalid-channel') })
    expect(key.commands).toEqual(['cbor', 'init', 'init'])
    key.onRequest = ({ channel }) => void key.ok(channel, channel)
    expect(await transport.cbor(1, new Uint8Array())).toEqual(Uint8Array.of(2))
  })

  it('is tried again at the next call where it could not be put in step', async () => {
    const { transport, key, clock } = await setUp()
    key.answersInit = false
    const late = watched(transport.cbor(1, new Uint8Array(), { deadlineMs: 100 }))
    for (let i = 0; i < 4 && !late.done; i++) {
      await settled()
      await clock.advance(1_000)
    }
    expect(await late.result).toMatchObject({ reason: fault('no-answer') })
    expect(key.commands).toEqual(['cbor', 'init', 'init'])
    key.answersInit = true
    key.onRequest = ({ channel }) => void key.ok(channel, 3)
    expect(await transport.cbor(1, new Uint8Array())).toEqual(Uint8Array.of(3))
  })

  it('and a listener of keepalives that throws end the call, not the program', async () => {
    const { transport, key } = await setUp()
    const call = transport.cbor(1, new Uint8Array(), {
      onKeepalive: () => {
        throw new Error('of the caller')
      },
    })
    await settled()
    await key.processing(1)
    await expect(call).rejects.toThrow('of the caller')
  })

  it('answers before it was asked in full, and the rest is not sent', async () => {
    const [port, far] = portPair()
    const key = new ScriptedKey(far)
    let writes = 0
    const counted: HidPort = {
      ...bound(port),
      write: async (report) => {
        writes += 1
        await port.write(report)
        await settled()
      },
    }
    const transport = await openTransport({ port: counted, clock: new FakeClock(), random })
    writes = 0
    const call = transport.ping(new Uint8Array(7000))
    await settled()
    await key.error(1, 'invalid-length')
    await expect(call).rejects.toEqual(fault('invalid-length'))
    await settled()
    expect(writes).toBeLessThan(6)
  })
})

describe('a key that is gone', () => {
  it('ends the call that waits, and every later one', async () => {
    const { transport, key } = await setUp()
    const call = transport.cbor(1, new Uint8Array())
    await settled()
    await key.unplug()
    await expect(call).rejects.toEqual(fault('gone'))
    await expect(transport.ping(new Uint8Array(1))).rejects.toEqual(fault('gone'))
  })

  it('is gone too where the port can not be written to', async () => {
    const [port, far] = portPair()
    const key = new ScriptedKey(far)
    const failing: HidPort = {
      ...bound(port),
      write: (report) => (report[4] === 0x86 ? port.write(report) : Promise.reject(new Error('EIO'))),
    }
    const transport = await openTransport({ port: failing, clock: new FakeClock(), random })
    const error: unknown = await transport.ping(new Uint8Array(1)).catch((error: unknown) => error)
    expect(error).toBeInstanceOf(WireError)
    expect(error).toMatchObject({ fault: 'gone', cause: new Error('EIO') })
    expect(key.commands).toEqual(['init', 'init'])
  })

  it('is gone too where the port takes messages whole, and can not send one', async () => {
    const [port, far] = portPair()
    const key = new ScriptedKey(far)
    const sent: number[] = []
    const failing: HidPort = {
      ...bound(port),
      writeAll: async (reports) => {
        sent.push(reports.length)
        if (reports.length > 1) throw new Error('EIO')
        await port.write(reports[0]!)
      },
    }
    const transport = await openTransport({ port: failing, clock: new FakeClock(), random })
    await expect(transport.ping(new Uint8Array(100))).rejects.toEqual(fault('gone'))
    expect(sent.slice(0, 2)).toEqual([1, 2])
    expect(key.commands).toEqual(['init', 'init'])
  })

  it('is what closing makes of it', async () => {
    const { transport } = await setUp()
    const call = transport.cbor(1, new Uint8Array())
    await settled()
    await transport.close()
    await expect(call).rejects.toEqual(fault('gone'))
    await expect(transport.wink()).rejects.toEqual(fault('gone'))
  })
})

it('reports of another channel change nothing', async () => {
  const { transport, key } = await setUp()
  key.onRequest = () => {
    for (const stray of fragment(77, COMMAND.cbor, new Uint8Array(130))) void key.sendRaw(stray)
    void key.error(78, 'other')
    void key.ok(1, 4)
  }
  expect(await transport.cbor(1, new Uint8Array())).toEqual(Uint8Array.of(4))
})
