import { toBase64url, utf8 } from '../../../shared/kit/index.ts'
import { sha256 } from '../ctap2/hash.ts'

export interface ClientData {
  readonly json: Uint8Array
  readonly hash: Uint8Array
}

/** Client data in the order and the form of WebAuthn §5.8.1.1. `origin` was checked, and is plain ASCII. */
export function clientData(
  type: 'webauthn.create' | 'webauthn.get',
  challenge: Uint8Array,
  origin: string,
): ClientData {
  const json = utf8(JSON.stringify({ type, challenge: toBase64url(challenge), origin, crossOrigin: false }))
  return { json, hash: sha256(json) }
}
