/** A file as readers take it: its bytes, and what of text, JSON and CSV is in them, each made once when asked for. */
import { fromUtf8 } from '../../../shared/kit/index.ts'

export interface Source {
  readonly bytes: Uint8Array
  /** Lower case, where there is one. A hint for formats that nothing else tells, never more. */
  readonly name: string
  /** UTF-8, or UTF-16 with a byte order mark; without that mark. `undefined` where it is no text. */
  text(): string | undefined
  /** `undefined` where the text is no JSON. */
  json(): unknown
}

export function openSource(bytes: Uint8Array, name = ''): Source {
  const text = once(() => decode(bytes))
  const json = once(() => parseJson(text()))
  return { bytes, name: name.toLowerCase(), text, json }
}

/** A value made at its first use. */
function once<T>(make: () => T): () => T {
  let made: { readonly value: T } | undefined
  return () => (made ??= { value: make() }).value
}

function decode(bytes: Uint8Array): string | undefined {
  const [first, second] = bytes
  if ((first === 0xff && second === 0xfe) || (first === 0xfe && second === 0xff))
    return decodeUtf16(bytes, first === 0xff)
  const text = fromUtf8(bytes)
  // NUL is in no text file, but in many that are not one.
  return text === undefined || text.includes('\0') ? undefined : text.replace(/^\uFEFF/, '')
}

function decodeUtf16(bytes: Uint8Array, isLittleEndian: boolean): string | undefined {
  try {
    return new TextDecoder(isLittleEndian ? 'utf-16le' : 'utf-16be', { fatal: true }).decode(bytes)
  } catch {
    return undefined
  }
}

/** Deep nesting does no harm: nothing here walks into what it does not know. */
export function parseJson(text: string | undefined): unknown {
  if (text === undefined || !/^\s*[[{]/.test(text)) return undefined
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}
