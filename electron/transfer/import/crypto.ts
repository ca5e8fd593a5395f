/**
 * Ciphers and key derivations of other programs' files. All open: what does not open is `undefined`, with no more said.
 * Parameters come out of the file, so they are bounded before they are used; beyond the bound the answer is `too-large`.
 * node:crypto for what OpenSSL and BoringSSL both have; @noble/ciphers for ChaCha20, which BoringSSL's EVP lacks.
 */
import { createDecipheriv, createHash, createHmac, pbkdf2, scrypt, timingSafeEqual } from 'node:crypto'
import { hchacha, chacha20 } from '@noble/ciphers/chacha.js'
import { poly1305 } from '@noble/ciphers/_poly1305.js'
import { argon2d, argon2id } from 'hash-wasm'
import { concat, equalBytes, err, ok, type Result } from '../../../shared/kit/index.ts'
import type { ReadFault } from './found.ts'
import {
  MAX_ARGON2_KIB,
  MAX_ARGON2_KIB_PASSES,
  MAX_ARGON2_PARALLELISM,
  MAX_PBKDF2_ITERATIONS,
  MAX_SCRYPT_BYTES,
} from './limits.ts'

type Derived = Result<Uint8Array, ReadFault>

const tooDear = (max: number) => err({ code: 'too-large', what: 'key-derivation', max } as const)
const isWhole = (value: number | undefined, max: number): value is number =>
  value !== undefined && Number.isSafeInteger(value) && value >= 1 && value <= max

export const GCM_TAG_BYTES = 16

/** AES-256-GCM with the whole tag, as `tag` or at the end of `sealed`. */
export function openGcm(
  key: Uint8Array,
  nonce: Uint8Array,
  sealed: Uint8Array,
  { tag, aad }: { readonly tag?: Uint8Array; readonly aad?: Uint8Array } = {},
): Uint8Array | undefined {
  const mac = tag ?? sealed.subarray(Math.max(0, sealed.length - GCM_TAG_BYTES))
  const body = tag ? sealed : sealed.subarray(0, Math.max(0, sealed.length - GCM_TAG_BYTES))
  if (key.length !== 32 || mac.length !== GCM_TAG_BYTES || nonce.length === 0) return undefined
  try {
    const decipher = createDecipheriv('aes-256-gcm', key, nonce, { authTagLength: GCM_TAG_BYTES })
    decipher.setAuthTag(mac)
    if (aad) decipher.setAAD(aad)
    return concat(decipher.update(body), decipher.final())
  } catch {
    return undefined
  }
}

/** AES-CBC with PKCS#7 padding. Not authenticated: what opens may still be nonsense. */
export function openCbc(key: Uint8Array, iv: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (![16, 24, 32].includes(key.length) || iv.length !== 16 || sealed.length % 16 !== 0) return undefined
  try {
    const decipher = createDecipheriv(`aes-${key.length * 8}-cbc`, key, iv)
    return concat(decipher.update(sealed), decipher.final())
  } catch {
    return undefined
  }
}

export const hmac = (
  hash: 'sha1' | 'sha256' | 'sha512',
  key: Uint8Array,
  ...parts: readonly Uint8Array[]
): Uint8Array => parts.reduce((mac, part) => mac.update(part), createHmac(hash, key)).digest()

export const sha256 = (...parts: readonly Uint8Array[]): Uint8Array =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha256')).digest()

export const sha512 = (...parts: readonly Uint8Array[]): Uint8Array =>
  parts.reduce((hash, part) => hash.update(part), createHash('sha512')).digest()

export const isSameMac = (a: Uint8Array, b: Uint8Array): boolean => a.length === b.length && timingSafeEqual(a, b)

/** HKDF-Expand alone (RFC 5869 §2.3) of a key that is random already. */
export const hkdfExpand = (key: Uint8Array, info: string): Uint8Array =>
  hmac('sha256', key, Buffer.from(info), Uint8Array.of(1))

export async function derivePbkdf2(
  hash: 'sha1' | 'sha256' | 'sha512',
  password: string | Uint8Array,
  salt: Uint8Array,
  iterations: number | undefined,
  length = 32,
): Promise<Derived> {
  if (!isWhole(iterations, MAX_PBKDF2_ITERATIONS)) return tooDear(MAX_PBKDF2_ITERATIONS)
  return ok(
    await new Promise<Uint8Array>((resolve, reject) =>
      pbkdf2(password, salt, iterations, length, hash, (error, key) => (error ? reject(error) : resolve(key))),
    ),
  )
}

export async function deriveScrypt(
  password: string,
  salt: Uint8Array,
  { N, r, p }: { readonly N: number | undefined; readonly r: number | undefined; readonly p: number | undefined },
): Promise<Derived> {
  const max = MAX_SCRYPT_BYTES
  if (!isWhole(r, 64) || !isWhole(p, 16) || !isWhole(N, max / (128 * r)) || N < 2 || (N & (N - 1)) !== 0)
    return tooDear(max)
  const maxmem = 128 * r * (N + p) + 1024 * 1024
  return ok(
    await new Promise<Uint8Array>((resolve, reject) =>
      scrypt(password, salt, 32, { N, r, p, maxmem }, (error, key) => (error ? reject(error) : resolve(key))),
    ),
  )
}

export interface Argon2Work {
  readonly kind?: 'id' | 'd'
  readonly memoryKib: number | undefined
  readonly passes: number | undefined
  readonly parallelism: number | undefined
  readonly length?: number
}

/** Argon2 (RFC 9106). Runs on the thread that calls: the importer's worker, never the services'. */
export async function deriveArgon2(
  password: string | Uint8Array,
  salt: Uint8Array,
  work: Argon2Work,
): Promise<Derived> {
  const { kind = 'id', memoryKib, passes, parallelism, length = 32 } = work
  if (
    !isWhole(memoryKib, MAX_ARGON2_KIB) ||
    !isWhole(passes, MAX_ARGON2_KIB_PASSES / memoryKib) ||
    !isWhole(parallelism, MAX_ARGON2_PARALLELISM)
  ) {
    return tooDear(MAX_ARGON2_KIB)
  }
  // RFC 9106 §3.1: at least 8 KiB a lane and 8 bytes of salt. hash-wasm refuses less, and a password of no letters.
  if (memoryKib < 8 * parallelism || salt.length < 8 || password.length === 0) return ok(new Uint8Array(length))
  const options = {
    password,
    salt,
    iterations: passes,
    parallelism,
    memorySize: memoryKib,
    hashLength: length,
    outputType: 'binary' as const,
  }
  return ok(kind === 'id' ? await argon2id(options) : await argon2d(options))
}

/** Bytes before the message in a secretstream's first chunk: its encrypted tag. */
const STREAM_TAG_BYTES = 1
const STREAM_MAC_BYTES = 16
const STREAM_BLOCK = 64
const TAG_FINAL = 3

/**
 * One whole message of libsodium's `crypto_secretstream_xchacha20poly1305`: 24 bytes of header, one chunk with the final tag.
 * The subkey is HChaCha20 of the header's first 16 bytes; the nonce is a counter of 1 and its last 8.
 */
export function openSecretStream(key: Uint8Array, header: Uint8Array, sealed: Uint8Array): Uint8Array | undefined {
  if (key.length !== 32 || header.length !== 24 || sealed.length < STREAM_TAG_BYTES + STREAM_MAC_BYTES) return undefined
  const subkey = hchacha20(key, header.subarray(0, 16))
  const nonce = concat(Uint8Array.of(1, 0, 0, 0), header.subarray(16))
  const message = sealed.subarray(STREAM_TAG_BYTES, sealed.length - STREAM_MAC_BYTES)
  const macKey = chacha20(subkey, nonce, new Uint8Array(STREAM_BLOCK)).subarray(0, 32)
  // What is authenticated is a block of the tag and zeros, encrypted, but with the tag's byte as it was sent.
  const sent = new Uint8Array(STREAM_BLOCK)
  sent.set(sealed.subarray(0, STREAM_TAG_BYTES))
  const block = chacha20(subkey, nonce, sent, undefined, 1)
  const tag = block[0]
  block.set(sealed.subarray(0, STREAM_TAG_BYTES))
  const lengths = new DataView(new ArrayBuffer(16))
  lengths.setBigUint64(8, BigInt(STREAM_BLOCK + message.length), true)
  const padding = new Uint8Array((16 - STREAM_BLOCK + message.length) & 15)
  const mac = poly1305(concat(block, message, padding, new Uint8Array(lengths.buffer)), macKey)
  if (!equalBytes(mac, sealed.subarray(sealed.length - STREAM_MAC_BYTES)) || tag !== TAG_FINAL) return undefined
  return chacha20(subkey, nonce, message, undefined, 2)
}

function hchacha20(key: Uint8Array, input: Uint8Array): Uint8Array {
  const words = (bytes: Uint8Array) => {
    const view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
    return Uint32Array.from({ length: bytes.length / 4 }, (_, at) => view.getUint32(4 * at, true))
  }
  const sigma = words(Buffer.from('expand 32-byte k'))
  const out = new Uint32Array(8)
  hchacha(sigma, words(key), words(input), out)
  const view = new DataView(new ArrayBuffer(32))
  for (const [at, word] of out.entries()) view.setUint32(4 * at, word, true)
  return new Uint8Array(view.buffer)
}
