/** CBOR in its diagnostic notation (RFC 8949 §8), for members of an answer that this program has no name for. */
import { toHex } from '../../../shared/kit/index.ts'
import type { CborValue } from '../../fido/index.ts'

/** One value on one line; beyond `maxLength` letters it is cut, for a key may say much. */
export function cborText(value: CborValue, maxLength = 512): string {
  const text = write(value)
  return text.length > maxLength ? `${text.slice(0, maxLength)}…` : text
}

function write(value: CborValue): string {
  if (value instanceof Uint8Array) return `h'${toHex(value)}'`
  if (isList(value)) return `[${value.map(write).join(', ')}]`
  if (value instanceof Map) {
    return `{${[...value].map(([key, item]) => `${write(key)}: ${write(item)}`).join(', ')}}`
  }
  // JSON's escapes are those of the notation.
  return typeof value === 'string' ? JSON.stringify(value) : String(value)
}

const isList = (value: CborValue): value is readonly CborValue[] => Array.isArray(value)
