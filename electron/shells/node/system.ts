/** Time and randomness of this computer, handed to everything else. */
import { randomBytes } from 'node:crypto'
import type { Clock, Random } from '../../../shared/kit/index.ts'

/** Node fires a longer timer at once. */
const MAX_TIMEOUT_MS = 2 ** 31 - 1

export const systemClock: Clock = {
  now: () => Date.now(),
  after(delayMs, run) {
    let timer: NodeJS.Timeout
    const wait = (left: number) => {
      timer = setTimeout(
        () => (left > MAX_TIMEOUT_MS ? wait(left - MAX_TIMEOUT_MS) : run()),
        Math.min(left, MAX_TIMEOUT_MS),
      )
    }
    wait(delayMs)
    return () => clearTimeout(timer)
  },
}

/** Not from Node's shared pool, so that zeroing it zeroes it. */
export const systemRandom: Random = (length) => {
  const bytes = new Uint8Array(new ArrayBuffer(length))
  bytes.set(randomBytes(length))
  return bytes
}
