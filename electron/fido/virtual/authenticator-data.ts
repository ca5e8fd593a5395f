/** Authenticator data (WebAuthn §6.1) and what signs it at a registration (WebAuthn §8.2). */
import { concat, fromBase64url } from '../../../shared/kit/index.ts'
import { encode, type CborMap, type CborValue } from '../cbor/index.ts'
import type { Credential } from './credential-id.ts'
import { ALGORITHM } from './options.ts'
import { p256Key } from './crypto.ts'
import type { Key } from './key.ts'

const FLAG = { userPresent: 0x01, userVerified: 0x04, attestedCredential: 0x40, extensions: 0x80 } as const

export interface Flags {
  readonly isUserPresent: boolean
  readonly isUserVerified: boolean
}

export function authenticatorData(
  rpIdHash: Uint8Array,
  { isUserPresent, isUserVerified }: Flags,
  counter: number,
  { attested, extensions }: { readonly attested?: Uint8Array; readonly extensions: Uint8Array | undefined },
): Uint8Array {
  const flags =
    (isUserPresent ? FLAG.userPresent : 0) |
    (isUserVerified ? FLAG.userVerified : 0) |
    (attested === undefined ? 0 : FLAG.attestedCredential) |
    (extensions === undefined ? 0 : FLAG.extensions)
  return concat(
    rpIdHash,
    Uint8Array.of(flags, ...uint32(counter)),
    attested ?? new Uint8Array(),
    extensions ?? new Uint8Array(),
  )
}

export function attestedCredential(aaguid: Uint8Array, credential: Credential): Uint8Array {
  const { length } = credential.id
  return concat(aaguid, Uint8Array.of(length >> 8, length & 0xff), credential.id, encode(credential.publicKey()))
}

export const uint32 = (value: number): readonly number[] => [
  (value >>> 24) & 0xff,
  (value >>> 16) & 0xff,
  (value >>> 8) & 0xff,
  value & 0xff,
]

/** A packed statement: enterprise, batch, or the credential's own key (WebAuthn §8.2). */
export function packedStatement(key: Key, credential: Credential, signed: Uint8Array, isEnterprise: boolean): CborMap {
  const { certificate, enterpriseCertificate, privateSeed } = key.state.attestation
  if (!isEnterprise && key.options.attestation === 'self') {
    return new Map<string, CborValue>([
      ['alg', credential.algorithm],
      ['sig', credential.sign(signed)],
    ])
  }
  return new Map<string, CborValue>([
    ['alg', ALGORITHM.es256],
    ['sig', p256Key(fromBase64url(privateSeed)!).sign(signed)],
    ['x5c', [fromBase64url(isEnterprise ? enterpriseCertificate : certificate)!]],
  ])
}
