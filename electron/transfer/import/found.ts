/**
 * What reading a file of another program yields: each of its entries, read or refused by itself and with its place; or, where
 * nothing of it can be read, one of the answers of `ReadFault`. Secrets are in drafts only, never in a fault.
 */
import type { EntryDraft } from '../../../shared/domain/entry.ts'
import type { FieldFault } from '../../../shared/domain/entry-fields.ts'
import type { GoogleEntryFault } from '../../../shared/domain/migration.ts'
import type { LinkFault } from '../../../shared/domain/otpauth.ts'

export const IMPORT_FORMATS = [
  'latchkey-backup',
  /** `otpauth://` links, one a line: also what WinAuth, Ente (plain) and many others write. */
  'otpauth-list',
  'google-migration',
  'aegis',
  'ente',
  '2fas',
  'andotp',
  /** FreeOTP 1: the app's preferences as XML. */
  'freeotp',
  /** FreeOTP 2: its encrypted backup, a serialised Java map. */
  'freeotp-2',
  'freeotp-plus',
  /** Once Authenticator Pro. */
  'stratum',
  'bitwarden-json',
  'bitwarden-csv',
  'proton-authenticator',
  'raivo',
  'keepassxc-csv',
  'kdbx',
  'authy',
  'steam',
  'pskc',
  'oath-csv',
] as const
export type ImportFormat = (typeof IMPORT_FORMATS)[number]

/** Where an entry stands in its file. */
export interface Place {
  /** Its number among the entries of the file, from 1. */
  readonly item: number
  /** Of a text file, from 1. */
  readonly line?: number
}

/** What is known of an entry beside its codes. */
export interface Kept {
  readonly tags: readonly string[]
  readonly note: string
  readonly favourite: boolean
  /** The name or the file of a picture; pictures themselves are not read. */
  readonly icon?: string
  /** Milliseconds since 1970. */
  readonly createdAt?: number
  readonly lastUsedAt?: number
  readonly useCount?: number
}

/** Why one entry is refused. A `position` counts from 1 in the text of that field. */
export type ItemFault =
  | FieldFault
  | LinkFault
  | GoogleEntryFault
  /** A kind of code that is not made here: mOTP, Yandex, challenge and response. `found` is its name in the file. */
  | { readonly code: 'kind-unsupported'; readonly found: string }
  /** A value that is not of the kind the format says. */
  | { readonly code: 'value-malformed'; readonly field: string }
  /** Its seed is encrypted by itself and does not open. */
  | { readonly code: 'seed-locked' }

export interface FoundEntry {
  readonly is: 'entry'
  readonly at: Place
  readonly draft: EntryDraft
  readonly kept: Kept
  /** What was too long to be kept whole. */
  readonly cut: readonly ('tags' | 'note')[]
}
export interface FoundRefusal {
  readonly is: 'refused'
  readonly at: Place
  readonly issuer: string
  readonly account: string
  readonly why: ItemFault
}
export type FoundItem = FoundEntry | FoundRefusal

export interface Found {
  readonly format: ImportFormat
  /** As the file says it, where it does. */
  readonly version?: string
  readonly items: readonly FoundItem[]
  /** Records without any code: passwords and the like. They are no loss, and are only counted. */
  readonly withoutCode: number
  /** Codes of an export that are still to be read, numbered from 1. */
  readonly batches?: { readonly of: number; readonly missing: readonly number[] }
}

/** Four answers that ask for four different things of a person, and two bounds. */
export type ReadFault =
  | { readonly code: 'not-this-format'; readonly format?: ImportFormat }
  | { readonly code: 'password-needed'; readonly format: ImportFormat }
  /** `isSure`: the file has a check of its own for the password; else it may be damaged as well. */
  | { readonly code: 'wrong-password'; readonly format: ImportFormat; readonly isSure: boolean }
  | { readonly code: 'damaged'; readonly format: ImportFormat; readonly line?: number }
  /** `found`: a version, or a variant by name (`account-key`, `key-file`, `zip-method-12`). */
  | { readonly code: 'unsupported-version'; readonly format: ImportFormat; readonly found: string }
  | { readonly code: 'too-large'; readonly what: 'bytes' | 'entries' | 'key-derivation'; readonly max: number }
  | { readonly code: 'too-slow'; readonly seconds: number }
