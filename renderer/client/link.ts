/** Where wires come from: one after another in the browser shell, a single one in the desktop shell. */
import type { Wire } from '../../shared/contract/wire.ts'

/**
 * `connecting`: for the first time. `lost`: trying again by itself. `stopped`: nobody is there any more; the program has to
 * be started again.
 */
export type LinkStatus = 'connecting' | 'open' | 'lost' | 'stopped'

export interface Link {
  readonly status: LinkStatus
  /** The wire in use while `status` is `open`. */
  readonly wire: Wire | undefined
  /** After each change of `status`. Returns the unsubscriber. */
  onStatus(listener: () => void): () => void
  /** Tries at once where it waits for its next try, and again where it had given up. */
  retry(): void
  /** Closes the wire and tries no more. */
  stop(): void
}

/** A link over a wire that can't be had again. */
export function singleLink(wire: Wire): Link {
  const listeners = new Set<() => void>()
  let isOpen = true
  const link: Link = {
    get status() {
      return isOpen ? 'open' : 'stopped'
    },
    get wire() {
      return isOpen ? wire : undefined
    },
    onStatus(listener) {
      const own = () => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
    retry() {},
    stop: () => wire.close(),
  }
  wire.onClose(() => {
    isOpen = false
    for (const listener of listeners) listener()
  })
  return link
}
