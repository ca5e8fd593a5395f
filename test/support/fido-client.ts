/** A transport whose answers a test writes, and a virtual key with a client's transport on it. */
import { openTransport } from '../../electron/fido/ctaphid/index.ts'
import { KeyStatusError } from '../../electron/fido/errors.ts'
import type { MessageOptions, Transport } from '../../electron/fido/transport.ts'
import {
  createVirtualKey,
  type Person,
  type VirtualKey,
  type VirtualKeyOptions,
} from '../../electron/fido/virtual/index.ts'
import { FakeClock } from './fake-clock.ts'
import { seededRandom } from './seeded-random.ts'

export interface Sent {
  readonly command: number
  readonly parameters: Uint8Array
}
/** Bytes of a successful answer, or a status. */
export type Reply = Uint8Array | number

export class ScriptedTransport implements Transport {
  readonly capabilities = { wink: true, cbor: true, msg: true }
  readonly deviceVersion = { major: 1, minor: 0, build: 0 }
  readonly sent: Sent[] = []
  readonly apdus: Uint8Array[] = []
  #reply: (sent: Sent, options: MessageOptions | undefined) => Reply

  constructor(reply: (sent: Sent, options: MessageOptions | undefined) => Reply) {
    this.#reply = reply
  }
  async cbor(command: number, parameters: Uint8Array, options?: MessageOptions) {
    options?.signal?.throwIfAborted()
    const sent = { command, parameters }
    this.sent.push(sent)
    const reply = this.#reply(sent, options)
    if (typeof reply === 'number') throw new KeyStatusError(reply)
    return reply
  }
  async msg(apdu: Uint8Array) {
    this.apdus.push(apdu)
    const reply = this.#reply({ command: 0x03, parameters: apdu }, undefined)
    if (typeof reply === 'number') throw new KeyStatusError(reply)
    return reply
  }
  async ping(data: Uint8Array) {
    return data
  }
  async wink() {}
  async lock() {}
  async close() {}
}

export const willing: Person = {
  touch: async () => 'touched',
  verify: async () => 'matched',
  sample: async () => 'good',
}

export interface VirtualBench {
  readonly key: VirtualKey
  readonly transport: Transport
  readonly clock: FakeClock
  readonly parts: { readonly clock: FakeClock; readonly random: ReturnType<typeof seededRandom> }
  /** Messages that went down, as command bytes and their first parameter bytes. */
  readonly sent: Sent[]
  replug(): Promise<Transport>
  /** Moves time until `promise` is settled: a key and a client that wait for each other's timers. */
  run<T>(promise: Promise<T>): Promise<T>
}

export async function virtualBench(
  options: Partial<VirtualKeyOptions> = {},
  person: Person = willing,
  seed = 'virtual bench',
): Promise<VirtualBench> {
  const clock = new FakeClock()
  const random = seededRandom(seed)
  const faults: unknown[] = []
  const key = createVirtualKey({ clock, random, person, options, onFault: (error) => faults.push(error) })
  const sent: Sent[] = []
  const open = async () => recording(await openTransport({ port: key.port(), clock, random }), sent)
  return {
    key,
    transport: await open(),
    clock,
    parts: { clock, random },
    sent,
    replug: () => {
      key.powerCycle()
      return open()
    },
    async run(promise) {
      const state = { isSettled: false }
      void promise.catch(() => undefined).finally(() => (state.isSettled = true))
      for (let i = 0; i < 2000 && !state.isSettled; i++) {
        await new Promise(setImmediate)
        if (!state.isSettled) await clock.advance(50)
      }
      return promise
    },
  }
}

function recording(transport: Transport, sent: Sent[]): Transport {
  return {
    capabilities: transport.capabilities,
    deviceVersion: transport.deviceVersion,
    cbor(command, parameters, options) {
      sent.push({ command, parameters })
      return transport.cbor(command, parameters, options)
    },
    msg: (apdu, options) => transport.msg(apdu, options),
    ping: (data, options) => transport.ping(data, options),
    wink: (options) => transport.wink(options),
    lock: (seconds, options) => transport.lock(seconds, options),
    close: () => transport.close(),
  }
}
