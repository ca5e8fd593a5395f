import { describe, expect, it } from 'vitest'
import { fromHex } from '../../../shared/kit/index.ts'
import { Machine, type MachineEvent } from './machine.ts'
import { COMMAND, ERROR_CODE, fragment } from './packets.ts'

const NONCE = fromHex('a1a2a3a4a5a6a7a8')!
const OTHER_NONCE = fromHex('b1b2b3b4b5b6b7b8')!
const report = (hex: string) => {
  const bytes = new Uint8Array(64)
  bytes.set(fromHex(hex.replaceAll(' ', ''))!)
  return bytes
}
const malformed: MachineEvent = { kind: 'fault', fault: 'malformed' }

/** A machine with channel 00000005. */
function ready(): Machine {
  const machine = new Machine()
  machine.init(NONCE)
  machine.receive(report('ffffffff 86 0011 a1a2a3a4a5a6a7a8 00000005 02 050701 05'))
  return machine
}
function waiting(command: number = COMMAND.cbor): Machine {
  const machine = ready()
  machine.request(command, Uint8Array.of(4))
  return machine
}

describe('asking for a channel', () => {
  it('goes to the broadcast channel and takes the channel that is answered', () => {
    const machine = new Machine()
    expect(machine.init(NONCE)).toEqual([report('ffffffff 86 0008 a1a2a3a4a5a6a7a8')])
    expect(machine.receive(report('ffffffff 86 0011 a1a2a3a4a5a6a7a8 00000005 02 050701 05'))).toEqual({
      kind: 'ready',
      init: {
        channel: 5,
        deviceVersion: { major: 5, minor: 7, build: 1 },
        capabilities: { wink: true, cbor: true, msg: true },
      },
    })
    expect(machine.hasChannel).toBe(true)
    expect(machine.request(COMMAND.ping, Uint8Array.of(9))).toEqual([report('00000005 81 0001 09')])
  })

  it.each([
    ['00', { wink: false, cbor: false, msg: true }],
    ['01', { wink: true, cbor: false, msg: true }],
    ['0c', { wink: false, cbor: true, msg: false }],
  ])('reads capabilities %s', (byte, capabilities) => {
    const machine = new Machine()
    machine.init(NONCE)
    const answer = report(`ffffffff 86 0011 a1a2a3a4a5a6a7a8 00000005 02 050701 ${byte}`)
    expect(machine.receive(answer)).toMatchObject({ init: { capabilities } })
  })

  it.each([
    ["another program's nonce", 'ffffffff 86 0011 b1b2b3b4b5b6b7b8 00000006 02 050701 05'],
    ['another channel', '00000009 86 0011 a1a2a3a4a5a6a7a8 00000006 02 050701 05'],
    ['a continuation', 'ffffffff 00 a1a2a3a4a5a6a7a8'],
    ['an answer to something else', 'ffffffff 90 0011 a1a2a3a4a5a6a7a8 00000006 02 050701 05'],
    ['a keepalive', 'ffffffff bb 0001 01'],
  ])('is not answered by %s', (_, hex) => {
    const machine = new Machine()
    machine.init(NONCE)
    expect(machine.receive(report(hex))).toBeUndefined()
    expect(machine.hasChannel).toBe(false)
  })

  it.each([
    ['16 bytes', 'ffffffff 86 0010 a1a2a3a4a5a6a7a8 00000005 02 050701'],
    ['channel 0', 'ffffffff 86 0011 a1a2a3a4a5a6a7a8 00000000 02 050701 05'],
    ['the broadcast channel', 'ffffffff 86 0011 a1a2a3a4a5a6a7a8 ffffffff 02 050701 05'],
    ['an error of no code', 'ffffffff bf 0000'],
  ])('is malformed with %s', (_, hex) => {
    const machine = new Machine()
    machine.init(NONCE)
    expect(machine.receive(report(hex))).toEqual(malformed)
  })

  it('takes a longer answer of a later version', () => {
    const machine = new Machine()
    machine.init(NONCE)
    expect(machine.receive(report('ffffffff 86 0014 a1a2a3a4a5a6a7a8 00000005 03 050701 05 010203'))).toMatchObject({
      kind: 'ready',
    })
  })

  it('hears that the key is busy', () => {
    const machine = new Machine()
    machine.init(NONCE)
    expect(machine.receive(report('ffffffff bf 0001 06'))).toEqual({ kind: 'fault', fault: 'channel-busy' })
  })

  it('refuses a nonce of another length', () => {
    expect(() => new Machine().init(new Uint8Array(7))).toThrow(RangeError)
  })
})

describe('putting the channel in step', () => {
  it('goes to the channel, and ignores what was left on it', () => {
    const machine = waiting()
    expect(machine.init(OTHER_NONCE)).toEqual([report('00000005 86 0008 b1b2b3b4b5b6b7b8')])
    for (const leftover of ['00000005 90 0001 00', '00000005 00 01', '00000005 bb 0001 02', '00000005 bf 0001 05']) {
      expect(machine.receive(report(leftover))).toBeUndefined()
    }
    expect(machine.receive(report('00000005 86 0011 b1b2b3b4b5b6b7b8 00000005 02 050701 05'))).toMatchObject({
      kind: 'ready',
      init: { channel: 5 },
    })
  })
  it('is malformed where the answer names another channel', () => {
    const machine = ready()
    machine.init(OTHER_NONCE)
    expect(machine.receive(report('00000005 86 0011 b1b2b3b4b5b6b7b8 00000006 02 050701 05'))).toEqual(malformed)
  })
  it('hears that there is no such channel, and asks for one after forgetting it', () => {
    const machine = ready()
    machine.init(OTHER_NONCE)
    expect(machine.receive(report('00000005 bf 0001 0b'))).toEqual({ kind: 'fault', fault: 'invalid-channel' })
    machine.forgetChannel()
    expect(machine.hasChannel).toBe(false)
    expect(machine.init(NONCE)).toEqual([report('ffffffff 86 0008 a1a2a3a4a5a6a7a8')])
  })
})

describe('a request', () => {
  it('is answered in one packet', () => {
    expect(waiting().receive(report('00000005 90 0003 00a1ff'))).toEqual({
      kind: 'answer',
      message: Uint8Array.of(0, 0xa1, 0xff),
    })
  })
  it('is answered in the longest message', () => {
    const machine = waiting()
    const message = Uint8Array.from({ length: 7609 }, (_, i) => i % 253)
    const events = fragment(5, COMMAND.cbor, message).map((each) => machine.receive(each))
    expect(events.pop()).toEqual({ kind: 'answer', message })
    expect(events.every((event) => event === undefined)).toBe(true)
  })
  it('is answered by nothing at all where the answer is empty', () => {
    expect(waiting(COMMAND.wink).receive(report('00000005 88 0000'))).toEqual({
      kind: 'answer',
      message: new Uint8Array(),
    })
  })
  it('is cancelled on its channel', () => {
    expect(waiting().cancel()).toEqual([report('00000005 91 0000')])
  })
  it('tells every keepalive', () => {
    const machine = waiting()
    expect(machine.receive(report('00000005 bb 0001 01'))).toEqual({ kind: 'keepalive', status: 1 })
    expect(machine.receive(report('00000005 bb 0001 02'))).toEqual({ kind: 'keepalive', status: 2 })
    expect(machine.receive(report('00000005 90 0001 00'))).toMatchObject({ kind: 'answer' })
  })
  it('is not disturbed by other channels, amid its answer either', () => {
    const machine = waiting()
    const [first, second] = fragment(5, COMMAND.cbor, new Uint8Array(100))
    machine.receive(first!)
    for (const stray of ['00000006 00 01', '00000006 90 0001 00', '00000006 bf 0001 7f', 'ffffffff bf 0001 06']) {
      expect(machine.receive(report(stray))).toBeUndefined()
    }
    expect(machine.receive(second!)).toEqual({ kind: 'answer', message: new Uint8Array(100) })
  })
  it.each(Object.entries(ERROR_CODE))('hears error %s', (fault, code) => {
    const machine = waiting()
    expect(machine.receive(fragment(5, COMMAND.error, Uint8Array.of(code))[0]!)).toEqual({ kind: 'fault', fault })
    expect(machine.receive(report('00000005 90 0001 00'))).toBeUndefined()
  })
  it('takes an error code of no standing for "other"', () => {
    expect(waiting().receive(report('00000005 bf 0001 55'))).toEqual({ kind: 'fault', fault: 'other' })
  })

  it.each([
    ['an answer to another command', ['00000005 83 0002 9000']],
    ['an answer to CTAPHID_INIT that nobody asked for', ['00000005 86 0011 a1a2a3a4a5a6a7a8 00000005 02 050701 05']],
    ['a length of 7610', ['00000005 90 1dba']],
    ['a length of 65535', ['00000005 90 ffff']],
    ['a continuation first', ['00000005 00 00']],
    ['a gap in the sequence', ['00000005 90 0100', '00000005 01 00']],
    ['a packet twice', ['00000005 90 0100', '00000005 00 00', '00000005 00 00']],
    ['a second beginning', ['00000005 90 0100', '00000005 90 0100']],
    ['a keepalive amid the answer', ['00000005 90 0100', '00000005 bb 0001 01']],
    ['a keepalive of two bytes', ['00000005 bb 0002 0101']],
    ['a keepalive of none', ['00000005 bb 0000']],
    ['an error of no code', ['00000005 bf 0000']],
  ])('is malformed by %s', (_, reports) => {
    const machine = waiting()
    const events = reports.map((hex) => machine.receive(report(hex)))
    expect(events.pop()).toEqual(malformed)
    expect(events.every((event) => event === undefined)).toBe(true)
    expect(machine.receive(report('00000005 90 0001 00'))).toBeUndefined()
  })
  it.each([0, 1, 63, 65, 1024])('is malformed by a report of %i bytes', (length) => {
    expect(waiting().receive(new Uint8Array(length))).toEqual(malformed)
  })
})

it('what nobody waits for is ignored, whatever it is', () => {
  const machine = ready()
  expect(machine.receive(report('00000005 90 0001 00'))).toBeUndefined()
  expect(machine.receive(new Uint8Array(3))).toBeUndefined()
  machine.request(COMMAND.cbor, new Uint8Array(1))
  machine.abandon()
  expect(machine.receive(report('00000005 90 0001 00'))).toBeUndefined()
})
