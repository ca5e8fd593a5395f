/** The one key at the other end of a socket, for developers: it is there until something else is said. */
import type { Clock } from '../../../shared/kit/index.ts'
import { openSocketPort, type SocketPlace } from './socket.ts'
import type { KeySource } from './source.ts'

export function socketSource(place: SocketPlace, clock: Clock): KeySource {
  const key = { place: 'socket', kind: 'socket' } as const
  return {
    list: () => Promise.resolve([key]),
    canOpen: () => Promise.resolve(true),
    open: (_, signal) => openSocketPort(place, { clock, signal }),
  }
}
