/**
 * Authenticator data (WebAuthn §6.1): hash of the relying party's id, flags, counter, the attested credential, extensions.
 * Refused: data that ends early, bytes left over, a credential id beyond 1023 bytes, parts the flags don't announce.
 */
import { decodeFirst, type CborMap } from '../cbor/index.ts'
import { AnswerError } from '../errors.ts'
import { asMap } from './command.ts'
import { readCoseKey, type CredentialPublicKey } from './cose.ts'

/** Bits of the flags byte (WebAuthn §6.1). */
export const FLAG = {
  userPresent: 0x01,
  userVerified: 0x04,
  backupEligible: 0x08,
  backupState: 0x10,
  attestedCredentialData: 0x40,
  extensionData: 0x80,
} as const

const MAX_CREDENTIAL_ID_BYTES = 1023

export interface AttestedCredential {
  /** 16 bytes. */
  readonly aaguid: Uint8Array
  readonly credentialId: Uint8Array
  readonly publicKey: CredentialPublicKey
}

export interface AuthenticatorData {
  /** As the key signed it. */
  readonly raw: Uint8Array
  readonly rpIdHash: Uint8Array
  readonly flags: number
  readonly isUserPresent: boolean
  readonly isUserVerified: boolean
  readonly signCount: number
  readonly attestedCredential: AttestedCredential | undefined
  readonly extensions: CborMap | undefined
}

/** Throws `AnswerError`. */
export function readAuthenticatorData(raw: Uint8Array): AuthenticatorData {
  if (raw.length < 37) return refuse()
  const view = new DataView(raw.buffer, raw.byteOffset, raw.length)
  const flags = raw[32]!
  let at = 37
  let attestedCredential: AttestedCredential | undefined
  if ((flags & FLAG.attestedCredentialData) !== 0) {
    if (raw.length < at + 18) return refuse()
    const idLength = view.getUint16(at + 16)
    const keyAt = at + 18 + idLength
    if (idLength === 0 || idLength > MAX_CREDENTIAL_ID_BYTES || keyAt > raw.length) return refuse()
    const key = readMap(raw, keyAt)
    attestedCredential = {
      aaguid: raw.slice(at, at + 16),
      credentialId: raw.slice(at + 18, keyAt),
      publicKey: readCoseKey(key.map, raw.slice(keyAt, key.end)),
    }
    at = key.end
  }
  let extensions: CborMap | undefined
  if ((flags & FLAG.extensionData) !== 0) {
    const read = readMap(raw, at)
    extensions = read.map
    at = read.end
  }
  if (at !== raw.length) return refuse()
  return {
    raw,
    rpIdHash: raw.slice(0, 32),
    flags,
    isUserPresent: (flags & FLAG.userPresent) !== 0,
    isUserVerified: (flags & FLAG.userVerified) !== 0,
    signCount: view.getUint32(33),
    attestedCredential,
    extensions,
  }
}

function readMap(raw: Uint8Array, at: number): { map: CborMap; end: number } {
  const read = decodeFirst(raw.subarray(at), { tolerateOrder: true })
  if (!read.ok) throw new AnswerError('authenticator-data', undefined, { cause: read.error })
  return { map: asMap(read.value.value) ?? refuse(), end: at + read.value.consumed }
}

function refuse(): never {
  throw new AnswerError('authenticator-data')
}
