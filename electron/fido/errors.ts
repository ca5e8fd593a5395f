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
