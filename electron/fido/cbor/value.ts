/** The values CTAP2 messages are made of (CTAP 2.1 §8, "Message Encoding"): no floats, no tags, no `undefined`. */

/** Integer keys beyond JavaScript's safe integers exist in no CTAP map and are refused. */
export type CborKey = number | string
export type CborMap = ReadonlyMap<CborKey, CborValue>
/** Integers are a `bigint` only outside JavaScript's safe integers; `encode` takes either. */
export type CborValue = number | bigint | string | boolean | null | Uint8Array | readonly CborValue[] | CborMap

/** "The maximum nesting depth of CBOR structures is 4 levels of any combination of maps and arrays" (CTAP 2.1 §8). */
export const MAX_NESTING = 4

/** Major types (RFC 8949 §3.1). */
export const MAJOR = { unsigned: 0, negative: 1, bytes: 2, text: 3, array: 4, map: 5, tag: 6, simple: 7 } as const
/** Whole initial bytes of major type 7 that CTAP2 knows (RFC 8949 §3.3). */
export const SIMPLE = { false: 0xf4, true: 0xf5, null: 0xf6 } as const
