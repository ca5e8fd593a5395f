/**
 * Writes the CTAP2 canonical CBOR form (CTAP 2.1 §8): shortest integers and lengths, definite lengths, keys sorted by
 * major type, then length, then bytes.
 */
import { utf8 } from '../../../shared/kit/index.ts'
import { MisuseError } from '../errors.ts'
import { MAJOR, MAX_NESTING, SIMPLE, type CborKey, type CborMap, type CborValue } from './value.ts'

/**
 * Throws `MisuseError` for what CTAP2 can't carry: `undefined`, numbers that aren't whole, integers beyond 64 bits,
 * unpaired surrogates, more than four levels of arrays and maps.
 */
export function encode(value: CborValue): Uint8Array {
  const writer = new Writer()
  writer.item(value, MAX_NESTING)
  return writer.written()
}

const MAX_ARGUMENT = 0xffff_ffff_ffff_ffffn

class Writer {
  #bytes = new Uint8Array(256)
  #length = 0

  /** A copy, so that no larger buffer hides behind it. */
  written(): Uint8Array {
    return this.#bytes.slice(0, this.#length)
  }

  item(value: CborValue, levels: number): void {
    if (typeof value === 'number' || typeof value === 'bigint') return this.#integer(value)
    if (typeof value === 'string') return this.#text(value)
    if (value === false) return this.#byte(SIMPLE.false)
    if (value === true) return this.#byte(SIMPLE.true)
    if (value === null) return this.#byte(SIMPLE.null)
    if (value instanceof Uint8Array) return this.#string(MAJOR.bytes, value)
    if (levels === 0 && typeof value === 'object') throw new MisuseError('CBOR: more than four levels')
    if (Array.isArray(value)) return this.#array(value, levels)
    if (value instanceof Map) return this.#map(value, levels)
    throw new MisuseError(`CBOR: ${typeof value} can't be sent`)
  }

  #array(items: readonly CborValue[], levels: number): void {
    this.#head(MAJOR.array, items.length)
    // By index: a hole in the array is an `undefined`, and refused like one.
    for (let i = 0; i < items.length; i++) this.item(items[i] as CborValue, levels - 1)
  }

  #map(map: CborMap, levels: number): void {
    this.#head(MAJOR.map, map.size)
    for (const key of [...map.keys()].toSorted(compareKeys)) {
      if (typeof key !== 'number' && typeof key !== 'string') throw new MisuseError('CBOR: a key is an integer or text')
      this.item(key, 0)
      this.item(map.get(key) as CborValue, levels - 1)
    }
  }

  #integer(value: number | bigint): void {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new MisuseError('CBOR: not a whole number')
    const argument = value < 0 ? (typeof value === 'bigint' ? -1n - value : -1 - value) : value
    if (argument > MAX_ARGUMENT) throw new MisuseError('CBOR: an integer of more than 64 bits')
    this.#head(value < 0 ? MAJOR.negative : MAJOR.unsigned, argument)
  }

  #text(text: string): void {
    if (text.length < 24 && this.#shortAscii(text)) return
    // An encoder would put U+FFFD in its place, and the key would be told something else than what was meant.
    if (/\p{Surrogate}/u.test(text)) throw new MisuseError('CBOR: text with an unpaired surrogate')
    this.#string(MAJOR.text, utf8(text))
  }

  /** Names of members and identifiers are short ASCII, for which a TextEncoder costs more than the whole message. */
  #shortAscii(text: string): boolean {
    const from = this.#length
    this.#byte((MAJOR.text << 5) | text.length)
    this.#grow(text.length)
    for (let i = 0; i < text.length; i++) {
      const unit = text.charCodeAt(i)
      if (unit > 0x7f) {
        this.#length = from
        return false
      }
      this.#bytes[from + 1 + i] = unit
    }
    return true
  }

  #string(major: number, bytes: Uint8Array): void {
    this.#head(major, bytes.length)
    this.#raw(bytes)
  }

  #head(major: number, argument: number | bigint): void {
    const initial = major << 5
    if (argument < 24) return this.#byte(initial | Number(argument))
    const width = argument < 0x100 ? 1 : argument < 0x1_0000 ? 2 : argument < 0x1_0000_0000 ? 4 : 8
    this.#byte(initial | (24 + Math.log2(width)))
    const from = this.#length
    this.#grow(width)
    if (width === 8) new DataView(this.#bytes.buffer).setBigUint64(from, BigInt(argument))
    else for (let i = width - 1, left = Number(argument); i >= 0; i--, left >>>= 8) this.#bytes[from + i] = left
  }

  #byte(byte: number): void {
    this.#grow(1)
    this.#bytes[this.#length - 1] = byte
  }

  #raw(bytes: Uint8Array): void {
    const from = this.#length
    this.#grow(bytes.length)
    this.#bytes.set(bytes, from)
  }

  #grow(by: number): void {
    this.#length += by
    if (this.#length <= this.#bytes.length) return
    const larger = new Uint8Array(Math.max(2 * this.#bytes.length, this.#length))
    larger.set(this.#bytes)
    this.#bytes = larger
  }
}

/** Integers first, 0 and up before -1 and down; then text by the length and the bytes of its UTF-8. */
function compareKeys(a: CborKey, b: CborKey): number {
  if (typeof a === 'string' && typeof b === 'string') return compareText(a, b)
  if (typeof a === 'number' && typeof b === 'number') {
    if (a < 0 !== b < 0) return a < 0 ? 1 : -1
    return a < 0 ? b - a : a - b
  }
  return typeof a === 'number' ? -1 : 1
}

function compareText(a: string, b: string): number {
  if (isAscii(a) && isAscii(b)) return a.length - b.length || (a < b ? -1 : 1)
  const left = utf8(a)
  const right = utf8(b)
  if (left.length !== right.length) return left.length - right.length
  for (let i = 0; i < left.length; i++) if (left[i] !== right[i]) return left[i]! - right[i]!
  return 0
}

function isAscii(text: string): boolean {
  for (let i = 0; i < text.length; i++) if (text.charCodeAt(i) > 0x7f) return false
  return true
}
