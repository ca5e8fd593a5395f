/** What CTAP 2.2 and 2.3 added, on a key of that generation. */
import { createDecipheriv, createPublicKey, hkdfSync, verify } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, toBase64url, utf8 } from '../../../../shared/kit/index.ts'
import { decode, type CborMap, type CborValue } from '../../cbor/index.ts'
import {
  bench,
  CLIENT_DATA_HASH,
  descriptor,
  managed,
  map,
  PinClient,
  readAuthData,
  register,
  registration,
  RP_ID,
  rpIdHash,
  settle,
  signIn,
  SUB_TOKEN,
  type Client,
} from '../testing/bench.ts'
import { VENDOR_BLINK } from '../options.ts'
import { FF32 } from '../token.ts'

const PIN = '1234-4711'
const PCMR = 0x40
const configure = (token: Parameters<typeof managed>[0], subCommand: number, sub?: CborMap) =>
  managed(token, subCommand, sub, concat(FF32, Uint8Array.of(0x0d)))

async function latest() {
  const made = bench({ profile: 'ctap2.3' })
  const one = await made.client()
  return { ...made, one, pin: new PinClient(one) }
}

/** What python-fido2 2.2.1 does with them (fido2/ctap2/base.py, `Info._decrypt`). */
function opened(sealed: CborValue | undefined, token: Uint8Array, label: string): string {
  const bytes = sealed as Uint8Array
  const key = new Uint8Array(hkdfSync('sha256', token, new Uint8Array(32), utf8(label), 16))
  const decipher = createDecipheriv('aes-128-cbc', key, bytes.subarray(0, 16)).setAutoPadding(false)
  return toBase64url(concat(decipher.update(bytes.subarray(16)), decipher.final()))
}

it('says all that a key of today can say (CTAP 2.3 §6.4)', async () => {
  const { one } = await latest()
  const info = await one.ok(0x04)
  expect(info.get(1)).toEqual(['U2F_V2', 'FIDO_2_0', 'FIDO_2_1_PRE', 'FIDO_2_1', 'FIDO_2_3'])
  expect(info.get(2)).toEqual(expect.arrayContaining(['pinComplexityPolicy', 'thirdPartyPayment']))
  expect((info.get(4) as CborMap).get('perCredMgmtRO')).toBe(true)
  expect(info.get(0x0a)).toContainEqual(map({ alg: -257, type: 'public-key' }))
  expect([0x15, 0x16, 0x17, 0x18, 0x1a, 0x1b, 0x1d, 0x1f].map((member) => info.get(member))).toEqual([
    [VENDOR_BLINK],
    ['packed'],
    0,
    false,
    ['usb'],
    false,
    63,
    [1, 2, 3, 4, 0xff],
  ])
})

describe('the persistent token (permission pcmr, CTAP 2.3 §6.5.5.7.2 step 12)', () => {
  it('reads what is kept, of every party and after a power cycle, and changes nothing', async () => {
    const { one, pin, key, client } = await latest()
    await pin.setPin(PIN)
    const id = await register(one, { token: await pin.token(PIN, SUB_TOKEN.mc, RP_ID), more: { 7: map({ rk: true }) } })
    const token = await pin.token(PIN, PCMR)
    key.powerCycle()
    const again = await client()
    expect((await again.ok(0x0a, managed(token, 1, undefined))).get(1)).toBe(1)
    expect((await again.ok(0x0a, managed(token, 2, undefined))).get(5)).toBe(1)
    expect((await again.ok(0x0a, managed(token, 4, map({ 1: rpIdHash() })))).get(9)).toBe(1)
    expect(await again.status(0x0a, managed(token, 6, map({ 2: descriptor(id) })))).toBe(0x33)
    expect(await again.status(0x0d, configure(token, 2))).toBe(0x33)
    expect(key.state().credentials).toHaveLength(1)
  })

  it('is given alone, leaves the other token as it is, and is gone with another PIN or a forced change', async () => {
    const { one, pin } = await latest()
    await pin.setPin(PIN)
    expect(await pin.tryPin(PIN, PCMR | SUB_TOKEN.cm, undefined)).toBe(0x40)
    const management = await pin.token(PIN, SUB_TOKEN.cm)
    const token = await pin.token(PIN, PCMR)
    expect((await pin.token(PIN, PCMR)).value).toEqual(token.value)
    expect(await one.status(0x0a, managed(management, 1, undefined))).toBe(0)
    await pin.changePin(PIN, 'another')
    await pin.changePin('another', PIN)
    expect(await one.status(0x0a, managed(token, 1, undefined))).toBe(0x33)
    const next = await pin.token(PIN, PCMR)
    await one.ok(0x0d, configure(await pin.token(PIN, SUB_TOKEN.acfg), 3, map({ 3: true })))
    expect(await one.status(0x0a, managed(next, 1, undefined))).toBe(0x33)
    const old = new PinClient(await bench().client())
    await old.setPin(PIN)
    expect(await old.tryPin(PIN, PCMR, undefined)).toBe(0x40)
  })

  it('opens the identifier, which only a reset changes, and the state of the credentials', async () => {
    const { one, pin, key, client } = await latest()
    const read = async (from: Client, member: number) => (await from.ok(0x04)).get(member)
    expect(await read(one, 0x19)).not.toEqual(await read(one, 0x19))
    await pin.setPin(PIN)
    const { value } = await pin.token(PIN, PCMR)
    const identifier = opened(await read(one, 0x19), value, 'encIdentifier')
    const state = opened(await read(one, 0x1e), value, 'encCredStoreState')
    expect(opened(await read(one, 0x1e), value, 'encCredStoreState')).toBe(state)
    await register(one, { token: await pin.token(PIN, SUB_TOKEN.mc, RP_ID), more: { 7: map({ rk: true }) } })
    expect(opened(await read(one, 0x19), value, 'encIdentifier')).toBe(identifier)
    expect(opened(await read(one, 0x1e), value, 'encCredStoreState')).not.toBe(state)
    key.powerCycle()
    const fresh = await client()
    await fresh.ok(0x07)
    const other = new PinClient(fresh)
    await other.setPin(PIN)
    const { value: next } = await other.token(PIN, PCMR)
    expect(opened(await read(fresh, 0x19), next, 'encIdentifier')).not.toBe(identifier)
  })
})

it('RS256 signs what node verifies, from an id that is 66 bytes all the same', async () => {
  const { one } = await latest()
  const wanted = registration({ more: { 4: [map({ alg: -257, type: 'public-key' })] } })
  const made = readAuthData((await one.ok(0x01, wanted)).get(2) as Uint8Array)
  expect(made.id).toHaveLength(66)
  const cose = decode(made.rest!)
  const key = cose.ok ? (cose.value.value as CborMap) : map({})
  expect([key.get(1), key.get(3), key.get(-2)]).toEqual([3, -257, Uint8Array.of(1, 0, 1)])
  const assertion = await one.ok(0x02, signIn({ more: { 3: [descriptor(made.id!)] } }))
  const jwk = { kty: 'RSA', n: toBase64url(key.get(-1) as Uint8Array), e: 'AQAB' }
  const signed = concat(assertion.get(2) as Uint8Array, CLIENT_DATA_HASH)
  const signature = assertion.get(3) as Uint8Array
  expect(verify('sha256', signed, createPublicKey({ format: 'jwk', key: jwk }), signature)).toBe(true)
  expect(await (await bench().client()).status(0x01, wanted)).toBe(0x26)
})

it('thirdPartyPayment is kept with the credential, told at a sign-in and in the list (CTAP 2.2 §12)', async () => {
  const { one, pin } = await latest()
  const asking = { 6: map({ thirdPartyPayment: true }), 7: map({ rk: true }) }
  const id = await register(one, { user: 1, more: asking })
  const plain = await register(one, { user: 2, more: { 7: map({ rk: true }) } })
  const told = async (credential: Uint8Array) => {
    const request = signIn({ more: { 3: [descriptor(credential)], 4: map({ thirdPartyPayment: true }) } })
    return readAuthData((await one.ok(0x02, request)).get(2) as Uint8Array).extensions
  }
  expect([await told(id), await told(plain)]).toEqual([
    map({ thirdPartyPayment: true }),
    map({ thirdPartyPayment: false }),
  ])
  await pin.setPin(PIN)
  const token = await pin.token(PIN, SUB_TOKEN.cm)
  const first = await one.ok(0x0a, managed(token, 4, map({ 1: rpIdHash() })))
  expect([first.get(0x0c), (await one.ok(0x0a, map({ 1: 5 }))).get(0x0c)]).toEqual([false, true])
})

it('attestation is given in the format preferred, and left out where that is none (attestationFormatsPreference)', async () => {
  const { one } = await latest()
  const made = async (formats: CborValue) => (await one.ok(0x01, registration({ more: { 11: formats } }))).get(1)
  expect([await made(['none']), await made(['tpm', 'none', 'packed']), await made(['packed']), await made([])]).toEqual(
    ['none', 'none', 'packed', 'packed'],
  )
  expect(await one.status(0x01, registration({ more: { 11: [1] } }))).toBe(0x11)
})

describe('configuration', () => {
  it('a policy of PINs is switched on, forces a change, and refuses one character alone', async () => {
    const { one, pin } = await latest()
    await pin.setPin('111111')
    const rpIds = ['example.com']
    await one.ok(0x0d, configure(await pin.token('111111', SUB_TOKEN.acfg), 3, map({ 2: rpIds, 4: true })))
    expect([(await one.ok(0x04)).get(0x1b), (await one.ok(0x04)).get(0x0c)]).toEqual([true, true])
    expect(await pin.changePin('111111', '222222')).toBe(0x37)
    expect(await pin.changePin('111111', PIN)).toBe(0)
    const asked = registration({ more: { 6: map({ pinComplexityPolicy: true }) } })
    const { rest } = readAuthData((await one.ok(0x01, asked)).get(2) as Uint8Array)
    expect(new TextDecoder().decode(rest)).toContain('pinComplexityPolicy')
  })

  it('a reset wants a long touch once that is switched on (enableLongTouchForReset)', async () => {
    const { one, key, client, clock } = await latest()
    await one.ok(0x0d, configure(undefined, 4))
    expect((await one.ok(0x04)).get(0x18)).toBe(true)
    await register(one, { more: { 7: map({ rk: true }) } })
    key.powerCycle()
    const again = await client()
    await expect(again.cbor(0x07)).rejects.toThrow('has not answered')
    await clock.advance(4_999)
    await settle()
    expect(key.state().credentials).toHaveLength(1)
    await clock.advance(1)
    await settle()
    expect(again.nextStatus()).toBe(0)
    expect([key.state().credentials, key.state().longTouchForReset]).toEqual([[], false])
  })

  it('the vendor’s command makes it blink; another is none of its own (vendorPrototype, §6.11.3)', async () => {
    const { one, person } = await latest()
    await one.ok(0x0d, configure(undefined, 0xff, map({ 1: VENDOR_BLINK })))
    expect(person.winks).toBe(1)
    expect(await one.status(0x0d, configure(undefined, 0xff, map({ 1: 1 })))).toBe(0x02)
    expect(await one.status(0x0d, configure(undefined, 0xff))).toBe(0x14)
  })
})
