/**
 * The key's side of CTAPHID (CTAP 2.1 §11.2): channels, one transaction at a time, keepalives while it runs. As with a
 * real hidraw node, every open handle sees every report, those of other programs too.
 */
import type { Clock, Random } from '../../../shared/kit/index.ts'
import {
  Assembly,
  BROADCAST,
  CAPABILITY,
  COMMAND,
  ERROR_CODE,
  fragment,
  KEEPALIVE,
  NONCE_BYTES,
  readPacket,
  type Packet,
} from '../ctaphid/index.ts'
import type { Turn } from './key.ts'

type InitPacket = Packet & { readonly kind: 'init' }
type ContinuationPacket = Packet & { readonly kind: 'continuation' }

/** U2FHID_TRANS_TIMEOUT and the interval of keepalives (§11.2.9.2.1), and how many channels are remembered. */
const ASSEMBLY_MS = 500
const KEEPALIVE_MS = 100
const MAX_CHANNELS = 64
const MAX_LOCK_SECONDS = 10
const PROTOCOL_VERSION = 2

export interface DeviceParts {
  readonly clock: Clock
  readonly random: Random
  readonly version: readonly [number, number, number]
  /** Absent on a key that speaks U2F alone. */
  readonly cbor: ((request: Uint8Array, turn: Turn) => Promise<Uint8Array>) | undefined
  readonly msg: (apdu: Uint8Array) => Promise<Uint8Array>
  readonly wink: () => void
  readonly send: (report: Uint8Array) => void
}

interface Running {
  readonly channel: number
  readonly command: number
  readonly abort: AbortController
  waitsForPerson: boolean
  stopKeepalives: () => void
}

export class HidDevice {
  readonly #parts: DeviceParts
  /** Least recently used first. */
  readonly #channels = new Set<number>()
  #nextChannel: number
  #assembling: { readonly channel: number; readonly assembly: Assembly; readonly stopTimer: () => void } | undefined
  #running: Running | undefined
  #lock: { readonly channel: number; readonly stopTimer: () => void } | undefined
  #isOff = false

  constructor(parts: DeviceParts) {
    this.#parts = parts
    const [a, b, c] = parts.random(3) as unknown as [number, number, number]
    this.#nextChannel = ((a << 16) | (b << 8) | c) + 1
  }

  /** One report of a client. Total: whatever is in it is answered, or ignored where the specification says so. */
  receive(report: Uint8Array): void {
    if (this.#isOff) return
    const packet = readPacket(report)
    if (packet === undefined) return
    if (packet.kind === 'init') this.#begin(packet)
    else this.#continue(packet)
  }

  /** The power goes: what runs is aborted and nothing is sent any more. */
  off(): void {
    this.#isOff = true
    this.#dropAssembly()
    this.#lock?.stopTimer()
    this.#abortRunning()
  }

  #begin(packet: InitPacket): void {
    const { channel, command } = packet
    if (command === COMMAND.init) return this.#init(packet)
    if (!this.#channels.has(channel)) return this.#error(channel, 'invalid-channel')
    this.#touchChannel(channel)
    if (this.#assembling?.channel === channel) {
      this.#dropAssembly()
      return this.#error(channel, 'invalid-sequence')
    }
    if (command === COMMAND.cancel) return this.#cancel(channel)
    if (this.#isBusyFor(channel)) return this.#error(channel, 'channel-busy')
    if (!this.#offers(command)) return this.#error(channel, 'invalid-command')
    const assembly = Assembly.begin(packet)
    if (assembly === undefined) return this.#error(channel, 'invalid-length')
    this.#take(channel, assembly)
  }

  #continue(packet: ContinuationPacket): void {
    const assembling = this.#assembling
    // Stray continuation packets, and those of other channels, are ignored (§11.2.4).
    if (assembling?.channel !== packet.channel) return
    this.#dropAssembly()
    if (!assembling.assembly.add(packet)) return this.#error(packet.channel, 'invalid-sequence')
    this.#take(packet.channel, assembling.assembly)
  }

  #take(channel: number, assembly: Assembly): void {
    const { message, command } = assembly
    if (message !== undefined) return this.#dispatch(channel, command, message)
    const stopTimer = this.#parts.clock.after(ASSEMBLY_MS, () => {
      this.#assembling = undefined
      this.#error(channel, 'message-timeout')
    })
    this.#assembling = { channel, assembly, stopTimer }
  }

  #offers(command: number): boolean {
    if (command === COMMAND.cbor) return this.#parts.cbor !== undefined
    return command === COMMAND.ping || command === COMMAND.msg || command === COMMAND.wink || command === COMMAND.lock
  }

  #isBusyFor(channel: number): boolean {
    const isLockedByOther = this.#lock !== undefined && this.#lock.channel !== channel
    return this.#assembling !== undefined || this.#running !== undefined || isLockedByOther
  }

  /** §11.2.9.1.3: a channel for a newcomer, or an end to whatever this channel had begun. */
  #init(packet: InitPacket): void {
    const { channel, length, data } = packet
    const isNew = channel === BROADCAST
    if (!isNew && !this.#channels.has(channel)) return this.#error(channel, 'invalid-channel')
    if (length !== NONCE_BYTES) return this.#error(channel, 'invalid-length')
    if (this.#assembling?.channel === channel) this.#dropAssembly()
    if (this.#running?.channel === channel) this.#abortRunning()
    const granted = isNew ? this.#allocate() : channel
    const answer = new Uint8Array(17)
    answer.set(data.subarray(0, NONCE_BYTES))
    new DataView(answer.buffer).setUint32(NONCE_BYTES, granted)
    answer.set([PROTOCOL_VERSION, ...this.#parts.version, this.#capabilities()], 12)
    this.#send(channel, COMMAND.init, answer)
  }

  #capabilities(): number {
    return CAPABILITY.wink | (this.#parts.cbor === undefined ? 0 : CAPABILITY.cbor)
  }

  /** Where all are given away, the one that was quiet longest is taken back. */
  #allocate(): number {
    while (this.#nextChannel === 0 || this.#nextChannel === BROADCAST || this.#channels.has(this.#nextChannel)) {
      this.#nextChannel = (this.#nextChannel + 1) >>> 0
    }
    if (this.#channels.size >= MAX_CHANNELS) {
      const [quietest] = [...this.#channels].filter((channel) => channel !== this.#running?.channel)
      if (quietest !== undefined) this.#channels.delete(quietest)
    }
    const channel = this.#nextChannel
    this.#channels.add(channel)
    this.#nextChannel = (channel + 1) >>> 0
    return channel
  }
  #touchChannel(channel: number): void {
    this.#channels.delete(channel)
    this.#channels.add(channel)
  }

  #dispatch(channel: number, command: number, message: Uint8Array): void {
    switch (command) {
      case COMMAND.ping:
        return this.#send(channel, COMMAND.ping, message)
      case COMMAND.wink:
        if (message.length > 0) return this.#error(channel, 'invalid-length')
        this.#parts.wink()
        return this.#send(channel, COMMAND.wink, message)
      case COMMAND.lock:
        return this.#setLock(channel, message)
      case COMMAND.msg:
        return void this.#run(channel, command, () => this.#parts.msg(message))
      default:
        return void this.#run(channel, command, (turn) => this.#parts.cbor!(message, turn))
    }
  }

  /** §11.2.9.2.2: for 0 to 10 seconds no other channel is served; 0 lifts it. */
  #setLock(channel: number, message: Uint8Array): void {
    const [seconds] = message
    if (seconds === undefined || message.length !== 1) return this.#error(channel, 'invalid-length')
    if (seconds > MAX_LOCK_SECONDS) return this.#error(channel, 'invalid-parameter')
    this.#lock?.stopTimer()
    this.#lock = undefined
    if (seconds > 0) {
      const stopTimer = this.#parts.clock.after(seconds * 1000, () => (this.#lock = undefined))
      this.#lock = { channel, stopTimer }
    }
    this.#send(channel, COMMAND.lock, new Uint8Array())
  }

  /** A command that may take its time. An answer that comes after an abort is not sent: its channel starts anew. */
  async #run(channel: number, command: number, answer: (turn: Turn) => Promise<Uint8Array>): Promise<void> {
    const running: Running = {
      channel,
      command,
      abort: new AbortController(),
      waitsForPerson: false,
      stopKeepalives: () => {},
    }
    this.#running = running
    this.#keepAlive(running)
    const waitingForPerson = (isWaiting: boolean) => {
      if (running.waitsForPerson === isWaiting) return
      running.waitsForPerson = isWaiting
      if (isWaiting && this.#running === running) this.#sendKeepalive(running)
    }
    const message = await answer({ signal: running.abort.signal, waitingForPerson })
    if (this.#running !== running) return
    running.stopKeepalives()
    this.#running = undefined
    this.#send(channel, command, message)
  }

  /** Every 100 ms, and at once when the person is needed (§11.2.9.1.7). */
  #keepAlive(running: Running): void {
    running.stopKeepalives = this.#parts.clock.after(KEEPALIVE_MS, () => {
      this.#sendKeepalive(running)
      this.#keepAlive(running)
    })
  }
  #sendKeepalive({ channel, waitsForPerson }: Running): void {
    const status = waitsForPerson ? KEEPALIVE.userPresenceNeeded : KEEPALIVE.processing
    this.#send(channel, COMMAND.keepalive, Uint8Array.of(status))
  }

  /** §11.2.9.1.5: no answer of its own; the request it ends answers CTAP2_ERR_KEEPALIVE_CANCEL. */
  #cancel(channel: number): void {
    if (this.#running?.channel === channel) this.#running.abort.abort()
  }

  #abortRunning(): void {
    const running = this.#running
    this.#running = undefined
    running?.stopKeepalives()
    running?.abort.abort()
  }
  #dropAssembly(): void {
    this.#assembling?.stopTimer()
    this.#assembling = undefined
  }

  #error(channel: number, code: keyof typeof ERROR_CODE): void {
    this.#send(channel, COMMAND.error, Uint8Array.of(ERROR_CODE[code]))
  }
  #send(channel: number, command: number, message: Uint8Array): void {
    if (this.#isOff) return
    for (const report of fragment(channel, command, message)) this.#parts.send(report)
  }
}
