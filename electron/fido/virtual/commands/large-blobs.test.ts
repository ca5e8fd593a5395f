import { createHash } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, fromHex, toHex } from '../../../../shared/kit/index.ts'
import { bench, map, PinClient, SUB_TOKEN, type Client, type Token } from '../testing/bench.ts'

const PIN = '1234-4711'
const sha256 = (data: Uint8Array) => new Uint8Array(createHash('sha256').update(data).digest())
const whole = (length: number) => {
  const content = Uint8Array.from({ length: length - 16 }, (_, i) => i)
  return concat(content, sha256(content).subarray(0, 16))
}
/** CTAP 2.1 §6.10.2. */
function setting(fragment: Uint8Array, offset: number, length?: number, token?: Token) {
  const at = Uint8Array.of(offset & 0xff, offset >> 8, 0, 0)
  const message = concat(fromHex('ff'.repeat(32))!, Uint8Array.of(0x0c, 0x00), at, sha256(fragment))
  return map({ 2: fragment, 3: offset, 4: length, 5: token?.sign(message), 6: token?.version })
}
async function readAll(one: Client): Promise<Uint8Array> {
  let all: Uint8Array = new Uint8Array()
  for (;;) {
    const part = (await one.ok(0x0c, map({ 1: 1136, 3: all.length }))).get(1) as Uint8Array
    all = concat(all, part)
    if (part.length < 1136) return all
  }
}

it('a new key holds the empty array of CTAP 2.1 §6.10', async () => {
  const one = await bench().client()
  expect(toHex(await readAll(one))).toBe('8076be8b528d0075f7aae98d6fa57a6d3c')
})

it('is written in fragments and is there only when it is whole', async () => {
  const one = await bench().client()
  const array = whole(3000)
  await one.ok(0x0c, setting(array.subarray(0, 1136), 0, 3000))
  await one.ok(0x0c, setting(array.subarray(1136, 2272), 1136))
  expect(await readAll(one)).toHaveLength(17)
  await one.ok(0x0c, setting(array.subarray(2272), 2272))
  expect(await readAll(one)).toEqual(array)
})

it('on a protected key each fragment is signed, and one token does for all', async () => {
  const one = await bench().client()
  const pin = new PinClient(one)
  await pin.setPin(PIN)
  const token = await pin.token(PIN, SUB_TOKEN.lbw)
  const array = whole(1500)
  const first = array.subarray(0, 1136)
  expect(await one.status(0x0c, setting(first, 0, 1500))).toBe(0x36)
  const other = await pin.token(PIN, SUB_TOKEN.cm)
  expect(await one.status(0x0c, setting(first, 0, 1500, other))).toBe(0x33)
  const again = await pin.token(PIN, SUB_TOKEN.lbw)
  expect(await one.status(0x0c, setting(first, 0, 1500, { ...again, sign: token.sign }))).toBe(0x33)
  await one.ok(0x0c, setting(first, 0, 1500, again))
  await one.ok(0x0c, setting(array.subarray(1136), 1136, undefined, again))
  expect(await readAll(one)).toEqual(array)
})

describe('what is refused', () => {
  const array = whole(100)
  it.each<[string, Parameters<typeof map>[0], number]>([
    ['neither get nor set', { 3: 0 }, 0x02],
    ['get and set', { 1: 1, 2: array, 3: 0 }, 0x02],
    ['no offset', { 1: 1 }, 0x02],
    ['get with a length', { 1: 1, 3: 0, 4: 1 }, 0x02],
    ['get from behind the end', { 1: 1, 3: 18 }, 0x02],
    ['get of more than a fragment', { 1: 1137, 3: 0 }, 0x03],
    ['set of more than a fragment', { 2: new Uint8Array(1137), 3: 0, 4: 1200 }, 0x03],
    ['set at 0 without a length', { 2: array, 3: 0 }, 0x02],
    ['an array that has no room for a trailer', { 2: new Uint8Array(16), 3: 0, 4: 16 }, 0x02],
    ['an array that is too long', { 2: array, 3: 0, 4: 4097 }, 0x18],
    ['more than was announced', { 2: array, 3: 0, 4: 99 }, 0x02],
    ['a later fragment where none was first', { 2: array, 3: 100 }, 0x04],
    ['a later fragment with a length', { 2: array, 3: 100, 4: 100 }, 0x02],
  ])('%s', async (_, members, status) => {
    const one = await bench().client()
    expect(await one.status(0x0c, map(members))).toBe(status)
    expect(await readAll(one)).toHaveLength(17)
  })

  it('fragments out of order, and an array whose trailer is wrong', async () => {
    const one = await bench().client()
    const longer = whole(2000)
    await one.ok(0x0c, setting(longer.subarray(0, 1000), 0, 2000))
    expect(await one.status(0x0c, setting(longer.subarray(1001), 1001))).toBe(0x04)
    const bent = array.slice()
    bent[0]! ^= 1
    expect(await one.status(0x0c, setting(bent, 0, 100))).toBe(0x3d)
    expect(await readAll(one)).toHaveLength(17)
  })

  it('the rest of a write that the power ended', async () => {
    const { key, client } = bench()
    const one = await client()
    await one.ok(0x0c, setting(array.subarray(0, 50), 0, 100))
    key.powerCycle()
    expect(await (await client()).status(0x0c, setting(array.subarray(50), 50))).toBe(0x04)
  })
})
