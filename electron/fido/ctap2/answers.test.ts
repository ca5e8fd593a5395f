/** Answers of real keys, as published in python-fido2's tests (tests/test_ctap2.py), and what is made of them. */
import { verify, createPublicKey } from 'node:crypto'
import { describe, expect, it } from 'vitest'
import { ScriptedTransport } from '../../../test/support/fido-client.ts'
import { concat, fromHex, toHex, utf8 } from '../../../shared/kit/index.ts'
import { encode, type CborValue } from '../cbor/index.ts'
import { AnswerError } from '../errors.ts'
import { readAuthenticatorData } from './authenticator-data.ts'
import { readCoseKey } from './cose.ts'
import { getAssertion } from './get-assertion.ts'
import { getInfo } from './info.ts'
import { makeCredential } from './make-credential.ts'
import { statusName } from './status.ts'

const hex = (text: string) => fromHex(text)!
const INFO = 'a60182665532465f5632684649444f5f325f3002826375766d6b686d61632d7365637265740350f8a011f38c0a4d15800617111f9edc7d04a462726bf5627570f564706c6174f469636c69656e7450696ef4051904b0068101' // prettier-ignore
const AUTH_DATA = '0021f5fc0b85cd22e60623bcd7d1ca48948909249b4776eb515154e57b66ae12410000001cf8a011f38c0a4d15800617111f9edc7d0040fe3aac036d14c1e1c65518b698dd1da8f596bc33e11072813466c6bf3845691509b80fb76d59309b8d39e0a93452688f6ca3a39a76f3fc52744fb73948b15783a5010203262001215820643566c206dd00227005fa5de69320616ca268043a38f08bde2e9dc45a5cafaf225820171353b2932434703726aae579fa6542432861fe591e481ea22d63997e1a5290' // prettier-ignore
const CRED_ID = 'fe3aac036d14c1e1c65518b698dd1da8f596bc33e11072813466c6bf3845691509b80fb76d59309b8d39e0a93452688f6ca3a39a76f3fc52744fb73948b15783' // prettier-ignore
const ASSERTION = 'a301a26269645840fe3aac036d14c1e1c65518b698dd1da8f596bc33e11072813466c6bf3845691509b80fb76d59309b8d39e0a93452688f6ca3a39a76f3fc52744fb73948b1578364747970656a7075626c69632d6b65790258250021f5fc0b85cd22e60623bcd7d1ca48948909249b4776eb515154e57b66ae12010000001d035846304402206765cbf6e871d3af7f01ae96f06b13c90f26f54b905c5166a2c791274fc2397102200b143893586cc799fba4da83b119eaea1bd80ac3ce88fcedb3efbd596a1f4f63' // prettier-ignore
const always = (answer: Uint8Array) => new ScriptedTransport(() => answer)
const mapOf = (...members: [number, CborValue][]) => encode(new Map(members))

describe('getInfo', () => {
  it('is read as python-fido2 reads it; what is not said is undefined', async () => {
    const transport = always(hex(INFO))
    const info = await getInfo(transport)
    expect(transport.sent).toEqual([{ command: 0x04, parameters: new Uint8Array() }])
    expect(info).toMatchObject({
      versions: ['U2F_V2', 'FIDO_2_0'],
      extensions: ['uvm', 'hmac-secret'],
      options: { rk: true, up: true, plat: false, clientPin: false },
      maxMsgSize: 1200,
      pinUvAuthProtocols: [1],
      misordered: 0,
    })
    expect(toHex(info.aaguid)).toBe('f8a011f38c0a4d15800617111f9edc7d')
    expect([info.minPINLength, info.options.uv, info.forcePINChange, info.certifications]).toEqual(Array(4).fill(undefined)) // prettier-ignore
    expect(info.unknown.size).toBe(0)
  })

  it('keeps a member it does not know, and names all it does', async () => {
    const base: [number, CborValue][] = [
      [0x01, ['FIDO_2_3']],
      [0x03, new Uint8Array(16)],
      [0x07, 8],
      [0x08, 128],
      [0x09, ['usb', 'nfc']],
      [0x0a, [new Map<string, CborValue>([['alg', -49], ['type', 'public-key']])]], // prettier-ignore
      [0x0b, 4096],
      [0x0c, true],
      [0x0d, 6],
      [0x0e, 328706],
      [0x0f, 32],
      [0x10, 3],
      [0x11, 2],
      [0x12, 2],
      [0x13, new Map([['FIDO', 1]])],
      [0x14, 24],
      [0x15, [0xffff_ffff_ffff_fff0n]],
      [0x16, ['packed']],
      [0x17, 3],
      [0x18, true],
      [0x19, new Uint8Array(32)],
      [0x1a, ['usb']],
      [0x1b, true],
      [0x1c, utf8('https://example.com')],
      [0x1d, 63],
      [0x1e, new Uint8Array(16)],
      [0x1f, [1, 2, 3]],
      [0x63, 'new'],
    ]
    const info = await getInfo(always(mapOf(...base)))
    expect(info).toMatchObject({
      maxCredentialCountInList: 8,
      maxCredentialIdLength: 128,
      transports: ['usb', 'nfc'],
      algorithms: [{ type: 'public-key', alg: -49 }],
      maxSerializedLargeBlobArray: 4096,
      forcePINChange: true,
      minPINLength: 6,
      firmwareVersion: 328706,
      maxCredBlobLength: 32,
      maxRPIDsForSetMinPINLength: 3,
      preferredPlatformUvAttempts: 2,
      uvModality: 2,
      remainingDiscoverableCredentials: 24,
      vendorPrototypeConfigCommands: [0xffff_ffff_ffff_fff0n],
      attestationFormats: ['packed'],
      uvCountSinceLastPinEntry: 3,
      longTouchForReset: true,
      transportsForReset: ['usb'],
      pinComplexityPolicy: true,
      pinComplexityPolicyURL: 'https://example.com',
      maxPINLength: 63,
      authenticatorConfigCommands: [1, 2, 3],
    })
    expect(info.certifications?.get('FIDO')).toBe(1)
    expect([...info.unknown]).toEqual([[0x63, 'new']])
  })

  it('accepts misordered keys and counts them', async () => {
    expect((await getInfo(always(hex(`a203${'50' + '00'.repeat(16)}0180`)))).misordered).toBe(1)
  })

  it.each([
    ['no aaguid', mapOf([0x01, []])],
    ['a short aaguid', mapOf([0x01, []], [0x03, new Uint8Array(15)])],
    ['a version that is a number', mapOf([0x01, [1]], [0x03, new Uint8Array(16)])],
    ['an option that is not a boolean', mapOf([0x01, []], [0x03, new Uint8Array(16)], [0x04, new Map([['rk', 1]])])],
    ['a negative size', mapOf([0x01, []], [0x03, new Uint8Array(16)], [0x05, -1])],
    ['an array', encode([])],
    ['nothing', new Uint8Array()],
  ])('with %s is refused', async (_, answer) => {
    await expect(getInfo(always(answer))).rejects.toThrow(AnswerError)
  })
})

describe('makeCredential', () => {
  const request = {
    clientDataHash: new Uint8Array(32),
    rp: { id: 'example.com', name: 'Example' },
    user: { id: utf8('user_id'), name: 'user' },
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
  }

  it('sends the parameters python-fido2 sends, and reads a YubiKey’s answer', async () => {
    const answer = encode(
      new Map<number, CborValue>([[1, 'packed'], [2, hex(AUTH_DATA)], [3, new Map([['alg', -7]])]]), // prettier-ignore
    )
    const transport = always(answer)
    const made = await makeCredential(transport, request)
    // python-fido2 0.9.1, cbor.encode of the same parameters.
    expect(toHex(transport.sent[0]!.parameters)).toBe(
      'a4015820000000000000000000000000000000000000000000000000000000000000000002a26269646b6578616d706c652e636f6d646e616d65674578616d706c6503a26269644775736572' +
        '5f6964646e616d6564757365720481a263616c672664747970656a7075626c69632d6b6579',
    )
    expect(made.fmt).toBe('packed')
    expect(toHex(made.authData.attestedCredential.credentialId)).toBe(CRED_ID)
    expect(made.authData).toMatchObject({ signCount: 28, flags: 0x41, isUserPresent: true, isUserVerified: false })
    expect(made.authData.attestedCredential.publicKey.alg).toBe(-7)
  })

  it('an answer without a credential, or with a large-blob key of another length, is refused', async () => {
    const bare = hex(AUTH_DATA).slice(0, 37)
    bare[32] = 1
    await expect(makeCredential(always(mapOf([1, 'none'], [2, bare])), request)).rejects.toThrow(AnswerError)
    const short = mapOf([1, 'none'], [2, hex(AUTH_DATA)], [5, new Uint8Array(31)])
    await expect(makeCredential(always(short), request)).rejects.toMatchObject({ member: '0x05' })
  })
})

it('getAssertion reads a YubiKey’s answer', async () => {
  const assertion = await getAssertion(always(hex(ASSERTION)), {
    rpId: 'example.com',
    clientDataHash: new Uint8Array(32),
  })
  expect(toHex(assertion.credential!.id)).toBe(CRED_ID)
  expect(assertion.authData).toMatchObject({ signCount: 29, flags: 1, attestedCredential: undefined })
  expect(toHex(assertion.signature)).toBe(ASSERTION.slice(-140))
  expect(assertion.user).toBeUndefined()
})

describe('authenticator data', () => {
  it('cut anywhere, or with anything after it, is refused', () => {
    const whole = hex(AUTH_DATA)
    for (let length = 0; length < whole.length; length++) {
      expect(() => readAuthenticatorData(whole.slice(0, length))).toThrow(AnswerError)
    }
    expect(() => readAuthenticatorData(concat(whole, new Uint8Array(1)))).toThrow(AnswerError)
  })

  it('reads from the middle of a larger buffer', () => {
    const inside = concat(new Uint8Array(5), hex(AUTH_DATA)).subarray(5)
    expect(readAuthenticatorData(inside).signCount).toBe(28)
  })
})

describe('public keys', () => {
  it('EdDSA, RS256 and ES256 are written as node reads them', async () => {
    const { generateKeyPairSync, sign } = await import('node:crypto')
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
    const ed = generateKeyPairSync('ed25519')
    const rsa = generateKeyPairSync('rsa', { modulusLength: 2048 })
    const ec = generateKeyPairSync('ec', { namedCurve: 'P-256' })
    const [edJwk, rsaJwk, ecJwk] = [ed, rsa, ec].map(({ publicKey }) => publicKey.export({ format: 'jwk' }))
    const keys: [Map<number, CborValue>, typeof ed, string | null][] = [
      [new Map<number, CborValue>([[1, 1], [3, -8], [-1, 6], [-2, bytes(edJwk!.x!)]]), ed, null], // prettier-ignore
      [new Map<number, CborValue>([[1, 3], [3, -257], [-1, bytes(rsaJwk!.n!)], [-2, bytes(rsaJwk!.e!)]]), rsa, 'sha256'], // prettier-ignore
      [new Map<number, CborValue>([[1, 2], [3, -7], [-1, 1], [-2, bytes(ecJwk!.x!)], [-3, bytes(ecJwk!.y!)]]), ec, 'sha256'], // prettier-ignore
    ]
    for (const [map, { privateKey }, hash] of keys) {
      const { spki } = readCoseKey(map, encode(map))
      const key = createPublicKey({ key: Buffer.from(spki!), format: 'der', type: 'spki' })
      expect(verify(hash, utf8('m'), key, sign(hash, utf8('m'), privateKey))).toBe(true)
    }
  })

  it.each([
    [-35, 2, 'P-384'],
    [-36, 3, 'P-521'],
    [-9, 1, 'P-256'],
  ] as const)('algorithm %i is written as node reads it', async (alg, crv, namedCurve) => {
    const { generateKeyPairSync } = await import('node:crypto')
    const { publicKey } = generateKeyPairSync('ec', { namedCurve })
    const { x, y } = publicKey.export({ format: 'jwk' })
    const bytes = (text: string) => new Uint8Array(Buffer.from(text, 'base64url'))
    const map = new Map<number, CborValue>([[1, 2], [3, alg], [-1, crv], [-2, bytes(x!)], [-3, bytes(y!)]]) // prettier-ignore
    const { spki } = readCoseKey(map, encode(map))
    expect(toHex(spki!)).toBe(publicKey.export({ format: 'der', type: 'spki' }).toString('hex'))
    const wrong = new Map(map).set(-2, bytes(y!))
    expect(() => readCoseKey(wrong, encode(wrong))).toThrow(AnswerError)
  })

  it('ML-DSA is written under its own OID (RFC 9881), of the length FIPS 204 gives it', () => {
    for (const [alg, length, last] of [
      [-48, 1312, '11'],
      [-49, 1952, '12'],
      [-50, 2592, '13'],
    ] as const) {
      const key = (bytes: number) =>
        new Map<number, CborValue>([
          [1, 7],
          [3, alg],
          [-1, new Uint8Array(bytes).fill(5)],
        ])
      const { spki, cose } = readCoseKey(key(length), encode(key(length)))
      expect(toHex(spki!.subarray(4, 17))).toBe(`300b06096086480165030403${last}`)
      expect([spki!.length, cose.length > length]).toEqual([length + 22, true])
      expect(() => readCoseKey(key(length - 1), encode(key(length - 1)))).toThrow(AnswerError)
    }
  })

  it('an algorithm nobody here knows is kept as it came; a point off the curve is refused', () => {
    const other = new Map<number, CborValue>([[1, 99], [3, -999], [-1, new Uint8Array(8)]]) // prettier-ignore
    expect(readCoseKey(other, encode(other))).toEqual({ alg: -999, cose: encode(other), spki: undefined })
    const off = new Map<number, CborValue>([[1, 2], [3, -7], [-1, 1], [-2, new Uint8Array(32)], [-3, new Uint8Array(32)]]) // prettier-ignore
    expect(() => readCoseKey(off, encode(off))).toThrow(AnswerError)
  })
})

it('every status has its name; ranges have theirs', () => {
  expect([0x31, 0x36, 0x7f, 0xe3, 0xf2, 0x50].map(statusName)).toEqual([
    'CTAP2_ERR_PIN_INVALID',
    'CTAP2_ERR_PUAT_REQUIRED',
    'CTAP1_ERR_OTHER',
    'extension',
    'vendor',
    'unknown',
  ])
})
