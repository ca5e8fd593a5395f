/** Vectors of the WebAuthn specification and answers of real keys (test/fixtures/fido, each with its origin). */
import { createHash, createPublicKey, verify, X509Certificate } from 'node:crypto'
import { readFileSync } from 'node:fs'
import { join } from 'node:path'
import { describe, expect, it } from 'vitest'
import { concat, fromBase64url, fromHex, toBase64url, toHex, utf8 } from '../../../shared/kit/index.ts'
import { decode, encode, type CborMap, type CborValue } from '../cbor/index.ts'
import { extensions, readAuthenticatorData } from '../ctap2/index.ts'
import { encapsulate } from '../ctap2/pin-protocol.ts'
import { conveyed, attestationObject, ofU2f } from './attestation-object.ts'
import { clientData } from './client-data.ts'
import * as prf from './prf.ts'

const fixture = (name: string): unknown =>
  JSON.parse(readFileSync(join(import.meta.dirname, '../../../test/fixtures/fido', name), 'utf8'))
const hex = (text: string) => fromHex(text)!
const sha256 = (bytes: Uint8Array) => new Uint8Array(createHash('sha256').update(bytes).digest())
const map = (bytes: Uint8Array): CborMap => {
  const read = decode(bytes)
  if (!read.ok) throw new Error(read.error.code)
  return read.value.value as CborMap
}
const key = (spki: Uint8Array) => createPublicKey({ key: Buffer.from(spki), format: 'der', type: 'spki' })

interface Ceremony {
  what: string
  aaguid: string
  credentialId: string
  registration: { challenge: string; flags: number; clientDataJSON: string; attestationObject: string }
  authentication: {
    challenge: string
    flags: number
    authenticatorData: string
    clientDataJSON: string
    signature: string
  }
}
interface Prf {
  platformPrivateKey: string
  authenticatorX: string
  authenticatorY: string
  first: string
  second: string
  results: { first: string; second: string }
  examples: { protocol: 1 | 2; inputs: 1 | 2; saltEnc: string; outputEnc: string }[]
}
const level3 = fixture('webauthn-level-3.json') as { ceremonies: Ceremony[]; prf: Prf }

describe.each(level3.ceremonies)(
  'WebAuthn Level 3 §$what',
  ({ aaguid, credentialId, registration, authentication }) => {
    const object = map(hex(registration.attestationObject))
    const authData = readAuthenticatorData(object.get('authData') as Uint8Array)
    const credential = authData.attestedCredential!
    const publicKey = key(credential.publicKey.spki!)

    it('the credential is read, and the object is written again in the same bytes', () => {
      expect([toHex(credential.aaguid), toHex(credential.credentialId)]).toEqual([aaguid, credentialId])
      expect([authData.flags, authData.isUserPresent]).toEqual([registration.flags, true])
      expect(toHex(authData.rpIdHash)).toBe(toHex(sha256(utf8('example.org'))))
      const attestation = { fmt: object.get('fmt') as string, attStmt: object.get('attStmt') as CborMap }
      expect(toHex(attestationObject(attestation, authData.raw))).toBe(registration.attestationObject)
      // An AAGUID is a model, so the statement goes where nobody asked for it.
      expect(conveyed(attestation, 'none', authData)).toEqual({ fmt: 'none', attStmt: new Map() })
    })

    it('a self attestation is signed with the credential’s own key', () => {
      const statement = object.get('attStmt') as CborMap
      if (object.get('fmt') === 'none') return expect(statement.size).toBe(0)
      const signed = concat(authData.raw, sha256(hex(registration.clientDataJSON)))
      return expect(verify('sha256', signed, publicKey, statement.get('sig') as Uint8Array)).toBe(true)
    })

    it('an assertion is read, and its signature is right', () => {
      const read = readAuthenticatorData(hex(authentication.authenticatorData))
      expect([read.flags, read.signCount, read.attestedCredential]).toEqual([authentication.flags, 0, undefined])
      const signed = concat(read.raw, sha256(hex(authentication.clientDataJSON)))
      expect(verify('sha256', signed, publicKey, hex(authentication.signature))).toBe(true)
    })

    it('client data begins as the specification’s does; what may follow it is not for us', () => {
      for (const [type, one] of [
        ['webauthn.create', registration],
        ['webauthn.get', authentication],
      ] as const) {
        const ours = new TextDecoder().decode(clientData(type, hex(one.challenge), 'https://example.org').json)
        expect(new TextDecoder().decode(hex(one.clientDataJSON)).startsWith(ours.slice(0, -1))).toBe(true)
      }
    })
  },
)

describe('WebAuthn Level 3 §16.17.1 prf over hmac-secret', () => {
  const { platformPrivateKey, authenticatorX, authenticatorY, first, second, results, examples } = level3.prf
  const peer = new Map<number, CborValue>([[1, 2], [3, -25], [-1, 1], [-2, hex(authenticatorX)], [-3, hex(authenticatorY)]]) // prettier-ignore

  it.each(examples)('protocol $protocol, inputs: $inputs', ({ protocol, inputs, saltEnc, outputEnc }) => {
    // The private key, then the IV that the example was made with.
    const random = (length: number) => (length === 32 ? hex(platformPrivateKey) : hex(saltEnc).slice(0, length))
    const shared = encapsulate(protocol, peer, random)
    const text = (input: string) => toBase64url(hex(input))
    const salts = prf.salts({ first: text(first), ...(inputs === 2 ? { second: text(second) } : {}) })
    const input = extensions.assertExtensions({ hmacSecret: { shared, salts } }).get('hmac-secret') as CborMap
    expect(toHex(input.get(2) as Uint8Array)).toBe(saltEnc)
    const signed = concat(
      new Uint8Array(32),
      Uint8Array.of(0x81, 0, 0, 0, 1),
      encode(new Map([['hmac-secret', hex(outputEnc)]])),
    )
    const outputs = extensions.readHmacSecret(readAuthenticatorData(signed), 'hmac-secret', shared, salts)
    const expected = inputs === 2 ? results : { first: results.first }
    expect(prf.results(outputs!)).toEqual(
      Object.fromEntries(Object.entries(expected).map(([name, value]) => [name, text(value)])),
    )
  })
})

interface Registration {
  what: string
  id: string
  attestationObject: string
  clientDataJSON: string
}
const { registrations } = fixture('py-webauthn.json') as { registrations: Registration[] }
const read = ({ attestationObject: bytes, clientDataJSON }: Registration) => {
  const object = map(fromBase64url(bytes.replace(/=+$/, ''))!)
  const authData = readAuthenticatorData(object.get('authData') as Uint8Array)
  const hash = sha256(fromBase64url(clientDataJSON.replace(/=+$/, ''))!)
  return { fmt: object.get('fmt'), statement: object.get('attStmt') as CborMap, authData, hash }
}

describe.each(registrations)('a registration of a real key: $what', (one) => {
  const { fmt, statement, authData, hash } = read(one)
  const credential = authData.attestedCredential!

  it('is read, with a public key that can be written for others', () => {
    expect(toBase64url(credential.credentialId)).toBe(one.id)
    expect(one.what.startsWith(String(fmt))).toBe(true)
    expect(credential.publicKey.spki![0]).toBe(0x30)
  })

  // With `none` there is nothing to attest.
  if (fmt === 'none') return
  it('is attested by its certificate', () => {
    const [leaf] = statement.get('x5c') as readonly Uint8Array[]
    const certificate = new X509Certificate(Buffer.from(leaf!))
    const point = credential.publicKey.spki!.slice(-65)
    const signed =
      fmt === 'packed'
        ? concat(authData.raw, hash)
        : concat(Uint8Array.of(0), authData.rpIdHash, hash, credential.credentialId, point)
    expect(verify('sha256', signed, certificate.publicKey, statement.get('sig') as Uint8Array)).toBe(true)
    if (fmt === 'packed') return
    // The same registration, as U2F gave it, is made into the same object.
    const made = ofU2f(authData.rpIdHash, {
      keyHandle: credential.credentialId,
      publicKey: point,
      certificate: leaf!,
      signature: statement.get('sig') as Uint8Array,
    })
    expect([made.fmt, made.attStmt, toHex(made.authData)]).toEqual([fmt, statement, toHex(authData.raw)])
  })
})

it('public keys of three real ML-DSA credentials have the lengths of FIPS 204', () => {
  const kept = registrations.map(read).map(({ authData }) => authData.attestedCredential!.publicKey)
  const mlDsa = kept.filter(({ alg }) => alg <= -48 && alg >= -50)
  expect(mlDsa.map(({ alg, spki }) => [alg, spki!.length - 22])).toEqual([[-48, 1312], [-49, 1952], [-50, 2592]]) // prettier-ignore
})
