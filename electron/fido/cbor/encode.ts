/**
 * Writes the CTAP2 canonical CBOR form (CTAP 2.1 §8): shortest integers and lengths, definite lengths, keys sorted by
 * major type, then length, then bytes.
 */
import { utf8 } from '../../../shared/kit/index.ts'
import { MisuseError } from '../errors.ts'
import { compareKeys, MAJOR, MAX_NESTING, SIMPLE, type CborKey, type CborMap, type CborValue } from './value.ts'

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
    const entries = [...map].map(([key, value]) => ({ key: encodedKey(key), value }))
    for (const { key, value } of entries.toSorted((a, b) => compareWhole(a.key, b.key))) {
      this.#raw(key)
      this.item(value, levels - 1)
    }
  }

  #integer(value: number | bigint): void {
    if (typeof value === 'number' && !Number.isSafeInteger(value)) throw new MisuseError('CBOR: not a whole number')
    const argument = value < 0 ? (typeof value === 'bigint' ? -1n - value : -1 - value) : value
    if (argument > MAX_ARGUMENT) throw new MisuseError('CBOR: an integer of more than 64 bits')
    this.#head(value < 0 ? MAJOR.negative : MAJOR.unsigned, argument)
  }

  #text(text: string): void {
    // An encoder would put U+FFFD in its place, and the key would be told something else than what was meant.
    if (/\p{Surrogate}/u.test(text)) throw new MisuseError('CBOR: text with an unpaired surrogate')
    this.#string(MAJOR.text, utf8(text))
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
    let rest = BigInt(argument)
    const from = this.#length
    this.#grow(width)
    for (let i = from + width - 1; i >= from; i--) {
      this.#bytes[i] = Number(rest & 0xffn)
      rest >>= 8n
    }
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

function encodedKey(key: CborKey): Uint8Array {
  if (typeof key !== 'number' && typeof key !== 'string') throw new MisuseError('CBOR: a key is an integer or text')
  const writer = new Writer()
  writer.item(key, 0)
  return writer.written()
}

const compareWhole = (a: Uint8Array, b: Uint8Array): number =>
  compareKeys(a, { start: 0, end: a.length }, b, { start: 0, end: b.length })
