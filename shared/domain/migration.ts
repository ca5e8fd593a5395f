/**
 * Google Authenticator's export, `otpauth-migration://offline?data=…`: base64 of a protocol buffer (its fields were published
 * by those who read it; Google has no description). Entries = 1 (repeated), version = 2, batch_size = 3, batch_index = 4,
 * batch_id = 5. An export of many entries is several codes of one batch id.
 * Covers varints of at most ten bytes, fixed 32 and 64 bits and length-delimited fields; unknown fields are passed over.
 */
import { concat, err, fromBase64url, fromUtf8, ok, toBase32, toBase64url, utf8, type Result } from '../kit/index.ts'
import { readFields, type FieldFault } from './entry-fields.ts'
import { secretBytes, type Algorithm, type EntryDraft } from './entry.ts'
import { fold } from './text.ts'

/** A QR code holds at most 4,296 letters; a link pasted from elsewhere may be somewhat longer. */
const MAX_EXPORT_LENGTH = 16_384
/** More than any phone makes; what claims more is damaged. */
const MAX_BATCHES = 1000

const EXPORT = { entry: 1, version: 2, batchSize: 3, batchIndex: 4, batchId: 5 } as const
const ENTRY = { secret: 1, name: 2, issuer: 3, algorithm: 4, digits: 5, type: 6, counter: 7 } as const
/** By number; 0, "unspecified", is what the app takes for the first. 4 is MD5, which no code here is made with. */
const ALGORITHM_NAMES = ['SHA1', 'SHA1', 'SHA256', 'SHA512', 'MD5'] as const
const DIGITS = [6, 6, 8] as const
const HOTP = 1
const TOTP = 2

/** An export of one or several QR codes. `entries` are those of this code; both are absent where the data can't be read. */
export interface GoogleExport {
  readonly entries?: number
  /** This code's number among all codes of the export, from 1. */
  readonly batch?: { readonly number: number; readonly of: number }
}

export type GoogleEntryFault =
  | FieldFault
  | { readonly field: 'type'; readonly code: 'type-unknown'; readonly found: string }
  | { readonly code: 'entry-damaged' }
export type GoogleEntry =
  | { readonly ok: true; readonly value: EntryDraft }
  | { readonly ok: false; readonly error: GoogleEntryFault; readonly issuer: string; readonly account: string }

/** What one code of an export holds. */
export interface GoogleBatch {
  /** The same in all codes of one export. */
  readonly id: number
  /** From 1. */
  readonly number: number
  readonly of: number
  readonly entries: readonly GoogleEntry[]
}

export type GoogleFault =
  { readonly code: 'not-google' | 'damaged' } | { readonly code: 'newer'; readonly version: number }

/** What a Google export says of itself, or `undefined` where the text is none. */
export function recogniseGoogleExport(text: string): GoogleExport | undefined {
  const read = readGoogleExport(text)
  if (read.ok) {
    const { number, of, entries } = read.value
    return { entries: entries.length, batch: { number, of } }
  }
  return read.error.code === 'not-google' ? undefined : {}
}

/** The entries of one code of an export, each read or refused by itself. */
export function readGoogleExport(text: string): Result<GoogleBatch, GoogleFault> {
  const link = text.trim()
  if (!/^otpauth-migration:/i.test(link)) return err({ code: 'not-google' })
  const data = /^otpauth-migration:\/\/offline\/?\?(?:[^#]*&)?data=([^&#]*)/i.exec(link)?.[1]
  const bytes = data !== undefined && data.length <= MAX_EXPORT_LENGTH ? fromBase64(data) : undefined
  const fields = bytes && readMessage(bytes)
  if (!fields) return err({ code: 'damaged' })
  const number = (field: number) => Number(BigInt.asIntN(32, last(fields, field)))
  const version = number(EXPORT.version)
  // 1 is what the app has written since 2020, 2 what newer ones write; the fields are the same.
  if (version > 2) return err({ code: 'newer', version })
  const of = Math.max(1, number(EXPORT.batchSize))
  const index = number(EXPORT.batchIndex)
  if (of > MAX_BATCHES || index < 0 || index >= of) return err({ code: 'damaged' })
  const entries: GoogleEntry[] = []
  for (const { field, value } of fields) {
    if (field !== EXPORT.entry) continue
    const entry = typeof value === 'bigint' ? undefined : readMessage(value)
    entries.push(entry ? toEntry(entry) : { ok: false, error: { code: 'entry-damaged' }, issuer: '', account: '' })
  }
  return ok({ id: number(EXPORT.batchId), number: index + 1, of, entries })
}

/** Base64 as it stands in links: `+` also as a space, `%2B`, `%2F`, `%3D`, padding or none. */
function fromBase64(text: string): Uint8Array | undefined {
  const letters = text.replace(/%2b/gi, '+').replace(/%2f/gi, '/').replace(/%3d/gi, '=').replace(/=+$/, '')
  return fromBase64url(letters.replace(/[+ ]/g, '-').replaceAll('/', '_'))
}

interface Field {
  readonly field: number
  /** A varint, or the bytes of anything else. */
  readonly value: bigint | Uint8Array
}

/** Fields in their order, or `undefined` where the bytes are no message. Protocol Buffers, "Encoding". */
function readMessage(bytes: Uint8Array): readonly Field[] | undefined {
  const fields: Field[] = []
  let at = 0
  const varint = (): bigint | undefined => {
    let value = 0n
    for (let i = 0n; i < 10n; i++) {
      const byte = bytes[at++]
      if (byte === undefined) return undefined
      value |= BigInt(byte & 0x7f) << (7n * i)
      if (byte < 0x80) return BigInt.asUintN(64, value)
    }
    return undefined
  }
  while (at < bytes.length) {
    const tag = varint()
    if (tag === undefined || tag > 0xffff_ffffn) return undefined
    const field = Number(tag >> 3n)
    const wire = Number(tag & 7n)
    if (wire === 0) {
      const value = varint()
      if (value === undefined) return undefined
      fields.push({ field, value })
      continue
    }
    const length = wire === 2 ? varint() : wire === 1 ? 8n : wire === 5 ? 4n : undefined
    if (length === undefined || length > BigInt(bytes.length - at)) return undefined
    fields.push({ field, value: bytes.subarray(at, at + Number(length)) })
    at += Number(length)
  }
  return fields
}

/** The last one counts, and 0 is what is not there. */
const last = (fields: readonly Field[], field: number): bigint => {
  const value = fields.findLast((one) => one.field === field)?.value
  return typeof value === 'bigint' ? value : 0n
}

function toEntry(fields: readonly Field[]): GoogleEntry {
  const bytes = (field: number): Uint8Array => {
    const value = fields.findLast((one) => one.field === field)?.value
    return value instanceof Uint8Array ? value : new Uint8Array()
  }
  const issuer = fromUtf8(bytes(ENTRY.issuer)) ?? ''
  const names = withoutIssuer(fromUtf8(bytes(ENTRY.name)) ?? '', issuer)
  const type = last(fields, ENTRY.type)
  const algorithm = last(fields, ENTRY.algorithm)
  const digits = last(fields, ENTRY.digits)
  if (type > BigInt(TOTP)) {
    return { ok: false, error: { field: 'type', code: 'type-unknown', found: type.toString().slice(0, 20) }, ...names }
  }
  const read = readFields({
    // Unspecified is TOTP to the app.
    kind: type === BigInt(HOTP) ? 'hotp' : 'totp',
    ...names,
    secret: toBase32(bytes(ENTRY.secret)),
    algorithm: ALGORITHM_NAMES[Number(algorithm)] ?? algorithm.toString().slice(0, 20),
    digits: DIGITS[Number(digits)] ?? digits.toString().slice(0, 20),
    counter: last(fields, ENTRY.counter).toString(),
  })
  return read.ok ? read : { ok: false, error: read.error[0] ?? { field: 'secret', code: 'no-secret' }, ...names }
}

/** The app writes names as `issuer:account`; without an issuer of its own, the prefix is the issuer. */
function withoutIssuer(name: string, issuer: string): { issuer: string; account: string } {
  if (issuer !== '') {
    const isPrefixed = name[issuer.length] === ':' && fold(name.slice(0, issuer.length)) === fold(issuer)
    return { issuer, account: isPrefixed ? name.slice(issuer.length + 1) : name }
  }
  const colon = name.indexOf(':')
  return colon < 0 ? { issuer, account: name } : { issuer: name.slice(0, colon), account: name.slice(colon + 1) }
}

/** Codes of one export, in any order, gathered until none is missing. */
export interface GoogleSet {
  readonly id: number
  readonly of: number
  readonly batches: readonly GoogleBatch[]
  /** Numbers from 1. */
  readonly missing: readonly number[]
}

/** The set with one more code in it. `other-export`: the code is of another export; the set is as it was. */
export function addGoogleBatch(set: GoogleSet | undefined, batch: GoogleBatch): Result<GoogleSet, 'other-export'> {
  if (set && (set.id !== batch.id || set.of !== batch.of)) return err('other-export')
  const batches = [...(set?.batches ?? []).filter(({ number }) => number !== batch.number), batch]
  batches.sort((a, b) => a.number - b.number)
  const have = new Set(batches.map(({ number }) => number))
  const missing = Array.from({ length: batch.of }, (_, index) => index + 1).filter((number) => !have.has(number))
  return ok({ id: batch.id, of: batch.of, batches, missing })
}

/** Why Google's format can't hold an entry: it has neither Steam's letters nor periods, and two numbers of digits. */
export type GoogleRefusal =
  | { readonly code: 'kind-unsupported'; readonly kind: EntryDraft['kind'] }
  | { readonly code: 'digits-unsupported'; readonly digits: number }
  | { readonly code: 'period-unsupported'; readonly periodSeconds: number }

const ALGORITHM_NUMBERS: Readonly<Record<Algorithm, number>> = { SHA1: 1, SHA256: 2, SHA512: 3 }

/** The bytes of one entry as an export carries it, or why it can't. */
export function toGoogleEntry(draft: EntryDraft): Result<Uint8Array, GoogleRefusal> {
  const { kind, digits } = draft
  if (kind === 'steam') return err({ code: 'kind-unsupported', kind })
  const digitsNumber = digits === 6 ? 1 : digits === 8 ? 2 : undefined
  if (digitsNumber === undefined) return err({ code: 'digits-unsupported', digits })
  if (kind === 'totp' && draft.periodSeconds !== 30) {
    return err({ code: 'period-unsupported', periodSeconds: draft.periodSeconds })
  }
  const name = draft.issuer === '' ? draft.account : `${draft.issuer}:${draft.account}`
  return ok(
    concat(
      bytesField(ENTRY.secret, secretBytes(draft.secret)),
      bytesField(ENTRY.name, utf8(name)),
      bytesField(ENTRY.issuer, utf8(draft.issuer)),
      varintField(ENTRY.algorithm, ALGORITHM_NUMBERS[draft.algorithm]),
      varintField(ENTRY.digits, digitsNumber),
      varintField(ENTRY.type, kind === 'hotp' ? HOTP : TOTP),
      ...(kind === 'hotp' ? [varintField(ENTRY.counter, draft.counter)] : []),
    ),
  )
}

/** The link of one code. `number` counts from 1, `id` is 31 bits and the same in all codes of the export. */
export function formatGoogleExport(
  entries: readonly Uint8Array[],
  { id, number, of }: { readonly id: number; readonly number: number; readonly of: number },
): string {
  const message = concat(
    ...entries.map((entry) => bytesField(EXPORT.entry, entry)),
    varintField(EXPORT.version, 1),
    varintField(EXPORT.batchSize, of),
    varintField(EXPORT.batchIndex, number - 1),
    varintField(EXPORT.batchId, id),
  )
  const base64 = toBase64url(message).replaceAll('-', '+').replaceAll('_', '/')
  return `otpauth-migration://offline?data=${encodeURIComponent(base64 + '='.repeat(-base64.length & 3))}`
}

function varint(value: number): Uint8Array {
  const out: number[] = []
  let rest = BigInt(value)
  do {
    const low = Number(rest & 0x7fn)
    rest >>= 7n
    out.push(rest > 0n ? low | 0x80 : low)
  } while (rest > 0n)
  return Uint8Array.from(out)
}

const varintField = (field: number, value: number) => concat(varint(field * 8), varint(value))
const bytesField = (field: number, value: Uint8Array) => concat(varint(field * 8 + 2), varint(value.length), value)
