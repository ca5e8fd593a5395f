/** Everything the vault can refuse, as codes with details. Paths are names inside the vault's folder; nothing here is secret. */
import type { PrfFault } from './age/fido2prf.ts'
import type { RecoveryCodeFault } from './recovery-code.ts'

/** Which process writes the vault now. */
export interface Holder {
  readonly pid: number
  /** The name of its shell, as that process gave it. */
  readonly label: string
}

export type Damaged = {
  readonly code: 'damaged'
  readonly file: string
  /** `unreadable`: the disk failed. `content`: it opened, but what is inside is not a vault's payload. */
  readonly reason: 'unreadable' | 'changed' | 'content' | 'too-large'
}
export type NotWritten = {
  readonly code: 'not-written'
  /** `reread`: what came back from the disk was not what had been written. */
  readonly reason: 'full' | 'denied' | 'failed' | 'reread'
  readonly errno: string | undefined
  /** Whether the old state certainly stands, or the new one may have replaced it before the failure. */
  readonly outcome: 'unchanged' | 'unknown'
}
export type NotReadable = {
  readonly code: 'not-readable'
  readonly reason: 'denied' | 'failed'
  readonly errno: string | undefined
}
export type Held = { readonly code: 'held'; readonly holder: Holder | undefined }
export type TooLarge = { readonly code: 'too-large'; readonly limitBytes: number }
export type NewerFormat = { readonly code: 'newer-format'; readonly format: number }
export type Missing = { readonly code: 'missing'; readonly file: string }
export type TooCostly = { readonly code: 'kdf-too-costly'; readonly workFactor: number }
export type UnusablePassphrase = { readonly code: 'passphrase-unusable'; readonly reason: 'empty' | 'letter' }
export type TryLater = { readonly code: 'try-later'; readonly retryAt: number }
export type Locked = { readonly code: 'locked' }
/** `retryAt` (milliseconds since 1970) is set when the next try will have to wait. */
export type WrongSecret =
  | { readonly code: 'wrong-passphrase'; readonly retryAt: number | undefined }
  | { readonly code: 'wrong-recovery-code'; readonly retryAt: number | undefined }
  /** What the key answered opens no slot. */
  | { readonly code: 'wrong-security-key'; readonly retryAt: number | undefined }
export type MalformedRecoveryCode = { readonly code: 'malformed-recovery-code'; readonly fault: RecoveryCodeFault }

export type CreateFault = { readonly code: 'exists' } | Held | UnusablePassphrase | TooLarge | NotWritten
export type UnlockFault =
  | { readonly code: 'absent' }
  | { readonly code: 'already-unlocked' }
  | WrongSecret
  | MalformedRecoveryCode
  | Damaged
  | Missing
  | NewerFormat
  | TooCostly
  | TryLater
  | NotReadable
export type SaveFault = Locked | Held | TooLarge | NotWritten
export type ReauthenticationFault =
  Locked | WrongSecret | MalformedRecoveryCode | TryLater | Missing | Damaged | TooCostly | NotReadable
/** `key-untrustworthy`: the key answered, but not in a way that a slot may be built on. */
export type AddKeyFault =
  SaveFault | { readonly code: 'too-many-slots' } | { readonly code: 'key-untrustworthy'; readonly fault: PrfFault }
export type SlotFault = SaveFault | ReauthenticationFault | UnusablePassphrase

const DENIED = new Set(['EACCES', 'EPERM', 'EROFS'])
const FULL = new Set(['ENOSPC', 'EDQUOT', 'EFBIG'])

/** The system's name of a failure (`ENOSPC`), where the error carries one. */
export function errnoOf(error: unknown): string | undefined {
  const code = error instanceof Error ? (error as NodeJS.ErrnoException).code : undefined
  return typeof code === 'string' && /^E[A-Z0-9]+$/.test(code) ? code : undefined
}

/** Thrown by the durable writer; the caller turns it into `NotWritten`. */
export class WriteFailed extends Error {
  override readonly name = 'WriteFailed'
  readonly outcome: NotWritten['outcome']
  constructor(outcome: NotWritten['outcome'], cause: unknown) {
    super('a file could not be written', { cause })
    this.outcome = outcome
  }
}

/** What was written is not what came back. */
export class RereadDiffers extends Error {
  override readonly name = 'RereadDiffers'
}

export function notWritten(error: unknown): NotWritten {
  const { outcome, cause } = error instanceof WriteFailed ? error : { outcome: 'unchanged' as const, cause: error }
  if (cause instanceof RereadDiffers) return { code: 'not-written', reason: 'reread', errno: undefined, outcome }
  const errno = errnoOf(cause)
  // What the system did not refuse is our own mistake: let it be seen.
  if (errno === undefined) throw error
  const reason = FULL.has(errno) ? 'full' : DENIED.has(errno) ? 'denied' : 'failed'
  return { code: 'not-written', reason, errno, outcome }
}

export function notReadable(error: unknown): NotReadable {
  const errno = errnoOf(error)
  if (errno === undefined) throw error
  return { code: 'not-readable', reason: DENIED.has(errno) ? 'denied' : 'failed', errno }
}
