/** A key's registration at the server: its challenge, then the key's answer, which is taken once and in time. */
import type { Clock } from '../../../shared/kit/index.ts'
import type { Outcome, Pending, PendingRef, Proof, RegisterRequest } from '../backend.ts'
import type { ServerAddress } from './address.ts'
import { keyTokenOf } from './capabilities.ts'
import { outcomeOf, type Client } from './client.ts'
import { answerFields, CHALLENGE_GOOD_MS, mayClaim, readChallenge, type KeyToken } from './keys.ts'
import { idOf } from './listing.ts'
import { CODE } from './refusals.ts'
import { done, refused, type Turn } from './turn.ts'

/** Challenges kept at a time; one that is never answered costs nothing but this. */
const MOST_CHALLENGES = 16

type KeyRequest = Extract<RegisterRequest, { type: 'fido' }>
type KeyProof = Extract<Proof, { type: 'attestation' }>

export interface KeyRegistration {
  begin(turn: Turn, ref: PendingRef, request: KeyRequest): Promise<Outcome<Pending>>
  confirm(turn: Turn, serial: string, proof: KeyProof): Promise<Outcome<void>>
  drop(serial: string): void
}

interface OpenChallenge {
  readonly kind: KeyToken
  readonly transactionId: string
  readonly expiresAt: number
}

export function createKeyRegistration(client: Client, clock: Clock, address: ServerAddress): KeyRegistration {
  const open = new Map<string, OpenChallenge>()
  const keep = (serial: string, challenge: OpenChallenge) => {
    open.set(serial, challenge)
    const [oldest] = open.keys()
    if (open.size > MOST_CHALLENGES && oldest !== undefined) open.delete(oldest)
  }
  const send = (turn: Turn, kind: KeyToken, serial: string, fields: Readonly<Record<string, string>>) => {
    const { login: user, realm } = turn.person
    const body = { type: kind, serial, user, realm, ...fields }
    // What the server compares the answer's origin with.
    const headers = { origin: address.origin }
    const asked = { action: `enroll${kind.toUpperCase()}`, resource: serial }
    return client.write({ method: 'POST', path: '/token/init', body, headers }, asked, turn)
  }

  /** For a server that this one may not speak for: what was made for it goes. */
  const undo = async (turn: Turn, serial: string): Promise<Outcome<Pending>> => {
    const request = { method: 'DELETE', path: `/token/${serial}` } as const
    const gone = await client.write(request, { action: 'delete', resource: serial }, turn)
    return gone.is === 'value' ? refused({ code: 'key-refused', reason: 'origin' }) : { is: 'unknown' }
  }

  return {
    async begin(turn, ref, request) {
      const kind = keyTokenOf(turn.session.rights, request.discoverable === true)
      if (!kind) return refused({ code: 'not-permitted', action: 'enrollWEBAUTHN', resource: idOf(turn.person) })
      const serial = ref.deviceId
      const written = await send(turn, kind, serial, { description: request.name })
      const challenge = written.is === 'value' ? readChallenge(kind, written.got.detail) : undefined
      if (challenge && !mayClaim(challenge.rpId, address.host)) return undo(turn, serial)
      return outcomeOf<Pending>(
        written,
        () => {
          // Made, and of no use: a look finds it, and it is tidied.
          if (!challenge) return { is: 'unknown' }
          const expiresAt = clock.now() + CHALLENGE_GOOD_MS
          keep(serial, { kind, transactionId: challenge.transactionId, expiresAt })
          return done({ type: 'fido', ref, options: challenge.options, expiresAt })
        },
        (number) => (number === CODE.tokenAdmin ? { code: 'name-taken', name: request.name } : undefined),
      )
    },
    async confirm(turn, serial, proof) {
      const challenge = open.get(serial)
      open.delete(serial)
      if (!challenge || clock.now() >= challenge.expiresAt) return refused({ code: 'challenge-expired' })
      const { kind, transactionId: transaction_id } = challenge
      const fields = answerFields(kind, proof.response)
      if (!fields) return refused({ code: 'key-refused', reason: 'attestation' })
      const written = await send(turn, kind, serial, { transaction_id, description: proof.name, ...fields })
      return outcomeOf<void>(
        written,
        () => done(undefined),
        (number) => (REFUSALS.has(number) ? { code: 'key-refused', reason: 'attestation' } : undefined),
      )
    },
    drop: (serial) => void open.delete(serial),
  }
}

/** A bad answer, a kind of key that a policy bars, or a credential that is registered already: the server tells them apart in words. */
const REFUSALS: ReadonlySet<number> = new Set([CODE.enrollment, CODE.policy, CODE.parameter])
