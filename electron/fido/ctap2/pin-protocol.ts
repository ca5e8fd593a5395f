/**
 * PIN/UV auth protocols 1 and 2, the platform's side (CTAP 2.1 §6.5.4 to §6.5.7): ECDH on P-256, AES-256-CBC, HMAC-SHA-256.
 * Refused: a key agreement key that is not exactly the five COSE members there must be, or not a point of the curve.
 */
import { createCipheriv, createDecipheriv, createECDH, createHmac, hkdfSync } from 'node:crypto'
import { concat, utf8, type Random } from '../../../shared/kit/index.ts'
import type { CborMap, CborValue } from '../cbor/index.ts'
import { AnswerError, MisuseError } from '../errors.ts'
import { sha256 } from './hash.ts'

export type PinProtocolVersion = 1 | 2

/** What the platform and the key share until the key forgets its half, and the platform's public key for the key to know it by. */
export interface SharedSecret {
  readonly version: PinProtocolVersion
  /** COSE_Key of the platform (§6.5.6). */
  readonly platformKey: CborMap
  /** `plaintext` is a multiple of 16 bytes. */
  encrypt(plaintext: Uint8Array): Uint8Array
  /** Throws `AnswerError` for a length that can't be. */
  decrypt(ciphertext: Uint8Array): Uint8Array
  authenticate(message: Uint8Array): Uint8Array
}

/** The key's most preferred protocol among those we know (§6.4, pinUvAuthProtocols: in order of preference). */
export function chooseProtocol(offered: readonly number[] | undefined): PinProtocolVersion | undefined {
  const first = offered?.find((version) => version === 1 || version === 2)
  return first === 1 || first === 2 ? first : undefined
}

/** Length of a pinUvAuthToken (§6.5.6, §6.5.7): 16 or 32 bytes with protocol 1, 32 with protocol 2. */
export function isTokenLength(version: PinProtocolVersion, length: number): boolean {
  return length === 32 || (version === 1 && length === 16)
}

/** `authenticate` under a pinUvAuthToken: what goes in pinUvAuthParam (§6.5.6, §6.5.7). */
export function authenticate(version: PinProtocolVersion, key: Uint8Array, message: Uint8Array): Uint8Array {
  const mac = new Uint8Array(createHmac('sha256', key).update(message).digest())
  return version === 1 ? mac.slice(0, 16) : mac
}

/** Makes a key pair of the platform and the secret it shares with `peer` (§6.5.6 encapsulate). */
export function encapsulate(version: PinProtocolVersion, peer: CborMap, random: Random): SharedSecret {
  const point = readPoint(peer)
  const ecdh = createECDH('prime256v1')
  setPrivateKey(ecdh, random)
  let z: Uint8Array
  try {
    z = ecdh.computeSecret(point)
  } catch (cause) {
    throw new AnswerError('key-agreement', undefined, { cause })
  }
  return new Shared(version, z, platformKey(ecdh.getPublicKey()), random)
}

class Shared implements SharedSecret {
  readonly version: PinProtocolVersion
  readonly platformKey: CborMap
  readonly #hmacKey: Uint8Array
  readonly #aesKey: Uint8Array
  readonly #random: Random

  constructor(version: PinProtocolVersion, z: Uint8Array, platformKey: CborMap, random: Random) {
    this.version = version
    this.platformKey = platformKey
    const single = version === 1 ? sha256(z) : undefined
    this.#hmacKey = single ?? hkdf(z, 'CTAP2 HMAC key')
    this.#aesKey = single ?? hkdf(z, 'CTAP2 AES key')
    this.#random = random
  }

  encrypt(plaintext: Uint8Array): Uint8Array {
    if (plaintext.length % 16 !== 0) throw new MisuseError('PIN protocol: whole blocks of 16 bytes')
    const iv = this.version === 1 ? new Uint8Array(16) : this.#random(16)
    const cipher = createCipheriv('aes-256-cbc', this.#aesKey, iv).setAutoPadding(false)
    const blocks = concat(cipher.update(plaintext), cipher.final())
    return this.version === 1 ? blocks : concat(iv, blocks)
  }

  decrypt(ciphertext: Uint8Array): Uint8Array {
    const from = this.version === 1 ? 0 : 16
    if (ciphertext.length < from || ciphertext.length % 16 !== 0) throw new AnswerError('ciphertext')
    const iv = this.version === 1 ? new Uint8Array(16) : ciphertext.subarray(0, 16)
    const decipher = createDecipheriv('aes-256-cbc', this.#aesKey, iv).setAutoPadding(false)
    return concat(decipher.update(ciphertext.subarray(from)), decipher.final())
  }

  authenticate(message: Uint8Array): Uint8Array {
    return authenticate(this.version, this.#hmacKey, message)
  }
}

/** Members of the key agreement key: kty EC2, alg ECDH-ES+HKDF-256 (-25, "although this is not the algorithm actually used"), crv P-256, x, y (§6.5.6). */
const COSE = { kty: 1, alg: 3, crv: -1, x: -2, y: -3 } as const
const EC2 = 2
const ECDH_ES_HKDF_256 = -25
const P_256 = 1

/** The uncompressed point of a key agreement key. That it is on the curve is checked when the secret is computed. */
function readPoint(peer: CborMap): Uint8Array {
  const x = peer.get(COSE.x)
  const y = peer.get(COSE.y)
  const isRight =
    peer.size === 5 &&
    peer.get(COSE.kty) === EC2 &&
    peer.get(COSE.alg) === ECDH_ES_HKDF_256 &&
    peer.get(COSE.crv) === P_256
  if (!isRight || !isCoordinate(x) || !isCoordinate(y)) throw new AnswerError('key-agreement')
  return concat(Uint8Array.of(0x04), x, y)
}

function isCoordinate(value: CborValue | undefined): value is Uint8Array {
  return value instanceof Uint8Array && value.length === 32
}

function platformKey(point: Uint8Array): CborMap {
  return new Map<number, CborValue>([
    [COSE.kty, EC2],
    [COSE.alg, ECDH_ES_HKDF_256],
    [COSE.crv, P_256],
    [COSE.x, new Uint8Array(point.subarray(1, 33))],
    [COSE.y, new Uint8Array(point.subarray(33, 65))],
  ])
}

/** One of 2^32 draws is no private key of the curve; a source that yields none in four is broken. */
function setPrivateKey(ecdh: ReturnType<typeof createECDH>, random: Random): void {
  for (let attempt = 0; attempt < 4; attempt++) {
    try {
      return ecdh.setPrivateKey(random(32))
    } catch {
      continue
    }
  }
  throw new MisuseError('PIN protocol: the source of randomness yields no private key')
}

/** HKDF-SHA-256 with a salt of 32 zero bytes (§6.5.7 kdf). */
function hkdf(z: Uint8Array, info: string): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', z, new Uint8Array(32), utf8(info), 32))
}
