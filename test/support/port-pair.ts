import { MisuseError } from '../../electron/fido/errors.ts'
import { PortClosed, type HidPort } from '../../electron/fido/hid-port.ts'

/** Two ports that are each other's far end, in one process. Reports arrive in a later microtask, in order. */
export function portPair(): readonly [HidPort, HidPort] {
  const a = new End()
  const b = new End()
  a.far = b
  b.far = a
  return [a, b]
}

class End implements HidPort {
  far!: End
  #listener: ((report: Uint8Array) => void) | undefined
  #onClose: ((reason?: Error) => void) | undefined
  #waiting: Uint8Array[] = []
  #isClosed = false

  async write(report: Uint8Array): Promise<void> {
    if (report.length !== 64) throw new MisuseError('a report is 64 bytes')
    if (this.#isClosed) throw new PortClosed()
    this.far.#waiting.push(Uint8Array.from(report))
    queueMicrotask(() => this.far.#deliver())
  }
  onReport(listener: (report: Uint8Array) => void): void {
    this.#listener = listener
    queueMicrotask(() => this.#deliver())
  }
  onClose(listener: (reason?: Error) => void): void {
    this.#onClose = listener
    if (this.#isClosed) queueMicrotask(() => listener())
  }
  async close(): Promise<void> {
    for (const end of [this, this.far]) {
      if (end.#isClosed) continue
      end.#isClosed = true
      queueMicrotask(() => end.#onClose?.())
    }
  }
  #deliver(): void {
    if (!this.#listener || this.#isClosed) return
    for (let report = this.#waiting.shift(); report; report = this.#waiting.shift()) this.#listener(report)
  }
}
