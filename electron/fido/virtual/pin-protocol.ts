/** The authenticator's side of the PIN/UV auth protocols one and two (CTAP 2.1 §6.5.6, §6.5.7). */
import { concat, equalBytes, utf8, type Random } from '../../../shared/kit/index.ts'
import type { CborValue } from '../cbor/index.ts'
import {
  aesDecrypt,
  aesEncrypt,
  hkdfSha256,
  hmacSha256,
  P256_SEED_BYTES,
  p256Key,
  sha256,
  type P256Key,
} from './crypto.ts'
import type { Params } from './params.ts'
import { refuse, STATUS } from './status.ts'

export type PinProtocolVersion = 1 | 2

const BLOCK = 16
const ZERO_IV = new Uint8Array(BLOCK)
const ZERO_SALT = new Uint8Array(32)

/** What both sides derived of one key agreement. */
export interface SharedSecret {
  /** `undefined` where the ciphertext has no right length. */
  decrypt(ciphertext: Uint8Array): Uint8Array | undefined
  encrypt(plaintext: Uint8Array): Uint8Array
  verify(message: Uint8Array, signature: Uint8Array): boolean
}

export class PinProtocol {
  readonly version: PinProtocolVersion
  readonly #random: Random
  #key: P256Key

  constructor(version: PinProtocolVersion, random: Random) {
    this.version = version
    this.#random = random
    this.#key = p256Key(random(P256_SEED_BYTES))
  }

  /** A new key agreement key: at power up and after a wrong PIN. */
  regenerate(): void {
    this.#key = p256Key(this.#random(P256_SEED_BYTES))
  }

  /** COSE_Key of the key agreement (§6.5.6: algorithm -25 although it is not used as such). */
  publicKey(): CborValue {
    return new Map<number, CborValue>([
      [1, 2],
      [3, -25],
      [-1, 1],
      [-2, this.#key.x],
      [-3, this.#key.y],
    ])
  }

  /** Refuses with CTAP1_ERR_INVALID_PARAMETER what is no P-256 key agreement key. */
  decapsulate(cose: Params): SharedSecret {
    const x = cose.bytes(-2)
    const y = cose.bytes(-3)
    if (cose.int(1) !== 2 || cose.int(3) !== -25 || cose.int(-1) !== 1) return refuse(STATUS.invalidParameter)
    if (x === undefined || y === undefined) return refuse(STATUS.invalidParameter)
    const z = this.#key.agree(x, y)
    if (z === undefined) return refuse(STATUS.invalidParameter)
    return this.version === 1 ? secretOne(z) : secretTwo(z, this.#random)
  }

  /** Whether `signature` is `authenticate(token, message)`. */
  verifyWithToken(token: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
    return verifies(this.version, token, message, signature)
  }
}

function verifies(version: PinProtocolVersion, key: Uint8Array, message: Uint8Array, signature: Uint8Array): boolean {
  const mac = hmacSha256(key, message)
  return equalBytes(version === 1 ? mac.subarray(0, 16) : mac, signature)
}

function secretOne(z: Uint8Array): SharedSecret {
  const key = sha256(z)
  return {
    decrypt: (ciphertext) => (ciphertext.length % BLOCK === 0 ? aesDecrypt(key, ZERO_IV, ciphertext) : undefined),
    encrypt: (plaintext) => aesEncrypt(key, ZERO_IV, plaintext),
    verify: (message, signature) => verifies(1, key, message, signature),
  }
}

function secretTwo(z: Uint8Array, random: Random): SharedSecret {
  const hmacKey = hkdfSha256(z, ZERO_SALT, utf8('CTAP2 HMAC key'), 32)
  const aesKey = hkdfSha256(z, ZERO_SALT, utf8('CTAP2 AES key'), 32)
  return {
    decrypt(ciphertext) {
      if (ciphertext.length < BLOCK || ciphertext.length % BLOCK !== 0) return undefined
      return aesDecrypt(aesKey, ciphertext.subarray(0, BLOCK), ciphertext.subarray(BLOCK))
    },
    encrypt(plaintext) {
      const iv = random(BLOCK)
      return concat(iv, aesEncrypt(aesKey, iv, plaintext))
    },
    verify: (message, signature) => verifies(2, hmacKey, message, signature),
  }
}
