/** The serialised large-blob array as the key sees it: CBOR it does not read, and 16 bytes of its SHA-256 (CTAP 2.1 §6.10.2). */
import { concat, equalBytes } from '../../../shared/kit/index.ts'
import { encode } from '../cbor/index.ts'
import { sha256 } from './crypto.ts'

export const TRAILER_BYTES = 16

/** An empty array and its trailer: 17 bytes, the least a serialised array has. */
export function emptyLargeBlobs(): Uint8Array {
  const array = encode([])
  return concat(array, sha256(array).subarray(0, TRAILER_BYTES))
}

export function isWhole(serialised: Uint8Array): boolean {
  const end = serialised.length - TRAILER_BYTES
  return equalBytes(sha256(serialised.subarray(0, end)).subarray(0, TRAILER_BYTES), serialised.subarray(end))
}
