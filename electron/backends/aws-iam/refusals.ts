/** IAM's and STS's error codes as errors of the closed list (backends.md §5.3). By code alone: an invalid code comes as 403 too. */
import type { BackendError } from '../backend.ts'
import type { Refusal } from './failures.ts'
import { serviceFault } from './wire.ts'

/** What a call was about, for what its refusal means. */
export interface About {
  /** `iam:EnableMFADevice`: what an administrator would have to allow. */
  readonly action: string
  readonly resource?: string
  /** What `EntityAlreadyExists` means here: a name that is taken, or a serial number that is somebody's. */
  readonly taken?: BackendError
  /** What `LimitExceeded` means here: the account's quota, or the identity's eight. */
  readonly limit?: BackendError
  /** When codes that were refused may be tried anew. */
  readonly nextCodesAt?: number
  /** When what can't be changed now may be tried again. */
  readonly laterAt?: number
}

/** `denied`: AccessDenied, whose meaning depends on who asked and how they were signed in. */
export type Meaning = BackendError | { readonly code: 'denied' }

const SIGN_IN_FAILED = new Set([
  'InvalidClientTokenId',
  'UnrecognizedClient',
  'InvalidAccessKeyId',
  'MissingAuthenticationToken',
  'IncompleteSignature',
  'SignatureDoesNotMatch',
  'InvalidSignature',
  'AuthFailure',
  'OptInRequired',
  'RegionDisabled',
])

export function meaningOf(refusal: Refusal, about: About): Meaning {
  switch (refusal.code) {
    case 'AccessDenied':
    case 'UnauthorizedOperation':
    case 'NotAuthorized':
      return { code: 'denied' }
    case 'InvalidAuthenticationCode':
      return { code: 'codes-refused', ...at(about.nextCodesAt) }
    case 'EntityAlreadyExists':
      return about.taken ?? serviceFault(refusal)
    case 'LimitExceeded':
      return about.limit ?? { code: 'account-quota' }
    case 'NoSuchEntity':
      return { code: 'not-found' }
    case 'DeleteConflict':
      return { code: 'still-assigned' }
    case 'EntityTemporarilyUnmodifiable':
    case 'ConcurrentModification':
      return { code: 'try-later', ...at(about.laterAt) }
    case 'PasswordPolicyViolation':
    case 'InvalidUserType':
      return { code: 'password-refused' }
    case 'ExpiredToken':
    case 'TokenRefreshRequired':
    case 'RequestExpired':
      return { code: 'sign-in-expired' }
    case 'NotImplemented':
    case 'InvalidAction':
      return { code: 'not-supported', reason: 'backend-lacks-it' }
    default:
      return SIGN_IN_FAILED.has(refusal.code) ? { code: 'sign-in-failed' } : serviceFault(refusal)
  }
}

const at = (retryAt: number | undefined) => (retryAt === undefined ? {} : { retryAt })
