/**
 * A `HashMap<String, String>` as Java writes it (Java Object Serialization Specification §6.4), and nothing else: no other
 * class, no null but where there is no superclass, no field that is not the map's own. Nothing is made from what it names.
 */
const STREAM_MAGIC = 0xaced
const STREAM_VERSION = 5
const TC_NULL = 0x70
const TC_REFERENCE = 0x71
const TC_CLASSDESC = 0x72
const TC_OBJECT = 0x73
const TC_STRING = 0x74
const TC_BLOCKDATA = 0x77
const TC_ENDBLOCKDATA = 0x78
const TC_LONGSTRING = 0x7c
/** SC_WRITE_METHOD | SC_SERIALIZABLE. */
const FLAGS = 3
const BASE_HANDLE = 0x7e0000
const MAX_PAIRS = 100_000

export const isJavaStream = (bytes: Uint8Array): boolean =>
  bytes.length > 4 &&
  ((bytes[0]! << 8) | bytes[1]!) === STREAM_MAGIC &&
  ((bytes[2]! << 8) | bytes[3]!) === STREAM_VERSION

/** The map's pairs, or `undefined` where the bytes are no such map. */
export function readJavaMap(bytes: Uint8Array): ReadonlyMap<string, string> | undefined {
  try {
    return new Reader(bytes).map()
  } catch (error) {
    // Reading beyond the end, or what is not expected: the same to the caller.
    if (error instanceof RangeError) return undefined
    throw error
  }
}

class Reader {
  readonly #view: DataView
  readonly #bytes: Uint8Array
  /** By handle, in the order the stream gave them; only texts are ever referred to. */
  readonly #handles: (string | undefined)[] = []
  #at = 4

  constructor(bytes: Uint8Array) {
    this.#bytes = bytes
    this.#view = new DataView(bytes.buffer, bytes.byteOffset, bytes.byteLength)
  }

  map(): ReadonlyMap<string, string> {
    this.#expect(TC_OBJECT)
    this.#classDescription()
    this.#handles.push(undefined)
    // Two fields of four bytes: the load factor and the threshold.
    this.#at += 8
    this.#expect(TC_BLOCKDATA)
    this.#expect(8)
    this.#at += 4
    const pairs = this.#int()
    if (pairs > MAX_PAIRS) throw new RangeError('too many')
    const map = new Map<string, string>()
    for (let i = 0; i < pairs; i++) map.set(this.#string(), this.#string())
    this.#expect(TC_ENDBLOCKDATA)
    return map
  }

  #classDescription(): void {
    this.#expect(TC_CLASSDESC)
    if (this.#utf() !== 'java.util.HashMap') throw new RangeError('another class')
    this.#at += 8
    this.#handles.push(undefined)
    this.#expect(FLAGS)
    const fields = this.#short()
    if (fields !== 2) throw new RangeError('other fields')
    for (let i = 0; i < fields; i++) {
      const type = this.#byte()
      if (type !== 0x46 && type !== 0x49) throw new RangeError('a field that is no float and no int')
      this.#utf()
    }
    this.#expect(TC_ENDBLOCKDATA)
    this.#expect(TC_NULL)
  }

  #string(): string {
    const type = this.#byte()
    if (type === TC_REFERENCE) {
      const text = this.#handles[this.#int() - BASE_HANDLE]
      if (text === undefined) throw new RangeError('a reference to no text')
      return text
    }
    const text = type === TC_STRING ? this.#utf() : type === TC_LONGSTRING ? this.#longUtf() : undefined
    if (text === undefined) throw new RangeError('no text')
    this.#handles.push(text)
    return text
  }

  #utf = (): string => this.#text(this.#short())

  #longUtf(): string {
    if (this.#int() !== 0) throw new RangeError('too long')
    return this.#text(this.#int())
  }

  /** Modified UTF-8: NUL in two bytes and surrogates in three each, which a lenient reading of units gives back. */
  #text(length: number): string {
    if (this.#at + length > this.#bytes.length) throw new RangeError('cut off')
    const end = this.#at + length
    let out = ''
    while (this.#at < end) {
      const first = this.#byte()
      if (first < 0x80) out += String.fromCharCode(first)
      else if (first < 0xe0) out += String.fromCharCode(((first & 0x1f) << 6) | (this.#byte() & 0x3f))
      else out += String.fromCharCode(((first & 0x0f) << 12) | ((this.#byte() & 0x3f) << 6) | (this.#byte() & 0x3f))
    }
    return out
  }

  #expect(byte: number): void {
    if (this.#byte() !== byte) throw new RangeError('not expected')
  }
  #byte = (): number => this.#view.getUint8(this.#at++)
  #short(): number {
    this.#at += 2
    return this.#view.getUint16(this.#at - 2)
  }
  #int(): number {
    this.#at += 4
    return this.#view.getUint32(this.#at - 4)
  }
}
