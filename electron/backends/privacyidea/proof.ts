/**
 * Two codes prove a token. `resync` takes them where it is allowed: it bears any drift. Else they are given one after the other,
 * as at a sign-in. A token that waits for its verification takes one code, and would take none after a resync.
 */
import type { Outcome } from '../backend.ts'
import { outcomeOf, type Client } from './client.ts'
import { CODE } from './refusals.ts'
import { isPendingProof, type Token } from './tokens.ts'
import type { Turn } from './turn.ts'

export type Codes = readonly [string, string]

const DONE: Outcome<void> = { is: 'done', value: undefined }
const REFUSED: Outcome<void> = { is: 'refused', error: { code: 'codes-refused' } }

export async function prove(client: Client, turn: Turn, token: Token, codes: Codes): Promise<Outcome<void>> {
  const { serial } = token
  if (codes[0] === codes[1]) return { is: 'refused', error: { code: 'code-repeated' } }
  if (isPendingProof(token)) return verify(client, turn, token, codes[1])
  if (turn.session.rights.may('resync')) return resync(client, turn, serial, codes)
  const first = await checkCode(client, turn, serial, codes[0])
  if (first.is !== 'done') return first
  const second = await checkCode(client, turn, serial, codes[1])
  // The first was taken: that the second was not even sent is no "nothing changed".
  return second.is === 'refused' && second.error.code !== 'codes-refused' ? { is: 'unknown' } : second
}

async function verify(client: Client, turn: Turn, { serial, tokentype: type }: Token, code: string) {
  const { login: user, realm } = turn.person
  const body = { type, serial, user, realm, verify: code }
  const asked = { action: `enroll${type.toUpperCase()}`, resource: serial }
  const written = await client.write({ method: 'POST', path: '/token/init', body }, asked, turn)
  return outcomeOf(
    written,
    () => DONE,
    (number) => (number === CODE.parameter ? { code: 'codes-refused' } : undefined),
  )
}

/** `value: false` is the server's way to refuse. */
export async function resync(client: Client, turn: Turn, serial: string, [otp1, otp2]: Codes): Promise<Outcome<void>> {
  const request = { method: 'POST', path: '/token/resync', body: { serial, otp1, otp2 } } as const
  const written = await client.write(request, { action: 'resync', resource: serial }, turn)
  return outcomeOf(written, ({ value }) => (value === true ? DONE : REFUSED))
}

/** A code as at a sign-in, without the PIN a token may have. A wrong one counts at the server. */
export async function checkCode(client: Client, turn: Turn, serial: string, code: string): Promise<Outcome<void>> {
  const request = { method: 'POST', path: '/validate/check', body: { serial, pass: code, otponly: '1' } } as const
  const asked = { action: 'validate/check', resource: serial }
  const written = await client.write(request, asked, turn, { isOpen: true })
  return outcomeOf(written, ({ value }) => (value === true ? DONE : REFUSED))
}
