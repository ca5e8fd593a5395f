/**
 * What can go wrong between this computer and AWS, told by what it means for a write: never sent, refused there (nothing
 * changed), or nobody knows. Codes and status are read, and of a message one thing alone; nothing of a request or an answer is kept,
 * for both may hold secrets.
 */

/** A failure of the transport, in place of the platform's error. */
export class TransportFault extends Error {
  /** `unreachable` and `untrusted`: before a byte of the request went out. `lost`: perhaps after. */
  readonly is: 'unreachable' | 'untrusted' | 'lost' | 'garbled'
  constructor(is: TransportFault['is']) {
    super(is)
    this.name = 'TransportFault'
    this.is = is
  }
}

/** Before the request is written: no address, no route, nobody listening (getaddrinfo, connect). */
const NOT_REACHED = new Set([
  'ENOTFOUND',
  'EAI_AGAIN',
  'EAI_FAIL',
  'ECONNREFUSED',
  'EHOSTUNREACH',
  'ENETUNREACH',
  'ENETDOWN',
  'EADDRNOTAVAIL',
])

/** OpenSSL's verdicts on a certificate, and Node's on its name (Node.js, "X509 certificate error codes", ERR_TLS_*). */
const NOT_TRUSTED =
  /^(UNABLE_TO_|CERT_|CRL_|DEPTH_ZERO_SELF_SIGNED_CERT|SELF_SIGNED_CERT_IN_CHAIN|HOSTNAME_MISMATCH|INVALID_(CA|PURPOSE)|PATH_LENGTH_EXCEEDED|ERR_TLS_|ERR_SSL_|EPROTO)/

/** The `code` of an error or of what caused it; Node joins those of several addresses in an AggregateError. */
function codesOf(error: unknown, depth = 0): string[] {
  if (!(error instanceof Error) || depth > 4) return []
  const own = 'code' in error && typeof error.code === 'string' ? [error.code] : []
  const joined = error instanceof AggregateError ? error.errors : []
  return [...own, ...[...joined, error.cause].flatMap((cause) => codesOf(cause, depth + 1))]
}

export function transportFault(error: unknown): TransportFault {
  if (error instanceof TransportFault) return error
  const codes = codesOf(error)
  if (codes.some((code) => NOT_TRUSTED.test(code))) return new TransportFault('untrusted')
  const isBefore = codes.length > 0 && codes.every((code) => NOT_REACHED.has(code))
  return new TransportFault(isBefore ? 'unreachable' : 'lost')
}

export interface Refusal {
  /** IAM's error code without the SDK's ending: `NoSuchEntity`. */
  readonly code: string
  readonly status: number
  /** The words that every refusal for want of a right has, and one for a wrong password has not (both are AccessDenied). */
  readonly saysNotAuthorized: boolean
  readonly requestId?: string
  readonly retryAfterSeconds?: number
}

/** What the service itself said, if it was the service that spoke. */
export function refusalOf(error: unknown): Refusal | undefined {
  if (!(error instanceof Error) || error instanceof TransportFault || !('$metadata' in error)) return undefined
  const { $metadata: metadata } = error as { $metadata?: { httpStatusCode?: unknown; requestId?: unknown } }
  const status = metadata?.httpStatusCode
  if (typeof status !== 'number' || status < 300) return undefined
  const requestId = metadata?.requestId
  return {
    code: error.name.replace(/Exception$/, ''),
    status,
    saysNotAuthorized: error.message.includes('is not authorized to perform'),
    ...(typeof requestId === 'string' ? { requestId } : {}),
  }
}

const THROTTLED = new Set([
  'Throttling',
  'Throttled',
  'ThrottledRequest',
  'RequestThrottled',
  'RequestLimitExceeded',
  'TooManyRequests',
  'SlowDown',
  'BandwidthLimitExceeded',
  'PriorRequestNotComplete',
])
const TOO_MANY_REQUESTS = 429

export const isThrottled = ({ code, status }: Refusal): boolean => THROTTLED.has(code) || status === TOO_MANY_REQUESTS

/** Codes that a computer's wrong clock brings; the second also a wrong secret key, told apart by the answer's `Date`. */
const SIGNED_AT_WRONG_TIME = new Set([
  'RequestTimeTooSkewed',
  'SignatureDoesNotMatch',
  'RequestExpired',
  'InvalidSignature',
])

export const isSignedAtWrongTime = ({ code }: Refusal): boolean => SIGNED_AT_WRONG_TIME.has(code)

const REQUEST_TIMEOUT = 408

/** It answered, and yet may have done it. */
export const isFault = ({ status }: Refusal): boolean => status >= 500 || status === REQUEST_TIMEOUT
