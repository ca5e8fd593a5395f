/**
 * Does a key work? The server's challenge and the key's answer to it, checked as at a sign-in; no session comes of it. One token
 * at a time: a challenge for all of a user's would have the server send its SMS and emails too.
 */
import { z } from 'zod'
import { toBase64url, utf8, type Clock } from '../../../shared/kit/index.ts'
import type { Outcome } from '../backend.ts'
import type { ServerAddress } from './address.ts'
import { outcomeOf, type Client } from './client.ts'
import { asRecord } from './envelope.ts'
import { CHALLENGE_GOOD_MS, LEAST_TIMEOUT_MS, mayClaim } from './keys.ts'
import { idOf } from './listing.ts'
import { CODE } from './refusals.ts'
import type { Token } from './tokens.ts'
import { done, refused, type Turn } from './turn.ts'

type Json = Readonly<Record<string, unknown>>

export interface Assertions {
  begin(turn: Turn, token: Token): Promise<Outcome<{ readonly options: Json }>>
  /** Answers with the serial of the token whose key it was. */
  finish(turn: Turn, response: Json): Promise<Outcome<{ readonly deviceId: string }>>
}

interface Open {
  readonly serial: string
  readonly isPasskey: boolean
  readonly transactionId: string
  readonly expiresAt: number
}

const webauthnRequest = z.object({
  challenge: z.string().min(1),
  rpId: z.string().min(1),
  allowCredentials: z.array(z.object({ id: z.string().min(1), type: z.string().optional() })).min(1),
  userVerification: z.string().optional(),
})
const passkeyRequest = z.object({
  challenge: z.string().min(1),
  rpId: z.string().min(1),
  user_verification: z.string().optional(),
})
const answer = z.object({
  id: z.string().min(1),
  response: z.object({
    clientDataJSON: z.string().min(1),
    authenticatorData: z.string().min(1),
    signature: z.string().min(1),
    userHandle: z.string().nullish(),
  }),
})

const UNKNOWN_KEY = refused({ code: 'key-refused', reason: 'unknown-credential' })

export function createAssertions(client: Client, clock: Clock, address: ServerAddress): Assertions {
  /** By identity: whoever begins anew has no use for the last challenge. */
  const open = new Map<string, Open>()
  const headers = { origin: address.origin }
  const asked = (resource: string) => ({ action: 'validate/check', resource })

  return {
    async begin(turn, { serial, tokentype }) {
      const isPasskey = tokentype.toLowerCase() === 'passkey'
      // Of a serial alone the server does not know whose policies to read, and misses them.
      const who = { user: turn.person.login, realm: turn.person.realm }
      const request = isPasskey
        ? ({ method: 'POST', path: '/validate/initialize', body: { type: 'passkey' }, headers } as const)
        : ({ method: 'POST', path: '/validate/check', body: { ...who, serial, pass: '' }, headers } as const)
      const written = await client.write(request, asked(serial), turn, { isOpen: true })
      return outcomeOf<{ readonly options: Json }>(written, ({ detail }) => {
        const read = isPasskey ? readPasskey(detail) : readWebauthn(detail)
        // A PIN is set on the token, which nobody has told here.
        if (!read) return refused({ code: 'not-supported', reason: 'token-pin-needed' })
        if (!mayClaim(read.rpId, address.host)) return refused({ code: 'key-refused', reason: 'origin' })
        const { transactionId, options } = read
        open.set(idOf(turn.person), { serial, isPasskey, transactionId, expiresAt: clock.now() + CHALLENGE_GOOD_MS })
        return done({ options: { ...options, timeout: LEAST_TIMEOUT_MS } })
      })
    },
    async finish(turn, response) {
      const id = idOf(turn.person)
      const challenge = open.get(id)
      open.delete(id)
      if (!challenge || clock.now() >= challenge.expiresAt) return refused({ code: 'challenge-expired' })
      const read = answer.safeParse(response)
      if (!read.success) return UNKNOWN_KEY
      const { serial, isPasskey, transactionId: transaction_id } = challenge
      const { login: user, realm } = turn.person
      const whose = { user, realm, ...(isPasskey ? {} : { serial, pass: '' }) }
      const body = { ...whose, transaction_id, ...fieldsOf(read.data, isPasskey) }
      const written = await client.write({ method: 'POST', path: '/validate/check', body, headers }, asked(serial), turn, { isOpen: true }) // prettier-ignore
      return outcomeOf<{ readonly deviceId: string }>(
        written,
        ({ value, detail }) => {
          const told = detail['serial']
          return value === true ? done({ deviceId: typeof told === 'string' ? told : serial }) : UNKNOWN_KEY
        },
        (number) => (number === CODE.authentication || number === CODE.notFound ? UNKNOWN_KEY.error : undefined),
      )
    },
  }
}

function fieldsOf({ id, response }: z.infer<typeof answer>, isPasskey: boolean): Readonly<Record<string, string>> {
  const { clientDataJSON, authenticatorData, signature } = response
  const handle = response.userHandle ?? undefined
  return isPasskey
    ? { credential_id: id, clientDataJSON, authenticatorData, signature, ...(handle ? { userHandle: handle } : {}) }
    : {
        credentialid: id,
        clientdata: clientDataJSON,
        authenticatordata: authenticatorData,
        signaturedata: signature,
        ...(handle ? { userhandle: handle } : {}),
      }
}

interface Challenge {
  readonly options: Json
  readonly rpId: string
  readonly transactionId: string
}

function readWebauthn(detail: Json): Challenge | undefined {
  const read = webauthnRequest.safeParse(asRecord(detail['attributes'])['webAuthnSignRequest'])
  const transactionId = detail['transaction_id']
  if (!read.success || typeof transactionId !== 'string') return undefined
  const { challenge, rpId, allowCredentials, userVerification } = read.data
  // The transports are those a policy lists, in a form of the server's own.
  const allowed = allowCredentials.map(({ id, type }) => ({ id, type: type ?? 'public-key' }))
  const options = { challenge, rpId, allowCredentials: allowed, ...(userVerification ? { userVerification } : {}) }
  return { options, rpId, transactionId }
}

function readPasskey(detail: Json): Challenge | undefined {
  const read = passkeyRequest.safeParse(detail['passkey'])
  const transactionId = detail['transaction_id']
  if (!read.success || typeof transactionId !== 'string') return undefined
  const { challenge, rpId, user_verification: userVerification } = read.data
  // The letters, as at registration.
  const options = { challenge: toBase64url(utf8(challenge)), rpId, ...(userVerification ? { userVerification } : {}) }
  return { options, rpId, transactionId }
}
