/** The key pair of a credential, by its algorithm: how its public half is written (RFC 9053 §7, RFC 8230 §4) and its signature. */
import type { CborValue } from '../cbor/index.ts'
import { ed25519Key, P256_SEED_BYTES, p256Key } from './crypto.ts'
import { ALGORITHM, type Algorithm } from './options.ts'
import { rsaKey } from './rsa.ts'

export interface Signer {
  /** COSE_Key. */
  readonly publicKey: CborValue
  /** Of ES256 alone, for U2F, which knows no COSE. */
  readonly point?: { readonly x: Uint8Array; readonly y: Uint8Array }
  sign(message: Uint8Array): Uint8Array
}

/** `derive` gives as many bytes of seed as it is asked for, other ones for every name. */
export function makeSigner(algorithm: Algorithm, derive: (what: string, length: number) => Uint8Array): Signer {
  switch (algorithm) {
    case ALGORITHM.es256: {
      const { x, y, sign } = p256Key(derive('ES256', P256_SEED_BYTES))
      return { publicKey: cose([1, 2], [3, algorithm], [-1, 1], [-2, x], [-3, y]), point: { x, y }, sign }
    }
    case ALGORITHM.eddsa: {
      const { x, sign } = ed25519Key(derive('EdDSA', 32))
      return { publicKey: cose([1, 1], [3, algorithm], [-1, 6], [-2, x]), sign }
    }
    case ALGORITHM.rs256: {
      const { n, e, sign } = rsaKey(derive('RS256', 32))
      return { publicKey: cose([1, 3], [3, algorithm], [-1, n], [-2, e]), sign }
    }
  }
}

const cose = (...members: readonly (readonly [number, CborValue])[]): CborValue => new Map(members)
