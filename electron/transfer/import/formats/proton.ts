/**
 * Proton Authenticator (proton-pass-common, `proton-authenticator`): `{ version: 1, entries: [{ id, content: { uri, entry_type,
 * name }, note }] }`. Encrypted: `{ version: 1, salt, content }`, Argon2id (19 MiB, 2 passes, 1 lane), AES-256-GCM with the
 * nonce before it and the export's name as additional data; inside is the plain form.
 */
import { err, fromUtf8, ok } from '../../../../shared/kit/index.ts'
import { deriveArgon2, openGcm } from '../crypto.ts'
import { countOf, fromBase64, isRecord, listOf, recordOf, textOf, type Json } from '../fields.ts'
import type { FoundItem, Place } from '../found.ts'
import { content, type FormatReader, type ReadResult } from '../format.ts'
import { itemOfLink, refusal } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import { parseJson, type Source } from '../source.ts'

const format = 'proton-authenticator'
const VERSION = 1
const NONCE_BYTES = 12
const AAD = Buffer.from('proton.authenticator.export.v1')

export const proton: FormatReader = {
  format,
  recognise: (source) => {
    const file = source.json()
    if (!isRecord(file) || countOf(file, 'version') === undefined) return undefined
    if (isSealed(source)) return Object.keys(file).length === 3 ? 'certain' : 'likely'
    const first = listOf(file, 'entries')?.[0]
    const isOurs = isRecord(first) && textOf(recordOf(first, 'content') ?? {}, 'uri') !== undefined
    return isOurs ? 'certain' : listOf(file, 'entries')?.length === 0 ? 'likely' : undefined
  },
  isEncrypted: isSealed,
  async read(source, { password }) {
    const file = source.json()
    if (!isRecord(file)) return err({ code: 'not-this-format', format })
    const version = countOf(file, 'version')
    if (version !== VERSION) return err({ code: 'unsupported-version', format, found: String(version ?? '?') })
    if (!isSealed(source)) return readFile(file)
    if (password === undefined) return err({ code: 'password-needed', format })
    const salt = fromBase64(textOf(file, 'salt'))
    const sealed = fromBase64(textOf(file, 'content'))
    if (salt?.length !== 16 || !sealed || sealed.length < NONCE_BYTES + 16) return err({ code: 'damaged', format })
    const derived = await deriveArgon2(password, salt, { memoryKib: 19 * 1024, passes: 2, parallelism: 1 })
    if (!derived.ok) return derived
    const opened = openGcm(derived.value, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES), { aad: AAD })
    if (!opened) return err({ code: 'wrong-password', format, isSure: false })
    const inner = parseJson(fromUtf8(opened))
    if (!isRecord(inner)) return err({ code: 'damaged', format })
    const innerVersion = countOf(inner, 'version')
    if (innerVersion !== VERSION)
      return err({ code: 'unsupported-version', format, found: String(innerVersion ?? '?') })
    return readFile(inner)
  },
}

function isSealed(source: Source): boolean {
  const file = source.json()
  return isRecord(file) && textOf(file, 'salt') !== undefined && textOf(file, 'content') !== undefined
}

function readFile(file: Json): ReadResult {
  const entries = listOf(file, 'entries')
  if (!entries) return err({ code: 'damaged', format })
  if (entries.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
  return ok(
    content(
      entries.map((entry, index) => readEntry({ item: index + 1 }, entry)),
      { version: String(VERSION) },
    ),
  )
}

function readEntry(at: Place, entry: unknown): FoundItem {
  const inner = isRecord(entry) ? recordOf(entry, 'content') : undefined
  const uri = inner && textOf(inner, 'uri')
  if (!isRecord(entry) || !inner || uri === undefined) return refusal(at, { code: 'value-malformed', field: 'uri' })
  // Steam's secret stands alone as `steam://`, its name beside it.
  return itemOfLink(at, uri, { account: textOf(inner, 'name') ?? '' }, { note: textOf(entry, 'note') })
}
