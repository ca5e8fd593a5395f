/**
 * A browser's authenticator, for tests that answer WebAuthn without a browser: it makes ES256 credentials and assertions in
 * the JSON form in which a page hands them on (WebAuthn Level 3 §5.1, §6.1, §6.5). No attestation, no PIN, no extensions.
 * It shares no code with the virtual key.
 */
import { createECDH, createHash, createPrivateKey, sign } from 'node:crypto'
import { z } from 'zod'
import { concat, fromBase64url, toBase64url, toHex, utf8, type Random } from '../../shared/kit/index.ts'
import { KeyFault, type RelyingParty, type WebAuthnJson } from '../../electron/backends/index.ts'
import { isRelyingParty } from '../../electron/backends/demo/webauthn.ts'

export interface PageCredential {
  readonly id: string
  readonly rpId: string
  readonly userHandle: string
  readonly privateKey: string
  signCount: number
}
/** What it remembers. */
export interface PageAuthenticator {
  readonly credentials: PageCredential[]
}

/** §6.1: user present; attested credential data included. */
const FLAG_UP = 0x01
const FLAG_AT = 0x40
/** COSE algorithm ES256 (RFC 9053 §2.1). */
const ES256 = -7
/** §6.5.1: an authenticator without attestation has an AAGUID of zeros. */
const AAGUID = new Uint8Array(16)
/** Order of P-256 (SEC 2 §2.4.2). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)
const descriptor = z.object({ id: base64url })
const creationOptions = z.object({
  challenge: base64url,
  rp: z.object({ id: z.string().optional() }),
  user: z.object({ id: base64url }),
  pubKeyCredParams: z.array(z.object({ alg: z.number() })),
  excludeCredentials: z.array(descriptor).default([]),
})
const requestOptions = z.object({
  challenge: base64url,
  rpId: z.string().optional(),
  allowCredentials: z.array(descriptor).min(1),
})

/** A new credential on `key`, which is changed, as a RegistrationResponseJSON. Throws `KeyFault`. */
export function createCredential(
  key: PageAuthenticator,
  options: WebAuthnJson,
  rp: RelyingParty,
  random: Random,
): WebAuthnJson {
  const { data } = creationOptions.safeParse(options)
  const rpId = data?.rp.id ?? rp.rpId
  if (!data || !isRelyingParty({ origin: rp.origin, rpId }) || !data.pubKeyCredParams.some(({ alg }) => alg === ES256))
    throw new KeyFault('options-not-understood')
  const excluded = new Set(data.excludeCredentials.map(({ id }) => id))
  if (key.credentials.some(({ id }) => excluded.has(id))) throw new KeyFault('already-registered')
  const credential = newCredential(rpId, data.user.id, random)
  key.credentials.push(credential)
  const credentialId = bytesOf(credential.id)
  const attested = concat(AAGUID, uint16(credentialId.length), credentialId, cosePublicKey(credential))
  const authenticatorData = concat(header(rpId, FLAG_UP | FLAG_AT, credential.signCount), attested)
  return response(credential, {
    clientDataJSON: clientData('webauthn.create', data.challenge, rp.origin),
    attestationObject: toBase64url(
      map([text('fmt'), text('none')], [text('attStmt'), map()], [text('authData'), bytes(authenticatorData)]),
    ),
    transports: ['usb'],
  })
}

/** An assertion with the first allowed credential on `key`, whose counter rises, as an AuthenticationResponseJSON. Throws `KeyFault`. */
export function assertCredential(key: PageAuthenticator, options: WebAuthnJson, rp: RelyingParty): WebAuthnJson {
  const { data } = requestOptions.safeParse(options)
  const rpId = data?.rpId ?? rp.rpId
  if (!data || !isRelyingParty({ origin: rp.origin, rpId })) throw new KeyFault('options-not-understood')
  const allowed = new Set(data.allowCredentials.map(({ id }) => id))
  const credential = key.credentials.find(({ id, rpId: of }) => of === rpId && allowed.has(id))
  if (!credential) throw new KeyFault('no-such-credential')
  credential.signCount += 1
  const authenticatorData = header(rpId, FLAG_UP, credential.signCount)
  const clientDataJSON = clientData('webauthn.get', data.challenge, rp.origin)
  const signed = concat(authenticatorData, sha256(bytesOf(clientDataJSON)))
  return response(credential, {
    clientDataJSON,
    authenticatorData: toBase64url(authenticatorData),
    signature: toBase64url(sign('sha256', signed, { key: privateKey(credential), dsaEncoding: 'der' })),
    userHandle: credential.userHandle,
  })
}

const newCredential = (rpId: string, userHandle: string, random: Random): PageCredential => ({
  id: toBase64url(random(32)),
  rpId,
  userHandle,
  privateKey: toBase64url(newScalar(random)),
  signCount: 0,
})

/** COSE_Key of an EC2 public key (RFC 9052 §7, RFC 9053 §7.1.1): kty 2, alg ES256, crv 1 (P-256), x, y. */
function cosePublicKey(credential: PageCredential): Uint8Array {
  const { x, y } = publicPoint(credential)
  return map([int(1), int(2)], [int(3), int(ES256)], [int(-1), int(1)], [int(-2), bytes(x)], [int(-3), bytes(y)])
}

const response = (credential: PageCredential, response: WebAuthnJson): WebAuthnJson => ({
  id: credential.id,
  rawId: credential.id,
  type: 'public-key',
  authenticatorAttachment: 'cross-platform',
  clientExtensionResults: {},
  response,
})

/** §5.8.1.1, in the order that section serialises. */
const clientData = (type: string, challenge: string, origin: string) =>
  toBase64url(utf8(JSON.stringify({ type, challenge, origin, crossOrigin: false })))

const sha256 = (data: Uint8Array): Uint8Array => createHash('sha256').update(data).digest()
const bytesOf = (encoded: string) => fromBase64url(encoded) ?? new Uint8Array()
const uint16 = (value: number) => Uint8Array.of(value >> 8, value & 0xff)

/** §6.1: hash of the relying party's id, flags, counter. */
function header(rpId: string, flags: number, signCount: number): Uint8Array {
  const counter = Buffer.alloc(4)
  counter.writeUInt32BE(signCount)
  return concat(sha256(utf8(rpId)), Uint8Array.of(flags), counter)
}

/** A scalar that is none has odds of one in 2^32: the next one is taken. */
function newScalar(random: Random): Uint8Array {
  for (;;) {
    const scalar = random(32)
    const value = BigInt(`0x${toHex(scalar)}`)
    if (value > 0n && value < P256_ORDER) return scalar
  }
}

function publicPoint(credential: PageCredential): { x: Uint8Array; y: Uint8Array } {
  const curve = createECDH('prime256v1')
  curve.setPrivateKey(bytesOf(credential.privateKey))
  const point = curve.getPublicKey()
  // SEC 1 §2.3.3: 04, x, y.
  return { x: point.subarray(1, 33), y: point.subarray(33, 65) }
}

function privateKey(credential: PageCredential) {
  const { x, y } = publicPoint(credential)
  const jwk = { kty: 'EC', crv: 'P-256', d: credential.privateKey, x: toBase64url(x), y: toBase64url(y) }
  return createPrivateKey({ key: jwk, format: 'jwk' })
}

// The CBOR that the above needs (RFC 8949 §3.1, §4.2.1: shortest heads, definite lengths). Callers give map keys in canonical order.

function head(majorType: number, argument: number): Uint8Array {
  const major = majorType << 5
  if (argument < 24) return Uint8Array.of(major | argument)
  if (argument < 0x100) return Uint8Array.of(major | 24, argument)
  if (argument < 0x10000) return Uint8Array.of(major | 25, argument >> 8, argument & 0xff)
  throw new RangeError('longer than anything this authenticator says')
}
const int = (value: number) => (value < 0 ? head(1, -1 - value) : head(0, value))
const bytes = (value: Uint8Array) => concat(head(2, value.length), value)
const text = (value: string) => concat(head(3, utf8(value).length), utf8(value))
const map = (...entries: readonly (readonly [Uint8Array, Uint8Array])[]) =>
  concat(head(5, entries.length), ...entries.flat())
