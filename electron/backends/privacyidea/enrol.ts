/**
 * Enrolling TOTP and HOTP tokens (backends.md §3.1). The serial is ours and 120 bits of it are drawn, for `init` with a serial
 * that exists gives that token a new secret; it is looked for first, and never sent twice.
 */
import { createHash } from 'node:crypto'
import { fromHex, toBase32, toHex, utf8, type Random } from '../../../shared/kit/index.ts'
import type { BackendError, CodeShape, Outcome, Pending, PendingRef, RegisterRequest } from '../backend.ts'
import { asRecord } from './envelope.ts'
import { outcomeOf, type Client, type Value } from './client.ts'
import { idOf } from './listing.ts'
import { CODE } from './refusals.ts'
import { algorithmOf } from './tokens.ts'
import type { Turn } from './turn.ts'

const OWN_SERIAL_BYTES = 15

/** Always the same for a nonce, which is new with each registration. */
export function ownSerial(prefix: string, nonce: string): string {
  const hash = new Uint8Array(createHash('sha256').update(utf8(nonce)).digest())
  return prefix + toBase32(hash.slice(0, OWN_SERIAL_BYTES))
}

type VirtualRequest = Extract<RegisterRequest, { type: 'virtual-totp' }>
type Virtual = Extract<Pending, { type: 'virtual-totp' }>

export interface Enrolment {
  readonly client: Client
  readonly turn: Turn
  readonly ref: PendingRef
  readonly random: Random
}

/** Makes the token. Where the server wants its two-step enrolment, our part of the seed follows at once. */
export async function enrol(
  { client, turn, ref, random }: Enrolment,
  request: VirtualRequest,
  names: readonly string[],
): Promise<Outcome<Virtual>> {
  const { person } = turn
  const type = request.codes ?? 'totp'
  const asked = { action: `enroll${type.toUpperCase()}`, resource: idOf(person) }
  const base = { type, serial: ref.deviceId, user: person.login, realm: person.realm }
  const body = {
    ...base,
    description: request.name,
    ...(request.seed ? { otpkey: toHex(request.seed), genkey: '0' } : { genkey: '1' }),
  }
  const meaning = (number: number): BackendError | undefined => {
    // A type that is not allowed is not in the rights: what is left of this number is a limit on how many.
    if (number === CODE.policy && turn.session.rights.may(asked.action)) return { code: 'limit-reached', names }
    return number === CODE.tokenAdmin ? { code: 'name-taken', name: request.name } : undefined
  }
  const first = await client.write({ method: 'POST', path: '/token/init', body }, asked, turn)
  const begun = outcomeOf<Value>(first, (value) => ({ is: 'done', value }), meaning)
  if (begun.is !== 'done') return begun
  if (begun.value.detail['rollout_state'] !== 'clientwait') return pendingOf(begun.value, ref, request.seed)

  const size = Number(begun.value.detail['2step_salt'])
  // What can't be finished is found by a look, and tidied.
  if (!Number.isInteger(size) || size < 1 || size > 64) return { is: 'unknown' }
  const ours = { ...base, otpkey: toHex(random(size)) }
  const second = await client.write({ method: 'POST', path: '/token/init', body: ours }, asked, turn)
  const ended = outcomeOf<Value>(second, (value) => ({ is: 'done', value }), meaning)
  if (ended.is === 'done') return pendingOf(ended.value, ref, undefined)
  // Half of it stands there: not refused as if nothing had happened.
  return { is: 'unknown' }
}

/** The seed is what the server says it is: a policy may have made it use another than ours, and other parameters. */
function pendingOf({ detail }: Value, ref: PendingRef, sent: Uint8Array | undefined): Outcome<Virtual> {
  const link = readLink(asRecord(detail['googleurl'])['value'])
  const seed = readSeed(asRecord(detail['otpkey'])['value']) ?? sent
  // Made, and of no use: found by a look, and tidied.
  if (!seed || !link) return { is: 'unknown' }
  const { algorithm, digits } = link
  const shape = link.kind === 'totp' ? { periodSeconds: link.periodSeconds } : { periodSeconds: 30, counter: 0 }
  return { is: 'done', value: { type: 'virtual-totp', ref, seed, algorithm, digits, ...shape } }
}

/** `seed://` and hex. */
function readSeed(told: unknown): Uint8Array | undefined {
  const hex = typeof told === 'string' && told.startsWith('seed://') ? told.slice('seed://'.length) : undefined
  const bytes = hex === undefined ? undefined : fromHex(hex)
  return bytes && bytes.length >= 10 && bytes.length <= 128 ? bytes : undefined
}

/** Of the otpauth link only how the codes look is read; its label and its secret are not. */
export function readLink(told: unknown): CodeShape | undefined {
  const read = typeof told === 'string' ? /^otpauth:\/\/(totp|hotp)\/[^?]*\?(.*)$/.exec(told) : null
  if (!read) return undefined
  const query = new URLSearchParams(read[2])
  const algorithm = algorithmOf(query.get('algorithm') ?? 'SHA1')
  const digits = Number(query.get('digits') ?? 6)
  const periodSeconds = Number(query.get('period') ?? 30)
  if (!algorithm || ![6, 7, 8, 10].includes(digits)) return undefined
  if (read[1] === 'hotp') return { kind: 'hotp', algorithm, digits }
  return Number.isInteger(periodSeconds) && periodSeconds > 0 && periodSeconds <= 3600
    ? { kind: 'totp', algorithm, digits, periodSeconds }
    : undefined
}
