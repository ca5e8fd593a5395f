/** A port that the HID host has open. */
import { MisuseError } from '../errors.ts'
import { PortClosed, REPORT_BYTES, type HidPort } from '../hid-port.ts'

export interface HostedPortParts {
  readonly listen: () => void
  readonly write: (report: Uint8Array) => Promise<void>
  readonly close: () => Promise<void>
  /** Runs once. */
  readonly onEnd: () => void
}

export class HostedPort implements HidPort {
  readonly #parts: HostedPortParts
  #listener: ((report: Uint8Array) => void) | undefined
  #isClosed = false
  #reason: Error | undefined
  #onClose: ((reason?: Error) => void) | undefined

  constructor(parts: HostedPortParts) {
    this.#parts = parts
  }

  async write(report: Uint8Array): Promise<void> {
    if (report.length !== REPORT_BYTES) throw new MisuseError('a report is 64 bytes')
    if (this.#isClosed) throw new PortClosed()
    await this.#parts.write(report).catch((cause: unknown) => {
      throw new PortClosed({ cause })
    })
  }

  onReport(listener: (report: Uint8Array) => void): void {
    this.#listener = listener
    this.#parts.listen()
  }

  onClose(listener: (reason?: Error) => void): void {
    this.#onClose = listener
    if (this.#isClosed) queueMicrotask(() => listener(this.#reason))
  }

  async close(): Promise<void> {
    if (this.#isClosed) return
    this.end()
    // A host that does not close it is ended, and the port with it.
    await this.#parts.close().catch(() => undefined)
  }

  /** The host has a report from the device. */
  received(report: Uint8Array): void {
    this.#listener?.(report)
  }

  /** The port is closed, here or there. */
  end(reason?: Error): void {
    if (this.#isClosed) return
    this.#isClosed = true
    this.#reason = reason
    this.#parts.onEnd()
    this.#onClose?.(reason)
  }
}
