/** Attestation objects (WebAuthn §6.5.4) and what a relying party is shown of them (§5.1.3, attestation conveyance). */
import { concat } from '../../../shared/kit/index.ts'
import { encode, type CborMap } from '../cbor/index.ts'
import { FLAG, type AuthenticatorData } from '../ctap2/index.ts'
import { textMap } from '../ctap2/command.ts'
import { coseOfPoint } from '../ctap2/cose.ts'
import type { Registration } from '../u2f/index.ts'

export interface Attestation {
  readonly fmt: string
  readonly attStmt: CborMap
}

export function attestationObject({ fmt, attStmt }: Attestation, authData: Uint8Array): Uint8Array {
  return encode(textMap({ fmt, attStmt, authData }))
}

/** For "none" only self attestation of a key without a model stays (§5.1.3); everything else is taken out. */
export function conveyed(
  attestation: Attestation,
  conveyance: string | undefined,
  authData: AuthenticatorData,
): Attestation {
  if (conveyance === 'direct' || conveyance === 'indirect' || conveyance === 'enterprise') return attestation
  const hasNoModel = authData.attestedCredential?.aaguid.every((byte) => byte === 0) === true
  const isSelf =
    attestation.fmt === 'packed' && !attestation.attStmt.has('x5c') && !attestation.attStmt.has('ecdaaKeyId')
  return hasNoModel && isSelf ? attestation : { fmt: 'none', attStmt: new Map() }
}

/** A U2F registration as authenticator data and a `fido-u2f` statement (CTAP 2.1 §10.3.1; WebAuthn §8.6). */
export function ofU2f(
  application: Uint8Array,
  registration: Registration,
): Attestation & { readonly authData: Uint8Array } {
  const { keyHandle, publicKey, certificate, signature } = registration
  const idLength = Uint8Array.of(keyHandle.length >> 8, keyHandle.length & 0xff)
  const authData = concat(
    application,
    Uint8Array.of(FLAG.userPresent | FLAG.attestedCredentialData),
    new Uint8Array(4 + 16),
    idLength,
    keyHandle,
    encode(coseOfPoint(publicKey)),
  )
  return { fmt: 'fido-u2f', attStmt: textMap({ x5c: [certificate], sig: signature }), authData }
}
