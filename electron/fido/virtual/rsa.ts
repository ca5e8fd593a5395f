/**
 * RSA keys that come of a seed, as every key of the virtual key does: primes are searched upwards from bytes of HKDF. Made
 * when they are needed and kept while the credential is; it takes some tenths of a second. A toy by its purpose: the search
 * is not of constant time.
 */
import { checkPrimeSync, createPrivateKey, sign } from 'node:crypto'
import { fromHex, toBase64url, toHex, utf8 } from '../../../shared/kit/index.ts'
import { hkdfSha256 } from './crypto.ts'

const PRIME_BYTES = 128
const EXPONENT = 65_537n

export interface RsaKey {
  /** 256 bytes, and 3. */
  readonly n: Uint8Array
  readonly e: Uint8Array
  /** RSASSA-PKCS1-v1_5 with SHA-256 (RFC 8812 §2). */
  sign(message: Uint8Array): Uint8Array
}

export function rsaKey(seed: Uint8Array): RsaKey {
  const p = prime(seed, 'p')
  const q = prime(seed, 'q')
  const n = p * q
  const d = inverse(EXPONENT, (p - 1n) * (q - 1n))
  const e = bytesOf(EXPONENT, 3)
  const half = (value: bigint) => toBase64url(bytesOf(value, PRIME_BYTES))
  const key = createPrivateKey({
    format: 'jwk',
    key: {
      kty: 'RSA',
      n: toBase64url(bytesOf(n, 2 * PRIME_BYTES)),
      e: toBase64url(e),
      d: toBase64url(bytesOf(d, 2 * PRIME_BYTES)),
      p: half(p),
      q: half(q),
      dp: half(d % (p - 1n)),
      dq: half(d % (q - 1n)),
      qi: half(inverse(q, p)),
    },
  })
  return { n: bytesOf(n, 2 * PRIME_BYTES), e, sign: (message) => new Uint8Array(sign('sha256', message, key)) }
}

/** The two highest bits are set, so that the product of two has all its bits. */
function prime(seed: Uint8Array, which: string): bigint {
  const bytes = hkdfSha256(seed, new Uint8Array(32), utf8(`RS256 ${which}`), PRIME_BYTES)
  bytes[0]! |= 0xc0
  bytes[PRIME_BYTES - 1]! |= 1
  for (let candidate = BigInt(`0x${toHex(bytes)}`); ; candidate += 2n) {
    if ((candidate - 1n) % EXPONENT !== 0n && checkPrimeSync(candidate)) return candidate
  }
}

/** Of a number without a common divisor with `modulus` (extended Euclid). */
function inverse(value: bigint, modulus: bigint): bigint {
  let [before, now] = [0n, 1n]
  let [divisor, rest] = [modulus, value % modulus]
  while (rest !== 0n) {
    const quotient = divisor / rest
    ;[before, now] = [now, before - quotient * now]
    ;[divisor, rest] = [rest, divisor - quotient * rest]
  }
  return before < 0n ? before + modulus : before
}

const bytesOf = (value: bigint, length: number): Uint8Array => fromHex(value.toString(16).padStart(2 * length, '0'))!
