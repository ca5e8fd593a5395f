/**
 * Status codes that this key answers (CTAP 2.1 §8.2). Kept apart from the client's table on purpose: client and virtual
 * key that read one table would agree on a wrong number.
 */
export const STATUS = {
  ok: 0x00,
  invalidCommand: 0x01,
  invalidParameter: 0x02,
  invalidLength: 0x03,
  invalidSeq: 0x04,
  cborUnexpectedType: 0x11,
  invalidCbor: 0x12,
  missingParameter: 0x14,
  limitExceeded: 0x15,
  fpDatabaseFull: 0x17,
  largeBlobStorageFull: 0x18,
  credentialExcluded: 0x19,
  unsupportedAlgorithm: 0x26,
  operationDenied: 0x27,
  keyStoreFull: 0x28,
  unsupportedOption: 0x2b,
  invalidOption: 0x2c,
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
  invalidSubcommand: 0x3e,
  uvInvalid: 0x3f,
  unauthorizedPermission: 0x40,
  other: 0x7f,
} as const

export type Status = (typeof STATUS)[keyof typeof STATUS]

/** A command that ends with another status than success. Caught once, where commands are dispatched. */
export class Refusal extends Error {
  readonly status: Status
  constructor(status: Status) {
    super(`refused with 0x${status.toString(16)}`)
    this.name = 'Refusal'
    this.status = status
  }
}

export function refuse(status: Status): never {
  throw new Refusal(status)
}
