import { describe, expect, it } from 'vitest'
import { concat, utf8 } from '../../../shared/kit/index.ts'
import { BROADCAST, COMMAND, ERROR_CODE, fragment, readChannel } from '../ctaphid/index.ts'
import { PortClosed } from '../hid-port.ts'
import { bench, Client, openClient, settle } from './testing/bench.ts'

const error = (code: keyof typeof ERROR_CODE) => ({ command: COMMAND.error, data: Uint8Array.of(ERROR_CODE[code]) })
const GET_INFO = Uint8Array.of(0x04)
const SELECTION = Uint8Array.of(0x0b)

describe('channels', () => {
  it('INIT on the broadcast channel gives each client its own, and says what the key can do', async () => {
    const { key } = bench({ deviceVersion: [5, 4, 3] })
    const one = new Client(key.port())
    const { data } = await one.init()
    expect([...data.subarray(12)]).toEqual([2, 5, 4, 3, 0x05])
    const two = await openClient(key.port())
    expect(two.channel).not.toBe(one.channel)
  })

  it('a U2F-only key offers no CBOR and refuses it', async () => {
    const one = new Client(bench({ profile: 'u2f' }).key.port())
    const { data } = await one.init()
    expect(data[16]).toBe(0x01)
    expect(await one.call(COMMAND.cbor, GET_INFO)).toEqual(error('invalid-command'))
  })

  it('a channel that was never given away, channel 0, and the broadcast channel are refused for all but INIT', async () => {
    const { client } = bench()
    const one = await client()
    for (const channel of [0, one.channel + 1, BROADCAST]) {
      const stray = new Client(one.port)
      stray.channel = channel
      expect(await stray.call(COMMAND.ping, Uint8Array.of(1))).toEqual(error('invalid-channel'))
    }
  })

  it('INIT with a nonce of another length is refused', async () => {
    const stray = new Client(bench().key.port())
    expect(await stray.call(COMMAND.init, new Uint8Array(7))).toEqual(error('invalid-length'))
  })

  it('INIT on a channel ends the message that was half sent there, and keeps the channel', async () => {
    const one = await bench().client()
    const [first] = fragment(one.channel, COMMAND.ping, new Uint8Array(100))
    await one.port.write(first!)
    const { data } = await one.call(COMMAND.init, utf8('abcdefgh'))
    expect(readChannel(data, 8)).toBe(one.channel)
    expect((await one.call(COMMAND.ping, Uint8Array.of(9))).data).toEqual(Uint8Array.of(9))
  })

  it('INIT on a channel ends the command that runs there, whose answer never comes', async () => {
    const { client, person, clock } = bench()
    person.touches = 'never'
    const one = await client()
    await one.send(COMMAND.cbor, SELECTION)
    expect((await one.call(COMMAND.init, utf8('abcdefgh'))).command).toBe(COMMAND.init)
    await clock.advance(60_000)
    await settle()
    expect(one.inbox).toEqual([])
    expect((await one.cbor(0x04)).status).toBe(0)
  })

  it('more clients than it remembers take the channel that was quiet longest', async () => {
    const { client } = bench()
    const first = await client()
    const second = await client()
    for (let i = 0; i < 62; i++) {
      await client()
      await first.call(COMMAND.ping)
    }
    await client()
    expect(await second.call(COMMAND.ping)).toEqual(error('invalid-channel'))
    expect((await first.call(COMMAND.ping)).command).toBe(COMMAND.ping)
  })
})

describe('messages', () => {
  it.each([0, 1, 57, 58, 116, 117, 7609])('a ping of %i bytes comes back', async (length) => {
    const one = await bench().client()
    const data = Uint8Array.from({ length }, (_, i) => i)
    expect(await one.call(COMMAND.ping, data)).toEqual({ command: COMMAND.ping, data })
  })

  it('a packet that claims more than 7609 bytes is refused', async () => {
    const one = await bench().client()
    const report = fragment(one.channel, COMMAND.ping, new Uint8Array(57))[0]!
    report.set([0x1d, 0xba], 5)
    await one.port.write(report)
    await settle()
    expect(one.next()).toEqual(error('invalid-length'))
  })

  it.each([
    ['skipped', 2],
    ['repeated', 0],
  ])('a continuation packet whose number is %s ends the message', async (_, sequence) => {
    const one = await bench().client()
    const [first, second, third] = fragment(one.channel, COMMAND.ping, new Uint8Array(170))
    await one.port.write(first!)
    await one.port.write(second!)
    third![4] = sequence
    await one.port.write(third!)
    await settle()
    expect(one.next()).toEqual(error('invalid-sequence'))
    expect((await one.call(COMMAND.ping)).command).toBe(COMMAND.ping)
  })

  it('a new message in the middle of another ends both', async () => {
    const one = await bench().client()
    await one.port.write(fragment(one.channel, COMMAND.ping, new Uint8Array(100))[0]!)
    expect(await one.call(COMMAND.ping)).toEqual(error('invalid-sequence'))
    expect((await one.call(COMMAND.ping)).command).toBe(COMMAND.ping)
  })

  it('a message that is not whole after half a second is given up', async () => {
    const { client, clock } = bench()
    const one = await client()
    await one.port.write(fragment(one.channel, COMMAND.ping, new Uint8Array(100))[0]!)
    await clock.advance(499)
    expect(one.inbox).toEqual([])
    await clock.advance(1)
    await settle()
    expect(one.next()).toEqual(error('message-timeout'))
  })

  it('stray continuation packets are ignored', async () => {
    const { client } = bench()
    const one = await client()
    const two = await client()
    const [first, second] = fragment(one.channel, COMMAND.ping, new Uint8Array(100))
    const stray = fragment(two.channel, COMMAND.ping, new Uint8Array(100))[1]!
    await one.port.write(first!)
    await one.port.write(stray)
    await one.port.write(second!)
    await settle()
    expect(one.next().data).toHaveLength(100)
    await one.port.write(second!)
    await settle()
    expect(one.inbox).toEqual([])
  })

  it('an unknown command is refused', async () => {
    expect(await (await bench().client()).call(0x22)).toEqual(error('invalid-command'))
  })
})

describe('one transaction at a time', () => {
  it('another channel is told that the key is busy, while a message comes in and while one runs', async () => {
    const { client, person } = bench()
    const one = await client()
    const two = await client()
    const [first, second] = fragment(one.channel, COMMAND.ping, new Uint8Array(100))
    await one.port.write(first!)
    expect(await two.call(COMMAND.ping)).toEqual(error('channel-busy'))
    await one.port.write(second!)
    await settle()
    expect(one.next().command).toBe(COMMAND.ping)
    person.touches = 'never'
    await one.send(COMMAND.cbor, SELECTION)
    expect(await two.call(COMMAND.cbor, GET_INFO)).toEqual(error('channel-busy'))
    expect(await one.call(COMMAND.cbor, GET_INFO)).toEqual(error('channel-busy'))
  })

  it('every open handle sees every report, of whatever channel', async () => {
    const { key } = bench()
    const seen: Uint8Array[] = []
    key.port().onReport((report) => seen.push(report))
    const other = await openClient(key.port())
    await other.call(COMMAND.ping, Uint8Array.of(1))
    expect(seen.map((report) => readChannel(report))).toEqual([BROADCAST, other.channel])
  })

  it('keepalives say at once that a touch is needed, and again every 100 ms', async () => {
    const { client, person, clock } = bench()
    person.touches = 'never'
    const one = await client()
    await one.send(COMMAND.cbor, SELECTION)
    const keepalive = { command: COMMAND.keepalive, data: Uint8Array.of(2) }
    expect(one.inbox).toEqual([keepalive])
    await clock.advance(300)
    await settle()
    expect(one.inbox).toEqual([keepalive, keepalive, keepalive, keepalive])
  })

  it('CANCEL ends the command of its own channel alone, with CTAP2_ERR_KEEPALIVE_CANCEL and no answer of its own', async () => {
    const { client, person } = bench()
    person.touches = 'never'
    const one = await client()
    const two = await client()
    await one.send(COMMAND.cbor, SELECTION)
    await two.send(COMMAND.cancel)
    expect(two.inbox).toEqual([])
    await one.send(COMMAND.cancel)
    expect(one.nextStatus()).toBe(0x2d)
    expect(one.inbox).toEqual([])
    await one.send(COMMAND.cancel)
    expect(one.inbox).toEqual([])
  })

  it('nobody touching for 30 seconds is CTAP2_ERR_USER_ACTION_TIMEOUT', async () => {
    const { client, person, clock } = bench()
    person.touches = 'never'
    const one = await client()
    await one.send(COMMAND.cbor, SELECTION)
    await clock.advance(30_000)
    await settle()
    expect(one.nextStatus()).toBe(0x2f)
  })
})

describe('WINK and LOCK', () => {
  it('the key blinks', async () => {
    const { client, person } = bench()
    const one = await client()
    expect(await one.call(COMMAND.wink)).toEqual({ command: COMMAND.wink, data: new Uint8Array() })
    expect(person.winks).toBe(1)
    expect(await one.call(COMMAND.wink, Uint8Array.of(0))).toEqual(error('invalid-length'))
  })

  it('a locked key serves its channel alone, until the time is over or the lock is lifted', async () => {
    const { client, clock } = bench()
    const one = await client()
    const two = await client()
    await one.call(COMMAND.lock, Uint8Array.of(3))
    expect(await two.call(COMMAND.ping)).toEqual(error('channel-busy'))
    expect((await one.call(COMMAND.ping)).command).toBe(COMMAND.ping)
    await clock.advance(3000)
    expect((await two.call(COMMAND.ping)).command).toBe(COMMAND.ping)
    await one.call(COMMAND.lock, Uint8Array.of(10))
    await one.call(COMMAND.lock, Uint8Array.of(0))
    expect((await two.call(COMMAND.ping)).command).toBe(COMMAND.ping)
  })

  it('more than ten seconds, or not one byte, is refused', async () => {
    const one = await bench().client()
    expect(await one.call(COMMAND.lock, Uint8Array.of(11))).toEqual(error('invalid-parameter'))
    expect(await one.call(COMMAND.lock)).toEqual(error('invalid-length'))
  })
})

describe('unplugging', () => {
  it('closes every port with its reason, and a new one finds the key', async () => {
    const { key, client, person } = bench()
    person.touches = 'never'
    const one = await client()
    const reasons: (Error | undefined)[] = []
    one.port.onClose((reason) => reasons.push(reason))
    await one.send(COMMAND.cbor, SELECTION)
    one.inbox.length = 0
    key.powerCycle()
    await settle()
    expect(reasons).toEqual([new Error('the virtual key was unplugged')])
    expect(one.inbox).toEqual([])
    await expect(one.port.write(new Uint8Array(64))).rejects.toThrow(PortClosed)
    expect((await (await client()).cbor(0x04)).status).toBe(0)
  })

  it('a port that is closed by its client takes no more, and leaves the others alone', async () => {
    const { client } = bench()
    const one = await client()
    const two = await client()
    await one.port.close()
    await expect(one.port.write(new Uint8Array(64))).rejects.toThrow(PortClosed)
    expect((await two.call(COMMAND.ping)).command).toBe(COMMAND.ping)
  })
})

describe('CTAP2 requests that are none', () => {
  it.each([
    ['no command byte', [], 0x03],
    ['an unknown command', [0x33], 0x01],
    ['getInfo with parameters', [0x04, 0xa0], 0x03],
    ['makeCredential without parameters', [0x01], 0x12],
    ['makeCredential of something that is no CBOR', [0x01, 0xff], 0x12],
    ['two items', [0x01, 0xa0, 0xa0], 0x12],
    ['keys out of order', [0x02, 0xa2, 0x02, 0x00, 0x01, 0x00], 0x12],
    ['an array', [0x02, 0x80], 0x11],
    ['an empty map', [0x02, 0xa0], 0x14],
    ['a client data hash that is text', [0x01, 0xa1, 0x01, 0x61, 0x61], 0x11],
    ['a client data hash of 31 bytes', [0x01, 0xa1, 0x01, 0x58, 0x1f, ...new Uint8Array(31)], 0x03],
  ])('%s', async (_, request, status) => {
    const one = await bench().client()
    const { data } = await one.call(COMMAND.cbor, Uint8Array.from(request))
    expect([...data]).toEqual([status])
  })

  it('a request longer than maxMsgSize is CTAP2_ERR_REQUEST_TOO_LARGE', async () => {
    const one = await bench().client()
    const { data } = await one.call(COMMAND.cbor, concat(GET_INFO, new Uint8Array(1200)))
    expect([...data]).toEqual([0x39])
  })
})
