/** Where keys come from: the system's HID devices, a socket, the virtual key. */
import type { HidPort } from '../hid-port.ts'

export interface FoundKey {
  /**
   * Names this key within its source for as long as it is plugged in, and is another when it is plugged in again, as far
   * as the system lets that be told. Means nothing outside.
   */
  readonly place: string
  readonly kind: 'usb' | 'socket' | 'virtual'
  readonly vendorId?: number | undefined
  readonly productId?: number | undefined
  readonly manufacturer?: string | undefined
  readonly product?: string | undefined
  readonly serialNumber?: string | undefined
}

export interface KeySource {
  list(): Promise<readonly FoundKey[]>
  /** False where the system keeps this key from this user. */
  canOpen(key: FoundKey): Promise<boolean>
  /** Throws `PortRefused`, or the signal's reason. */
  open(key: FoundKey, signal?: AbortSignal): Promise<HidPort>
  /** Calls `listener` when a key may have come or gone, where the system tells; what is returned stops that. */
  onHint?(listener: () => void): () => void
  /** True while whoever asked for hints is told of every change, so that it need hardly look otherwise. */
  readonly isHinting?: boolean | undefined
}
