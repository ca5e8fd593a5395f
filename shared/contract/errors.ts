/**
 * The closed list of errors that cross the wire, each with its own detail. A thrown message never crosses:
 * words are the renderer's, the cause stays inside the process. Backend codes: docs "Errors" of backends.md §5.3.
 */
import { z } from 'zod'
import { contactKind } from '../domain/device.ts'

const none = z.strictObject({})
const retryAt = z.strictObject({ retryAt: z.number().int().optional() })

/** One field of a form that was refused: which one, why, and where in it (the first letter is 1). */
export const fieldFault = z.strictObject({
  field: z.string(),
  reason: z.string(),
  position: z.number().int().optional(),
  letter: z.string().optional(),
})
export type FieldFault = z.infer<typeof fieldFault>

export const certificateFault = z.enum(['expired', 'not-yet-valid', 'other-name', 'unknown-authority', 'self-signed'])
export type CertificateFault = z.infer<typeof certificateFault>

/** Code to detail. Adding an error is adding a row here and its words in renderer/i18n/errors.ts. */
export const ERROR_DETAILS = {
  // The door itself
  'unknown-call': z.strictObject({ name: z.string() }),
  'bad-request': z.strictObject({ fields: z.array(fieldFault) }),
  'too-large': none,
  busy: none,
  cancelled: none,
  disconnected: none,
  'timed-out': none,
  internal: z.strictObject({ diagnosticId: z.string() }),
  'not-here': z.strictObject({ reason: z.enum(['demo-only', 'desktop-only', 'browser-only', 'later']) }),
  // A person's answer
  'not-confirmed': none,
  'confirmation-stale': none,
  // Vault
  locked: none,
  'vault-exists': none,
  'vault-absent': none,
  'wrong-passphrase': z.strictObject({ retryAt: z.number().int().optional() }),
  'wrong-recovery-code': z.strictObject({ retryAt: z.number().int().optional() }),
  /** What the security key answered opens nothing here. */
  'wrong-security-key': none,
  /** Answers a slot can't be built on: another one each time, or one for all. */
  'key-untrustworthy': z.strictObject({ fault: z.enum(['no-answer', 'not-repeatable', 'not-distinct']) }),
  'weak-passphrase': z.strictObject({ minimumLength: z.number().int() }),
  'recovery-code-differs': none,
  'vault-damaged': z.strictObject({ file: z.string() }),
  'vault-missing': z.strictObject({ file: z.string() }),
  'vault-newer': z.strictObject({ format: z.number().int() }),
  'vault-held': z.strictObject({ holder: z.string() }),
  'kdf-too-costly': none,
  'last-portable-slot': none,
  'disk-failed': z.strictObject({ reason: z.enum(['full', 'denied', 'failed']) }),
  // Backup
  'backup-wrong-passphrase': none,
  'backup-damaged': none,
  'backup-not-recognised': none,
  'backup-newer': z.strictObject({ format: z.number().int() }),
  'backup-not-verified': none,
  // Imports: each asks for something else of the person. `format` is one of importFormat's.
  'import-not-recognised': none,
  'import-password-needed': z.strictObject({ format: z.string() }),
  /** Unless `isSure` the file may be damaged as well: it has no check of its own for the password. */
  'import-wrong-password': z.strictObject({ format: z.string(), isSure: z.boolean() }),
  'import-damaged': z.strictObject({ format: z.string(), line: z.number().int().optional() }),
  /** `found`: a version, or a variant by name (`account-key`, `key-file`). */
  'import-unsupported': z.strictObject({ format: z.string(), found: z.string() }),
  'import-too-much': z.strictObject({ what: z.enum(['entries', 'key-derivation']) }),
  'import-too-slow': z.strictObject({ seconds: z.number().int() }),
  /** Something was chosen for a row that its verdict does not have. */
  'choice-impossible': z.strictObject({ row: z.number().int().optional() }),
  /** Two rows would change the same entry. */
  'changed-twice': z.strictObject({ row: z.number().int() }),
  // Codes
  'not-found': z.strictObject({
    what: z.enum([
      'entry',
      'device',
      'identity',
      'backend',
      'case',
      'slot',
      'watch',
      'account',
      'key',
      'passkey',
      'fingerprint',
      'twin',
    ]),
  }),
  'entry-refused': z.strictObject({ fields: z.array(fieldFault) }),
  'entry-duplicate': z.strictObject({
    id: z.string(),
    issuer: z.string(),
    account: z.string(),
    sameSecret: z.boolean(),
  }),
  'migration-later': z.strictObject({ batch: z.number().int().optional(), batches: z.number().int().optional() }),
  'no-code-match': none,
  'code-ambiguous': none,
  // Security keys: on the way to it, what it said, and what the person has to do about it
  'key-gone': none,
  'key-busy': none,
  'key-denied': none,
  'key-silent': none,
  /** Its answer can't be read; `member` names the part. */
  'key-answer': z.strictObject({ fault: z.string(), member: z.string().optional() }),
  /** The key's own status, where none of the codes here says it better (CTAP 2.1 §8.2). */
  'key-status': z.strictObject({ status: z.number().int(), name: z.string().optional() }),
  /** The key can't do that; the reason is one of `can`'s. */
  'key-cannot': z.strictObject({ reason: z.string() }),
  'key-full': none,
  'keys-unavailable': z.strictObject({ reason: z.enum(['module-missing', 'host-failing', 'none-here']) }),
  'key-name-taken': z.strictObject({ name: z.string() }),
  'several-keys': none,
  'pin-wrong': z.strictObject({ retries: z.number().int().optional() }),
  'pin-blocked': none,
  'pin-needs-power-cycle': none,
  /** The key broke off with the PIN in hand: whether that was a try, or set it, is not known. It was sent once. */
  'pin-unanswered': none,
  'pin-not-set': none,
  'pin-already-set': none,
  'pin-must-change': none,
  /** A new PIN that the rules of CTAP or of the key don't take; nothing was sent where the fault is ours to see. */
  'pin-refused': z.strictObject({
    fault: z.enum(['too-short', 'too-long', 'ends-in-nul', 'same', 'policy']),
    minLength: z.number().int().optional(),
  }),
  'finger-not-matched': z.strictObject({ retries: z.number().int().optional() }),
  'finger-blocked': none,
  'touch-timed-out': none,
  'touch-declined': none,
  'reset-too-late': none,
  /** Another key came back than the one that was confirmed: nothing was done to it. */
  'reset-other-key': none,
  'blob-too-large': z.strictObject({ maxBytes: z.number().int() }),
  /** The passkey's large blob can't be opened: it has none, or it is damaged. */
  'blob-unreadable': none,
  // Cases and wizards
  'step-moved-on': none,
  'answer-refused': z.strictObject({ fields: z.array(fieldFault) }),
  // Backends (backends.md §5.3)
  'codes-refused': retryAt,
  'codes-not-consecutive': none,
  'code-repeated': none,
  'code-malformed': z.strictObject({ digits: z.number().int() }),
  'mfa-session-needed': z.strictObject({ onlyFido: z.boolean() }),
  'mfa-session-refused': none,
  'limit-reached': z.strictObject({ names: z.array(z.string()) }),
  'account-quota': none,
  'name-taken': z.strictObject({ name: z.string() }),
  'serial-taken': z.strictObject({ serial: z.string() }),
  'serial-unknown': z.strictObject({ serial: z.string() }),
  'still-assigned': none,
  'not-permitted': z.strictObject({ action: z.string(), resource: z.string().optional() }),
  'sign-in-failed': none,
  'sign-in-expired': none,
  'locked-out': none,
  'try-later': retryAt,
  throttled: retryAt,
  'clock-wrong': z.strictObject({ offsetSeconds: z.number().optional() }),
  'password-refused': z.strictObject({ minimumLength: z.number().int().optional() }),
  'key-refused': z.strictObject({
    reason: z.enum(['duplicate', 'attestation', 'origin', 'signature', 'unknown-credential']),
  }),
  'challenge-expired': none,
  'not-supported': z.strictObject({ reason: z.string() }),
  'only-way-in': z.strictObject({ name: z.string() }),
  'contact-not-changeable': z.strictObject({ contact: contactKind }),
  /** Something begun at the backend has not come to its end: what, by name. */
  'backend-in-use': z.strictObject({ names: z.array(z.string()) }),
  unreachable: none,
  /** Its certificate, by what is wrong with it where that can be told. */
  'untrusted-server': z.strictObject({ certificate: certificateFault.optional() }),
  'outcome-unknown': none,
  'backend-fault': z.strictObject({ diagnosticId: z.string().optional() }),
  'answer-not-understood': none,
} as const

export type ErrorCode = keyof typeof ERROR_DETAILS
export type ContractError = {
  [C in ErrorCode]: {
    readonly code: C
    readonly detail: z.infer<(typeof ERROR_DETAILS)[C]>
    readonly changed?: boolean
  }
}[ErrorCode]

/** Thrown by services for an error that may cross; `changed` says whether anything changed at a backend. The message is the code alone. */
export class CallError extends Error {
  readonly error: ContractError
  constructor(error: ContractError, options?: { cause?: unknown }) {
    super(error.code, options)
    this.name = 'CallError'
    this.error = error
  }
}

export function callError<C extends ErrorCode>(
  code: C,
  detail: z.infer<(typeof ERROR_DETAILS)[C]>,
  options?: { changed?: boolean; cause?: unknown },
): CallError {
  const error = {
    code,
    detail,
    ...(options?.changed === undefined ? {} : { changed: options.changed }),
  } as unknown as ContractError
  return new CallError(error, options?.cause === undefined ? undefined : { cause: options.cause })
}

/** Reads an error that came over a wire; anything else is `undefined`. */
export function readContractError(value: unknown): ContractError | undefined {
  const shell = z.object({ code: z.string(), detail: z.unknown(), changed: z.boolean().optional() }).safeParse(value)
  if (!shell.success || !Object.hasOwn(ERROR_DETAILS, shell.data.code)) return undefined
  const detail = ERROR_DETAILS[shell.data.code as ErrorCode].safeParse(shell.data.detail)
  if (!detail.success) return undefined
  return { ...shell.data, detail: detail.data } as unknown as ContractError
}
