import {
  Assembly,
  BROADCAST,
  COMMAND,
  ERROR_CODE,
  fragment,
  KEEPALIVE,
  readPacket,
} from '../../electron/fido/ctaphid/index.ts'
import type { HidPort } from '../../electron/fido/hid-port.ts'
import { concat } from '../../shared/kit/index.ts'

export interface Request {
  readonly channel: number
  readonly command: number
  readonly message: Uint8Array
}

/** A key whose every answer a test writes. It gives out channels by itself unless `answersInit` is false. */
export class ScriptedKey {
  /** Whole requests as they came in, CTAPHID_INIT and CTAPHID_CANCEL among them. */
  readonly requests: Request[] = []
  answersInit = true
  /** The channel that is given out next. */
  nextChannel = 1
  /** wink, cbor, and U2F messages too. */
  capabilities = 0x05
  onRequest: (request: Request, key: ScriptedKey) => void = () => undefined
  readonly #port: HidPort
  readonly #assemblies = new Map<number, Assembly>()

  constructor(port: HidPort) {
    this.#port = port
    port.onReport((report) => this.#receive(report))
    port.onClose(() => undefined)
  }

  /** Names of the requests so far, in order: `init`, `cbor`, `cancel`. */
  get commands(): string[] {
    return this.requests.map(({ command }) => Object.entries(COMMAND).find(([, code]) => code === command)?.[0] ?? '?')
  }

  async send(channel: number, command: number, message: Uint8Array): Promise<void> {
    for (const report of fragment(channel, command, message)) await this.#port.write(report)
  }
  sendRaw(report: Uint8Array): Promise<void> {
    return this.#port.write(report)
  }
  /** CTAP2_OK and the rest of an answer to CTAPHID_CBOR. */
  ok(channel: number, ...answer: number[]): Promise<void> {
    return this.send(channel, COMMAND.cbor, Uint8Array.of(0, ...answer))
  }
  status(channel: number, status: number): Promise<void> {
    return this.send(channel, COMMAND.cbor, Uint8Array.of(status))
  }
  error(channel: number, name: keyof typeof ERROR_CODE): Promise<void> {
    return this.send(channel, COMMAND.error, Uint8Array.of(ERROR_CODE[name]))
  }
  processing(channel: number): Promise<void> {
    return this.send(channel, COMMAND.keepalive, Uint8Array.of(KEEPALIVE.processing))
  }
  wantsTouch(channel: number): Promise<void> {
    return this.send(channel, COMMAND.keepalive, Uint8Array.of(KEEPALIVE.userPresenceNeeded))
  }
  unplug(): Promise<void> {
    return this.#port.close()
  }

  /** The answer to CTAPHID_INIT: nonce, channel, protocol version 2, device version 5.7.1, capabilities. */
  initAnswer(nonce: Uint8Array, channel: number): Uint8Array {
    const number = new Uint8Array(4)
    new DataView(number.buffer).setUint32(0, channel)
    return concat(nonce, number, Uint8Array.of(2, 5, 7, 1, this.capabilities))
  }

  #receive(report: Uint8Array): void {
    const packet = readPacket(report)!
    let assembly = this.#assemblies.get(packet.channel)
    if (packet.kind === 'init') assembly = Assembly.begin(packet)
    else assembly?.add(packet)
    if (!assembly) return
    this.#assemblies.set(packet.channel, assembly)
    if (!assembly.message) return
    const request = { channel: packet.channel, command: assembly.command, message: assembly.message }
    this.requests.push(request)
    if (request.command !== COMMAND.init) return this.onRequest(request, this)
    if (!this.answersInit) return
    const channel = request.channel === BROADCAST ? this.nextChannel++ : request.channel
    void this.send(request.channel, COMMAND.init, this.initAnswer(request.message, channel)).catch(() => undefined)
  }
}
