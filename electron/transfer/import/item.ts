/** A record of a file made into a found entry or a refusal. What readers share: kinds, options, names, what is kept beside. */
import {
  MAX_NOTE_LENGTH,
  MAX_TAGS,
  MAX_TAG_LENGTH,
  type EntryDraft,
  type EntryKind,
} from '../../../shared/domain/entry.ts'
import { readFields } from '../../../shared/domain/entry-fields.ts'
import { parseOtpauth } from '../../../shared/domain/otpauth.ts'
import { cleanLine, cleanLines, excerpt } from '../../../shared/domain/text.ts'
import { toBase32 } from '../../../shared/kit/index.ts'
import type { FoundItem, ItemFault, Kept, Place } from './found.ts'

/** Longest name that is shown of what is refused. */
const SHOWN_NAME = 256

/** Options as they stand in a file: numbers, texts, or what should be neither. */
export interface RawItem {
  readonly at: Place
  /** `undefined` where the file names a kind that is none of ours, `kindName` then says it. */
  readonly kind: EntryKind | undefined
  readonly kindName?: string
  readonly issuer: string
  readonly account: string
  /** Base32 text, or the bytes. */
  readonly secret: string | Uint8Array | undefined
  readonly algorithm?: unknown
  readonly digits?: unknown
  readonly period?: unknown
  readonly counter?: unknown
  readonly kept?: RawKept
}

/** Beside the entry; whatever is too long is cut and said. */
export type RawKept = Partial<{ readonly [K in keyof Kept]: Kept[K] | undefined }>

export function itemOf(raw: RawItem): FoundItem {
  const { at, issuer, account, kind } = raw
  if (kind === undefined) {
    return refusal(at, { code: 'kind-unsupported', found: excerpt(raw.kindName ?? '') }, issuer, account)
  }
  const options: Record<'algorithm' | 'digits' | 'period' | 'counter', string | number | undefined> = {
    algorithm: undefined,
    digits: undefined,
    period: undefined,
    counter: undefined,
  }
  for (const field of ['algorithm', 'digits', 'period', 'counter'] as const) {
    const value = raw[field] ?? undefined
    if (value !== undefined && typeof value !== 'string' && typeof value !== 'number') {
      return refusal(at, { code: 'value-malformed', field }, issuer, account)
    }
    options[field] = value
  }
  const secret = raw.secret instanceof Uint8Array ? toBase32(raw.secret) : (raw.secret ?? '')
  const read = readFields({ kind, issuer, account, secret, ...options, algorithm: options.algorithm?.toString() })
  if (read.ok) return entryItem(at, read.value, raw.kept)
  return refusal(at, read.error[0] ?? { code: 'value-malformed', field: 'secret' }, issuer, account)
}

/** An entry of a link. A name that the link has not is taken from beside it. */
export function itemOfLink(at: Place, link: string, names: Partial<RawNames> = {}, kept: RawKept = {}): FoundItem {
  const read = parseOtpauth(link)
  const given = { issuer: names.issuer ?? '', account: names.account ?? '' }
  if (!read.ok) return refusal(at, read.error, given.issuer, given.account)
  const { value } = read
  // A link's names are bounded by its reader, others are not.
  const issuer = value.issuer || shownName(given.issuer)
  const account = value.account || shownName(given.account)
  return entryItem(at, { ...value, issuer, account }, kept)
}

const shownName = (text: string) => cleanLine(cleanLine(text.slice(0, 4 * SHOWN_NAME)).slice(0, SHOWN_NAME))

interface RawNames {
  readonly issuer: string
  readonly account: string
}

export function entryItem(at: Place, draft: EntryDraft, kept: RawKept = {}): FoundItem {
  const allTags = [...new Set((kept.tags ?? []).map(cleanLine))].filter((tag) => tag !== '')
  const tags = allTags.filter((tag) => tag.length <= MAX_TAG_LENGTH).slice(0, MAX_TAGS)
  const whole = cleanLines(kept.note ?? '')
  const note = whole.length <= MAX_NOTE_LENGTH ? whole : cleanLines(whole.slice(0, MAX_NOTE_LENGTH))
  const { icon, createdAt, lastUsedAt, useCount } = kept
  return {
    is: 'entry',
    at,
    draft,
    kept: {
      tags,
      note,
      favourite: kept.favourite ?? false,
      ...(icon === undefined || icon === '' ? {} : { icon: shownName(icon) }),
      ...(createdAt === undefined ? {} : { createdAt }),
      ...(lastUsedAt === undefined ? {} : { lastUsedAt }),
      ...(useCount === undefined ? {} : { useCount }),
    },
    cut: [
      ...(tags.length < allTags.length ? (['tags'] as const) : []),
      ...(note.length < whole.length ? (['note'] as const) : []),
    ],
  }
}

export const refusal = (at: Place, why: ItemFault, issuer = '', account = ''): FoundItem => ({
  is: 'refused',
  at,
  issuer: shownName(issuer),
  account: shownName(account),
  why,
})

/** The kind a file names in one of the usual ways: `totp`, `TOTP`, `hotp`, `steam`. */
export function kindOf(name: string | undefined): EntryKind | undefined {
  const kind = name?.trim().toLowerCase()
  return kind === 'totp' || kind === 'hotp' || kind === 'steam' ? kind : undefined
}
