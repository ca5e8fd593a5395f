/** Status codes of CTAP2 answers by name (CTAP 2.1 §8.2, errata 2022; CTAP 2.2 and 2.3 add none that is not here). */

export const STATUS_NAMES = {
  0x00: 'CTAP2_OK',
  0x01: 'CTAP1_ERR_INVALID_COMMAND',
  0x02: 'CTAP1_ERR_INVALID_PARAMETER',
  0x03: 'CTAP1_ERR_INVALID_LENGTH',
  0x04: 'CTAP1_ERR_INVALID_SEQ',
  0x05: 'CTAP1_ERR_TIMEOUT',
  0x06: 'CTAP1_ERR_CHANNEL_BUSY',
  0x0a: 'CTAP1_ERR_LOCK_REQUIRED',
  0x0b: 'CTAP1_ERR_INVALID_CHANNEL',
  0x11: 'CTAP2_ERR_CBOR_UNEXPECTED_TYPE',
  0x12: 'CTAP2_ERR_INVALID_CBOR',
  0x14: 'CTAP2_ERR_MISSING_PARAMETER',
  0x15: 'CTAP2_ERR_LIMIT_EXCEEDED',
  // Of CTAP 2.0; later versions keep the number free.
  0x16: 'CTAP2_ERR_UNSUPPORTED_EXTENSION',
  0x17: 'CTAP2_ERR_FP_DATABASE_FULL',
  0x18: 'CTAP2_ERR_LARGE_BLOB_STORAGE_FULL',
  0x19: 'CTAP2_ERR_CREDENTIAL_EXCLUDED',
  0x21: 'CTAP2_ERR_PROCESSING',
  0x22: 'CTAP2_ERR_INVALID_CREDENTIAL',
  0x23: 'CTAP2_ERR_USER_ACTION_PENDING',
  0x24: 'CTAP2_ERR_OPERATION_PENDING',
  0x25: 'CTAP2_ERR_NO_OPERATIONS',
  0x26: 'CTAP2_ERR_UNSUPPORTED_ALGORITHM',
  0x27: 'CTAP2_ERR_OPERATION_DENIED',
  0x28: 'CTAP2_ERR_KEY_STORE_FULL',
  // Of CTAP 2.0.
  0x29: 'CTAP2_ERR_NOT_BUSY',
  0x2a: 'CTAP2_ERR_NO_OPERATION_PENDING',
  0x2b: 'CTAP2_ERR_UNSUPPORTED_OPTION',
  0x2c: 'CTAP2_ERR_INVALID_OPTION',
  0x2d: 'CTAP2_ERR_KEEPALIVE_CANCEL',
  0x2e: 'CTAP2_ERR_NO_CREDENTIALS',
  0x2f: 'CTAP2_ERR_USER_ACTION_TIMEOUT',
  0x30: 'CTAP2_ERR_NOT_ALLOWED',
  0x31: 'CTAP2_ERR_PIN_INVALID',
  0x32: 'CTAP2_ERR_PIN_BLOCKED',
  0x33: 'CTAP2_ERR_PIN_AUTH_INVALID',
  0x34: 'CTAP2_ERR_PIN_AUTH_BLOCKED',
  0x35: 'CTAP2_ERR_PIN_NOT_SET',
  // CTAP 2.0 says CTAP2_ERR_PIN_REQUIRED.
  0x36: 'CTAP2_ERR_PUAT_REQUIRED',
  0x37: 'CTAP2_ERR_PIN_POLICY_VIOLATION',
  // CTAP 2.0 says CTAP2_ERR_PIN_TOKEN_EXPIRED; 2.1 keeps the number free.
  0x38: 'CTAP2_ERR_PIN_TOKEN_EXPIRED',
  0x39: 'CTAP2_ERR_REQUEST_TOO_LARGE',
  0x3a: 'CTAP2_ERR_ACTION_TIMEOUT',
  0x3b: 'CTAP2_ERR_UP_REQUIRED',
  0x3c: 'CTAP2_ERR_UV_BLOCKED',
  0x3d: 'CTAP2_ERR_INTEGRITY_FAILURE',
  0x3e: 'CTAP2_ERR_INVALID_SUBCOMMAND',
  0x3f: 'CTAP2_ERR_UV_INVALID',
  0x40: 'CTAP2_ERR_UNAUTHORIZED_PERMISSION',
  0x7f: 'CTAP1_ERR_OTHER',
} as const

export type StatusName = (typeof STATUS_NAMES)[keyof typeof STATUS_NAMES]

/** Those that a ceremony or a command of ours decides upon. */
export const STATUS = {
  invalidCommand: 0x01,
  invalidParameter: 0x02,
  invalidLength: 0x03,
  limitExceeded: 0x15,
  largeBlobStorageFull: 0x18,
  credentialExcluded: 0x19,
  invalidCredential: 0x22,
  unsupportedAlgorithm: 0x26,
  operationDenied: 0x27,
  keyStoreFull: 0x28,
  keepaliveCancel: 0x2d,
  noCredentials: 0x2e,
  userActionTimeout: 0x2f,
  notAllowed: 0x30,
  pinInvalid: 0x31,
  pinBlocked: 0x32,
  pinAuthInvalid: 0x33,
  pinAuthBlocked: 0x34,
  pinNotSet: 0x35,
  puatRequired: 0x36,
  pinPolicyViolation: 0x37,
  requestTooLarge: 0x39,
  uvBlocked: 0x3c,
  integrityFailure: 0x3d,
  uvInvalid: 0x3f,
} as const

/**
 * The name of a status. Ranges without names of their own: extension-specific (0xe0 to 0xef) and vendor-specific (0xf0
 * to 0xff); anything else is one we don't know.
 */
export function statusName(status: number): StatusName | 'extension' | 'vendor' | 'unknown' {
  const name = (STATUS_NAMES as Readonly<Record<number, StatusName>>)[status]
  if (name !== undefined) return name
  if (status >= 0xe0 && status <= 0xef) return 'extension'
  return status >= 0xf0 && status <= 0xff ? 'vendor' : 'unknown'
}
