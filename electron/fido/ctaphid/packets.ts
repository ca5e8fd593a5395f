/**
 * CTAPHID messages and the 64-byte packets they are cut into (CTAP 2.1 §11.2.4). An initialisation packet is channel (4),
 * command with the top bit set (1), length of the whole message (2), data (57); a continuation packet is channel (4),
 * sequence number (1), data (59). Used by the client's machine, and by whatever plays a key.
 */
import { REPORT_BYTES } from '../hid-port.ts'

/** §11.2.9, without the top bit. */
export const COMMAND = {
  ping: 0x01,
  msg: 0x03,
  lock: 0x04,
  init: 0x06,
  wink: 0x08,
  cbor: 0x10,
  cancel: 0x11,
  keepalive: 0x3b,
  error: 0x3f,
} as const

/** §11.2.9.1.6. */
export const ERROR_CODE = {
  'invalid-command': 0x01,
  'invalid-parameter': 0x02,
  'invalid-length': 0x03,
  'invalid-sequence': 0x04,
  'message-timeout': 0x05,
  'channel-busy': 0x06,
  'lock-required': 0x0a,
  'invalid-channel': 0x0b,
  other: 0x7f,
} as const

/** Status byte of CTAPHID_KEEPALIVE (§11.2.9.1.7). */
export const KEEPALIVE = { processing: 1, userPresenceNeeded: 2 } as const

/** Bits of the capability byte in an answer to CTAPHID_INIT (§11.2.9.1.3); `noMsg` says what is *not* offered. */
export const CAPABILITY = { wink: 0x01, cbor: 0x04, noMsg: 0x08 } as const

/** Where CTAPHID_INIT asks for a channel (§11.2.4). 0 is reserved. */
export const BROADCAST = 0xffff_ffff
export const NONCE_BYTES = 8

const INIT_HEADER = 7
const CONTINUATION_HEADER = 5
const INIT_DATA = REPORT_BYTES - INIT_HEADER
const CONTINUATION_DATA = REPORT_BYTES - CONTINUATION_HEADER
const MAX_CONTINUATIONS = 128
/** 64 − 7 + 128 × (64 − 5) (§11.2.4). */
export const MAX_MESSAGE_BYTES = INIT_DATA + MAX_CONTINUATIONS * CONTINUATION_DATA

export type Packet =
  | {
      readonly kind: 'init'
      readonly channel: number
      readonly command: number
      /** Length of the whole message as the packet claims it. */
      readonly length: number
      readonly data: Uint8Array
    }
  | { readonly kind: 'continuation'; readonly channel: number; readonly sequence: number; readonly data: Uint8Array }

/** The packet of a report, or `undefined` where it is not 64 bytes. `data` is a view, padding included. */
export function readPacket(report: Uint8Array): Packet | undefined {
  if (report.length !== REPORT_BYTES) return undefined
  const channel = readChannel(report)
  const type = report[4]!
  if (type < 0x80) return { kind: 'continuation', channel, sequence: type, data: report.subarray(CONTINUATION_HEADER) }
  const length = (report[5]! << 8) | report[6]!
  return { kind: 'init', channel, command: type & 0x7f, length, data: report.subarray(INIT_HEADER) }
}

/** The four bytes at `at`, as the number of a channel. */
export function readChannel(bytes: Uint8Array, at = 0): number {
  return ((bytes[at]! << 24) | (bytes[at + 1]! << 16) | (bytes[at + 2]! << 8) | bytes[at + 3]!) >>> 0
}

/** The reports of one message, padded with zeros. Throws `RangeError` for more than 7,609 bytes. */
export function fragment(channel: number, command: number, message: Uint8Array): Uint8Array[] {
  if (message.length > MAX_MESSAGE_BYTES) throw new RangeError('CTAPHID: a message of more than 7609 bytes')
  const first = report(channel, 0x80 | command, message.subarray(0, INIT_DATA), INIT_HEADER)
  first[5] = message.length >> 8
  first[6] = message.length & 0xff
  const reports = [first]
  for (let at = INIT_DATA, sequence = 0; at < message.length; at += CONTINUATION_DATA, sequence++) {
    reports.push(report(channel, sequence, message.subarray(at, at + CONTINUATION_DATA), CONTINUATION_HEADER))
  }
  return reports
}

function report(channel: number, type: number, data: Uint8Array, header: number): Uint8Array {
  const bytes = new Uint8Array(REPORT_BYTES)
  bytes[0] = channel >>> 24
  bytes[1] = channel >>> 16
  bytes[2] = channel >>> 8
  bytes[3] = channel
  bytes[4] = type
  bytes.set(data, header)
  return bytes
}

/** One message as its packets come in. */
export class Assembly {
  readonly command: number
  readonly #message: Uint8Array
  #filled = 0
  #nextSequence = 0

  private constructor(command: number, length: number) {
    this.command = command
    this.#message = new Uint8Array(length)
  }

  /** Begins a message, or answers `undefined` where its packet claims more than a message can hold. */
  static begin(packet: Packet & { readonly kind: 'init' }): Assembly | undefined {
    if (packet.length > MAX_MESSAGE_BYTES) return undefined
    const assembly = new Assembly(packet.command, packet.length)
    assembly.#fill(packet.data)
    return assembly
  }

  /** False, and nothing is taken, where the packet is not the next of this message. */
  add(packet: Packet & { readonly kind: 'continuation' }): boolean {
    if (this.message !== undefined || packet.sequence !== this.#nextSequence) return false
    this.#nextSequence += 1
    this.#fill(packet.data)
    return true
  }

  /** The message once it is whole. */
  get message(): Uint8Array | undefined {
    return this.#filled === this.#message.length ? this.#message : undefined
  }

  #fill(data: Uint8Array): void {
    const wanted = data.subarray(0, this.#message.length - this.#filled)
    this.#message.set(wanted, this.#filled)
    this.#filled += wanted.length
  }
}
