/** Why a ceremony ended without a credential. Wire trouble and faulty answers stay `WireError` and `AnswerError`. */
import { KeyStatusError } from '../errors.ts'
import { STATUS } from '../ctap2/index.ts'

export type CeremonyFault =
  /** The options are not what WebAuthn says they are; `detail` names the member. */
  | 'bad-options'
  /** The relying party's id is not the origin's host nor a parent of it, or the origin is not secure. */
  | 'rp-id'
  /** The key already has a credential of the excludeList. */
  | 'already-registered'
  | 'no-credential'
  | 'no-common-algorithm'
  /** A discoverable credential is required and the key keeps none. */
  | 'no-discoverable'
  /** The person must be verified, and the key has neither PIN nor finger set. */
  | 'verification-not-set'
  | 'pin-change-required'
  | 'pin-blocked'
  /** Three wrong PINs in a row: the key must be unplugged and plugged in again. */
  | 'pin-auth-blocked'
  /** Other attempts are left by now than the person was told: this PIN was not tried. */
  | 'pin-tries-changed'
  | 'uv-blocked'
  /** The person gave up when asked, or said no on the key. */
  | 'declined'
  | 'timeout'
  | 'key-full'
  /** Another status of the key; it is the cause. */
  | 'refused'

export class CeremonyError extends Error {
  readonly fault: CeremonyFault
  readonly detail: string | undefined
  constructor(fault: CeremonyFault, detail?: string, options?: { cause?: unknown }) {
    super(`ceremony: ${fault}${detail === undefined ? '' : ` (${detail})`}`, options)
    this.name = 'CeremonyError'
    this.fault = fault
    this.detail = detail
  }
}

const FAULT_OF_STATUS: Readonly<Record<number, CeremonyFault>> = {
  [STATUS.credentialExcluded]: 'already-registered',
  [STATUS.noCredentials]: 'no-credential',
  [STATUS.unsupportedAlgorithm]: 'no-common-algorithm',
  [STATUS.operationDenied]: 'declined',
  [STATUS.userActionTimeout]: 'timeout',
  [STATUS.keyStoreFull]: 'key-full',
  [STATUS.pinNotSet]: 'verification-not-set',
  [STATUS.pinBlocked]: 'pin-blocked',
  [STATUS.pinAuthBlocked]: 'pin-auth-blocked',
  [STATUS.uvBlocked]: 'uv-blocked',
}

/** The key's status as a fault of the ceremony; everything else as it is. */
export function asCeremonyError(error: unknown): unknown {
  if (!(error instanceof KeyStatusError)) return error
  return new CeremonyError(FAULT_OF_STATUS[error.status] ?? 'refused', undefined, { cause: error })
}
