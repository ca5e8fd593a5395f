/**
 * The parameters of a command as its rules read them: a member is absent (`undefined`), of its type, or the command is
 * refused with CTAP2_ERR_CBOR_UNEXPECTED_TYPE. Unknown members are ignored (CTAP 2.1 §8).
 */
import { decode, type CborKey, type CborMap, type CborValue } from '../cbor/index.ts'
import { refuse, STATUS } from './status.ts'

export class Params {
  readonly #map: CborMap
  constructor(map: CborMap) {
    this.#map = map
  }

  /** Exactly one canonical map; anything else is CTAP2_ERR_INVALID_CBOR or, for another item, an unexpected type. */
  static read(bytes: Uint8Array): Params {
    const read = decode(bytes)
    if (!read.ok) return refuse(STATUS.invalidCbor)
    return Params.of(read.value.value)
  }
  static of(value: CborValue): Params {
    return value instanceof Map ? new Params(value) : refuse(STATUS.cborUnexpectedType)
  }

  get map(): CborMap {
    return this.#map
  }
  has(key: CborKey): boolean {
    return this.#map.has(key)
  }
  bytes(key: CborKey): Uint8Array | undefined {
    const value = this.#map.get(key)
    return value === undefined || value instanceof Uint8Array ? value : refuse(STATUS.cborUnexpectedType)
  }
  text(key: CborKey): string | undefined {
    const value = this.#map.get(key)
    return value === undefined || typeof value === 'string' ? value : refuse(STATUS.cborUnexpectedType)
  }
  bool(key: CborKey): boolean | undefined {
    const value = this.#map.get(key)
    return value === undefined || typeof value === 'boolean' ? value : refuse(STATUS.cborUnexpectedType)
  }
  /** An integer, negative too; one beyond the safe integers is out of range for every member there is. */
  int(key: CborKey): number | undefined {
    const value = this.#map.get(key)
    if (typeof value === 'bigint') return refuse(STATUS.invalidParameter)
    return value === undefined || typeof value === 'number' ? value : refuse(STATUS.cborUnexpectedType)
  }
  uint(key: CborKey): number | undefined {
    const value = this.int(key)
    return value !== undefined && value < 0 ? refuse(STATUS.cborUnexpectedType) : value
  }
  params(key: CborKey): Params | undefined {
    const value = this.#map.get(key)
    return value === undefined ? undefined : Params.of(value)
  }
  list(key: CborKey): readonly CborValue[] | undefined {
    const value = this.#map.get(key)
    return value === undefined || Array.isArray(value) ? value : refuse(STATUS.cborUnexpectedType)
  }
}

/** A member that the command can't do without. */
export function need<T>(value: T | undefined): T {
  return value === undefined ? refuse(STATUS.missingParameter) : value
}
