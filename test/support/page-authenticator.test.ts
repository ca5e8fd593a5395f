import { createHash } from 'node:crypto'
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import { describe, expect, it } from 'vitest'
import { fromBase64url, toHex, utf8 } from '../../shared/kit/index.ts'
import { seededRandom } from './seeded-random.ts'
import { KeyFault, type WebAuthnJson } from '../../electron/backends/index.ts'
import { assertCredential, createCredential, type PageAuthenticator } from './page-authenticator.ts'
import type { CeremonyState, FidoState } from '../../electron/backends/demo/state.ts'
import { checkCreate, checkGet, isRelyingParty } from '../../electron/backends/demo/webauthn.ts'

const RP = { origin: 'https://signin.example', rpId: 'signin.example' }
const CHALLENGE = 'Y2hhbGxlbmdlIG9mIHRoZSB0ZXN0'

const newKey = (): PageAuthenticator => ({ credentials: [] })
const creation = (change: Record<string, unknown> = {}): WebAuthnJson => ({
  challenge: CHALLENGE,
  rp: { id: RP.rpId, name: 'Test' },
  user: { id: 'dXNlcg', name: 'user', displayName: 'User' },
  pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  ...change,
})
const request = (id: string): WebAuthnJson => ({
  challenge: CHALLENGE,
  rpId: RP.rpId,
  allowCredentials: [{ type: 'public-key', id }],
})
const make = (key: PageAuthenticator) => createCredential(key, creation(), RP, seededRandom('key'))
const bytes = (encoded: unknown) => fromBase64url(String(encoded)) ?? new Uint8Array()
const inner = (response: WebAuthnJson) => response['response'] as Record<string, unknown>
const fault = (run: () => unknown): string => {
  try {
    run()
  } catch (error) {
    if (error instanceof KeyFault) return error.code
    throw error
  }
  return 'none'
}

const ceremony = (kind: 'create' | 'get'): CeremonyState => ({
  kind,
  use: 'api',
  identityId: 'someone',
  challenge: CHALLENGE,
  ...RP,
  expiresAt: 0,
})
async function registered(key: PageAuthenticator): Promise<FidoState> {
  const checked = await checkCreate(ceremony('create'), make(key))
  if (!checked.ok) throw new Error(checked.error.code)
  return checked.value
}

describe('a page’s authenticator', () => {
  it('registers with a server that was written by others', async () => {
    const verified = await verifyRegistrationResponse({
      response: make(newKey()) as never,
      expectedChallenge: CHALLENGE,
      expectedOrigin: RP.origin,
      expectedRPID: RP.rpId,
      requireUserVerification: false,
    })
    expect(verified).toMatchObject({
      verified: true,
      registrationInfo: { fmt: 'none', aaguid: '00000000-0000-0000-0000-000000000000', userVerified: false },
    })
  })

  it('says what it is in canonical CBOR', () => {
    const attestation = toHex(bytes(inner(make(newKey()))['attestationObject']))
    // a3 "fmt" "none" "attStmt" {} "authData", then 164 + 1 bytes of authenticator data: 37 + 16 + 2 + 32 + 77.
    expect(attestation.startsWith('a363666d74646e6f6e656761747453746d74a068617574684461746158a4')).toBe(true)
    const authenticatorData = attestation.slice(-164 * 2)
    expect(authenticatorData.slice(0, 64)).toBe(createHash('sha256').update(RP.rpId).digest('hex'))
    expect(authenticatorData.slice(64, 74)).toBe('4100000000')
    // COSE_Key: {1: 2, 3: -7, -1: 1, -2: x, -3: y}.
    expect(authenticatorData.slice(-154)).toMatch(/^a5010203262001215820[0-9a-f]{64}225820[0-9a-f]{64}$/)
  })

  it('signs in with a counter that rises each time', async () => {
    const key = newKey()
    const fido = await registered(key)
    for (const counter of [1, 2, 3]) {
      const response = assertCredential(key, request(fido.credentialId), RP)
      const verified = await verifyAuthenticationResponse({
        response: response as never,
        expectedChallenge: CHALLENGE,
        expectedOrigin: RP.origin,
        expectedRPID: RP.rpId,
        requireUserVerification: false,
        credential: { id: fido.credentialId, publicKey: Uint8Array.from(bytes(fido.publicKey)), counter: counter - 1 },
      })
      expect(verified).toMatchObject({ verified: true, authenticationInfo: { newCounter: counter } })
    }
  })

  it('answers nothing for a credential of another key or another relying party', async () => {
    const key = newKey()
    const fido = await registered(key)
    expect(fault(() => assertCredential(newKey(), request(fido.credentialId), RP))).toBe('no-such-credential')
    const elsewhere = { origin: 'https://other.example', rpId: 'other.example' }
    const options = { ...request(fido.credentialId), rpId: elsewhere.rpId }
    expect(fault(() => assertCredential(key, options, elsewhere))).toBe('no-such-credential')
  })

  it('refuses a relying party that the page may not speak for, as a browser would', async () => {
    const key = newKey()
    const fido = await registered(key)
    const evil = { origin: 'https://evil.example', rpId: RP.rpId }
    expect(fault(() => assertCredential(key, request(fido.credentialId), evil))).toBe('options-not-understood')
    expect(fault(() => createCredential(key, creation(), evil, seededRandom('x')))).toBe('options-not-understood')
  })

  it('makes no second credential where the first is excluded, and none without ES256', async () => {
    const key = newKey()
    const { credentialId } = await registered(key)
    const again = creation({ excludeCredentials: [{ type: 'public-key', id: credentialId }] })
    expect(fault(() => createCredential(key, again, RP, seededRandom('x')))).toBe('already-registered')
    const other = creation({ pubKeyCredParams: [{ type: 'public-key', alg: -257 }] })
    expect(fault(() => createCredential(key, other, RP, seededRandom('x')))).toBe('options-not-understood')
    expect(fault(() => createCredential(key, {}, RP, seededRandom('x')))).toBe('options-not-understood')
    expect(key.credentials).toHaveLength(1)
  })
})

describe('the check of an assertion', () => {
  const refused = (reason: string) => ({ ok: false, error: { code: 'key-refused', reason } })

  it('refuses a counter that did not rise: the key may have been copied', async () => {
    const key = newKey()
    const fido = await registered(key)
    const copy = structuredClone(key)
    for (const expected of [1, 2]) {
      const checked = await checkGet(ceremony('get'), fido, assertCredential(key, request(fido.credentialId), RP))
      expect(checked).toEqual({ ok: true, value: expected })
    }
    fido.signCount = 2
    const byCopy = assertCredential(copy, request(fido.credentialId), RP)
    expect(await checkGet(ceremony('get'), fido, byCopy)).toEqual(refused('signature'))
  })

  it('refuses a changed signature, challenge, origin, relying party and presence', async () => {
    const key = newKey()
    const fido = await registered(key)
    const good = assertCredential(key, request(fido.credentialId), RP)
    const changed = (field: string, change: (bytes: Uint8Array) => void): WebAuthnJson => {
      const copy = Uint8Array.from(bytes(inner(good)[field]))
      change(copy)
      return { ...good, response: { ...inner(good), [field]: Buffer.from(copy).toString('base64url') } }
    }
    const flip = (at: number) => (copy: Uint8Array) => {
      copy[at]! ^= 1
    }
    expect(await checkGet(ceremony('get'), fido, changed('signature', flip(20)))).toEqual(refused('signature'))
    expect(await checkGet(ceremony('get'), fido, changed('authenticatorData', flip(0)))).toEqual(refused('signature'))
    expect(await checkGet(ceremony('get'), fido, changed('authenticatorData', flip(32)))).toEqual(refused('signature'))
    const otherChallenge = { ...ceremony('get'), challenge: 'b3RoZXI' }
    expect(await checkGet(otherChallenge, fido, good)).toEqual(refused('signature'))
    const otherOrigin = { ...ceremony('get'), origin: 'https://other.example' }
    expect(await checkGet(otherOrigin, fido, good)).toEqual(refused('origin'))
    const notJson = {
      ...good,
      response: { ...inner(good), clientDataJSON: Buffer.from(utf8('{')).toString('base64url') },
    }
    expect(await checkGet(ceremony('get'), fido, notJson)).toEqual(refused('origin'))
    for (const rubbish of [{}, { ...good, response: 7 }, { ...good, type: 'password' }, { ...good, rawId: 'AAAA' }])
      expect(await checkGet(ceremony('get'), fido, rubbish)).toEqual(refused('signature'))
    expect((await checkGet(ceremony('get'), fido, good)).ok).toBe(true)
  })
})

describe('a relying party', () => {
  it.each([
    ['https://example.org', 'example.org', true],
    ['https://login.example.org', 'example.org', true],
    ['http://latchkey.localhost:1234', 'latchkey.localhost', true],
    ['http://localhost:1234', 'localhost', true],
    ['http://example.org', 'example.org', false],
    ['https://badexample.org', 'example.org', false],
    ['https://example.org', 'login.example.org', false],
    ['https://example.org/', 'example.org', false],
    ['http://localhost.example.org', 'example.org', false],
    ['app://bundle', 'bundle', false],
    ['https://example.org', '', false],
    ['null', 'null', false],
  ])('at %s may be %s: %s', (origin, rpId, expected) => {
    expect(isRelyingParty({ origin, rpId })).toBe(expected)
  })
})
