/**
 * Credential ids carry what the key needs to find its private key again, so that credentials that are not discoverable
 * cost no memory: `flags ‖ credProtect ‖ nonce(32) ‖ HMAC(32)`, the HMAC over all of it and the relying party's hash.
 */
import { concat, equalBytes, utf8, type Random } from '../../../shared/kit/index.ts'
import type { CborValue } from '../cbor/index.ts'
import { hkdfSha256, hmacSha256 } from './crypto.ts'
import { ALGORITHM, type Algorithm } from './options.ts'
import { makeSigner } from './signer.ts'

const HEAD_BYTES = 34
const ID_BYTES = 66
const FLAG = { eddsa: 0x01, discoverable: 0x02, u2f: 0x04, rs256: 0x08 } as const
const NO_SALT = new Uint8Array(32)

export interface CredentialTraits {
  readonly algorithm: Algorithm
  readonly credProtect: 1 | 2 | 3
  readonly isDiscoverable: boolean
  readonly isU2f: boolean
}

export interface Credential extends CredentialTraits {
  readonly id: Uint8Array
  readonly rpIdHash: Uint8Array
  /** COSE_Key of the public key. */
  publicKey(): CborValue
  /** Of an ES256 key, for U2F, which knows no COSE. */
  point(): { readonly x: Uint8Array; readonly y: Uint8Array } | undefined
  sign(message: Uint8Array): Uint8Array
  /** CredRandomWithUV or CredRandomWithoutUV of `hmac-secret` (CTAP 2.1 §12.5). */
  credRandom(isUserVerified: boolean): Uint8Array
}

export function newCredential(
  master: Uint8Array,
  random: Random,
  rpIdHash: Uint8Array,
  traits: CredentialTraits,
): Credential {
  const flags =
    (traits.algorithm === ALGORITHM.eddsa ? FLAG.eddsa : 0) |
    (traits.algorithm === ALGORITHM.rs256 ? FLAG.rs256 : 0) |
    (traits.isDiscoverable ? FLAG.discoverable : 0) |
    (traits.isU2f ? FLAG.u2f : 0)
  const head = concat(Uint8Array.of(flags, traits.credProtect), random(32))
  return credential(master, rpIdHash, concat(head, seal(master, head, rpIdHash)), traits)
}

/** The credential an id stands for, or `undefined` where this key did not make it for this relying party. */
export function openCredential(master: Uint8Array, id: Uint8Array, rpIdHash: Uint8Array): Credential | undefined {
  if (id.length !== ID_BYTES) return undefined
  const head = id.subarray(0, HEAD_BYTES)
  if (!equalBytes(seal(master, head, rpIdHash), id.subarray(HEAD_BYTES))) return undefined
  const flags = id[0]!
  return credential(master, rpIdHash, id, {
    algorithm: flags & FLAG.eddsa ? ALGORITHM.eddsa : flags & FLAG.rs256 ? ALGORITHM.rs256 : ALGORITHM.es256,
    credProtect: id[1] === 3 ? 3 : id[1] === 2 ? 2 : 1,
    isDiscoverable: (flags & FLAG.discoverable) !== 0,
    isU2f: (flags & FLAG.u2f) !== 0,
  })
}

const seal = (master: Uint8Array, head: Uint8Array, rpIdHash: Uint8Array) =>
  hmacSha256(hkdfSha256(master, NO_SALT, utf8('credential id'), 32), head, rpIdHash)

function credential(master: Uint8Array, rpIdHash: Uint8Array, id: Uint8Array, traits: CredentialTraits): Credential {
  const derive = (what: string, length: number) =>
    hkdfSha256(master, id.subarray(2, HEAD_BYTES), concat(utf8(what), rpIdHash), length)
  const signer = lazy(() => makeSigner(traits.algorithm, derive))
  return {
    ...traits,
    id,
    rpIdHash,
    publicKey: () => signer().publicKey,
    point: () => signer().point,
    sign: (message) => signer().sign(message),
    credRandom: (isUserVerified) => derive(isUserVerified ? 'hmac-secret with UV' : 'hmac-secret without UV', 32),
  }
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
