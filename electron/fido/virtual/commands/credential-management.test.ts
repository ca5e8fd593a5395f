import { describe, expect, it } from 'vitest'
import type { CborMap } from '../../cbor/index.ts'
import {
  bench,
  descriptor,
  managed,
  map,
  PinClient,
  register,
  rpIdHash,
  RP_ID,
  signIn,
  SUB_TOKEN,
} from '../testing/bench.ts'

const PIN = '1234-4711'
const OTHER = 'other.example'

/** Three passkeys at two relying parties, and a PIN. */
async function filled(options: Parameters<typeof bench>[0] = {}) {
  const made = bench(options)
  const one = await made.client()
  const more = { 7: map({ rk: true }), 6: map({ credProtect: 2, largeBlobKey: true }) }
  const ids = [
    await register(one, { user: 1, more }),
    await register(one, { user: 2, more }),
    await register(one, { user: 3, rpId: OTHER, more: { 7: map({ rk: true }) } }),
  ] as const
  const pin = new PinClient(one)
  await pin.setPin(PIN)
  return { ...made, one, pin, ids, token: await pin.token(PIN, SUB_TOKEN.cm) }
}

it('counts what is there and what still fits', async () => {
  const { one, token } = await filled()
  expect(await one.ok(0x0a, managed(token, 1, undefined))).toEqual(map({ 1: 3, 2: 22 }))
})

it('lists relying parties, and the passkeys of each with all there is to know', async () => {
  const { one, token, ids } = await filled()
  const first = await one.ok(0x0a, managed(token, 2, undefined))
  const second = await one.ok(0x0a, map({ 1: 3 }))
  expect(first).toEqual(map({ 3: map({ id: RP_ID, name: `${RP_ID}, Inc.` }), 4: rpIdHash(), 5: 2 }))
  expect(second).toEqual(map({ 3: map({ id: OTHER, name: `${OTHER}, Inc.` }), 4: rpIdHash(OTHER) }))
  expect(await one.status(0x0a, map({ 1: 3 }))).toBe(0x30)

  const newest = await one.ok(0x0a, managed(token, 4, map({ 1: rpIdHash() })))
  expect([newest.get(7), newest.get(9), newest.get(10)]).toEqual([descriptor(ids[1]), 2, 2])
  expect(newest.get(6)).toEqual(map({ id: Uint8Array.of(2), name: 'user 2', displayName: 'User 2' }))
  expect(newest.get(11)).toHaveLength(32)
  expect((newest.get(8) as CborMap).get(3)).toBe(-7)
  const oldest = await one.ok(0x0a, map({ 1: 5 }))
  expect([oldest.get(7), oldest.has(9)]).toEqual([descriptor(ids[0]), false])
  expect(await one.status(0x0a, map({ 1: 5 }))).toBe(0x30)
})

it('a list that rested 30 seconds, or that another command came between, is over', async () => {
  const { one, token, clock } = await filled()
  await one.ok(0x0a, managed(token, 2, undefined))
  await clock.advance(30_001)
  expect(await one.status(0x0a, map({ 1: 3 }))).toBe(0x30)
  await one.ok(0x0a, managed(token, 2, undefined))
  await one.ok(0x04)
  expect(await one.status(0x0a, map({ 1: 3 }))).toBe(0x30)
})

it('deletes a passkey, whose id opens nothing any more', async () => {
  const { one, token, ids } = await filled()
  await one.ok(0x0a, managed(token, 6, map({ 2: descriptor(ids[2]) })))
  expect(await one.ok(0x0a, managed(token, 1, undefined))).toEqual(map({ 1: 2, 2: 23 }))
  expect(await one.status(0x02, signIn({ rpId: OTHER, more: { 3: [descriptor(ids[2])] } }))).toBe(0x2e)
  expect(await one.status(0x0a, managed(token, 6, map({ 2: descriptor(ids[2]) })))).toBe(0x2e)
})

it('renames, removes a name that is left out, and never moves a passkey to another account', async () => {
  const { one, token, ids, key } = await filled()
  const rename = (user: Record<string, Uint8Array | string>) =>
    managed(token, 7, map({ 2: descriptor(ids[0]), 3: map(user) }))
  await one.ok(0x0a, rename({ id: Uint8Array.of(1), name: 'new', displayName: '' }))
  expect(key.state().credentials[0]?.user).toEqual({ id: 'AQ', name: 'new' })
  expect(await one.status(0x0a, rename({ id: Uint8Array.of(2), name: 'theirs' }))).toBe(0x02)
  const unknown = managed(token, 7, map({ 2: descriptor(new Uint8Array(66)), 3: map({ id: Uint8Array.of(1) }) }))
  expect(await one.status(0x0a, unknown)).toBe(0x2e)
})

describe('without the right token', () => {
  it('nothing is told or done', async () => {
    const { one, pin, token, ids, key } = await filled()
    const before = key.state()
    expect(await one.status(0x0a, map({ 1: 1 }))).toBe(0x36)
    expect(await one.status(0x0a, map({ 1: 1, 4: token.sign(Uint8Array.of(1)) }))).toBe(0x14)
    // Signed for another subcommand, or other parameters.
    expect(await one.status(0x0a, map({ 1: 1, 3: 2, 4: token.sign(Uint8Array.of(2)) }))).toBe(0x33)
    const bare = { 1: 6, 2: map({ 2: descriptor(ids[0]) }), 3: 2, 4: token.sign(Uint8Array.of(6)) }
    expect(await one.status(0x0a, map(bare))).toBe(0x33)
    const signing = await pin.token(PIN, SUB_TOKEN.ga, RP_ID)
    expect(await one.status(0x0a, managed(signing, 1, undefined))).toBe(0x33)
    expect(key.state()).toEqual(before)
  })

  it('one bound to a relying party opens its passkeys alone', async () => {
    const { one, pin, ids } = await filled()
    const token = await pin.token(PIN, SUB_TOKEN.cm, OTHER)
    expect(await one.status(0x0a, managed(token, 1, undefined))).toBe(0x33)
    expect(await one.status(0x0a, managed(token, 2, undefined))).toBe(0x33)
    expect(await one.status(0x0a, managed(token, 4, map({ 1: rpIdHash() })))).toBe(0x33)
    expect(await one.status(0x0a, managed(token, 6, map({ 2: descriptor(ids[0]) })))).toBe(0x33)
    await one.ok(0x0a, managed(token, 4, map({ 1: rpIdHash(OTHER) })))
    await one.ok(0x0a, managed(token, 6, map({ 2: descriptor(ids[2]) })))
  })
})

it('an empty key has nothing to list, and unknown subcommands are refused', async () => {
  const one = await bench().client()
  const pin = new PinClient(one)
  await pin.setPin(PIN)
  const token = await pin.token(PIN, SUB_TOKEN.cm)
  expect(await one.status(0x0a, managed(token, 2, undefined))).toBe(0x2e)
  expect(await one.status(0x0a, managed(token, 4, map({ 1: rpIdHash() })))).toBe(0x2e)
  expect(await one.status(0x0a, map({ 1: 8 }))).toBe(0x3e)
  expect(await one.status(0x0a, managed(token, 4, undefined))).toBe(0x14)
})

it('the forerunner command 0x41 does the same but renames nothing, with a token of the old subcommand', async () => {
  const one = await bench({ profile: 'ctap2.1-pre' }).client()
  await register(one, { more: { 7: map({ rk: true }) } })
  const pin = new PinClient(one, 1)
  await pin.setPin(PIN)
  const token = await pin.token(PIN)
  expect(await one.status(0x0a, managed(token, 1, undefined))).toBe(0x01)
  expect(await one.ok(0x41, managed(token, 1, undefined))).toEqual(map({ 1: 1, 2: 24 }))
  expect((await one.ok(0x41, managed(token, 4, map({ 1: rpIdHash() })))).has(10)).toBe(false)
  expect(await one.status(0x41, map({ 1: 7 }))).toBe(0x3e)
})
