import { createHash } from 'node:crypto'
import type { Random } from '../../shared/kit/index.ts'

/** Bytes that look random and are the same for the same seed: SHA-256 of the seed and a count. */
export function seededRandom(seed: string): Random {
  let count = 0
  return (length) => {
    const out = new Uint8Array(length)
    for (let at = 0; at < length; at += 32) {
      const block = createHash('sha256').update(`${seed} ${count++}`).digest()
      out.set(block.subarray(0, Math.min(32, length - at)), at)
    }
    return out
  }
}
