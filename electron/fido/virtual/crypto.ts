/** The few primitives a key needs, by `node:crypto` as OpenSSL and BoringSSL both have it. Keys come of handed-in seeds. */
import {
  createCipheriv,
  createDecipheriv,
  createECDH,
  createHash,
  createHmac,
  createPrivateKey,
  createPublicKey,
  hkdfSync,
  sign,
  type KeyObject,
} from 'node:crypto'
import { concat, fromBase64url, fromHex, toBase64url } from '../../../shared/kit/index.ts'

export function sha256(...parts: readonly Uint8Array[]): Uint8Array {
  const hash = createHash('sha256')
  for (const part of parts) hash.update(part)
  return new Uint8Array(hash.digest())
}

export function hmacSha256(key: Uint8Array, ...parts: readonly Uint8Array[]): Uint8Array {
  const hmac = createHmac('sha256', key)
  for (const part of parts) hmac.update(part)
  return new Uint8Array(hmac.digest())
}

export function hkdfSha256(secret: Uint8Array, salt: Uint8Array, info: Uint8Array, length: number): Uint8Array {
  return new Uint8Array(hkdfSync('sha256', secret, salt, info, length))
}

/** AES-CBC over whole blocks, without padding; the key's length says which, 128 or 256 bits. */
export function aesEncrypt(key: Uint8Array, iv: Uint8Array, plaintext: Uint8Array): Uint8Array {
  const cipher = createCipheriv(key.length === 16 ? 'aes-128-cbc' : 'aes-256-cbc', key, iv).setAutoPadding(false)
  return concat(cipher.update(plaintext), cipher.final())
}

export function aesDecrypt(key: Uint8Array, iv: Uint8Array, ciphertext: Uint8Array): Uint8Array {
  const decipher = createDecipheriv('aes-256-cbc', key, iv).setAutoPadding(false)
  return concat(decipher.update(ciphertext), decipher.final())
}

/** The order of P-256 (SEC 2 §2.4.2). */
const P256_ORDER = 0xffffffff00000000ffffffffffffffffbce6faada7179e84f3b9cac2fc632551n

/** How many bytes of seed a P-256 key takes: 128 bits more than the scalar, so that the remainder has no bias to speak of. */
export const P256_SEED_BYTES = 48

export interface P256Key {
  readonly x: Uint8Array
  readonly y: Uint8Array
  /** ECDSA with SHA-256, as a DER sequence. */
  sign(message: Uint8Array): Uint8Array
  /** The x coordinate of the shared point, or `undefined` where the other side's is not a point of the curve. */
  agree(x: Uint8Array, y: Uint8Array): Uint8Array | undefined
}

export function p256Key(seed: Uint8Array): P256Key {
  const scalar = (BigInt(`0x${Buffer.from(seed).toString('hex')}`) % (P256_ORDER - 1n)) + 1n
  const d = fromHex(scalar.toString(16).padStart(64, '0'))!
  const ecdh = createECDH('prime256v1')
  ecdh.setPrivateKey(d)
  const point = new Uint8Array(ecdh.getPublicKey())
  const x = point.slice(1, 33)
  const y = point.slice(33)
  let key: KeyObject | undefined
  return {
    x,
    y,
    sign(message) {
      key ??= createPrivateKey({
        format: 'jwk',
        key: { kty: 'EC', crv: 'P-256', d: toBase64url(d), x: toBase64url(x), y: toBase64url(y) },
      })
      return new Uint8Array(sign('sha256', message, key))
    },
    agree(otherX, otherY) {
      if (otherX.length !== 32 || otherY.length !== 32) return undefined
      try {
        return new Uint8Array(ecdh.computeSecret(concat(Uint8Array.of(4), otherX, otherY)))
      } catch {
        return undefined
      }
    },
  }
}

export interface Ed25519Key {
  readonly x: Uint8Array
  sign(message: Uint8Array): Uint8Array
}

/** PKCS #8 of an Ed25519 key up to its 32-byte seed (RFC 8410 §7). */
const ED25519_PKCS8 = fromHex('302e020100300506032b657004220420')!

export function ed25519Key(seed: Uint8Array): Ed25519Key {
  const key = createPrivateKey({
    format: 'der',
    type: 'pkcs8',
    key: Buffer.from(concat(ED25519_PKCS8, seed.subarray(0, 32))),
  })
  const jwk = createPublicKey(key).export({ format: 'jwk' })
  return { x: fromBase64url(String(jwk.x))!, sign: (message) => new Uint8Array(sign(null, message, key)) }
}
