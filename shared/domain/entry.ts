/**
 * Authenticator entries: a secret in the vault that yields codes (product.md "Words").
 * Limits are those of RFC 4226, RFC 6238 and the Key URI format as authenticators take them; what is outside them is refused.
 */
import { z } from 'zod'
import { fromBase64url, toBase64url } from '../kit/index.ts'
import { cleanLine, cleanLines, fold } from './text.ts'

export const MAX_SECRET_BYTES = 128
export const MAX_NAME_LENGTH = 256
export const MIN_DIGITS = 5
export const MAX_DIGITS = 10
export const MAX_PERIOD_SECONDS = 86_400
/** JavaScript counts exactly up to here; RFC 4226 counters are 64 bits wide, but none comes near. */
export const MAX_COUNTER = Number.MAX_SAFE_INTEGER
export const MAX_TAGS = 32
export const MAX_TAG_LENGTH = 64
export const MAX_NOTE_LENGTH = 4000

export const ENTRY_KINDS = ['totp', 'hotp', 'steam'] as const
export type EntryKind = (typeof ENTRY_KINDS)[number]
export const ALGORITHMS = ['SHA1', 'SHA256', 'SHA512'] as const
export type Algorithm = (typeof ALGORITHMS)[number]

const isSecret = (text: string) => {
  const bytes = fromBase64url(text)
  return bytes !== undefined && bytes.length >= 1 && bytes.length <= MAX_SECRET_BYTES
}

/** A shared secret of 1 to 128 bytes, as base64url. */
export const secret = z.string().max(171).refine(isSecret, 'not a secret').brand<'Secret'>()
export type Secret = z.infer<typeof secret>

/** The stored form of secret bytes, or `undefined` where there are none or more than 128. */
export const toSecret = (bytes: Uint8Array): Secret | undefined => secret.safeParse(toBase64url(bytes)).data

/** Bytes of a secret. Throws where the text never passed the schema. */
export function secretBytes(text: Secret): Uint8Array {
  const bytes = fromBase64url(text)
  if (!bytes) throw new TypeError('not a secret')
  return bytes
}

const time = z.number().int().nonnegative()
const name = z.string().overwrite(cleanLine).max(MAX_NAME_LENGTH)
const algorithm = z.enum(ALGORITHMS)
const digits = z.number().int().min(MIN_DIGITS).max(MAX_DIGITS)
const counter = z.number().int().min(0).max(MAX_COUNTER)

/** How codes come of the secret. Steam Guard is fixed: SHA-1, 30 seconds, five letters. */
const totp = {
  kind: z.literal('totp'),
  algorithm,
  digits,
  periodSeconds: z.number().int().min(1).max(MAX_PERIOD_SECONDS),
}
const hotp = { kind: z.literal('hotp'), algorithm, digits, counter }
const steam = {
  kind: z.literal('steam'),
  algorithm: z.literal('SHA1'),
  digits: z.literal(5),
  periodSeconds: z.literal(30),
}
export const STEAM = { kind: 'steam', algorithm: 'SHA1', digits: 5, periodSeconds: 30 } as const

/** What a code is computed from. */
export const codeSource = z.discriminatedUnion('kind', [
  z.strictObject({ secret, ...totp }),
  z.strictObject({ secret, ...hotp }),
  z.strictObject({ secret, ...steam }),
])
export type CodeSource = z.infer<typeof codeSource>
/** A source whose code follows from the time alone. */
export type TimedSource = Exclude<CodeSource, { kind: 'hotp' }>

const named = { issuer: name, account: name }

/** What a link, a QR code or a form gives: enough to show codes, not yet kept. */
export const entryDraft = z.discriminatedUnion('kind', [
  z.strictObject({ ...named, secret, ...totp }),
  z.strictObject({ ...named, secret, ...hotp }),
  z.strictObject({ ...named, secret, ...steam }),
])
export type EntryDraft = z.infer<typeof entryDraft>

const reference = z.string().min(1).max(256)
/** The MFA device at a backend that this entry makes the codes for. */
export const entryLink = z.strictObject({ backendId: reference, identityId: reference, deviceId: reference })
export type EntryLink = z.infer<typeof entryLink>

const tag = z.string().overwrite(cleanLine).min(1).max(MAX_TAG_LENGTH)
const kept = {
  id: z.string().regex(/^[\w-]{1,64}$/),
  ...named,
  favourite: z.boolean(),
  tags: z.array(tag).max(MAX_TAGS),
  note: z.string().overwrite(cleanLines).max(MAX_NOTE_LENGTH),
  /** The code is shown only when asked for. */
  hidden: z.boolean(),
  createdAt: time,
  lastUsedAt: time.optional(),
  useCount: z.number().int().nonnegative(),
  /** In the bin since then. */
  deletedAt: time.optional(),
  link: entryLink.optional(),
}
const keptHotp = {
  ...kept,
  ...hotp,
  /** The vault was restored from an older copy: codes after `counter` may have been used already. */
  mayBeBehind: z.boolean().optional(),
}

export const authenticatorEntry = z.discriminatedUnion('kind', [
  z.strictObject({ ...kept, secret, ...totp }),
  z.strictObject({ ...keptHotp, secret }),
  z.strictObject({ ...kept, secret, ...steam }),
])
export type Entry = z.infer<typeof authenticatorEntry>

/** An entry without its secret: what may cross to the page. */
export const entryMeta = z.discriminatedUnion('kind', [
  z.strictObject({ ...kept, ...totp }),
  z.strictObject(keptHotp),
  z.strictObject({ ...kept, ...steam }),
])
export type EntryMeta = z.infer<typeof entryMeta>

export function toMeta(entry: Entry): EntryMeta {
  const { secret: _, ...meta } = entry
  return meta
}

/** A draft made into an entry, with nothing said about it yet. `id` is unique in the vault, `now` in ms since 1970. */
export const newEntry = (draft: EntryDraft, id: string, now: number): Entry => ({
  ...draft,
  id,
  favourite: false,
  tags: [],
  note: '',
  hidden: false,
  createdAt: now,
  useCount: 0,
})

/** A stored value that is no valid entry. `raw` is kept as it was, so that saving loses nothing. */
export interface EntryFault {
  readonly index: number
  readonly reason: 'not-a-list' | 'not-an-entry' | 'id-repeated'
  /** Names of the fields at fault, never their values. */
  readonly fields: readonly string[]
  readonly raw: unknown
}

/** Stored entries, each judged by itself: one that is invalid is a fault and leaves the others readable. */
export function readEntries(stored: unknown): { entries: Entry[]; faults: EntryFault[] } {
  if (!Array.isArray(stored)) {
    return { entries: [], faults: [{ index: 0, reason: 'not-a-list', fields: [], raw: stored }] }
  }
  const entries: Entry[] = []
  const faults: EntryFault[] = []
  const ids = new Set<string>()
  for (const [index, raw] of (stored as readonly unknown[]).entries()) {
    const read = authenticatorEntry.safeParse(raw)
    if (!read.success) {
      const fields = [...new Set(read.error.issues.map((issue) => issue.path.slice(0, 1).join('')))].filter(Boolean)
      faults.push({ index, reason: 'not-an-entry', fields, raw })
    } else if (ids.has(read.data.id)) {
      faults.push({ index, reason: 'id-repeated', fields: ['id'], raw })
    } else {
      ids.add(read.data.id)
      entries.push(read.data)
    }
  }
  return { entries, faults }
}

/** What is stored for them: the entries, then every faulty value as it was read. */
export const writeEntries = (entries: readonly Entry[], faults: readonly EntryFault[]): unknown[] => [
  ...entries,
  ...faults.map((fault) => fault.raw),
]

/** `name`: same issuer and account, another secret; `secret`: the same secret under another name. */
export type Duplicate = 'name-and-secret' | 'name' | 'secret'

/** How two entries are the same account, if they are. Names are compared without case and diacritics; no name equals none. */
export function sameAccount(a: EntryDraft, b: EntryDraft): Duplicate | undefined {
  const isNamed = a.issuer !== '' || a.account !== ''
  const isSameName = isNamed && fold(a.issuer) === fold(b.issuer) && fold(a.account) === fold(b.account)
  if (a.secret === b.secret) return isSameName ? 'name-and-secret' : 'secret'
  return isSameName ? 'name' : undefined
}
