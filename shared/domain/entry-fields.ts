/** A typed seed and its options, or the same values out of a link, made into a draft. Total; every fault names its field. */
import { err, fromBase32, ok, type Result } from '../kit/index.ts'
import {
  ALGORITHMS,
  MAX_COUNTER,
  MAX_DIGITS,
  MAX_NAME_LENGTH,
  MAX_PERIOD_SECONDS,
  MAX_SECRET_BYTES,
  MIN_DIGITS,
  STEAM,
  toSecret,
  type Algorithm,
  type EntryDraft,
  type EntryKind,
  type Secret,
} from './entry.ts'
import { cleanLine, excerpt } from './text.ts'

/** `found` is at most 32 cleaned letters of what was given. */
interface OutOfRange {
  readonly found: string
  readonly min: number
  readonly max: number
}

/** What is wrong with one field. */
export type FieldFault =
  /** The whole of it is missing, or holds too few letters for a byte. */
  | { readonly field: 'secret'; readonly code: 'no-secret' | 'secret-too-short' }
  /** `position` counts from 1 in the text as typed. */
  | { readonly field: 'secret'; readonly code: 'secret-letter'; readonly letter: string; readonly position: number }
  | { readonly field: 'secret'; readonly code: 'secret-too-long'; readonly bytes: number; readonly max: number }
  | {
      readonly field: 'issuer' | 'account'
      readonly code: 'label-too-long'
      readonly length: number
      readonly max: number
    }
  | { readonly field: 'account'; readonly code: 'name-missing' }
  | { readonly field: 'algorithm'; readonly code: 'algorithm-unknown'; readonly found: string }
  | ({ readonly field: 'digits'; readonly code: 'digits-out-of-range' } & OutOfRange)
  | ({ readonly field: 'period'; readonly code: 'period-out-of-range' } & OutOfRange)
  | ({ readonly field: 'counter'; readonly code: 'counter-out-of-range' } & OutOfRange)
  | { readonly field: 'counter'; readonly code: 'counter-missing' }

/** Values as they were typed or linked. What is absent or empty takes the Key URI format's default: SHA1, 6 digits, 30 seconds. */
export interface EntryFields {
  readonly kind: EntryKind
  readonly issuer: string
  readonly account: string
  /** Base32 in either case, with spaces, hyphens and padding. */
  readonly secret: string
  readonly algorithm?: string | undefined
  readonly digits?: string | number | undefined
  /** Seconds. */
  readonly period?: string | number | undefined
  /** HOTP only, where it has no default. */
  readonly counter?: string | number | undefined
}

/** A draft of a form, or all that is wrong with it, at most one fault a field. An entry typed by hand needs a name. */
export function entryFromFields(fields: EntryFields): Result<EntryDraft, readonly FieldFault[]> {
  const read = readFields(fields)
  const isNameless = cleanLine(fields.issuer) === '' && cleanLine(fields.account) === ''
  if (!isNameless) return read
  return err([{ field: 'account', code: 'name-missing' }, ...(read.ok ? [] : read.error)])
}

/** Like `entryFromFields`, for what has no name yet. Options that the kind can't have are ignored. */
export function readFields(fields: EntryFields): Result<EntryDraft, readonly FieldFault[]> {
  const { kind } = fields
  const base = {
    issuer: readName('issuer', fields.issuer),
    account: readName('account', fields.account),
    secret: readSecret(fields.secret),
  }
  if (kind === 'steam') {
    const read = all(base)
    return read.ok ? ok({ ...read.value, ...STEAM }) : read
  }
  const options = { algorithm: readAlgorithm(fields.algorithm), digits: readDigits(fields.digits) }
  if (kind === 'hotp') {
    const read = all({ ...base, ...options, counter: readCounter(fields.counter) })
    return read.ok ? ok({ ...read.value, kind }) : read
  }
  const read = all({ ...base, ...options, periodSeconds: readPeriod(fields.period) })
  return read.ok ? ok({ ...read.value, kind }) : read
}

type Read<T> = Result<T, FieldFault>

/** All the values, or all the faults. */
function all<T extends object>(reads: { readonly [K in keyof T]: Read<T[K]> }): Result<T, readonly FieldFault[]> {
  const values: Partial<T> = {}
  const faults: FieldFault[] = []
  for (const key in reads) {
    const read = reads[key]
    if (read.ok) values[key] = read.value
    else faults.push(read.error)
  }
  // Without a fault, every key of T has been given its value above.
  return faults.length > 0 ? err(faults) : ok(values as T)
}

function readName(field: 'issuer' | 'account', text: string): Read<string> {
  const name = cleanLine(text)
  if (name.length <= MAX_NAME_LENGTH) return ok(name)
  return err({ field, code: 'label-too-long', length: name.length, max: MAX_NAME_LENGTH })
}

function readSecret(text: string): Read<Secret> {
  const bytes = fromBase32(text)
  if (!(bytes instanceof Uint8Array)) {
    if (bytes.fault === 'empty') {
      return err({ field: 'secret', code: /[^\s-]/.test(text) ? 'secret-too-short' : 'no-secret' })
    }
    return err({ field: 'secret', code: 'secret-letter', letter: bytes.letter, position: bytes.position })
  }
  const secret = toSecret(bytes)
  if (secret !== undefined) return ok(secret)
  return err({ field: 'secret', code: 'secret-too-long', bytes: bytes.length, max: MAX_SECRET_BYTES })
}

/** Either case, with or without "Hmac" before it and a hyphen within it: `SHA1`, `sha-256`, `HmacSHA512`. */
export function readAlgorithm(text: string | undefined): Read<Algorithm> {
  const name = (text?.trim() || 'SHA1')
    .toUpperCase()
    .replace(/^HMAC[-_]?/, '')
    .replace(/^SHA[-_]/, 'SHA')
  const algorithm = ALGORITHMS.find((known) => known === name)
  return algorithm ? ok(algorithm) : err({ field: 'algorithm', code: 'algorithm-unknown', found: excerpt(text ?? '') })
}

/** A whole number in decimal within the bounds; what is out of them is described for the fault. */
function readInteger(text: string, min: number, max: number): Result<number, OutOfRange> {
  const value = /^\d{1,16}$/.test(text) ? Number(text) : Number.NaN
  return value >= min && value <= max ? ok(value) : err({ found: excerpt(text), min, max })
}

const typed = (value: string | number | undefined) => value?.toString().trim() ?? ''

function readDigits(value: string | number | undefined): Read<number> {
  const read = readInteger(typed(value) || '6', MIN_DIGITS, MAX_DIGITS)
  return read.ok ? read : err({ field: 'digits', code: 'digits-out-of-range', ...read.error })
}

function readPeriod(value: string | number | undefined): Read<number> {
  const read = readInteger(typed(value) || '30', 1, MAX_PERIOD_SECONDS)
  return read.ok ? read : err({ field: 'period', code: 'period-out-of-range', ...read.error })
}

function readCounter(value: string | number | undefined): Read<number> {
  if (typed(value) === '') return err({ field: 'counter', code: 'counter-missing' })
  const read = readInteger(typed(value), 0, MAX_COUNTER)
  return read.ok ? read : err({ field: 'counter', code: 'counter-out-of-range', ...read.error })
}
