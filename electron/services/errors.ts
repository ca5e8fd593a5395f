/** The one place where parts' errors become errors of the contract. Each switch is exhaustive: a new error does not compile without its row. */
import { callError, type CallError } from '../../shared/contract/index.ts'
import { unreachable } from '../../shared/kit/index.ts'
import type { BackendError } from '../backends/backend.ts'

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
    case 'untrusted-server':
    case 'answer-not-understood':
      return callError(error.code, {}, options)
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
