/**
 * The npm package nid-webauthn-emulator as a key: the CTAP2 is theirs (2.0, no PIN), only the CTAPHID around it is ours.
 * It writes CBOR `undefined` for members that are absent and keeps no order of keys, which a strict client refuses; a raw
 * key leaves that in, a tidied one is what its makers meant.
 */
import { decode } from 'cborg'
import { AuthenticatorEmulator } from 'nid-webauthn-emulator'
import { encode, type CborValue } from '../../../electron/fido/cbor/index.ts'
import { REPORT_BYTES, type HidPort } from '../../../electron/fido/hid-port.ts'

const COMMAND = { ping: 0x81, init: 0x86, wink: 0x88, cbor: 0x90, cancel: 0x91, error: 0xbf } as const
const ERROR = { invalidCommand: 0x01, invalidSequence: 0x04 } as const
const BROADCAST = 0xffff_ffff
const [INIT_DATA_BYTES, NEXT_DATA_BYTES] = [57, 59]
/** CAPABILITY_CBOR and CAPABILITY_NMSG. */
const CAPABILITIES = 0x0c
const CTAP1_ERR_OTHER = 0x7f

interface Message {
  readonly channel: number
  readonly command: number
  readonly length: number
  data: Buffer
  next: number
}

type Send = (channel: number, command: number, data: Uint8Array) => void

/** Its credentials outlive a port, as a key's do. */
export class EmulatorKey {
  readonly #emulator = new AuthenticatorEmulator()
  readonly #isRaw: boolean
  #nextChannel = 0x0102_0304

  constructor({ isRaw }: { readonly isRaw: boolean }) {
    this.#isRaw = isRaw
  }

  port(): HidPort {
    let listener: (report: Uint8Array) => void = () => {}
    let message: Message | undefined
    const send: Send = (channel, command, data) => {
      for (const report of reportsOf(channel, command, data)) listener(report)
    }
    return {
      write: async (report) => {
        const packet = Buffer.from(report)
        const channel = packet.readUInt32BE(0)
        if (packet[4]! >= 0x80) {
          const length = packet.readUInt16BE(5)
          message = { channel, command: packet[4]!, length, data: packet.subarray(7, 7 + length), next: 0 }
        } else if (message?.channel === channel) {
          if (packet[4] !== message.next++) {
            message = undefined
            return send(channel, COMMAND.error, Uint8Array.of(ERROR.invalidSequence))
          }
          message.data = Buffer.concat([message.data, packet.subarray(5)]).subarray(0, message.length)
        }
        if (message === undefined || message.data.length < message.length) return
        const { command, data } = message
        message = undefined
        this.#answer(channel, command, data, send)
      },
      onReport: (to) => void (listener = to),
      onClose: () => {},
      close: async () => void (listener = () => {}),
    }
  }

  #answer(channel: number, command: number, data: Buffer, send: Send): void {
    switch (command) {
      case COMMAND.init: {
        const answer = Buffer.alloc(17)
        data.copy(answer, 0, 0, 8)
        answer.writeUInt32BE(channel === BROADCAST ? this.#nextChannel++ : channel, 8)
        answer.set([2, 1, 0, 0, CAPABILITIES], 12)
        return send(channel, COMMAND.init, answer)
      }
      case COMMAND.ping:
        return send(channel, COMMAND.ping, data)
      case COMMAND.wink:
        return send(channel, COMMAND.wink, Buffer.alloc(0))
      case COMMAND.cbor:
        return send(channel, COMMAND.cbor, this.#cbor(data))
      case COMMAND.cancel:
        return
      default:
        return send(channel, COMMAND.error, Uint8Array.of(ERROR.invalidCommand))
    }
  }

  #cbor(request: Buffer): Uint8Array {
    const parameters = request.length > 1 ? { data: Uint8Array.from(request.subarray(1)) } : {}
    try {
      const { status, data } = this.#emulator.command({ command: request[0]!, ...parameters } as never)
      const answer = new Uint8Array(data ?? [])
      const isKept = this.#isRaw || answer.length === 0
      return Buffer.concat([Buffer.of(status), isKept ? answer : encode(tidied(decode(answer, { useMaps: true })))])
    } catch (error) {
      const { status } = error as { status?: unknown }
      return Buffer.of(typeof status === 'number' ? status : CTAP1_ERR_OTHER)
    }
  }
}

function* reportsOf(channel: number, command: number, data: Uint8Array): Generator<Uint8Array> {
  const first = Buffer.alloc(REPORT_BYTES)
  first.writeUInt32BE(channel)
  first[4] = command
  first.writeUInt16BE(data.length, 5)
  first.set(data.subarray(0, INIT_DATA_BYTES), 7)
  yield first
  for (let at = INIT_DATA_BYTES, sequence = 0; at < data.length; at += NEXT_DATA_BYTES, sequence++) {
    const next = Buffer.alloc(REPORT_BYTES)
    next.writeUInt32BE(channel)
    next[4] = sequence
    next.set(data.subarray(at, at + NEXT_DATA_BYTES), 5)
    yield next
  }
}

function tidied(value: unknown): CborValue {
  if (value instanceof Map) {
    const kept = [...value].filter(([, item]) => item !== undefined)
    return new Map(kept.map(([key, item]) => [key as number | string, tidied(item)]))
  }
  return Array.isArray(value) ? value.map(tidied) : (value as CborValue)
}
