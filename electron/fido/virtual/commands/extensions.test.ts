import { createHmac } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, utf8 } from '../../../../shared/kit/index.ts'
import type { CborMap, CborValue } from '../../cbor/index.ts'
import { decode } from '../../cbor/index.ts'
import {
  bench,
  descriptor,
  map,
  managed,
  PinClient,
  readAuthData,
  register,
  registration,
  RP_ID,
  signIn,
  type Client,
} from '../testing/bench.ts'
import { FF32 } from '../token.ts'

const PIN = '1234-4711'
const salt1 = new Uint8Array(32).fill(1)
const salt2 = new Uint8Array(32).fill(2)

/** The extension outputs of a registration: what follows the COSE key. */
function outputs(body: CborMap): CborMap | undefined {
  const { rest } = readAuthData(body.get(2) as Uint8Array)
  for (let at = 1; at < rest!.length; at++) {
    const read = decode(rest!.subarray(at))
    if (read.ok && read.value.value instanceof Map) return read.value.value
  }
  return undefined
}
const asks = (extensions: Record<string, CborValue | undefined>, isDiscoverable = false) =>
  registration({ more: { 6: map(extensions), 7: map({ rk: isDiscoverable }) } })

async function hmacInput(client: Client, salts: Uint8Array, version: 1 | 2 = 2) {
  const pin = await new PinClient(client, version).agree()
  const saltEnc = pin.encrypt(salts)
  const saltAuth = pin.authenticate(saltEnc)
  return { pin, input: map({ 1: pin.keyAgreement, 2: saltEnc, 3: saltAuth, 4: version === 1 ? undefined : 2 }) }
}
async function secret(
  client: Client,
  id: Uint8Array,
  salts: Uint8Array,
  version: 1 | 2 = 2,
  token?: Parameters<typeof signIn>[0],
) {
  const { pin, input } = await hmacInput(client, salts, version)
  const more = { 3: [descriptor(id)], 4: map({ 'hmac-secret': input }) }
  const body = await client.ok(0x02, signIn({ ...token, more }))
  const { extensions } = readAuthData(body.get(2) as Uint8Array)
  return pin.decrypt(extensions!.get('hmac-secret') as Uint8Array)
}

describe('hmac-secret', () => {
  it('is the same for one salt over either protocol, and another with verification', async () => {
    const one = await bench().client()
    const id = await register(one, { more: { 6: map({ 'hmac-secret': true }) } })
    const first = await secret(one, id, salt1)
    const both = await secret(one, id, concat(salt1, salt2), 1)
    expect(both).toHaveLength(64)
    expect(both.subarray(0, 32)).toEqual(first)
    const pin = new PinClient(one)
    await pin.setPin(PIN)
    const verified = await secret(one, id, salt1, 2, { token: await pin.token(PIN, 0x02, RP_ID) })
    expect(verified).not.toEqual(first)
  })

  it('is another on another credential', async () => {
    const one = await bench().client()
    const a = await register(one)
    const b = await register(one)
    expect(await secret(one, a, salt1)).not.toEqual(await secret(one, b, salt1))
  })

  it.each<[string, (pin: PinClient) => Record<string, CborValue | undefined>, number]>([
    ['a salt of 16 bytes', (pin) => salted(pin, new Uint8Array(16)), 0x02],
    ['a wrong saltAuth', (pin) => ({ ...salted(pin, salt1), 3: new Uint8Array(32) }), 0x33],
    ['no saltEnc', (pin) => ({ ...salted(pin, salt1), 2: undefined }), 0x14],
    ['no key agreement', (pin) => ({ ...salted(pin, salt1), 1: undefined }), 0x14],
  ])('with %s is refused', async (_, wrong, status) => {
    const one = await bench().client()
    const id = await register(one)
    const pin = await new PinClient(one).agree()
    const more = { 3: [descriptor(id)], 4: map({ 'hmac-secret': map(wrong(pin)) }) }
    expect(await one.status(0x02, signIn({ more }))).toBe(status)
  })
  const salted = (pin: PinClient, salts: Uint8Array) => {
    const saltEnc = pin.encrypt(salts)
    return { 1: pin.keyAgreement, 2: saltEnc, 3: pin.authenticate(saltEnc), 4: 2 }
  }

  it('is never given without a touch', async () => {
    const one = await bench().client()
    const id = await register(one)
    const { input } = await hmacInput(one, salt1)
    const more = { 3: [descriptor(id)], 4: map({ 'hmac-secret': input }), 5: map({ up: false }) }
    expect(await one.status(0x02, signIn({ more }))).toBe(0x2b)
  })

  it('at a registration (hmac-secret-mc) is the one of later sign-ins', async () => {
    const one = await bench().client()
    const { pin, input } = await hmacInput(one, salt1)
    const body = await one.ok(0x01, asks({ 'hmac-secret': true, 'hmac-secret-mc': input }))
    const made = outputs(body)!
    expect(made.get('hmac-secret')).toBe(true)
    const early = pin.decrypt(made.get('hmac-secret-mc') as Uint8Array)
    expect(await secret(one, readAuthData(body.get(2) as Uint8Array).id!, salt1)).toEqual(early)
    expect(await one.status(0x01, asks({ 'hmac-secret-mc': input }))).toBe(0x14)
  })

  it('is HMAC-SHA-256 of the salt under a secret nobody sees: equal salts, equal halves', async () => {
    const one = await bench().client()
    const id = await register(one)
    const both = await secret(one, id, concat(salt1, salt1))
    expect(both.subarray(0, 32)).toEqual(both.subarray(32))
    expect(both.subarray(0, 32)).not.toEqual(new Uint8Array(createHmac('sha256', salt1).update(salt1).digest()))
  })
})

describe('credProtect', () => {
  it('says which level it took, and refuses one there is not', async () => {
    const one = await bench().client()
    expect(outputs(await one.ok(0x01, asks({ credProtect: 2 })))).toEqual(map({ credProtect: 2 }))
    expect(await one.status(0x01, asks({ credProtect: 4 }))).toBe(0x2c)
  })
})

describe('credBlob', () => {
  it('of a passkey is kept and given back', async () => {
    const one = await bench().client()
    expect(outputs(await one.ok(0x01, asks({ credBlob: utf8('blob') }, true)))).toEqual(map({ credBlob: true }))
    const body = await one.ok(0x02, signIn({ more: { 4: map({ credBlob: true }) } }))
    expect(readAuthData(body.get(2) as Uint8Array)).toMatchObject({ extensions: map({ credBlob: utf8('blob') }) })
  })
  it.each([
    ['33 bytes', 33, true],
    ['a credential that is not on the key', 4, false],
  ])('for %s is not', async (_, length, isDiscoverable) => {
    const one = await bench().client()
    const body = await one.ok(0x01, asks({ credBlob: new Uint8Array(length) }, isDiscoverable))
    expect(outputs(body)).toEqual(map({ credBlob: false }))
  })
})

describe('largeBlobKey', () => {
  it('of a passkey comes with the registration and with a sign-in that asks for it', async () => {
    const one = await bench().client()
    const made = (await one.ok(0x01, asks({ largeBlobKey: true }, true))).get(5)
    expect(made).toHaveLength(32)
    expect((await one.ok(0x02, signIn({ more: { 4: map({ largeBlobKey: true }) } }))).get(7)).toEqual(made)
    expect((await one.ok(0x02, signIn())).has(7)).toBe(false)
  })
  it('is refused for a credential that is not on the key, and as anything but true', async () => {
    const one = await bench().client()
    expect(await one.status(0x01, asks({ largeBlobKey: true }))).toBe(0x2c)
    expect(await one.status(0x01, asks({ largeBlobKey: false }, true))).toBe(0x2c)
    expect(await one.status(0x02, signIn({ more: { 4: map({ largeBlobKey: false }) } }))).toBe(0x2c)
  })
})

it('minPinLength is told to the relying parties on the list alone', async () => {
  const one = await bench().client()
  const prefix = concat(FF32, Uint8Array.of(0x0d))
  await one.ok(0x0d, managed(undefined, 3, map({ 2: [RP_ID] }), prefix))
  expect(outputs(await one.ok(0x01, asks({ minPinLength: true })))).toEqual(map({ minPinLength: 4 }))
  const other = registration({ rpId: 'other.example', more: { 6: map({ minPinLength: true }) } })
  expect(readAuthData((await one.ok(0x01, other)).get(2) as Uint8Array).flags).toBe(0x41)
})

it('an extension nobody knows, or that an older key does not offer, is ignored', async () => {
  const one = await bench().client()
  expect(readAuthData((await one.ok(0x01, asks({ sing: true }))).get(2) as Uint8Array).flags).toBe(0x41)
  const old = await bench({ profile: 'ctap2.0' }).client()
  const body = await old.ok(0x01, asks({ credProtect: 2, 'hmac-secret': true, largeBlobKey: true }))
  expect(outputs(body)).toEqual(map({ 'hmac-secret': true }))
})
