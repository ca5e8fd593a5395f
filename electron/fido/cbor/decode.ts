/**
 * Reads the CTAP2 canonical CBOR form (CTAP 2.1 §8), which a hostile or faulty key may break in any way. Total: a value or
 * a typed fault, in time and memory linear in the input.
 *
 * Refused: indefinite lengths, integers and lengths not as short as they could be, duplicate keys, keys that are neither
 * integer nor text, misordered keys (unless tolerated, and then counted), tags, floats, `undefined` and other simple
 * values, invalid UTF-8, lengths past the end, nesting beyond the limit, bytes left over.
 */
import { err, fromUtf8, ok, type Result } from '../../../shared/kit/index.ts'
import { MAJOR, MAX_NESTING, SIMPLE, type CborKey, type CborValue } from './value.ts'

export type CborFaultCode =
  /** The input ends inside an item, or a length or count reaches past its end. */
  | 'truncated'
  /** Bytes after the one item. */
  | 'trailing'
  | 'indefinite-length'
  /** An integer, a length or a count in more bytes than it needs. */
  | 'not-minimal'
  | 'duplicate-key'
  | 'misordered-keys'
  /** A key that is neither a safe integer nor text. */
  | 'key-type'
  | 'tag'
  | 'float'
  /** `undefined` and the other simple values CTAP2 does not use. */
  | 'simple-value'
  /** The initial bytes RFC 8949 keeps back (additional information 28 to 30). */
  | 'reserved'
  | 'invalid-utf8'
  | 'too-deep'
  | 'too-long'

export interface CborFault {
  readonly code: CborFaultCode
  /** Offset of the item that is refused. */
  readonly at: number
}

export interface DecodeOptions {
  /** Accept keys out of order, which some shipped keys send, and count them. */
  readonly tolerateOrder?: boolean | undefined
  /** Levels of arrays and maps; 4 unless told, never more than 16. */
  readonly maxDepth?: number | undefined
  /** Longest input, in bytes; 65,536 unless told. */
  readonly maxBytes?: number | undefined
}

export interface Decoded {
  readonly value: CborValue
  /** How many keys came before a key that sorts below them; 0 unless `tolerateOrder`. */
  readonly misordered: number
}

const MAX_BYTES = 65_536
/** The reader recurses, so that a caller can't ask it to overflow the stack. */
const DEEPEST = 16

/** Reads exactly one item that fills `bytes`. Byte strings are copies. */
export function decode(bytes: Uint8Array, options: DecodeOptions = {}): Result<Decoded, CborFault> {
  const first = decodeFirst(bytes, options)
  if (!first.ok) return first
  const { value, misordered, consumed } = first.value
  return consumed === bytes.length ? ok({ value, misordered }) : err({ code: 'trailing', at: consumed })
}

/** Reads the item that `bytes` begins with, and says how many bytes it took. */
export function decodeFirst(
  bytes: Uint8Array,
  options: DecodeOptions = {},
): Result<Decoded & { readonly consumed: number }, CborFault> {
  if (bytes.length > (options.maxBytes ?? MAX_BYTES)) return err({ code: 'too-long', at: 0 })
  const reader = new Reader(bytes, options.tolerateOrder ?? false)
  const value = reader.item(Math.min(options.maxDepth ?? MAX_NESTING, DEEPEST))
  if (value === undefined) return err(reader.fault)
  return ok({ value, misordered: reader.misordered, consumed: reader.at })
}

/** Methods answer `undefined` after they have set `fault`: throwing would cost more than all the rest on hostile input. */
class Reader {
  at = 0
  misordered = 0
  fault: CborFault = { code: 'truncated', at: 0 }
  readonly #bytes: Uint8Array
  readonly #tolerateOrder: boolean

  constructor(bytes: Uint8Array, tolerateOrder: boolean) {
    this.#bytes = bytes
    this.#tolerateOrder = tolerateOrder
  }

  /** The next item; `levels` more arrays and maps may be opened. */
  item(levels: number): CborValue | undefined {
    const start = this.at
    const initial = this.#bytes[start]
    if (initial === undefined) return this.#refuse('truncated', start)
    const major = initial >> 5
    if (major === MAJOR.simple) return this.#simple(initial)
    if (major === MAJOR.tag) return this.#refuse('tag', start)
    const argument = this.#argument(initial)
    if (argument === undefined) return undefined
    switch (major) {
      case MAJOR.unsigned:
        return argument
      case MAJOR.negative:
        return negative(argument)
      case MAJOR.bytes:
        return this.#byteString(argument, start)
      case MAJOR.text:
        return this.#text(argument, start)
      case MAJOR.array:
        return this.#array(argument, start, levels)
      default:
        return this.#map(argument, start, levels)
    }
  }

  #refuse(code: CborFaultCode, at: number): undefined {
    this.fault = { code, at }
    return undefined
  }

  #simple(initial: number): boolean | null | undefined {
    const start = this.at
    this.at += 1
    switch (initial) {
      case SIMPLE.false:
        return false
      case SIMPLE.true:
        return true
      case SIMPLE.null:
        return null
      case 0xf9:
      case 0xfa:
      case 0xfb:
        return this.#refuse('float', start)
      case 0xfc:
      case 0xfd:
      case 0xfe:
        return this.#refuse('reserved', start)
      case 0xff:
        return this.#refuse('indefinite-length', start)
      default:
        return this.#refuse('simple-value', start)
    }
  }

  /** The number of an initial byte and those that follow it (RFC 8949 §3). */
  #argument(initial: number): number | bigint | undefined {
    const start = this.at
    const bytes = this.#bytes
    const information = initial & 31
    if (information < 24) {
      this.at = start + 1
      return information
    }
    if (information > 27) return this.#refuse(information === 31 ? 'indefinite-length' : 'reserved', start)
    const width = 1 << (information - 24)
    if (bytes.length - start <= width) return this.#refuse('truncated', start)
    this.at = start + 1 + width
    let value = 0
    for (let i = start + 1; i <= start + Math.min(width, 4); i++) value = value * 256 + bytes[i]!
    if (width < 8) return value >= SMALLEST[width]! ? value : this.#refuse('not-minimal', start)
    if (value === 0) return this.#refuse('not-minimal', start)
    let low = 0
    for (let i = start + 5; i <= start + 8; i++) low = low * 256 + bytes[i]!
    return value <= 0x1f_ffff ? value * 0x1_0000_0000 + low : (BigInt(value) << 32n) | BigInt(low)
  }

  #byteString(length: number | bigint, start: number): Uint8Array | undefined {
    if (length > this.#bytes.length - this.at) return this.#refuse('truncated', start)
    const from = this.at
    this.at += Number(length)
    // A copy even of a Buffer, whose own `slice` is a view.
    return new Uint8Array(this.#bytes.subarray(from, this.at))
  }

  #text(length: number | bigint, start: number): string | undefined {
    if (length > this.#bytes.length - this.at) return this.#refuse('truncated', start)
    const from = this.at
    const end = (this.at += Number(length))
    return (
      shortAscii(this.#bytes, from, end) ??
      fromUtf8(this.#bytes.subarray(from, end)) ??
      this.#refuse('invalid-utf8', start)
    )
  }

  #array(count: number | bigint, start: number, levels: number): CborValue[] | undefined {
    if (levels === 0) return this.#refuse('too-deep', start)
    // Every item takes a byte at least, so a count can't ask for more memory than the input is worth.
    if (count > this.#bytes.length - this.at) return this.#refuse('truncated', start)
    const items: CborValue[] = []
    for (let i = 0; i < count; i++) {
      const item = this.item(levels - 1)
      if (item === undefined) return undefined
      items.push(item)
    }
    return items
  }

  #map(count: number | bigint, start: number, levels: number): Map<CborKey, CborValue> | undefined {
    if (levels === 0) return this.#refuse('too-deep', start)
    if (count > (this.#bytes.length - this.at) / 2) return this.#refuse('truncated', start)
    const map = new Map<CborKey, CborValue>()
    let previous = { start: 0, end: 0 }
    for (let i = 0; i < count; i++) {
      const keyStart = this.at
      const key = this.#key()
      if (key === undefined) return undefined
      if (map.has(key)) return this.#refuse('duplicate-key', keyStart)
      const span = { start: keyStart, end: this.at }
      if (i > 0 && compareKeys(this.#bytes, previous, span) > 0) {
        if (!this.#tolerateOrder) return this.#refuse('misordered-keys', keyStart)
        this.misordered += 1
      }
      previous = span
      const value = this.item(levels - 1)
      if (value === undefined) return undefined
      map.set(key, value)
    }
    return map
  }

  #key(): CborKey | undefined {
    const start = this.at
    const key = this.item(0)
    if (typeof key === 'string' || typeof key === 'number') return key
    if (key !== undefined || this.fault.code === 'too-deep') return this.#refuse('key-type', start)
    return undefined
  }
}

/** The smallest value that needs an argument of so many bytes. */
const SMALLEST: Readonly<Record<number, number>> = { 1: 24, 2: 0x100, 4: 0x1_0000 }

function negative(argument: number | bigint): number | bigint {
  if (typeof argument === 'bigint') return -1n - argument
  return argument < Number.MAX_SAFE_INTEGER ? -1 - argument : -1n - BigInt(argument)
}

/** Names of members and identifiers are short ASCII, for which a TextDecoder costs more than the whole message. */
function shortAscii(bytes: Uint8Array, start: number, end: number): string | undefined {
  if (end - start > 32) return undefined
  let text = ''
  for (let i = start; i < end; i++) {
    const byte = bytes[i]!
    if (byte > 0x7f) return undefined
    text += String.fromCharCode(byte)
  }
  return text
}

interface Span {
  readonly start: number
  readonly end: number
}

/** Order of two keys as they stand in the input: major type, then length, then bytes. */
function compareKeys(bytes: Uint8Array, a: Span, b: Span): number {
  const major = (bytes[a.start]! >> 5) - (bytes[b.start]! >> 5)
  if (major !== 0) return major
  const length = a.end - a.start - (b.end - b.start)
  if (length !== 0) return length
  for (let i = 0; a.start + i < a.end; i++) {
    const difference = bytes[a.start + i]! - bytes[b.start + i]!
    if (difference !== 0) return difference
  }
  return 0
}
