/** Values out of foreign JSON, by own properties alone: what an object inherits is not in the file. */

export type Json = Readonly<Record<string, unknown>>

export const isRecord = (value: unknown): value is Json =>
  typeof value === 'object' && value !== null && !Array.isArray(value)

export const has = (record: Json, key: string): boolean => Object.hasOwn(record, key)

/** `undefined` where it is absent or null. */
export const get = (record: Json, key: string): unknown => (has(record, key) ? (record[key] ?? undefined) : undefined)

/** A text, or `undefined` for anything else. */
export function textOf(record: Json, key: string): string | undefined {
  const value = get(record, key)
  return typeof value === 'string' ? value : undefined
}

export function recordOf(record: Json, key: string): Json | undefined {
  const value = get(record, key)
  return isRecord(value) ? value : undefined
}

export function listOf(record: Json, key: string): readonly unknown[] | undefined {
  const value = get(record, key)
  return Array.isArray(value) ? value : undefined
}

/** A whole number from 0, or `undefined`. */
export function countOf(record: Json, key: string): number | undefined {
  const value = get(record, key)
  return typeof value === 'number' && Number.isSafeInteger(value) && value >= 0 ? value : undefined
}

/** Milliseconds since 1970, where it is one after that and before the year 10000. */
export function timeOf(record: Json, key: string, unitMs = 1): number | undefined {
  const value = get(record, key)
  const ms = typeof value === 'number' ? Math.round(value * unitMs) : Number.NaN
  return ms > 0 && ms < 253_402_300_800_000 ? ms : undefined
}

/** Unsigned bytes out of a list of numbers from -128 to 255, as Java prints them. */
export function bytesOf(list: unknown): Uint8Array | undefined {
  if (!Array.isArray(list)) return undefined
  const isByte = (value: unknown) =>
    typeof value === 'number' && Number.isInteger(value) && value >= -128 && value <= 255
  return list.every(isByte) ? Uint8Array.from(list, (value: number) => value & 0xff) : undefined
}

const BASE64 = /^[A-Za-z0-9+/_-]*={0,2}$/

/** Bytes of base64 in either alphabet, padded or not, white space within it dropped. */
export function fromBase64(text: string | undefined): Uint8Array | undefined {
  const letters = text?.replace(/\s+/g, '')
  if (letters === undefined || !BASE64.test(letters) || letters.replace(/=+$/, '').length % 4 === 1) return undefined
  return new Uint8Array(Buffer.from(letters, 'base64'))
}

/** Bytes of hexadecimal of an even length, in either case. */
export const fromHexText = (text: string | undefined): Uint8Array | undefined =>
  text !== undefined && text.length % 2 === 0 && /^[0-9a-fA-F]*$/.test(text)
    ? new Uint8Array(Buffer.from(text, 'hex'))
    : undefined
