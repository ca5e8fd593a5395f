import { createPublicKey, verify, X509Certificate } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { concat, toBase64url, toHex } from '../../../../shared/kit/index.ts'
import { decodeFirst, type CborMap, type CborValue } from '../../cbor/index.ts'
import {
  bench,
  CLIENT_DATA_HASH,
  descriptor,
  enrollFinger,
  map,
  managed,
  PinClient,
  readAuthData,
  register,
  registration,
  RP_ID,
  rpIdHash,
} from '../testing/bench.ts'
import { FF32 } from '../token.ts'

const PIN = '1234-4711'
const rk = { 7: map({ rk: true }) }

function publicKeyOf(authData: Uint8Array) {
  const read = decodeFirst(readAuthData(authData).rest!)
  if (!read.ok) throw new Error(read.error.code)
  const cose = read.value.value as CborMap
  const x = toBase64url(cose.get(-2) as Uint8Array)
  const jwk =
    cose.get(3) === -8
      ? { kty: 'OKP', crv: 'Ed25519', x }
      : { kty: 'EC', crv: 'P-256', x, y: toBase64url(cose.get(-3) as Uint8Array) }
  return { cose, key: createPublicKey({ format: 'jwk', key: jwk }) }
}

describe('an answer', () => {
  it.each([
    ['ES256', -7],
    ['EdDSA', -8],
  ])('of a key that attests itself is signed by the new %s key', async (_, alg) => {
    const client = await bench({ attestation: 'self' }).client()
    const wanted = registration({ more: { 4: [map({ type: 'public-key', alg })] } })
    const body = await client.ok(0x01, wanted)
    const authData = body.get(2) as Uint8Array
    const statement = body.get(3) as CborMap
    expect([body.get(1), statement.get('alg'), statement.has('x5c')]).toEqual(['packed', alg, false])
    const { key, cose } = publicKeyOf(authData)
    expect(cose.get(3)).toBe(alg)
    const signed = concat(authData, CLIENT_DATA_HASH)
    expect(verify(alg === -7 ? 'sha256' : null, signed, key, statement.get('sig') as Uint8Array)).toBe(true)
  })

  it('of a batch key is signed by its certificate, which its root signed and which names the AAGUID', async () => {
    const { client, key } = bench()
    const body = await (await client()).ok(0x01, registration())
    const statement = body.get(3) as CborMap
    const [der] = statement.get('x5c') as Uint8Array[]
    const certificate = new X509Certificate(der!)
    const root = new X509Certificate(key.attestationRoot())
    expect(root.verify(root.publicKey)).toBe(true)
    expect(certificate.verify(root.publicKey)).toBe(true)
    expect([root.ca, certificate.ca]).toEqual([true, false])
    expect(certificate.subject).toContain('OU=Authenticator Attestation')
    const { aaguid } = readAuthData(body.get(2) as Uint8Array)
    expect(toHex(der!)).toContain(`2b0601040182e51c010104041204${'10'}${toHex(aaguid!)}`)
    const signed = concat(body.get(2) as Uint8Array, CLIENT_DATA_HASH)
    expect(verify('sha256', signed, certificate.publicKey, statement.get('sig') as Uint8Array)).toBe(true)
  })

  it('names the relying party, one signature more, and that the person was there', async () => {
    const client = await bench().client()
    await register(client)
    const read = readAuthData((await client.ok(0x01, registration())).get(2) as Uint8Array)
    expect(read).toMatchObject({ rpIdHash: rpIdHash(), counter: 2, flags: 0x41 })
  })
})

describe('what is asked for', () => {
  it.each<[string, Record<string, CborValue | undefined>, number]>([
    ['no client data hash', { 1: undefined }, 0x14],
    ['no relying party', { 2: undefined }, 0x14],
    ['a relying party without an id', { 2: map({ name: 'x' }) }, 0x14],
    ['an empty relying party id', { 2: map({ id: '' }) }, 0x02],
    ['a relying party id longer than a domain name', { 2: map({ id: 'a'.repeat(254) }) }, 0x02],
    ['a name that is a number', { 2: map({ id: RP_ID, name: 1 }) }, 0x11],
    ['no user', { 3: undefined }, 0x14],
    ['a user id of no bytes', { 3: map({ id: new Uint8Array() }) }, 0x03],
    ['a user id of 65 bytes', { 3: map({ id: new Uint8Array(65) }) }, 0x03],
    ['no algorithms', { 4: undefined }, 0x14],
    ['none of the algorithms', { 4: [map({ type: 'public-key', alg: -257 })] }, 0x26],
    ['an empty list of algorithms', { 4: [] }, 0x26],
    ['an algorithm without a type', { 4: [map({ alg: -7 })] }, 0x14],
    [
      'an algorithm that is text, after a good one',
      { 4: [map({ type: 'public-key', alg: -7 }), map({ type: 'public-key', alg: 'x' })] },
      0x11,
    ],
    ['another type than public-key', { 4: [map({ type: 'secret', alg: -7 })] }, 0x26],
    ['no touch', { 7: map({ up: false }) }, 0x2c],
    ['a touch, said aloud', { 7: map({ up: true }) }, 0],
    ['verification that is not set up', { 7: map({ uv: true }) }, 0x2c],
    ['an option that is a number', { 7: map({ rk: 1 }) }, 0x11],
    ['an option nobody knows', { 7: map({ sing: true }) }, 0],
    ['enterprise attestation that is off', { 10: 1 }, 0x02],
    ['a param without its protocol', { 8: new Uint8Array(16) }, 0x14],
    ['a param of a protocol nobody knows', { 8: new Uint8Array(16), 9: 3 }, 0x02],
    ['a param that no token made', { 8: new Uint8Array(32), 9: 2 }, 0x33],
    ['nine credentials to exclude', { 5: Array.from({ length: 9 }, () => descriptor(new Uint8Array(66))) }, 0x15],
    ['a descriptor without an id', { 5: [map({ type: 'public-key' })] }, 0x14],
  ])('%s', async (_, more, status) => {
    const client = await bench().client()
    expect(await client.status(0x01, registration({ more }))).toBe(status)
  })

  it('names of more than 64 bytes are cut at a letter', async () => {
    const { client, key } = bench()
    const user = map({ id: Uint8Array.of(1), name: 'ä'.repeat(40), displayName: 'x'.repeat(70) })
    await register(await client(), { more: { ...rk, 3: user } })
    expect(key.state().credentials[0]?.user).toMatchObject({ name: 'ä'.repeat(32), displayName: 'x'.repeat(64) })
  })
})

describe('the person', () => {
  it('who says no ends it, and nothing is kept', async () => {
    const { client, person, key } = bench()
    person.touches = 'declined'
    expect(await (await client()).status(0x01, registration({ more: rk }))).toBe(0x27)
    expect(key.state().credentials).toEqual([])
  })

  it('is asked before it is told that a credential is excluded', async () => {
    const { client, person } = bench()
    const one = await client()
    const id = await register(one)
    person.asked.length = 0
    expect(await one.status(0x01, registration({ more: { 5: [descriptor(id)] } }))).toBe(0x19)
    expect(person.asked).toEqual(['excluded'])
    expect(await one.status(0x01, registration({ rpId: 'other.example', more: { 5: [descriptor(id)] } }))).toBe(0)
  })

  it('touches for an empty pinUvAuthParam, which says whether a PIN is set', async () => {
    const { client, person } = bench()
    const one = await client()
    const probe = registration({ more: { 8: new Uint8Array() } })
    expect(await one.status(0x01, probe)).toBe(0x35)
    await new PinClient(one).setPin(PIN)
    expect(await one.status(0x01, probe)).toBe(0x31)
    expect(person.asked).toEqual(['pin-missing', 'pin-missing'])
  })

  it('on a key with a PIN, must be verified for a passkey, and need not be for another credential', async () => {
    const one = await bench().client()
    const pin = new PinClient(one)
    await pin.setPin(PIN)
    expect(await one.status(0x01, registration({ more: rk }))).toBe(0x36)
    expect(await one.status(0x01, registration())).toBe(0)
    const token = await pin.token(PIN, 0x01, RP_ID)
    const body = await one.ok(0x01, registration({ token, more: rk }))
    expect(readAuthData(body.get(2) as Uint8Array).flags).toBe(0x45)
  })

  it('on a key of CTAP 2.0 with a PIN, must be verified always', async () => {
    const one = await bench({ profile: 'ctap2.0' }).client()
    await new PinClient(one, 1).setPin(PIN)
    expect(await one.status(0x01, registration())).toBe(0x36)
  })

  it('can be a finger alone, which is touch and verification at once', async () => {
    const { client, person, key } = bench()
    const one = await client()
    await enrollFinger(one, PIN)
    person.asked.length = 0
    const body = await one.ok(0x01, registration({ more: { 7: map({ uv: true }) } }))
    expect(readAuthData(body.get(2) as Uint8Array).flags).toBe(0x45)
    expect(person.asked).toEqual(['verify'])
    person.finger = 'no-match'
    const statuses: number[] = []
    for (let i = 0; i < 6; i++) statuses.push(await one.status(0x01, registration({ more: { 7: map({ uv: true }) } })))
    expect(statuses).toEqual(Array(6).fill(0x36))
    await new PinClient(one).tryPin(PIN)
    expect(key.state().uvRetries).toBe(5)
  })

  it('who gave a finger for the token is not asked to touch again', async () => {
    const { client, person, clock } = bench()
    const one = await client()
    await enrollFinger(one, PIN)
    const token = await new PinClient(one).tokenByUv(0x01, RP_ID)
    person.asked.length = 0
    await register(one, { token })
    expect(person.asked).toEqual([])
    const later = await new PinClient(one).tokenByUv(0x03, RP_ID)
    await one.status(
      0x02,
      map({ 1: RP_ID, 2: CLIENT_DATA_HASH, 5: map({ up: false }), 6: later.sign(CLIENT_DATA_HASH), 7: 2 }),
    )
    await clock.advance(30_001)
    person.asked.length = 0
    await register(one, { token: later })
    expect(person.asked).toEqual(['register'])
  })
})

describe('what stays on the key', () => {
  it('one passkey an account: a new one takes the place of the old, whose id opens nothing any more', async () => {
    const { client, key } = bench()
    const one = await client()
    const old = await register(one, { more: rk })
    const next = await register(one, { more: rk })
    expect(key.state().credentials.map(({ id }) => id)).toEqual([toBase64url(next)])
    const ask = map({ 1: RP_ID, 2: CLIENT_DATA_HASH, 3: [descriptor(old)] })
    expect(await one.status(0x02, ask)).toBe(0x2e)
  })

  it('a full key says so, and still overwrites an account it has', async () => {
    const one = await bench({ maxDiscoverableCredentials: 2 }).client()
    await register(one, { user: 1, more: rk })
    await register(one, { user: 2, more: rk })
    expect((await one.ok(0x04)).get(0x14)).toBe(0)
    expect(await one.status(0x01, registration({ user: 3, more: rk }))).toBe(0x28)
    expect(await one.status(0x01, registration({ user: 2, more: rk }))).toBe(0)
    expect(await one.status(0x01, registration({ user: 3 }))).toBe(0)
  })
})

describe('enterprise attestation', () => {
  async function enabled() {
    const it = bench({ enterpriseRpIds: ['corp.example'] })
    const one = await it.client()
    await one.ok(0x0d, managed(undefined, 1, undefined, concat(FF32, Uint8Array.of(0x0d))))
    return one
  }
  it.each<[string, number, string, boolean]>([
    ['vendor-facilitated, for a relying party on the list', 1, 'corp.example', true],
    ['vendor-facilitated, for another', 1, RP_ID, false],
    ['platform-managed', 2, RP_ID, true],
  ])('%s', async (_, kind, rpId, isEnterprise) => {
    const one = await enabled()
    const body = await one.ok(0x01, registration({ rpId, more: { 10: kind } }))
    expect(body.get(4)).toBe(isEnterprise ? true : undefined)
    const [der] = (body.get(3) as CborMap).get('x5c') as Uint8Array[]
    // id-fido-gen-ce-sernum tells one key from another.
    expect(toHex(der!).includes('2b0601040182e51c010102')).toBe(isEnterprise)
  })
  it('of a third kind is refused', async () => {
    expect(await (await enabled()).status(0x01, registration({ more: { 10: 3 } }))).toBe(0x2c)
  })
})
