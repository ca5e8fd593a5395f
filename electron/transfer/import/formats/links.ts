/**
 * Lists of links, one a line, or as a JSON list of texts: `otpauth://`, `steam://`, and Google's `otpauth-migration://` among
 * them. What WinAuth, Ente (plain), Aegis, GNOME Authenticator and many others write. Empty lines and those that begin with
 * `#` are passed over; any other line is refused with its number.
 * Ente adds `codeDisplay`, a JSON object with what it shows: `pinned`, `trashed`, `note`, `tags` (its `code_display.dart`).
 */
import {
  addGoogleBatch,
  readGoogleExport,
  type GoogleBatch,
  type GoogleSet,
} from '../../../../shared/domain/migration.ts'
import { err, ok, type Result } from '../../../../shared/kit/index.ts'
import { isRecord, get, listOf, textOf } from '../fields.ts'
import type { FoundItem, Place, ReadFault } from '../found.ts'
import { content, type FormatReader, type ReadResult } from '../format.ts'
import { entryItem, itemOfLink, refusal, type RawKept } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import { parseJson, type Source } from '../source.ts'

const LINK = /^\s*(?:otpauth|steam):\/\//i
const GOOGLE = /^\s*otpauth-migration:/i

interface Line {
  readonly text: string
  /** Absent in a JSON list. */
  readonly line?: number
}

export const otpauthList: FormatReader = {
  format: 'otpauth-list',
  recognise: (source) => {
    const lines = linesOf(source)
    return lines.some(({ text }) => LINK.test(text))
      ? LINK.test(lines[0]?.text ?? '')
        ? 'certain'
        : 'likely'
      : undefined
  },
  read: async (source) => readLines(linesOf(source)),
}

export const googleMigration: FormatReader = {
  format: 'google-migration',
  recognise: (source) => {
    const lines = linesOf(source)
    return lines.length > 0 && lines.every(({ text }) => GOOGLE.test(text)) ? 'certain' : undefined
  },
  read: async (source) => {
    const lines = linesOf(source)
    const only = lines[0]
    // One code that can't be read is the whole file; among others it is one line of it.
    if (only && lines.length === 1) {
      const read = readGoogleExport(only.text)
      if (!read.ok) return err(toFault(read.error))
    }
    return readLines(lines)
  },
}

function toFault(error: { readonly code: string; readonly version?: number }): ReadFault {
  if (error.code === 'newer') {
    return { code: 'unsupported-version', format: 'google-migration', found: String(error.version) }
  }
  return { code: 'damaged', format: 'google-migration', line: 1 }
}

function linesOf(source: Source): readonly Line[] {
  const json = source.json()
  if (Array.isArray(json)) return json.every((item) => typeof item === 'string') ? json.map((text) => ({ text })) : []
  // What begins as JSON or XML is no list of links, though links may stand in it.
  const text = source.text()
  if (text === undefined || /^\s*[{<]/.test(text)) return []
  return text
    .split(/\r\n|\r|\n/)
    .map((text, index) => ({ text, line: index + 1 }))
    .filter(({ text }) => !/^\s*(?:#|$)/.test(text))
}

/** The links of a text that another format holds, such as a decrypted Ente export. */
export const readLinks = (text: string): ReadResult =>
  readLines(text.split(/\r\n|\r|\n/).flatMap((text, index) => (text.trim() === '' ? [] : [{ text, line: index + 1 }])))

function readLines(lines: readonly Line[]): ReadResult {
  if (lines.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
  const items: FoundItem[] = []
  let set: GoogleSet | undefined
  for (const { text, line } of lines) {
    const at = (): Place => ({ item: items.length + 1, ...(line === undefined ? {} : { line }) })
    if (!GOOGLE.test(text)) {
      items.push(itemOfLink(at(), text, {}, enteKept(text)))
      continue
    }
    const read = readGoogleExport(text)
    const added: Result<GoogleSet, unknown> = read.ok ? addGoogleBatch(set, read.value) : read
    // A second export in the same list, or a code that can't be read, is told where it stands.
    if (!read.ok || !added.ok) {
      items.push(refusal(at(), { code: 'google-export' }))
      continue
    }
    if (set?.batches.some(({ number }) => number === read.value.number)) continue
    set = added.value
    for (const entry of googleEntries(read.value)) items.push(entry(at()))
  }
  return ok(content(items, set ? { batches: { of: set.of, missing: set.missing } } : {}))
}

const googleEntries = (batch: GoogleBatch) =>
  batch.entries.map(
    (entry) => (at: Place) =>
      entry.ok ? entryItem(at, entry.value) : refusal(at, entry.error, entry.issuer, entry.account),
  )

function enteKept(link: string): RawKept {
  const encoded = /[?&]codeDisplay=([^&#]*)/.exec(link)?.[1]
  if (encoded === undefined) return {}
  let shown: unknown
  try {
    shown = parseJson(decodeURIComponent(encoded))
  } catch {
    return {}
  }
  if (!isRecord(shown)) return {}
  const tags = (listOf(shown, 'tags') ?? []).filter((tag) => typeof tag === 'string')
  return { tags, note: textOf(shown, 'note'), favourite: get(shown, 'pinned') === true }
}
