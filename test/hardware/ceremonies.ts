/** Registration and sign-in by Latchkey's client, judged by @simplewebauthn/server. */
import { verifyAuthenticationResponse, verifyRegistrationResponse } from '@simplewebauthn/server'
import {
  authenticate,
  register,
  type ClientParts,
  type Person,
  type PublicKeyCredentialCreationOptionsJSON,
} from '../../electron/fido/client/index.ts'
import type { Transport } from '../../electron/fido/transport.ts'
import { toBase64url, utf8 } from '../../shared/kit/index.ts'

export const ORIGIN = 'https://login.example.com'
export const RP_ID = 'example.com'
const CHALLENGE = toBase64url(new Uint8Array(32).fill(7))

/** Knows the PIN, where there is one, and takes the first account. */
export function person(pin?: string): Person {
  return { pin: async () => pin, touch: () => {}, verify: () => {}, choose: async () => 0 }
}

export function creation(
  change: Partial<PublicKeyCredentialCreationOptionsJSON> = {},
): PublicKeyCredentialCreationOptionsJSON {
  return {
    rp: { id: RP_ID, name: 'Example' },
    user: { id: toBase64url(utf8('user 1')), name: 'ada', displayName: 'Ada' },
    challenge: CHALLENGE,
    pubKeyCredParams: [{ type: 'public-key', alg: -7 }],
    ...change,
  }
}

/**
 * Makes a credential and signs in with it; with a PIN it is a discoverable one, found without its id, and the person is
 * verified. Throws where the third party does not agree. Answers the id.
 */
export async function registerAndSignIn(transport: Transport, parts: ClientParts, pin?: string): Promise<string> {
  const key = { transport, person: person(pin) }
  const isVerified = pin !== undefined
  const selection = { residentKey: 'required', userVerification: 'required' } as const
  const made = await register(
    creation({ attestation: 'direct', ...(isVerified && { authenticatorSelection: selection }) }),
    ORIGIN,
    key,
    parts,
  )
  const expected = { expectedChallenge: CHALLENGE, expectedOrigin: ORIGIN, expectedRPID: RP_ID }
  const registered = await verifyRegistrationResponse({
    ...expected,
    response: made as never,
    requireUserVerification: isVerified,
    supportedAlgorithmIDs: [-7],
  })
  if (!registered.verified) throw new Error('the registration is not verified')
  const signed = await authenticate(
    {
      rpId: RP_ID,
      challenge: CHALLENGE,
      userVerification: isVerified ? 'required' : 'discouraged',
      ...(!isVerified && { allowCredentials: [{ id: made.id, type: 'public-key' }] }),
    },
    ORIGIN,
    key,
    parts,
  )
  const { verified } = await verifyAuthenticationResponse({
    ...expected,
    response: signed as never,
    credential: registered.registrationInfo.credential,
    requireUserVerification: isVerified,
  })
  if (!verified) throw new Error('the assertion is not verified')
  return made.id
}
