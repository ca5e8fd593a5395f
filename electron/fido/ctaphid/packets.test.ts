import { describe, expect, it } from 'vitest'
import { fromHex, toHex } from '../../../shared/kit/index.ts'
import { Assembly, fragment, MAX_MESSAGE_BYTES, readPacket, type Packet } from './packets.ts'

/** Hex with spaces, padded with zeros to a report. */
const report = (hex: string) => {
  const bytes = new Uint8Array(64)
  bytes.set(fromHex(hex.replaceAll(' ', ''))!)
  return bytes
}
const counting = (length: number) => Uint8Array.from({ length }, (_, i) => i % 251)
const assemble = (reports: readonly Uint8Array[]) => {
  const [first, ...rest] = reports.map((each) => readPacket(each)!)
  const assembly = Assembly.begin(first as Packet & { kind: 'init' })!
  for (const packet of rest) expect(assembly.add(packet as Packet & { kind: 'continuation' })).toBe(true)
  return assembly.message
}

describe('packets', () => {
  it('of CTAPHID_INIT are laid out as CTAP 2.1 §11.2.4 and §11.2.9.1.3 say', () => {
    const nonce = fromHex('8172635445362718')!
    expect(fragment(0xffffffff, 0x06, nonce)).toEqual([report('ffffffff 86 0008 8172635445362718')])
  })

  it('of a message longer than 57 bytes are continued with sequence numbers from 0', () => {
    const [first, second, third, ...more] = fragment(0x01020304, 0x10, counting(120))
    expect(toHex(first!.subarray(0, 8))).toBe('0102030490007800')
    expect(toHex(second!.subarray(0, 6))).toBe('010203040039')
    expect(toHex(third!)).toBe(`01020304 01 74 75 76 77`.replaceAll(' ', '').padEnd(128, '0'))
    expect(more).toEqual([])
  })

  it.each([
    [0, 1],
    [57, 1],
    [58, 2],
    [116, 2],
    [117, 3],
    [7609, 129],
  ])('of a message of %i bytes are %i, and make it whole again', (length, count) => {
    const reports = fragment(7, 0x10, counting(length))
    expect(reports).toHaveLength(count)
    expect(assemble(reports)).toEqual(counting(length))
  })

  it('can not hold a message of 7610 bytes', () => {
    expect(MAX_MESSAGE_BYTES).toBe(7609)
    expect(() => fragment(7, 0x10, new Uint8Array(7610))).toThrow(RangeError)
    expect(Assembly.begin(readPacket(report('00000007 90 1dba')) as Packet & { kind: 'init' })).toBeUndefined()
    expect(Assembly.begin(readPacket(report('00000007 90 1db9')) as Packet & { kind: 'init' })).toBeDefined()
  })

  it('are read from reports of exactly 64 bytes', () => {
    expect(readPacket(new Uint8Array(63))).toBeUndefined()
    expect(readPacket(new Uint8Array(65))).toBeUndefined()
    expect(readPacket(new Uint8Array())).toBeUndefined()
    expect(readPacket(Buffer.concat([Buffer.alloc(3), report('fffffffe 7f')]).subarray(3))).toMatchObject({
      kind: 'continuation',
      channel: 0xfffffffe,
      sequence: 0x7f,
    })
  })

  it('out of sequence, repeated, or after the end are not taken', () => {
    const [first, second, third, fourth] = fragment(7, 0x10, counting(180)).map((each) => readPacket(each)!)
    const assembly = Assembly.begin(first as Packet & { kind: 'init' })!
    const add = (packet: Packet | undefined) => assembly.add(packet as Packet & { kind: 'continuation' })
    expect([add(third), add(second), add(second), add(third)]).toEqual([false, true, false, true])
    expect(assembly.message).toBeUndefined()
    expect(add(fourth)).toBe(true)
    expect(assembly.message).toEqual(counting(180))
    expect(add(readPacket(report('00000007 03')))).toBe(false)
  })
})
