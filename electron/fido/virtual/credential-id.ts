/**
 * Credential ids carry what the key needs to find its private key again, so that credentials that are not discoverable
 * cost no memory: `flags ‖ credProtect ‖ nonce(32) ‖ HMAC(32)`, the HMAC over all of it and the relying party's hash.
 */
import { concat, equalBytes, utf8, type Random } from '../../../shared/kit/index.ts'
import type { CborValue } from '../cbor/index.ts'
import { ed25519Key, hkdfSha256, hmacSha256, P256_SEED_BYTES, p256Key } from './crypto.ts'

const HEAD_BYTES = 34
const ID_BYTES = 66
const FLAG = { eddsa: 0x01, discoverable: 0x02, u2f: 0x04 } as const
const NO_SALT = new Uint8Array(32)

/** COSE algorithms this key signs with (RFC 9053 §2.1, §2.2). */
export const ALGORITHM = { es256: -7, eddsa: -8 } as const
export type Algorithm = (typeof ALGORITHM)[keyof typeof ALGORITHM]

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
  /** The point of an ES256 key, for U2F, which knows no COSE. */
  point(): { readonly x: Uint8Array; readonly y: Uint8Array }
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
    algorithm: flags & FLAG.eddsa ? ALGORITHM.eddsa : ALGORITHM.es256,
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
  const p256 = lazy(() => p256Key(derive('ES256', P256_SEED_BYTES)))
  const ed25519 = lazy(() => ed25519Key(derive('EdDSA', 32)))
  const isP256 = traits.algorithm === ALGORITHM.es256
  return {
    ...traits,
    id,
    rpIdHash,
    publicKey: () =>
      isP256
        ? coseKey([2, ALGORITHM.es256, 1], { x: p256().x, y: p256().y })
        : coseKey([1, ALGORITHM.eddsa, 6], { x: ed25519().x }),
    point: () => p256(),
    sign: (message) => (isP256 ? p256().sign(message) : ed25519().sign(message)),
    credRandom: (isUserVerified) => derive(isUserVerified ? 'hmac-secret with UV' : 'hmac-secret without UV', 32),
  }
}

/** RFC 9053 §7: kty, alg, crv, and the coordinates. */
function coseKey(
  [kty, alg, crv]: readonly [number, number, number],
  { x, y }: { readonly x: Uint8Array; readonly y?: Uint8Array },
): CborValue {
  const key = new Map<number, CborValue>([
    [1, kty],
    [3, alg],
    [-1, crv],
    [-2, x],
  ])
  if (y !== undefined) key.set(-3, y)
  return key
}

function lazy<T>(make: () => T): () => T {
  let made: T | undefined
  return () => (made ??= make())
}
