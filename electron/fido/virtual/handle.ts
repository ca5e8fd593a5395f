/** One client's end of a virtual key, as an open hidraw node is: reports wait in a buffer that has an end. */
import { MisuseError } from '../errors.ts'
import { PortClosed, REPORT_BYTES, type HidPort } from '../hid-port.ts'

/** Two whole messages of the greatest length. What a client leaves unread beyond that is lost, as in the kernel. */
const MAX_WAITING = 258

export class Handle implements HidPort {
  readonly #receive: (report: Uint8Array) => void
  readonly #onClosed: () => void
  readonly #waiting: Uint8Array[] = []
  #listener: ((report: Uint8Array) => void) | undefined
  #closeListeners: ((reason?: Error) => void)[] = []
  #closed: { readonly reason: Error | undefined } | undefined
  #isDelivering = false

  constructor(receive: (report: Uint8Array) => void, onClosed: () => void) {
    this.#receive = receive
    this.#onClosed = onClosed
  }

  async write(report: Uint8Array): Promise<void> {
    if (this.#closed !== undefined) throw new PortClosed({ cause: this.#closed.reason })
    if (report.length !== REPORT_BYTES) throw new MisuseError('a report has 64 bytes')
    this.#receive(report.slice())
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#listener = listener
    this.#deliver()
  }

  onClose(listener: (reason?: Error) => void): void {
    if (this.#closed === undefined) this.#closeListeners.push(listener)
    else listener(this.#closed.reason)
  }

  async close(): Promise<void> {
    this.end()
  }

  /** A report of the key. */
  take(report: Uint8Array): void {
    if (this.#closed !== undefined) return
    if (this.#waiting.length === MAX_WAITING) this.#waiting.shift()
    this.#waiting.push(report.slice())
    this.#deliver()
  }

  end(reason?: Error): void {
    if (this.#closed !== undefined) return
    this.#closed = { reason }
    this.#waiting.length = 0
    this.#onClosed()
    const listeners = this.#closeListeners
    this.#closeListeners = []
    for (const listener of listeners) listener(reason)
  }

  /** Never within `write`: a client's listener must not run inside its own call. */
  #deliver(): void {
    if (this.#isDelivering || this.#listener === undefined) return
    this.#isDelivering = true
    queueMicrotask(() => {
      this.#isDelivering = false
      for (let report = this.#waiting.shift(); report !== undefined; report = this.#waiting.shift()) {
        this.#listener?.(report)
      }
    })
  }
}
