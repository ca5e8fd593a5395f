/** Bytes and their encodings: UTF-8, hex, base64url (RFC 4648 §5, no padding), base32 (RFC 4648 §6). Readers are total. */

const encoder = new TextEncoder()
const decoder = new TextDecoder('utf-8', { fatal: true, ignoreBOM: true })

export const utf8 = (text: string): Uint8Array => encoder.encode(text)

/** The text of UTF-8 bytes, or `undefined` where they are not valid UTF-8. */
export function fromUtf8(bytes: Uint8Array): string | undefined {
  try {
    return decoder.decode(bytes)
  } catch {
    return undefined
  }
}

export function concat(...parts: readonly Uint8Array[]): Uint8Array {
  const out = new Uint8Array(parts.reduce((sum, part) => sum + part.length, 0))
  let at = 0
  for (const part of parts) {
    out.set(part, at)
    at += part.length
  }
  return out
}

/** Equality without an early exit; lengths are not secret. */
export function equalBytes(a: Uint8Array, b: Uint8Array): boolean {
  if (a.length !== b.length) return false
  let difference = 0
  for (let i = 0; i < a.length; i++) difference |= a[i]! ^ b[i]!
  return difference === 0
}

export const toHex = (bytes: Uint8Array): string =>
  Array.from(bytes, (byte) => byte.toString(16).padStart(2, '0')).join('')

/** Bytes of a hex string in either case, or `undefined`. */
export function fromHex(hex: string): Uint8Array | undefined {
  if (hex.length % 2 !== 0 || !/^[0-9a-fA-F]*$/.test(hex)) return undefined
  return Uint8Array.from({ length: hex.length / 2 }, (_, i) => Number.parseInt(hex.slice(2 * i, 2 * i + 2), 16))
}

const BASE64URL = 'ABCDEFGHIJKLMNOPQRSTUVWXYZabcdefghijklmnopqrstuvwxyz0123456789-_'
const BASE64URL_VALUE = new Map([...BASE64URL].map((letter, value) => [letter, value]))

export function toBase64url(bytes: Uint8Array): string {
  let out = ''
  for (let i = 0; i < bytes.length; i += 3) {
    const group = (bytes[i]! << 16) | ((bytes[i + 1] ?? 0) << 8) | (bytes[i + 2] ?? 0)
    const letters = Math.min(4, bytes.length - i + 1)
    for (let j = 0; j < letters; j++) out += BASE64URL[(group >> (18 - 6 * j)) & 63]
  }
  return out
}

/** Bytes of unpadded base64url, or `undefined` where a letter, the length or a spare bit is wrong. */
export function fromBase64url(text: string): Uint8Array | undefined {
  if (text.length % 4 === 1) return undefined
  const out = new Uint8Array(Math.floor((text.length * 3) / 4))
  let bits = 0
  let held = 0
  let at = 0
  for (const letter of text) {
    const value = BASE64URL_VALUE.get(letter)
    if (value === undefined) return undefined
    held = ((held << 6) | value) & 0xffff
    bits += 6
    if (bits >= 8) {
      bits -= 8
      out[at++] = (held >> bits) & 0xff
    }
  }
  return (held & ((1 << bits) - 1)) === 0 ? out : undefined
}

const BASE32 = 'ABCDEFGHIJKLMNOPQRSTUVWXYZ234567'

/** Base32 without padding, upper case. */
export function toBase32(bytes: Uint8Array): string {
  let out = ''
  let bits = 0
  let held = 0
  for (const byte of bytes) {
    held = ((held << 8) | byte) & 0xfff
    bits += 8
    while (bits >= 5) {
      bits -= 5
      out += BASE32[(held >> bits) & 31]
    }
  }
  return bits > 0 ? out + BASE32[(held << (5 - bits)) & 31] : out
}

export type Base32Fault =
  { readonly fault: 'empty' } | { readonly fault: 'letter'; readonly letter: string; readonly position: number }

/**
 * Bytes of a Base32 seed as people type it: either case, spaces and hyphens between groups, padding at the end.
 * A letter outside the alphabet is reported with its position in the text as typed (the first is 1).
 * Left-over bits of the last letter are dropped, as every authenticator does.
 */
export function fromBase32(text: string): Uint8Array | Base32Fault {
  const out: number[] = []
  let bits = 0
  let held = 0
  let letters = 0
  let position = 0
  let padded = false
  for (const letter of text) {
    position += 1
    if (/[\s-]/.test(letter)) continue
    if (letter === '=' && letters > 0) {
      padded = true
      continue
    }
    const value = BASE32.indexOf(letter.toUpperCase())
    if (value < 0 || padded || letter.toUpperCase().length !== 1) return { fault: 'letter', letter, position }
    letters += 1
    held = ((held << 5) | value) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      out.push((held >> bits) & 0xff)
    }
  }
  return out.length === 0 ? { fault: 'empty' } : Uint8Array.from(out)
}
