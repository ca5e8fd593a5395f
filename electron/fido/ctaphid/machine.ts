/**
 * The client's end of CTAPHID (CTAP 2.1 §11.2): a report in, what it means out. It does no input or output and knows no
 * time; `transport.ts` gives it both. A key may send anything at all: each report is an event or nothing.
 */
import type { WireFault } from '../errors.ts'
import { Assembly, BROADCAST, CAPABILITY, COMMAND, ERROR_CODE, fragment, NONCE_BYTES, readChannel, readPacket, type Packet } from './packets.ts' // prettier-ignore

export interface InitAnswer {
  readonly channel: number
  readonly deviceVersion: { readonly major: number; readonly minor: number; readonly build: number }
  readonly capabilities: { readonly wink: boolean; readonly cbor: boolean; readonly msg: boolean }
}

export type MachineEvent =
  /** CTAPHID_INIT was answered: the channel is there, or in step again. */
  | { readonly kind: 'ready'; readonly init: InitAnswer }
  | { readonly kind: 'answer'; readonly message: Uint8Array }
  | { readonly kind: 'keepalive'; readonly status: number }
  /** What the key said, or `malformed` where what it sent can't be right. The transaction is over. */
  | { readonly kind: 'fault'; readonly fault: WireFault }

type State =
  | { readonly kind: 'idle' }
  | { readonly kind: 'initialising'; readonly nonce: Uint8Array }
  | { readonly kind: 'waiting'; readonly command: number; assembly?: Assembly }

export class Machine {
  #channel = BROADCAST
  #state: State = { kind: 'idle' }

  /** False until CTAPHID_INIT was answered, and after `forgetChannel`. */
  get hasChannel(): boolean {
    return this.#channel !== BROADCAST
  }

  /**
   * Reports that ask for a channel, or, where there is one, put it in step again: the key then drops what it was doing on
   * it (§11.2.9.1.3). `nonce` is 8 fresh random bytes.
   */
  init(nonce: Uint8Array): Uint8Array[] {
    if (nonce.length !== NONCE_BYTES) throw new RangeError('CTAPHID: a nonce is 8 bytes')
    this.#state = { kind: 'initialising', nonce }
    return fragment(this.#channel, COMMAND.init, nonce)
  }

  /** Reports of a request, whose answer is then waited for. */
  request(command: number, message: Uint8Array): Uint8Array[] {
    this.#state = { kind: 'waiting', command }
    return fragment(this.#channel, command, message)
  }

  /** The report that asks the key to give up; the request's own answer is still to come (§11.2.9.1.5). */
  cancel(): Uint8Array[] {
    return fragment(this.#channel, COMMAND.cancel, new Uint8Array())
  }

  /** Waits for nothing more: what comes before the next `init` or `request` is ignored. */
  abandon(): void {
    this.#state = { kind: 'idle' }
  }

  forgetChannel(): void {
    this.#channel = BROADCAST
    this.abandon()
  }

  /** What a report means; nothing where it is another channel's, or nobody waits. */
  receive(report: Uint8Array): MachineEvent | undefined {
    const state = this.#state
    if (state.kind === 'idle') return undefined
    const packet = readPacket(report)
    if (!packet) return this.#over('malformed')
    if (packet.channel !== this.#channel) return undefined
    return state.kind === 'initialising' ? this.#initAnswer(packet, state.nonce) : this.#answer(packet, state)
  }

  #over(fault: WireFault): MachineEvent {
    this.abandon()
    return { kind: 'fault', fault }
  }

  /** Leftovers of an earlier transaction, and answers to another program's nonce, may come first and mean nothing. */
  #initAnswer(packet: Packet, nonce: Uint8Array): MachineEvent | undefined {
    if (packet.kind !== 'init') return undefined
    if (packet.command === COMMAND.error) {
      const fault = packet.length === 1 ? faultOf(packet.data[0]!) : 'malformed'
      // On a channel of our own any other error is the end of what was asked before.
      return this.hasChannel && fault !== 'invalid-channel' ? undefined : this.#over(fault)
    }
    if (packet.command !== COMMAND.init || nonce.some((byte, i) => byte !== packet.data[i])) return undefined
    const init = readInit(packet)
    const isOurs = this.#channel === BROADCAST || init?.channel === this.#channel
    if (!init || !isOurs) return this.#over('malformed')
    this.#channel = init.channel
    this.abandon()
    return { kind: 'ready', init }
  }

  #answer(packet: Packet, state: State & { kind: 'waiting' }): MachineEvent | undefined {
    if (packet.kind === 'continuation') {
      if (!state.assembly?.add(packet)) return this.#over('malformed')
    } else if (packet.command === COMMAND.error) {
      return this.#over(packet.length === 1 ? faultOf(packet.data[0]!) : 'malformed')
    } else if (state.assembly) {
      return this.#over('malformed')
    } else if (packet.command === COMMAND.keepalive) {
      return packet.length === 1 ? { kind: 'keepalive', status: packet.data[0]! } : this.#over('malformed')
    } else {
      const assembly = packet.command === state.command ? Assembly.begin(packet) : undefined
      if (!assembly) return this.#over('malformed')
      state.assembly = assembly
    }
    const message = state.assembly?.message
    if (!message) return undefined
    this.abandon()
    return { kind: 'answer', message }
  }
}

const FAULTS = new Map(Object.entries(ERROR_CODE).map(([fault, code]) => [code as number, fault as WireFault]))

const faultOf = (code: number): WireFault => FAULTS.get(code) ?? 'other'

/** Offsets of the answer to CTAPHID_INIT (§11.2.9.1.3); a longer answer is a later version's. */
const INIT_ANSWER = { channel: 8, major: 13, minor: 14, build: 15, capabilities: 16, length: 17 } as const

function readInit({ length, data }: Packet & { kind: 'init' }): InitAnswer | undefined {
  const channel = readChannel(data, INIT_ANSWER.channel)
  if (length < INIT_ANSWER.length || channel === 0 || channel === BROADCAST) return undefined
  const capabilities = data[INIT_ANSWER.capabilities]!
  return {
    channel,
    deviceVersion: {
      major: data[INIT_ANSWER.major]!,
      minor: data[INIT_ANSWER.minor]!,
      build: data[INIT_ANSWER.build]!,
    },
    capabilities: {
      wink: (capabilities & CAPABILITY.wink) !== 0,
      cbor: (capabilities & CAPABILITY.cbor) !== 0,
      msg: (capabilities & CAPABILITY.noMsg) === 0,
    },
  }
}
