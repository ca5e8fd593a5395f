/**
 * The HID host's own side: does with a source of keys what the program asks for over a channel (see `host-messages.ts`).
 * What it can't read, or what asks for more than there can be, ends the host: it and the program are not of one build then.
 */
import { fromHex, toHex } from '../../../shared/kit/index.ts'
import { HidUnavailable, PortRefused, type HidPort } from '../hid-port.ts'
import {
  MAX_CALLS,
  MAX_FACT_LENGTH,
  MAX_KEYS,
  MAX_PLACE_LENGTH,
  MAX_PORTS,
  MAX_REPORT_BYTES,
  readToHost,
  type FromHost,
  type HostAnswer,
  type HostKey,
  type HostRefusal,
  type ToHost,
} from './host-messages.ts'
import type { FoundKey, KeySource } from './source.ts'

/** The way to the program. */
export interface ProgramChannel {
  post(message: FromHost): void
  onMessage(listener: (message: unknown) => void): void
  /** Ends the host, at once and with all its ports. */
  end(): void
}

/** Serves `source` until the channel is gone, which ends the host's process (see `host-process.ts`). */
export function serveHost(channel: ProgramChannel, source: KeySource): void {
  const host = new Host(channel, source)
  channel.onMessage((message) => {
    const asked = readToHost(message)
    if (!asked || !host.take(asked)) channel.end()
  })
}

type Call = Extract<ToHost, { id: number }>

class Host {
  readonly #channel: ProgramChannel
  readonly #source: KeySource
  /** By the program's numbers; `undefined` while one is being opened. */
  readonly #ports = new Map<number, HidPort | undefined>()
  #calls = 0
  #stopHints: (() => void) | undefined

  constructor(channel: ProgramChannel, source: KeySource) {
    this.#channel = channel
    this.#source = source
  }

  /** False where it is more than can be asked for. */
  take(asked: ToHost): boolean {
    switch (asked.op) {
      case 'hints':
        this.#stopHints?.()
        this.#stopHints = asked.isOn ? this.#source.onHint?.(() => this.#channel.post({ op: 'hint' })) : undefined
        return true
      case 'listen':
        this.#listen(asked.port)
        return true
      default:
        if (this.#calls >= MAX_CALLS) return false
        void this.#answer(asked)
        return true
    }
  }

  async #answer(call: Call): Promise<void> {
    this.#calls += 1
    const answer = await this.#do(call).catch((fault: unknown): HostAnswer => ({
      op: 'not-done',
      id: call.id,
      why: refusalOf(fault),
    }))
    this.#calls -= 1
    this.#channel.post(answer)
  }

  async #do(call: Call): Promise<HostAnswer> {
    const { id } = call
    switch (call.op) {
      case 'list': {
        const keys = (await this.#source.list()).flatMap(hostKey).slice(0, MAX_KEYS)
        return { op: 'keys', id, keys, isHinting: this.#source.isHinting ?? false }
      }
      case 'can-open':
        return { op: 'access', id, canOpen: await this.#source.canOpen(keyAt(call.place)) }
      case 'open':
        await this.#open(call.place, call.port)
        return { op: 'done', id }
      case 'write':
        await this.#portOf(call.port).write(fromHex(call.report)!)
        return { op: 'done', id }
      case 'close': {
        const port = this.#ports.get(call.port)
        this.#ports.delete(call.port)
        await port?.close()
        return { op: 'done', id }
      }
    }
  }

  async #open(place: string, number: number): Promise<void> {
    if (this.#ports.size >= MAX_PORTS || this.#ports.has(number)) throw new PortRefused('failed')
    this.#ports.set(number, undefined)
    let port: HidPort
    try {
      port = await this.#source.open(keyAt(place))
    } catch (fault) {
      this.#ports.delete(number)
      throw fault
    }
    this.#ports.set(number, port)
    port.onClose((reason) => {
      // One that the program closed is not told of.
      if (this.#ports.delete(number)) this.#channel.post({ op: 'closed', port: number, isFault: reason !== undefined })
    })
  }

  #portOf(number: number): HidPort {
    const port = this.#ports.get(number)
    if (!port) throw new PortRefused('gone')
    return port
  }

  /** A port that has closed meanwhile has been told of, and is not read. */
  #listen(number: number): void {
    this.#ports.get(number)?.onReport((report) => {
      const bytes = report.subarray(0, MAX_REPORT_BYTES)
      if (this.#ports.has(number)) this.#channel.post({ op: 'report', port: number, report: toHex(bytes) })
    })
  }
}

/** Sources know their keys by their places. */
const keyAt = (place: string): FoundKey => ({ place, kind: 'usb' })

/** What a device says of itself may be anything: cut to what the program reads. */
function hostKey({ place, vendorId, productId, manufacturer, product, serialNumber }: FoundKey): HostKey[] {
  if (place.length > MAX_PLACE_LENGTH) return []
  const cut = (fact: string | undefined) => fact?.slice(0, MAX_FACT_LENGTH)
  return [
    {
      place,
      vendorId,
      productId,
      manufacturer: cut(manufacturer),
      product: cut(product),
      serialNumber: cut(serialNumber),
    },
  ]
}

function refusalOf(fault: unknown): HostRefusal {
  if (fault instanceof HidUnavailable) {
    return { kind: 'unavailable', missingLibrary: fault.missingLibrary?.slice(0, MAX_FACT_LENGTH) }
  }
  return fault instanceof PortRefused ? { kind: 'refused', reason: fault.reason } : { kind: 'failed' }
}
