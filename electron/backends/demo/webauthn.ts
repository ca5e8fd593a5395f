/**
 * FIDO at the demo backend: a relying party (WebAuthn Level 3 §7) whose checks are @simplewebauthn/server's. Options and
 * challenges are made in a turn; responses are checked outside of one, and what they prove is taken over in another.
 */
import { z } from 'zod'
import { fromBase64url, fromUtf8, toBase64url, err, ok, type Result } from '../../../shared/kit/index.ts'
import type { BackendError } from '../backend.ts'
import type { RelyingParty, WebAuthnJson } from './door.ts'
import { CHALLENGE_GOOD_MS, TOUCH_TIMEOUT_MS } from './limits.ts'
import {
  devicesOf,
  displayName,
  type CeremonyState,
  type DeviceState,
  type FidoState,
  type IdentityState,
} from './state.ts'
import type { Turn } from './turn.ts'

/** Loaded when first needed: with its ASN.1 readers it takes longer to load than all the rest of the demo. */
const library = () => import('@simplewebauthn/server')

/** ES256, EdDSA, RS256 (COSE Algorithms registry): what WebAuthn §5.4 wants every relying party to take. */
const ALGORITHMS = [-7, -8, -257]

const base64url = z.string().regex(/^[A-Za-z0-9_-]+$/)
const extensions = z.record(z.string(), z.unknown()).default({})
const registrationResponse = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    attestationObject: base64url,
    transports: z.array(z.string().max(32)).max(16).default([]),
  }),
  clientExtensionResults: extensions,
})
const assertionResponse = z.object({
  id: base64url,
  rawId: base64url,
  type: z.literal('public-key'),
  response: z.object({
    clientDataJSON: base64url,
    authenticatorData: base64url,
    signature: base64url,
  }),
  clientExtensionResults: extensions,
})
const clientData = z.object({ origin: z.string() })

/** May a page of this origin speak for this relying party (§5.1.3 step 8), and may it use WebAuthn at all? */
export function isRelyingParty({ origin, rpId }: RelyingParty): boolean {
  if (!URL.canParse(origin)) return false
  const url = new URL(origin)
  const host = url.hostname
  const isSecure = url.protocol === 'https:' || (url.protocol === 'http:' && /(^|\.)localhost$/.test(host))
  return isSecure && url.origin === origin && rpId !== '' && (host === rpId || host.endsWith(`.${rpId}`))
}

const credentials = (devices: readonly DeviceState[], rpId: string) =>
  devices.flatMap(({ fido }) =>
    fido?.rpId === rpId ? [{ type: 'public-key', id: fido.credentialId, transports: fido.transports }] : [],
  )

/** Gives out a challenge for a new credential; an older one for the same device is void. */
export function offerCreate(
  turn: Turn,
  identity: IdentityState,
  asked: { readonly deviceId: string; readonly rp: RelyingParty },
): { options: WebAuthnJson; expiresAt: number } {
  const { deviceId, rp } = asked
  const { origin, rpId } = rp
  const ceremony = open(turn, { kind: 'create', use: 'api', identityId: identity.id, deviceId, origin, rpId })
  const { challenge, expiresAt } = ceremony
  const options = {
    challenge,
    rp: { id: rp.rpId, name: 'Latchkey demo backend' },
    user: { id: identity.userHandle, name: identity.name, displayName: displayName(turn.world, identity) },
    pubKeyCredParams: ALGORITHMS.map((alg) => ({ type: 'public-key', alg })),
    excludeCredentials: credentials(devicesOf(turn.world, identity.id), rp.rpId),
    authenticatorSelection: { residentKey: 'discouraged', requireResidentKey: false, userVerification: 'discouraged' },
    attestation: 'none',
    timeout: TOUCH_TIMEOUT_MS,
  }
  return { options, expiresAt }
}

/** Gives out a challenge to be answered by one of these devices. Undefined where none is registered with this relying party. */
export function offerGet(
  turn: Turn,
  identity: IdentityState,
  asked: { readonly use: CeremonyState['use']; readonly devices: readonly DeviceState[]; readonly rp: RelyingParty },
): WebAuthnJson | undefined {
  const allowCredentials = credentials(asked.devices, asked.rp.rpId)
  if (allowCredentials.length === 0) return undefined
  const { origin, rpId } = asked.rp
  const { challenge } = open(turn, { kind: 'get', use: asked.use, identityId: identity.id, origin, rpId })
  return { challenge, rpId, allowCredentials, userVerification: 'discouraged', timeout: TOUCH_TIMEOUT_MS }
}

function open(turn: Turn, asked: Omit<CeremonyState, 'challenge' | 'expiresAt'>): CeremonyState {
  const challenge = toBase64url(turn.random(32))
  const ceremony = { ...asked, challenge, expiresAt: turn.now + CHALLENGE_GOOD_MS }
  turn.world.ceremonies = turn.world.ceremonies.filter(
    (other) => turn.now < other.expiresAt && !isSamePurpose(other, ceremony),
  )
  turn.world.ceremonies.push(ceremony)
  return ceremony
}

const isSamePurpose = (a: CeremonyState, b: CeremonyState) =>
  a.kind === b.kind && a.use === b.use && a.identityId === b.identityId && a.deviceId === b.deviceId

/** A challenge answers once: taken out of the draft, it is gone. Undefined where it was answered meanwhile or is too old. */
export function redeem(turn: Turn, ceremony: CeremonyState): boolean {
  const isOpen = turn.world.ceremonies.some((other) => other.challenge === ceremony.challenge)
  turn.world.ceremonies = turn.world.ceremonies.filter((other) => other.challenge !== ceremony.challenge)
  return isOpen && turn.now < ceremony.expiresAt
}

/** §7.1: what a registration response proves of a new credential. */
export async function checkCreate(
  ceremony: CeremonyState,
  response: WebAuthnJson,
): Promise<Result<FidoState, BackendError>> {
  const parsed = registrationResponse.safeParse(response)
  if (!parsed.success) return err({ code: 'key-refused', reason: 'attestation' })
  if (!isFrom(ceremony.origin, parsed.data.response.clientDataJSON))
    return err({ code: 'key-refused', reason: 'origin' })
  const { verifyRegistrationResponse } = await library()
  try {
    const { verified, registrationInfo } = await verifyRegistrationResponse({
      response: { ...parsed.data, response: { ...parsed.data.response, transports: [] } },
      expectedChallenge: ceremony.challenge,
      expectedOrigin: ceremony.origin,
      expectedRPID: ceremony.rpId,
      requireUserVerification: false,
      supportedAlgorithmIDs: ALGORITHMS,
    })
    if (!verified) return err({ code: 'key-refused', reason: 'attestation' })
    const { id, publicKey, counter } = registrationInfo.credential
    return ok({
      credentialId: id,
      publicKey: toBase64url(publicKey),
      signCount: counter,
      transports: parsed.data.response.transports,
      rpId: ceremony.rpId,
    })
  } catch {
    // The library throws a sentence for each failed step of §7.1; the origin, told apart above, is the only one a person can mend.
    return err({ code: 'key-refused', reason: 'attestation' })
  }
}

/** The credential a response says it is of, before anything of it is checked. */
export const claimedCredential = (response: WebAuthnJson): string | undefined =>
  assertionResponse.safeParse(response).data?.id

/** §7.2: answers with the new signature counter. One that did not rise is refused: the key may have been copied. */
export async function checkGet(
  ceremony: CeremonyState,
  fido: FidoState,
  response: WebAuthnJson,
): Promise<Result<number, BackendError>> {
  const refused = err<BackendError>({ code: 'key-refused', reason: 'signature' })
  const parsed = assertionResponse.safeParse(response)
  const publicKey = fromBase64url(fido.publicKey)
  if (!parsed.success || !publicKey) return refused
  if (!isFrom(ceremony.origin, parsed.data.response.clientDataJSON))
    return err({ code: 'key-refused', reason: 'origin' })
  const { verifyAuthenticationResponse } = await library()
  try {
    const { verified, authenticationInfo } = await verifyAuthenticationResponse({
      response: parsed.data,
      expectedChallenge: ceremony.challenge,
      expectedOrigin: ceremony.origin,
      expectedRPID: ceremony.rpId,
      requireUserVerification: false,
      credential: { id: fido.credentialId, publicKey: Uint8Array.from(publicKey), counter: fido.signCount },
    })
    return verified ? ok(authenticationInfo.newCounter) : refused
  } catch {
    return refused
  }
}

function isFrom(origin: string, clientDataJson: string): boolean {
  const text = fromUtf8(fromBase64url(clientDataJson) ?? new Uint8Array())
  try {
    return clientData.safeParse(JSON.parse(text ?? '')).data?.origin === origin
  } catch {
    return false
  }
}
