/**
 * WebAuthn and passkey tokens (backends.md §3.2): privacyIDEA's options as WebAuthn writes them, and the key's answer as
 * privacyIDEA takes it. The server compares the origin in the answer with the `Origin` header of the request, so both are the
 * configured server's; an rp id that this host may not speak for is refused, as a browser would.
 */
import { z } from 'zod'
import { toBase64url, utf8 } from '../../../shared/kit/index.ts'

export type KeyToken = 'webauthn' | 'passkey'
type Json = Readonly<Record<string, unknown>>

/** privacyIDEA keeps a challenge for two minutes unless told otherwise (its DefaultChallengeValidityTime). */
export const CHALLENGE_GOOD_MS = 120_000
/** Passkeys are asked for with 12 seconds, less than a person needs. */
export const LEAST_TIMEOUT_MS = 60_000

const rp = z.object({ id: z.string().min(1), name: z.string() })
const algorithms = z.array(z.object({ type: z.string(), alg: z.number().int() })).min(1)
const excluded = z.array(z.object({ id: z.string(), type: z.string().optional(), transports: z.array(z.string()).optional() })) // prettier-ignore

const webauthnRequest = z.object({
  nonce: z.string().min(1),
  relyingParty: rp,
  serialNumber: z.string().min(1),
  name: z.string(),
  displayName: z.string(),
  pubKeyCredAlgorithms: algorithms,
  authenticatorSelection: z.record(z.string(), z.unknown()).optional(),
  excludeCredentials: excluded.optional(),
  timeout: z.number().positive().optional(),
  attestation: z.string().optional(),
})
const passkeyRequest = z.object({
  challenge: z.string().min(1),
  rp,
  user: z.object({ id: z.string().min(1), name: z.string(), displayName: z.string() }),
  pubKeyCredParams: algorithms,
  authenticatorSelection: z.record(z.string(), z.unknown()).optional(),
  excludeCredentials: excluded.optional(),
  timeout: z.number().positive().optional(),
  attestation: z.string().optional(),
})

export interface KeyChallenge {
  readonly options: Json
  readonly rpId: string
  readonly transactionId: string
}

/** What `detail` of the first leg holds; `undefined` where it holds no challenge. */
export function readChallenge(kind: KeyToken, detail: Json): KeyChallenge | undefined {
  const transactionId = detail['transaction_id']
  if (typeof transactionId !== 'string' || transactionId === '') return undefined
  return kind === 'webauthn' ? fromWebauthn(detail, transactionId) : fromPasskey(detail, transactionId)
}

function fromWebauthn(detail: Json, transactionId: string): KeyChallenge | undefined {
  const read = webauthnRequest.safeParse(detail['webAuthnRegisterRequest'])
  if (!read.success) return undefined
  const asked = read.data
  const options = {
    rp: asked.relyingParty,
    user: { id: toBase64url(utf8(asked.serialNumber)), name: asked.name, displayName: asked.displayName },
    challenge: asked.nonce,
    pubKeyCredParams: asked.pubKeyCredAlgorithms,
    // Absent means direct to privacyIDEA.
    attestation: asked.attestation ?? 'direct',
    ...common(asked),
  }
  return { options, rpId: asked.relyingParty.id, transactionId }
}

function fromPasskey(detail: Json, transactionId: string): KeyChallenge | undefined {
  const read = passkeyRequest.safeParse(detail['passkey_registration'])
  if (!read.success) return undefined
  const asked = read.data
  const options = {
    rp: asked.rp,
    user: asked.user,
    // The server expects the letters of its challenge back, not the bytes they stand for.
    challenge: toBase64url(utf8(asked.challenge)),
    pubKeyCredParams: asked.pubKeyCredParams,
    attestation: asked.attestation ?? 'none',
    ...common(asked),
  }
  return { options, rpId: asked.rp.id, transactionId }
}

const common = (asked: z.infer<typeof webauthnRequest> | z.infer<typeof passkeyRequest>) => ({
  ...(asked.authenticatorSelection ? { authenticatorSelection: asked.authenticatorSelection } : {}),
  ...(asked.excludeCredentials
    ? { excludeCredentials: asked.excludeCredentials.map((one) => ({ ...one, type: one.type ?? 'public-key' })) }
    : {}),
  timeout: Math.max(asked.timeout ?? 0, LEAST_TIMEOUT_MS),
})

const response = z.object({
  id: z.string().min(1),
  rawId: z.string().min(1),
  authenticatorAttachment: z.string().nullish(),
  response: z.object({ clientDataJSON: z.string().min(1), attestationObject: z.string().min(1) }),
  clientExtensionResults: z.record(z.string(), z.unknown()).optional(),
})

/** The second leg's fields; `undefined` where what was handed in is no registration response. */
export function answerFields(kind: KeyToken, given: Json): Readonly<Record<string, string>> | undefined {
  const read = response.safeParse(given)
  if (!read.success) return undefined
  const { id, rawId, authenticatorAttachment, response: made } = read.data
  return kind === 'webauthn'
    ? { clientdata: made.clientDataJSON, regdata: made.attestationObject }
    : {
        credential_id: id,
        rawId,
        authenticatorAttachment: authenticatorAttachment ?? 'cross-platform',
        attestationObject: made.attestationObject,
        clientDataJSON: made.clientDataJSON,
      }
}

/** Is the rp id the host, or a parent of it with a dot left? The ceremony itself holds the stricter rule. */
export const mayClaim = (rpId: string, host: string): boolean =>
  rpId === host || (rpId.includes('.') && host.endsWith(`.${rpId}`))
