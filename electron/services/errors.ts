/** The one place where parts' errors become errors of the contract. Each switch is exhaustive: a new error does not compile without its row. */
import { callError, CallError } from '../../shared/contract/index.ts'
import { unreachable } from '../../shared/kit/index.ts'
import type { BackendError } from '../backends/backend.ts'
import {
  AnswerError,
  client,
  ctap2,
  HidHostError,
  HidUnavailable,
  KeyStatusError,
  PinUnansweredError,
  PortClosed,
  PortRefused,
  u2f,
  WireError,
} from '../fido/index.ts'
import type { BackupFault } from '../transfer/index.ts'
import type { CreateFault, Holder, OpenFault, SlotFault, UnlockFault } from '../vault/index.ts'

/** What a backend's `not-found` was about, which only the asker knows. */
export type Sought = 'device' | 'identity' | 'backend' | 'account'

/** `changed`: whether anything had changed at the backend before this error. */
export function fromBackend(error: BackendError, changed = false, sought: Sought = 'device'): CallError {
  const options = { changed }
  switch (error.code) {
    case 'not-found':
      return callError('not-found', { what: sought }, options)
    case 'codes-refused':
    case 'try-later':
    case 'throttled':
      return callError(error.code, error.retryAt === undefined ? {} : { retryAt: error.retryAt }, options)
    case 'code-repeated':
    case 'codes-not-consecutive':
    case 'mfa-session-refused':
    case 'account-quota':
    case 'still-assigned':
    case 'sign-in-failed':
    case 'sign-in-expired':
    case 'locked-out':
    case 'challenge-expired':
    case 'unreachable':
    case 'answer-not-understood':
      return callError(error.code, {}, options)
    case 'untrusted-server':
      return callError(error.code, error.certificate === undefined ? {} : { certificate: error.certificate }, options)
    case 'mfa-session-needed':
      return callError(error.code, { onlyFido: error.onlyFido }, options)
    case 'limit-reached':
      return callError(error.code, { names: [...error.names] }, options)
    case 'name-taken':
      return callError(error.code, { name: error.name }, options)
    case 'serial-taken':
    case 'serial-unknown':
      return callError(error.code, { serial: error.serial }, options)
    case 'not-permitted':
      return callError(
        error.code,
        { action: error.action, ...(error.resource === undefined ? {} : { resource: error.resource }) },
        options,
      )
    case 'clock-wrong':
      return callError(
        error.code,
        error.offsetSeconds === undefined ? {} : { offsetSeconds: error.offsetSeconds },
        options,
      )
    case 'password-refused':
      return callError(
        error.code,
        error.minimumLength === undefined ? {} : { minimumLength: error.minimumLength },
        options,
      )
    case 'key-refused':
      return callError(error.code, { reason: error.reason }, options)
    case 'contact-not-changeable':
      return callError(error.code, { contact: error.contact }, options)
    case 'not-supported':
      return callError(error.code, { reason: error.reason }, options)
    case 'backend-fault':
      return callError(
        error.code,
        error.diagnosticId === undefined ? {} : { diagnosticId: error.diagnosticId },
        options,
      )
    default:
      return unreachable(error)
  }
}

/** A new passphrase has at least so many letters. */
export const MINIMUM_PASSPHRASE_LENGTH = 8

export type VaultFault = CreateFault | UnlockFault | SlotFault

/** `field` is the request's name of the passphrase or recovery code, for what can't be one at all. */
export function fromVault(fault: VaultFault, field = 'passphrase'): CallError {
  switch (fault.code) {
    case 'absent':
      return callError('vault-absent', {})
    case 'exists':
    case 'already-unlocked':
      return callError('vault-exists', {})
    case 'locked':
      return callError('locked', {})
    case 'held':
      return callError('vault-held', { holder: holderName(fault.holder) })
    case 'damaged':
      return callError('vault-damaged', { file: fault.file })
    case 'missing':
      return callError('vault-missing', { file: fault.file })
    case 'newer-format':
      return callError('vault-newer', { format: fault.format })
    case 'kdf-too-costly':
      return callError('kdf-too-costly', {})
    case 'too-large':
      return callError('too-large', {})
    case 'not-written':
      // Written and not read back as it was: the disk can't be trusted, whatever it calls itself.
      return callError('disk-failed', { reason: fault.reason === 'reread' ? 'failed' : fault.reason })
    case 'not-readable':
      return callError('disk-failed', { reason: fault.reason })
    case 'passphrase-unusable':
      return fault.reason === 'empty'
        ? callError('weak-passphrase', { minimumLength: MINIMUM_PASSPHRASE_LENGTH })
        : callError('bad-request', { fields: [{ field, reason: 'letter-not-usable' }] })
    case 'try-later':
      return callError('try-later', { retryAt: fault.retryAt })
    case 'wrong-passphrase':
    case 'wrong-recovery-code':
      return callError(fault.code, fault.retryAt === undefined ? {} : { retryAt: fault.retryAt })
    case 'wrong-security-key':
      return callError(fault.code, {})
    case 'malformed-recovery-code': {
      const { fault: reason, ...where } = fault.fault
      const position = 'position' in where ? where : {}
      return callError('bad-request', { fields: [{ field, reason, ...position }] })
    }
    default:
      return unreachable(fault)
  }
}

/** Who writes the vault, as people may know it: the shell's name and the process's number. */
export const holderName = (holder: Holder | undefined): string => (holder ? `${holder.label} (${holder.pid})` : '')

/** Of a backup that could not be opened, or holds something else. */
export function fromBackup(fault: { readonly sealed: OpenFault } | { readonly content: BackupFault }): CallError {
  return 'sealed' in fault ? fromSealed(fault.sealed) : fromContent(fault.content)
}

function fromSealed(fault: OpenFault): CallError {
  switch (fault.code) {
    case 'wrong-passphrase':
    case 'wrong-recovery-code':
    case 'wrong-security-key':
      return callError('backup-wrong-passphrase', {})
    case 'not-an-age-file':
    case 'needs-identity':
      return callError('backup-not-recognised', {})
    case 'damaged':
      return callError('backup-damaged', {})
    case 'too-large':
      return callError('too-large', {})
    case 'kdf-too-costly':
      return callError('kdf-too-costly', {})
    default:
      return unreachable(fault)
  }
}

function fromContent(fault: BackupFault): CallError {
  switch (fault.code) {
    case 'not-recognised':
      return callError('backup-not-recognised', {})
    case 'damaged':
      return callError('backup-damaged', {})
    case 'newer':
      return callError('backup-newer', { format: fault.version })
    default:
      return unreachable(fault)
  }
}

/** What can go wrong between here and a security key. */
export type KeyTrouble =
  | WireError
  | KeyStatusError
  | AnswerError
  | client.CeremonyError
  | PortRefused
  | PortClosed
  | HidUnavailable
  | HidHostError
  | u2f.StatusWordError

export const isKeyTrouble = (error: unknown): error is KeyTrouble =>
  error instanceof WireError ||
  error instanceof KeyStatusError ||
  error instanceof AnswerError ||
  error instanceof client.CeremonyError ||
  error instanceof PortRefused ||
  error instanceof PortClosed ||
  error instanceof HidUnavailable ||
  error instanceof HidHostError ||
  error instanceof u2f.StatusWordError

/**
 * `changed`: something had changed on the key before this error. Without it nothing is said of that: a key that went away,
 * or broke off, may have done what it was asked and not lived to answer.
 */
export function fromKey(error: KeyTrouble, changed?: true): CallError {
  const options = { ...(changed ? { changed } : {}), cause: error }
  if (error instanceof PinUnansweredError) return callError('pin-unanswered', {}, options)
  if (error instanceof WireError) return fromWire(error, options)
  if (error instanceof KeyStatusError) return fromKeyStatus(error, options)
  if (error instanceof client.CeremonyError) return fromCeremony(error, options)
  if (error instanceof AnswerError) {
    const member = error.member === undefined ? {} : { member: error.member }
    return callError('key-answer', { fault: error.fault, ...member }, options)
  }
  if (error instanceof u2f.StatusWordError) return callError('key-status', { status: error.statusWord }, options)
  if (error instanceof HidUnavailable) return callError('keys-unavailable', { reason: 'module-missing' }, options)
  if (error instanceof HidHostError) return callError('keys-unavailable', { reason: 'host-failing' }, options)
  if (error instanceof PortClosed) return callError('key-gone', {}, options)
  switch (error.reason) {
    case 'denied':
      return callError('key-denied', {}, options)
    case 'busy':
      return callError('key-busy', {}, options)
    case 'gone':
      return callError('key-gone', {}, options)
    case 'failed':
      return callError('key-silent', {}, options)
    default:
      return unreachable(error.reason)
  }
}

/** The same error, said of a key on which something had changed before it. */
export function afterChange(error: unknown): unknown {
  if (isKeyTrouble(error)) return fromKey(error, true)
  return error instanceof CallError ? new CallError({ ...error.error, changed: true }, { cause: error }) : error
}

interface KeyErrorOptions {
  readonly changed?: true
  readonly cause: unknown
}

function fromWire({ fault }: WireError, options: KeyErrorOptions): CallError {
  switch (fault) {
    case 'gone':
      return callError('key-gone', {}, options)
    case 'channel-busy':
    case 'lock-required':
      return callError('key-busy', {}, options)
    case 'no-answer':
    case 'message-timeout':
      return callError('key-silent', {}, options)
    case 'malformed':
    case 'invalid-command':
    case 'invalid-parameter':
    case 'invalid-length':
    case 'invalid-sequence':
    case 'invalid-channel':
    case 'other':
      return callError('key-answer', { fault }, options)
    default:
      return unreachable(fault)
  }
}

/** Statuses whose code of ours has no detail but what the key did not say. Attempts left are told by who asked for them. */
function fromKeyStatus({ status }: KeyStatusError, options: KeyErrorOptions): CallError {
  switch (ctap2.statusName(status)) {
    case 'CTAP2_ERR_OPERATION_DENIED':
      return callError('touch-declined', {}, options)
    case 'CTAP2_ERR_USER_ACTION_TIMEOUT':
    case 'CTAP2_ERR_ACTION_TIMEOUT':
      return callError('touch-timed-out', {}, options)
    case 'CTAP2_ERR_KEEPALIVE_CANCEL':
      return callError('cancelled', {}, options)
    case 'CTAP2_ERR_KEY_STORE_FULL':
    case 'CTAP2_ERR_FP_DATABASE_FULL':
    case 'CTAP2_ERR_LARGE_BLOB_STORAGE_FULL':
      return callError('key-full', {}, options)
    case 'CTAP2_ERR_NO_CREDENTIALS':
      return callError('not-found', { what: 'passkey' }, options)
    case 'CTAP2_ERR_PIN_INVALID':
      return callError('pin-wrong', {}, options)
    case 'CTAP2_ERR_PIN_BLOCKED':
      return callError('pin-blocked', {}, options)
    case 'CTAP2_ERR_PIN_AUTH_BLOCKED':
      return callError('pin-needs-power-cycle', {}, options)
    case 'CTAP2_ERR_PIN_NOT_SET':
      return callError('pin-not-set', {}, options)
    case 'CTAP2_ERR_PIN_POLICY_VIOLATION':
      return callError('pin-refused', { fault: 'policy' }, options)
    case 'CTAP2_ERR_UV_BLOCKED':
      return callError('finger-blocked', {}, options)
    case 'CTAP2_ERR_UV_INVALID':
      return callError('finger-not-matched', {}, options)
    default:
      return callError('key-status', { status, name: ctap2.statusName(status) }, options)
  }
}

function fromCeremony({ fault, cause }: client.CeremonyError, options: KeyErrorOptions): CallError {
  switch (fault) {
    case 'bad-options':
      return callError('answer-not-understood', {}, options)
    case 'rp-id':
      return callError('key-refused', { reason: 'origin' }, options)
    case 'already-registered':
      return callError('key-refused', { reason: 'duplicate' }, options)
    case 'no-credential':
      return callError('key-refused', { reason: 'unknown-credential' }, options)
    case 'no-common-algorithm':
    case 'no-discoverable':
      return callError('key-cannot', { reason: 'not-offered' }, options)
    case 'verification-not-set':
      return callError('pin-not-set', {}, options)
    case 'pin-change-required':
      return callError('pin-must-change', {}, options)
    case 'pin-blocked':
      return callError('pin-blocked', {}, options)
    case 'pin-auth-blocked':
      return callError('pin-needs-power-cycle', {}, options)
    case 'pin-tries-changed':
      return callError('confirmation-stale', {}, options)
    case 'uv-blocked':
      return callError('finger-blocked', {}, options)
    case 'declined':
      return callError('touch-declined', {}, options)
    case 'timeout':
      return callError('touch-timed-out', {}, options)
    case 'key-full':
      return callError('key-full', {}, options)
    case 'refused':
      return cause instanceof KeyStatusError
        ? fromKeyStatus(cause, options)
        : callError('key-answer', { fault: 'refused' }, options)
    default:
      return unreachable(fault)
  }
}
