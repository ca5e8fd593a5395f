/** Passwords at the demo backend: kept as scrypt hashes; the ones people brought into the first world stand on the bench as well. */
import { scrypt, timingSafeEqual } from 'node:crypto'
import { fromBase64url, toBase64url, type Random } from '../../../shared/kit/index.ts'
import { PASSWORD_MAX_LENGTH, PASSWORD_MIN_LENGTH, SCRYPT, THROTTLE_MS, WRONG_TRIES } from './limits.ts'
import type { IdentityState } from './state.ts'

type PasswordState = IdentityState['password']

/** scrypt off the event loop, 32 bytes. */
const derive = (password: string, salt: Uint8Array): Promise<Uint8Array> =>
  new Promise((resolve, reject) => {
    scrypt(password.normalize('NFC'), salt, 32, SCRYPT, (error, key) => (error ? reject(error) : resolve(key)))
  })

export async function hashPassword(password: string, random: Random): Promise<PasswordState> {
  const salt = random(16)
  return { salt: toBase64url(salt), hash: toBase64url(await derive(password, salt)) }
}

export async function isPassword(stored: PasswordState, password: string): Promise<boolean> {
  const salt = fromBase64url(stored.salt)
  const hash = fromBase64url(stored.hash)
  if (!salt || hash?.length !== 32) return false
  return timingSafeEqual(hash, await derive(password, salt))
}

/** Length in code points: a person counts letters, not UTF-16 units. */
export function meetsPolicy(password: string): boolean {
  const length = [...password].length
  return length >= PASSWORD_MIN_LENGTH && length <= PASSWORD_MAX_LENGTH
}

/** Takes note of a password that was compared; after too many wrong ones in a row none counts for a while, right or wrong. */
export function countTry(identity: IdentityState, isRight: boolean, now: number): 'right' | 'wrong' | 'try-later' {
  const { wrong, until } = identity.passwordTries
  if (until !== undefined && now < until) return 'try-later'
  if (isRight) identity.passwordTries = { wrong: 0 }
  else identity.passwordTries = wrong + 1 < WRONG_TRIES ? { wrong: wrong + 1 } : { wrong: 0, until: now + THROTTLE_MS }
  return isRight ? 'right' : 'wrong'
}
