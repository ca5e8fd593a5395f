import { describe, expect, it } from 'vitest'
import { utf8 } from '../../../../shared/kit/index.ts'
import type { CborMap } from '../../cbor/index.ts'
import type { KeyState } from '../state.ts'
import { bench, map, PinClient, register, registration, RP_ID, signIn, type Bench } from '../testing/bench.ts'

const PIN = '1234-4711'
async function withPin(options: Parameters<typeof bench>[0] = {}) {
  const it = bench(options)
  const client = await it.client()
  const pin = new PinClient(client, options.profile === undefined ? 2 : 1)
  expect(await pin.setPin(PIN)).toBe(0)
  return { ...it, client, clientAgain: it.client, pin }
}
async function pinRetries(client: Awaited<ReturnType<Bench['client']>>) {
  const body = await client.ok(0x06, map({ 2: 1 }))
  return [body.get(3), body.get(4)]
}

describe.each([1, 2] as const)('PIN protocol %i', (version) => {
  it('a PIN is set, opens, and is changed', async () => {
    const client = await bench().client()
    const pin = new PinClient(client, version)
    expect(await pin.setPin('first-pin')).toBe(0)
    expect((await pin.token('first-pin', 0x02, RP_ID)).value).toHaveLength(32)
    expect(await pin.changePin('first-pin', 'second-pin')).toBe(0)
    expect(await pin.tryPin('first-pin')).toBe(0x31)
    expect(await pin.tryPin('second-pin')).toBe(0)
  })

  it('a param that was not made with the shared secret changes nothing', async () => {
    const client = await bench().client()
    const pin = await new PinClient(client, version).agree()
    const newPin = pin.encrypt(new Uint8Array(64).fill(0x31, 0, 8))
    const wrong = pin.authenticate(utf8('something else'))
    const members = { 1: version, 2: 3, 3: pin.keyAgreement, 4: wrong, 5: newPin }
    expect(await client.status(0x06, map(members))).toBe(0x33)
    expect(((await client.ok(0x04)).get(4) as CborMap).get('clientPin')).toBe(false)
  })

  it.each([
    ['no point of the curve', { '-2': new Uint8Array(32).fill(1), '-3': new Uint8Array(32).fill(1) }],
    ['a coordinate that is too short', { '-2': new Uint8Array(31) }],
    ['no coordinate', { '-3': undefined }],
    ['another curve', { '-1': 2 }],
    ['another algorithm', { 3: -7 }],
    ['another key type', { 1: 1 }],
  ])('a key agreement key that is %s is refused', async (_, wrong) => {
    const client = await bench().client()
    const pin = await new PinClient(client, version).agree()
    const cose = map({ ...Object.fromEntries(pin.keyAgreement), ...wrong })
    const newPin = pin.encrypt(new Uint8Array(64))
    const members = { 1: version, 2: 3, 3: cose, 4: pin.authenticate(newPin), 5: newPin }
    expect(await client.status(0x06, map(members))).toBe(0x02)
  })
})

describe('setting a PIN', () => {
  it.each([
    ['three letters', 'abc', 0x37],
    ['three letters of two bytes', 'äöü', 0x37],
    ['four letters of four bytes', '🔑🔑🔑🔑', 0],
    ['63 bytes', 'x'.repeat(63), 0],
    ['64 bytes', 'x'.repeat(64), 0x37],
    ['bytes that are no UTF-8', Uint8Array.of(0xc3, 0xc3, 0xc3, 0xc3, 0xc3), 0x37],
  ])('%s', async (_, pin, status) => {
    expect(await new PinClient(await bench().client()).setPin(pin)).toBe(status)
  })

  it('a second time is refused: that is what changing is for', async () => {
    const { pin } = await withPin()
    expect(await pin.setPin('another')).toBe(0x33)
  })

  it('changing or asking for a token without one is CTAP2_ERR_PIN_NOT_SET', async () => {
    const pin = new PinClient(await bench().client())
    expect(await pin.changePin('old-pin', 'new-pin')).toBe(0x35)
    expect(await pin.tryPin('old-pin')).toBe(0x35)
  })

  it('a padded PIN of another length is refused', async () => {
    const client = await bench().client()
    const pin = await new PinClient(client).agree()
    const newPin = pin.encrypt(new Uint8Array(48).fill(0x31))
    const members = { 1: 2, 2: 3, 3: pin.keyAgreement, 4: pin.authenticate(newPin), 5: newPin }
    expect(await client.status(0x06, map(members))).toBe(0x02)
  })
})

describe('tries', () => {
  it('three wrong PINs in a row ask for a power cycle, eight in all block the PIN for good', async () => {
    const { key, client, pin, clientAgain } = await withPin()
    expect(await pin.tryPin('wrong')).toBe(0x31)
    expect(await pin.tryPin('wrong')).toBe(0x31)
    expect(await pinRetries(client)).toEqual([6, false])
    expect(await pin.tryPin('wrong')).toBe(0x34)
    expect(await pinRetries(client)).toEqual([5, true])
    // Not even the right one, and it costs nothing.
    expect(await pin.tryPin(PIN)).toBe(0x34)
    expect(await pinRetries(client)).toEqual([5, true])

    const statuses: number[] = []
    for (let cycle = 0; cycle < 2; cycle++) {
      key.powerCycle()
      const again = new PinClient(await clientAgain())
      for (let i = 0; i < 3; i++) statuses.push(await again.tryPin('wrong'))
    }
    expect(statuses).toEqual([0x31, 0x31, 0x34, 0x31, 0x32, 0x32])
    key.powerCycle()
    const last = await clientAgain()
    expect(await pinRetries(last)).toEqual([0, false])
    expect(await new PinClient(last).tryPin(PIN)).toBe(0x32)
    expect(await new PinClient(last).changePin(PIN, 'another')).toBe(0x32)
  })

  it('the right PIN gives all tries back', async () => {
    const { client, pin } = await withPin()
    await pin.tryPin('wrong')
    await pin.tryPin('wrong')
    expect(await pin.tryPin(PIN)).toBe(0)
    expect(await pinRetries(client)).toEqual([8, false])
  })

  it('changing counts tries too', async () => {
    const { client, pin } = await withPin()
    expect(await pin.changePin('wrong', 'another')).toBe(0x31)
    expect(await pinRetries(client)).toEqual([7, false])
  })

  it('a try is counted in what is saved, before it is answered', async () => {
    const saved: KeyState[] = []
    const { client } = bench({}, { load: () => undefined, save: (state) => saved.push(state) })
    const pin = new PinClient(await client())
    await pin.setPin(PIN)
    await pin.tryPin('wrong')
    expect(saved.at(-1)?.pinRetries).toBe(7)
  })

  it('a wrong PIN ends the key agreement it was tried over', async () => {
    const { client, pin } = await withPin()
    await pin.agree()
    const members = { 1: 2, 2: 9, 3: pin.keyAgreement, 9: 2, 10: RP_ID }
    expect(await client.status(0x06, map({ ...members, 6: pin.pinHash('wrong') }))).toBe(0x31)
    expect(await client.status(0x06, map({ ...members, 6: pin.pinHash(PIN) }))).toBe(0x31)
  })
})

describe('tokens', () => {
  it('without a permission, or for the relying party that a permission needs, none is given', async () => {
    const { pin, client } = await withPin()
    expect(await pin.tryPin(PIN, 0)).toBe(0x02)
    expect(await pin.tryPin(PIN, 0x40)).toBe(0x40)
    await pin.agree()
    const members = { 1: 2, 2: 9, 3: pin.keyAgreement, 6: pin.pinHash(PIN), 9: 1 }
    expect(await client.status(0x06, map(members))).toBe(0x14)
  })

  it('a key without a sensor gives no permission to enroll, and knows no verification of its own', async () => {
    const { pin, client } = await withPin({ hasFingerprintSensor: false })
    expect(await pin.tryPin(PIN, 0x08)).toBe(0x40)
    expect(await client.status(0x06, map({ 1: 2, 2: 7 }))).toBe(0x3e)
    expect(await client.status(0x06, map({ 1: 2, 2: 6 }))).toBe(0x3e)
  })

  it('the old subcommand refuses permissions, and gives those of registration and sign-in', async () => {
    const { pin, client } = await withPin()
    await pin.agree()
    const members = { 1: 2, 2: 5, 3: pin.keyAgreement, 6: pin.pinHash(PIN), 9: 2 }
    expect(await client.status(0x06, map(members))).toBe(0x02)
    const token = await pin.token(PIN)
    await register(client, { token })
    const management = map({ 1: 1, 3: 2, 4: token.sign(Uint8Array.of(1)) })
    expect(await client.status(0x0a, management)).toBe(0x33)
  })

  it('a token that is for no relying party yet is bound to the first', async () => {
    const { pin, client } = await withPin()
    const token = await pin.token(PIN)
    const silent = { token, more: { 5: map({ up: false }) } }
    expect(await client.status(0x02, signIn(silent))).toBe(0x2e)
    expect(await client.status(0x02, signIn({ ...silent, rpId: 'other.example' }))).toBe(0x33)
  })

  it('one registration spends it', async () => {
    const { pin, client } = await withPin()
    const token = await pin.token(PIN, 0x03, RP_ID)
    await register(client, { token })
    expect(await client.status(0x01, registration({ token }))).toBe(0x33)
  })

  it('unused for 30 seconds, or used for ten minutes, it is over', async () => {
    const { pin, client, clock } = await withPin()
    const silent = (token: Awaited<ReturnType<typeof pin.token>>) =>
      client.status(0x02, signIn({ token, more: { 5: map({ up: false }) } }))
    const unused = await pin.token(PIN, 0x02, RP_ID)
    await clock.advance(30_001)
    expect(await silent(unused)).toBe(0x33)
    const used = await pin.token(PIN, 0x02, RP_ID)
    expect(await silent(used)).toBe(0x2e)
    await clock.advance(599_000)
    expect(await silent(used)).toBe(0x2e)
    await clock.advance(1_001)
    expect(await silent(used)).toBe(0x33)
  })

  it.each(['a newer token', 'a power cycle', 'a change of the PIN'])('%s ends it', async (event) => {
    const { pin, key, client: open, clientAgain } = await withPin()
    const token = await pin.token(PIN, 0x02, RP_ID)
    if (event === 'a newer token') await pin.token(PIN, 0x02, RP_ID)
    if (event === 'a change of the PIN') await pin.changePin(PIN, 'another')
    if (event === 'a power cycle') key.powerCycle()
    const client = event === 'a power cycle' ? await clientAgain() : open
    expect(await client.status(0x02, signIn({ token, more: { 5: map({ up: false }) } }))).toBe(0x33)
  })

  it('a token of one protocol signs nothing for the other', async () => {
    const { pin, client } = await withPin()
    const token = await pin.token(PIN, 0x02, RP_ID)
    const one = { ...token, version: 1 as const, sign: (message: Uint8Array) => token.sign(message).slice(0, 16) }
    expect(await client.status(0x02, signIn({ token: one, more: { 5: map({ up: false }) } }))).toBe(0x33)
  })
})

it('a subcommand or a protocol nobody knows is refused', async () => {
  const client = await bench().client()
  expect(await client.status(0x06, map({ 1: 2, 2: 0x55 }))).toBe(0x3e)
  expect(await client.status(0x06, map({ 1: 3, 2: 2 }))).toBe(0x02)
  expect(await client.status(0x06, map({ 1: 2 }))).toBe(0x14)
  expect(await client.status(0x06, map({ 2: 2 }))).toBe(0x14)
})

it('a key of CTAP 2.0 knows the first protocol and no permissions', async () => {
  const { client, pin } = await withPin({ profile: 'ctap2.0' })
  expect(await pinRetries(client)).toEqual([8, undefined])
  expect(await client.status(0x06, map({ 1: 2, 2: 2 }))).toBe(0x02)
  expect(await client.status(0x06, map({ 1: 1, 2: 9 }))).toBe(0x3e)
  await register(client, { token: await pin.token(PIN) })
})
