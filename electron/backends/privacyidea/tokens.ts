/**
 * privacyIDEA's tokens as MFA devices: TOTP and HOTP in software or hardware, WebAuthn and passkeys. Passwords, SMS, push and
 * the like are not devices of this program and are left out.
 */
import { z } from 'zod'
import type { DeviceType, Drift, Health, Loss, MfaDevice } from '../../../shared/domain/device.ts'
import type { CodeShape } from '../backend.ts'

/** An answer of /token/: `info` holds strings, but a server's plug-in may put there what it likes. */
const token = z.object({
  serial: z.string().min(1).max(256),
  tokentype: z.string(),
  description: z.string().nullish(),
  active: z.boolean(),
  revoked: z.boolean().nullish(),
  locked: z.boolean().nullish(),
  failcount: z.number().nullish(),
  maxfail: z.number().nullish(),
  count: z.number().nullish(),
  otplen: z.number().nullish(),
  rollout_state: z.string().nullish(),
  username: z.string().nullish(),
  user_realm: z.string().nullish(),
  info: z.record(z.string(), z.unknown()).nullish(),
})
export type Token = z.infer<typeof token>

export const tokenPage = z.object({
  count: z.number().int().nonnegative(),
  next: z.number().int().nullish(),
  tokens: z.array(token),
})

/** privacyIDEA's own rule for serials, and its column's length (its lib/utils, models/token). */
export const isSerial = (text: string): boolean => /^[0-9A-Za-z_-]{1,40}$/.test(text)

/** What the serials of virtual devices made here begin with. */
export const OWN_PREFIX = 'LKY'
/** And of keys: the server takes a serial for a WebAuthn token's by its first three letters, and asks no other for a touch. */
export const OWN_KEY_PREFIX = 'WANLKY'

const info = ({ info }: Token, key: string): string | undefined => {
  const value = info?.[key]
  return typeof value === 'string' ? value : undefined
}

export function typeOf(token: Token): DeviceType | undefined {
  switch (token.tokentype.toLowerCase()) {
    case 'totp':
    case 'hotp':
      return info(token, 'tokenkind') === 'hardware' ? 'hardware-totp' : 'virtual-totp'
    case 'webauthn':
    case 'passkey':
    case 'u2f':
      return 'fido'
    default:
      return undefined
  }
}

/** `enrolled`, and tokens of versions that kept no state. The others are half-made and open nothing. */
export const isEnrolled = ({ rollout_state: state }: Token): boolean =>
  state === undefined || state === null || state === '' || state === 'enrolled'

export const isPendingProof = ({ rollout_state: state }: Token): boolean => state === 'verify'
export const isWaitingForKey = ({ rollout_state: state }: Token): boolean => state === 'clientwait'

/** In the store, or left behind. */
export const isNobodys = ({ username }: Token): boolean => (username ?? '') === ''

export const isInUse = (token: Token): boolean => token.active && token.revoked !== true
export const isLockedOut = ({ failcount, maxfail, locked }: Token): boolean =>
  locked === true || (typeof failcount === 'number' && typeof maxfail === 'number' && failcount >= maxfail)

/**
 * Was a code of it taken since it came to its owner? privacyIDEA puts a new TOTP or HOTP token in use at once; that it was
 * never used is what tells a registration that is not proven yet. `count` is the last step that was taken.
 */
export function isProven(token: Token): boolean {
  if (!isEnrolled(token)) return false
  if (typeOf(token) === 'fido') return true
  const count = token.count ?? 0
  if (count === 0) return false
  const shape = shapeOf(token)
  const assignedAt = timeOf(info(token, 'assignment_date'))
  if (shape?.kind !== 'totp' || assignedAt === undefined) return true
  const periodMs = shape.periodSeconds * 1000
  const lastTakenAt = count * periodMs - (shiftSeconds(token) ?? 0) * 1000
  // A resync counts one further than the code it took; the shift is known to half a period.
  return lastTakenAt + 2 * periodMs > assignedAt
}

/** Made here and not proven yet: of no use to anybody, and known to the journal. */
export const isHalfMade = (token: Token): boolean =>
  !isEnrolled(token) || (token.serial.startsWith(OWN_PREFIX) && !isProven(token))

export function shapeOf(token: Token): CodeShape | undefined {
  const kind = token.tokentype.toLowerCase()
  if (kind !== 'totp' && kind !== 'hotp') return undefined
  const algorithm = algorithmOf(info(token, 'hashlib') ?? 'sha1')
  const digits = token.otplen ?? 6
  if (!algorithm || !Number.isInteger(digits) || digits < 4 || digits > 10) return undefined
  if (kind === 'hotp') return { kind, algorithm, digits }
  const periodSeconds = Number(info(token, 'timeStep') ?? 30)
  return Number.isInteger(periodSeconds) && periodSeconds > 0 && periodSeconds <= 3600
    ? { kind, algorithm, digits, periodSeconds }
    : undefined
}

export function algorithmOf(name: string): CodeShape['algorithm'] | undefined {
  const upper = name.toUpperCase()
  return upper === 'SHA1' || upper === 'SHA256' || upper === 'SHA512' ? upper : undefined
}

const shiftSeconds = (token: Token): number | undefined => {
  const text = info(token, 'timeShift')
  const shift = text === undefined || text === '' ? Number.NaN : Number(text)
  return Number.isFinite(shift) ? shift : undefined
}

/**
 * How far a TOTP token was off when its last code was taken; `undefined` where none was, or the server hides it. Always
 * seconds: after a sign-in, from now to the beginning of the code's step, whole; after a resync, to its middle, with a fraction.
 */
export function driftOf(token: Token): Drift | undefined {
  const shape = shapeOf(token)
  const shift = shiftSeconds(token)
  if (shape?.kind !== 'totp' || shift === undefined || (token.count ?? 0) === 0) return undefined
  const steps = Number.isInteger(shift)
    ? Math.ceil(shift / shape.periodSeconds)
    : Math.round(shift / shape.periodSeconds)
  // -0 is no number of steps.
  return { steps: steps + 0, seconds: steps * shape.periodSeconds + 0 }
}

export interface OutOfUse {
  readonly loss: Loss
  readonly since: number
}

/** `outOfUse` of a disabled one: why and since when, as far as known here. privacyIDEA tells neither. */
export function deviceOf(token: Token, outOfUse: OutOfUse | undefined): MfaDevice | undefined {
  const type = typeOf(token)
  if (!type) return undefined
  const enabledAt = timeOf(info(token, 'assignment_date')) ?? timeOf(info(token, 'creation_date'))
  const lastUsedAt = timeOf(info(token, 'last_auth'))
  const name = (token.description ?? '').trim()
  return {
    id: token.serial,
    type,
    name: (name === '' ? token.serial : name).slice(0, 256),
    ...(type === 'hardware-totp' ? { serial: token.serial } : {}),
    ...(enabledAt === undefined ? {} : { enabledAt }),
    ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
    health: healthOf(token, type, outOfUse),
  }
}

/** privacyIDEA reckons a drift it has seen into the next code, so that a device it took a code of is in order again. */
function healthOf(token: Token, type: DeviceType, outOfUse: OutOfUse | undefined): Health {
  if (outOfUse) return { state: 'out-of-use', ...outOfUse }
  if (type === 'fido') return { state: 'in-order' }
  return isProven(token) && !isLockedOut(token) ? { state: 'in-sync' } : { state: 'not-told' }
}

/** Milliseconds; times without a zone are UTC. */
export function timeOf(text: string | undefined): number | undefined {
  if (text === undefined) return undefined
  const iso = text
    .trim()
    .replace(' ', 'T')
    .replace(/(\.\d{3})\d+/, '$1')
    .replace(/([+-]\d{2})(\d{2})$/, '$1:$2')
  const at = Date.parse(/(?:Z|[+-]\d{2}:\d{2})$/.test(iso) ? iso : `${iso}Z`)
  return Number.isNaN(at) ? undefined : at
}
