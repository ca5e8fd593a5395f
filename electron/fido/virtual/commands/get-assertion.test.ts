import { describe, expect, it } from 'vitest'
import type { CborMap, CborValue } from '../../cbor/index.ts'
import {
  bench,
  descriptor,
  enrollFinger,
  map,
  PinClient,
  readAuthData,
  register,
  registration,
  RP_ID,
  signIn,
} from '../testing/bench.ts'

const PIN = '1234-4711'
const rk = { 7: map({ rk: true }) }
const protect = (credProtect: number, more = {}) => ({ 6: map({ credProtect }), ...more })
const userOf = (body: CborMap) => body.get(4) as CborMap | undefined

describe('what is asked for', () => {
  it.each<[string, Record<string, CborValue | undefined>, number]>([
    ['no relying party', { 1: undefined }, 0x14],
    ['no client data hash', { 2: undefined }, 0x14],
    ['a client data hash of 33 bytes', { 2: new Uint8Array(33) }, 0x03],
    ['the option rk, which is for registrations', { 5: map({ rk: true }) }, 0x2b],
    ['verification that is not set up', { 5: map({ uv: true }) }, 0x2c],
    ['nine credentials', { 3: Array.from({ length: 9 }, () => descriptor(new Uint8Array(66))) }, 0x15],
    ['a credential of another key', { 3: [descriptor(new Uint8Array(66))] }, 0x2e],
    ['a credential of another type', { 3: [map({ id: new Uint8Array(66), type: 'secret' })] }, 0x2e],
    ['nothing that is there', {}, 0x2e],
  ])('%s', async (_, more, status) => {
    const { client, person } = bench()
    expect(await (await client()).status(0x02, signIn({ more }))).toBe(status)
    expect(person.asked).toEqual([])
  })
})

it('a credential that is not on the key signs when its id is named, to its own relying party alone', async () => {
  const one = await bench().client()
  const id = await register(one)
  const body = await one.ok(0x02, signIn({ more: { 3: [descriptor(id)] } }))
  expect([(body.get(1) as CborMap).get('id'), userOf(body)]).toEqual([id, undefined])
  expect(readAuthData(body.get(2) as Uint8Array)).toMatchObject({ flags: 0x01, counter: 2 })
  expect(await one.status(0x02, signIn())).toBe(0x2e)
  expect(await one.status(0x02, signIn({ rpId: 'other.example', more: { 3: [descriptor(id)] } }))).toBe(0x2e)
  const bent = id.slice()
  bent[40]! ^= 1
  expect(await one.status(0x02, signIn({ more: { 3: [descriptor(bent)] } }))).toBe(0x2e)
})

it('a silent look is signed without a touch, and says so', async () => {
  const { client, person } = bench()
  const one = await client()
  const id = await register(one)
  person.asked.length = 0
  const body = await one.ok(0x02, signIn({ more: { 3: [descriptor(id)], 5: map({ up: false }) } }))
  expect(readAuthData(body.get(2) as Uint8Array).flags).toBe(0)
  expect(person.asked).toEqual([])
})

it('the person who says no signs nothing', async () => {
  const { client, person, key } = bench()
  const one = await client()
  await register(one, { more: rk })
  const { counter } = key.state()
  person.touches = 'declined'
  expect(await one.status(0x02, signIn())).toBe(0x27)
  expect(key.state().counter).toBe(counter)
})

describe('several accounts', () => {
  async function three() {
    const made = bench()
    const one = await made.client()
    const pin = new PinClient(one)
    for (const user of [1, 2, 3]) await register(one, { user, more: rk })
    await pin.setPin(PIN)
    return { ...made, one, pin }
  }

  it('come one after the other, the newest first, for one touch; names only to a verified person', async () => {
    const { one, pin, person } = await three()
    const first = await one.ok(0x02, signIn())
    expect([first.get(5), userOf(first)]).toEqual([3, map({ id: Uint8Array.of(3) })])
    person.asked.length = 0
    const token = await pin.token(PIN, 0x02, RP_ID)
    const found = [await one.ok(0x02, signIn({ token })), await one.ok(0x08), await one.ok(0x08)]
    expect(found.map(userOf)).toEqual(
      [3, 2, 1].map((user) => map({ id: Uint8Array.of(user), name: `user ${user}`, displayName: `User ${user}` })),
    )
    expect(found.map((body) => readAuthData(body.get(2) as Uint8Array).flags)).toEqual([0x05, 0x05, 0x05])
    expect(await one.status(0x08)).toBe(0x30)
    expect(person.asked).toEqual(['sign-in'])
  })

  it('of a list only one is answered', async () => {
    const { one, key } = await three()
    const ids = key.state().credentials.map(({ id }) => descriptor(new Uint8Array(Buffer.from(id, 'base64url'))))
    expect((await one.ok(0x02, signIn({ more: { 3: ids } }))).has(5)).toBe(false)
    expect(await one.status(0x08)).toBe(0x30)
  })

  it('another command, or 30 seconds, end the row', async () => {
    const { one, clock } = await three()
    await one.ok(0x02, signIn())
    await one.ok(0x04)
    expect(await one.status(0x08)).toBe(0x30)
    await one.ok(0x02, signIn())
    await clock.advance(30_000)
    await one.ok(0x08)
    await clock.advance(30_001)
    expect(await one.status(0x08)).toBe(0x30)
  })

  it('nothing is next where nothing was first', async () => {
    expect(await (await bench().client()).status(0x08)).toBe(0x30)
  })
})

describe('credProtect', () => {
  it('2: found by its id, or by a verified person', async () => {
    const one = await bench().client()
    const id = await register(one, { more: protect(2, rk) })
    const pin = new PinClient(one)
    await pin.setPin(PIN)
    expect(await one.status(0x02, signIn())).toBe(0x2e)
    await one.ok(0x02, signIn({ more: { 3: [descriptor(id)] } }))
    await one.ok(0x02, signIn({ token: await pin.token(PIN, 0x02, RP_ID) }))
  })

  it('3: found by a verified person alone, and never told in an exclude list', async () => {
    const one = await bench().client()
    const id = await register(one, { more: protect(3) })
    const pin = new PinClient(one)
    await pin.setPin(PIN)
    const list = { 3: [descriptor(id)] }
    expect(await one.status(0x02, signIn({ more: list }))).toBe(0x2e)
    expect(await one.status(0x01, registration({ more: { 5: [descriptor(id)] } }))).toBe(0)
    await one.ok(0x02, signIn({ token: await pin.token(PIN, 0x02, RP_ID), more: list }))
    const token = await pin.token(PIN, 0x01, RP_ID)
    expect(await one.status(0x01, registration({ token, more: { 5: [descriptor(id)] } }))).toBe(0x19)
  })
})

it('a finger verifies and touches at once', async () => {
  const { client, person } = bench()
  const one = await client()
  await register(one, { more: rk })
  await enrollFinger(one, PIN)
  person.asked.length = 0
  const body = await one.ok(0x02, signIn({ more: { 5: map({ uv: true }) } }))
  expect(readAuthData(body.get(2) as Uint8Array).flags).toBe(0x05)
  expect(person.asked).toEqual(['verify'])
})
