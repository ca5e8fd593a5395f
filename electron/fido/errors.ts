/**
 * Three kinds of trouble, kept apart: the wire's, the key's own status, and our mistake. Only what the key itself answered
 * carries the key's status code.
 */

/** Codes of CTAPHID_ERROR (CTAP 2.1 §11.2.9.1.6), and what only this side can see. */
export type WireFault =
  | 'invalid-command'
  | 'invalid-parameter'
  | 'invalid-length'
  | 'invalid-sequence'
  | 'message-timeout'
  | 'channel-busy'
  | 'lock-required'
  | 'invalid-channel'
  | 'other'
  /** The key answered nothing, or nothing more, in time. */
  | 'no-answer'
  /** An answer that breaks the framing, is too long, or is not what was asked. */
  | 'malformed'
  /** Unplugged, or the port was closed. */
  | 'gone'

export class WireError extends Error {
  readonly fault: WireFault
  constructor(fault: WireFault, options?: { cause?: unknown }) {
    super(`CTAPHID: ${fault}`, options)
    this.name = 'WireError'
    this.fault = fault
  }
}

/**
 * The wire failed with a PIN on it: whether the key counted a try, or took the new PIN, is not known. It was sent once, and
 * is not sent again. (Not for `gone`, which is no fault of the wire's: what is plugged in again is asked how it stands.)
 */
export class PinUnansweredError extends WireError {
  constructor(cause: WireError) {
    super(cause.fault, { cause })
    this.name = 'PinUnansweredError'
  }
}

/** A status other than CTAP2_OK that the key answered (CTAP 2.1 §8.2). */
export class KeyStatusError extends Error {
  readonly status: number
  constructor(status: number) {
    super(`the key answered 0x${status.toString(16).padStart(2, '0')}`)
    this.name = 'KeyStatusError'
    this.status = status
  }
}

/** A call that can't be right whatever the key says: a parameter out of range, a command the key does not offer. */
export class MisuseError extends Error {
  constructor(what: string) {
    super(what)
    this.name = 'MisuseError'
  }
}

/** How an answer that came whole and with status success is still not one that the command can have. */
export type AnswerFault =
  /** Not one canonical CBOR item, or not a map; the codec's own fault is the cause. */
  | 'cbor'
  | 'missing-member'
  | 'member-type'
  /** Of the right type, but a value that the specification or plain arithmetic forbids. */
  | 'member-value'
  | 'authenticator-data'
  | 'cose-key'
  /** A key agreement key that is not a point of P-256, or whose COSE members are not exactly the five there must be. */
  | 'key-agreement'
  /** An encrypted part that has a length or a tag no right key would send. */
  | 'ciphertext'
  /** A U2F answer that is too short, or whose parts do not fit. */
  | 'apdu'
  /** An answer about something else than was asked: another relying party, another credential. */
  | 'mismatch'

/** The key answered success and then something wrong: faulty or hostile. Says where, never what it said. */
export class AnswerError extends Error {
  readonly fault: AnswerFault
  /** The member's key, as in the specification's table: `0x03`, or a text key. */
  readonly member: string | undefined
  constructor(fault: AnswerFault, member?: number | string, options?: { cause?: unknown }) {
    const named = typeof member === 'number' ? `0x${member.toString(16).padStart(2, '0')}` : member
    super(`the key's answer: ${fault}${named === undefined ? '' : ` (${named})`}`, options)
    this.name = 'AnswerError'
    this.fault = fault
    this.member = named
  }
}
