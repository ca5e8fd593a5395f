/**
 * The waist of everything that speaks CTAPHID (CTAP 2.1 §11.2): 64-byte reports both ways. node-hid, the virtual key and
 * a socket implement it and pass one suite, so framing, keepalive, cancel and busy run for real everywhere.
 */
export const REPORT_BYTES = 64

export interface HidPort {
  /** Sends one report of exactly 64 bytes, without a report id. Rejects with `PortClosed` where the port is gone. */
  write(report: Uint8Array): Promise<void>
  /** The same of several reports in order, where they can be sent in one go. */
  writeAll?(reports: readonly Uint8Array[]): Promise<void>
  /** Reports as they come, in order. One listener; the port is not read before it is set. */
  onReport(listener: (report: Uint8Array) => void): void
  /** Runs once, with the reason where there is one: unplugged, the other end gone, a fault of the system. */
  onClose(listener: (reason?: Error) => void): void
  close(): Promise<void>
}

export class PortClosed extends Error {
  constructor(options?: { cause?: unknown }) {
    super('the port to the key is closed', options)
    this.name = 'PortClosed'
  }
}

/** A port that could not be opened. */
export class PortRefused extends Error {
  /**
   * `denied`: the system keeps it from this user (no udev rule, or Windows without administrator). `busy`: another program
   * holds it alone. `gone`: it is not there any more. `failed`: anything else.
   */
  readonly reason: 'denied' | 'busy' | 'gone' | 'failed'
  constructor(reason: PortRefused['reason'], options?: { cause?: unknown }) {
    super(`the port to the key could not be opened: ${reason}`, options)
    this.name = 'PortRefused'
    this.reason = reason
  }
}

/** The system's HID devices can't be reached at all: the native module does not load. */
export class HidUnavailable extends Error {
  /** The shared library that is missing (`libusb-1.0.so.0`), where that is why. */
  readonly missingLibrary: string | undefined
  constructor(missingLibrary: string | undefined, options?: { cause?: unknown }) {
    super('the native HID module could not be loaded', options)
    this.name = 'HidUnavailable'
    this.missingLibrary = missingLibrary
  }
}
