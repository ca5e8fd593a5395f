/**
 * The one key at the other end of a socket, for developers. That it hangs up is its way of being unplugged: it is missed in
 * one look at least, and another key when it is back, as one that was out of its port.
 */
import type { Clock } from '../../../shared/kit/index.ts'
import { PortRefused, type HidPort } from '../hid-port.ts'
import { openSocketPort, type SocketPlace } from './socket.ts'
import type { FoundKey, KeySource } from './source.ts'

/** How soon after it hung up it is looked for again. */
const RETURN_MS = 200

export function socketSource(place: SocketPlace, clock: Clock): KeySource {
  const hints = new Set<() => void>()
  const hint = () => {
    for (const listener of hints) listener()
  }
  let times = 1
  /** `lost`: it hung up, and nobody has looked since. `away`: it was looked for, and nobody answered there yet. */
  let state: 'there' | 'lost' | 'away' = 'there'

  const opened = async (signal: AbortSignal | undefined) => {
    try {
      return await openSocketPort(place, { clock, signal })
    } catch (error) {
      if (error instanceof PortRefused && error.reason === 'gone') state = 'away'
      throw error
    }
  }
  const hungUp = () => {
    state = 'lost'
    times += 1
    hint()
  }
  return {
    get isHinting() {
      return state === 'there'
    },
    async list() {
      if (state === 'lost') {
        state = 'away'
        clock.after(RETURN_MS, hint)
        return []
      }
      if (state === 'away' && (await isListening(place, clock))) state = 'there'
      const key: FoundKey = { place: `socket ${times}`, kind: 'socket' }
      return state === 'there' ? [key] : []
    },
    canOpen: () => Promise.resolve(true),
    open: async (_, signal) => noticing(await opened(signal), hungUp),
    onHint(listener) {
      hints.add(listener)
      return () => hints.delete(listener)
    },
  }
}

async function isListening(place: SocketPlace, clock: Clock): Promise<boolean> {
  try {
    await (await openSocketPort(place, { clock })).close()
    return true
  } catch {
    return false
  }
}

/** Tells when the far end hangs up on a conversation. One that never answered was no key that could be unplugged. */
function noticing(port: HidPort, hungUp: () => void): HidPort {
  let hasSpoken = false
  let isClosing = false
  return {
    write: (report) => port.write(report),
    ...(port.writeAll && { writeAll: (reports) => port.writeAll!(reports) }),
    onReport: (listener) =>
      port.onReport((report) => {
        hasSpoken = true
        listener(report)
      }),
    onClose: (listener) =>
      port.onClose((reason) => {
        if (hasSpoken && !isClosing) hungUp()
        listener(reason)
      }),
    close() {
      isClosing = true
      return port.close()
    },
  }
}
