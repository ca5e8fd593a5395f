/**
 * Google Authenticator's export, `otpauth-migration://offline?data=…`: recognised and counted, not read. The data is base64 of
 * a protocol buffer: entries = 1 (repeated), version = 2, batch_size = 3, batch_index = 4, batch_id = 5.
 * Covers varints of at most ten bytes and length-delimited fields; anything else leaves the export recognised, but uncounted.
 */
import { fromBase64url } from '../kit/index.ts'

/** A QR code holds at most 4,296 letters; a link pasted from elsewhere may be somewhat longer. */
const MAX_EXPORT_LENGTH = 16_384
const ENTRIES = 1
const BATCH_SIZE = 3
const BATCH_INDEX = 4
const VARINT = 0
const LENGTH_DELIMITED = 2

/** An export of one or several QR codes. `entries` are those of this code; both are absent where the data can't be read. */
export interface GoogleExport {
  readonly entries?: number
  /** This code's number among all codes of the export, from 1. */
  readonly batch?: { readonly number: number; readonly of: number }
}

/** What a Google export says of itself, or `undefined` where the text is none. */
export function recogniseGoogleExport(text: string): GoogleExport | undefined {
  const link = text.trim()
  const data = /^otpauth-migration:\/\/offline\/?\?(?:[^#]*&)?data=([^&#]*)/i.exec(link)?.[1]
  if (data === undefined) return /^otpauth-migration:/i.test(link) ? {} : undefined
  if (data.length > MAX_EXPORT_LENGTH) return {}
  const bytes = fromBase64(data)
  return (bytes && count(bytes)) ?? {}
}

/** Base64 as it stands in links: `+` also as a space, `%2B`, `%2F`, `%3D`, padding or none. */
function fromBase64(text: string): Uint8Array | undefined {
  const letters = text.replace(/%2b/gi, '+').replace(/%2f/gi, '/').replace(/%3d/gi, '=').replace(/=+$/, '')
  return fromBase64url(letters.replace(/[+ ]/g, '-').replaceAll('/', '_'))
}

function count(bytes: Uint8Array): GoogleExport | undefined {
  let at = 0
  const varint = (): number | undefined => {
    let value = 0
    for (let i = 0; i < 10; i++) {
      const byte = bytes[at++]
      if (byte === undefined) return undefined
      value += (byte & 0x7f) * 2 ** (7 * i)
      if (byte < 0x80) return value
    }
    return undefined
  }
  let entries = 0
  let size = 0
  let index = 0
  while (at < bytes.length) {
    const tag = varint()
    const value = varint()
    if (tag === undefined || value === undefined) return undefined
    const field = Math.floor(tag / 8)
    if (tag % 8 === LENGTH_DELIMITED) {
      if (value > bytes.length - at) return undefined
      at += value
      if (field === ENTRIES) entries += 1
    } else if (tag % 8 === VARINT) {
      if (field === BATCH_SIZE) size = value
      if (field === BATCH_INDEX) index = value
    } else return undefined
  }
  return size > 0 && index < size ? { entries, batch: { number: index + 1, of: size } } : { entries }
}
