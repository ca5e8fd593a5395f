/** privacyIDEA's error numbers (its lib/error.py, 3.14) as errors of a backend. Its messages are translated and never read. */
import type { BackendError } from '../backend.ts'

export const CODE = {
  tokenAdmin: 301,
  policy: 303,
  enrollment: 404,
  notFound: 601,
  conflict: 602,
  user: 904,
  parameter: 905,
  tokenLocked: 1007,
  /** Of /token/assign: the token has an owner. */
  alreadyAssigned: 1103,
  authentication: 403,
  wrongCredentials: 4031,
  missingUsername: 4032,
  missingHeader: 4033,
  tokenNotReadable: 4304,
  tokenExpired: 4305,
  missingRight: 4306,
  illegalMethod: 4307,
} as const

/** What was asked, for an administrator to read. */
export interface Asked {
  readonly action: string
  readonly resource?: string | undefined
}

/** What a number means wherever it comes from; a caller that knows more looks at the number first. */
export function refusal(code: number, { action, resource }: Asked): BackendError {
  switch (code) {
    case CODE.policy:
    case CODE.missingRight:
    case CODE.illegalMethod:
      return { code: 'not-permitted', action, ...(resource === undefined ? {} : { resource }) }
    case CODE.authentication:
    case CODE.wrongCredentials:
    case CODE.missingUsername:
      return { code: 'sign-in-failed' }
    case CODE.missingHeader:
    case CODE.tokenNotReadable:
    case CODE.tokenExpired:
      return { code: 'sign-in-expired' }
    case CODE.notFound:
    case CODE.user:
      return { code: 'not-found' }
    case CODE.alreadyAssigned:
      return { code: 'serial-taken', serial: resource ?? '' }
    case CODE.tokenLocked:
      return { code: 'locked-out' }
    case CODE.conflict:
      return { code: 'try-later' }
    default:
      return { code: 'backend-fault', diagnosticId: `privacyIDEA ${code}` }
  }
}

/** The session is no longer taken: nothing was done, and signing in anew may help. */
export const isSignedOut = (code: number): boolean =>
  code === CODE.tokenExpired || code === CODE.tokenNotReadable || code === CODE.missingHeader
