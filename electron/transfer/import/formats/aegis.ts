/**
 * Aegis (docs/vault.md of its repository): `{ version: 1, header: { slots, params }, db }`, `db` an object, or base64 of it
 * sealed with AES-256-GCM under a master key that each slot holds, sealed with its own. Password slots (type 1) derive theirs
 * by scrypt. Content versions 1 to 3; 3 has groups by id, before it `group` is a name. Biometric slots can't be opened here.
 * Refused one by one: mOTP and Yandex, whose codes are made otherwise.
 */
import { err, fromUtf8, ok, type Result } from '../../../../shared/kit/index.ts'
import { deriveScrypt, openGcm } from '../crypto.ts'
import { countOf, fromBase64, fromHexText, get, isRecord, listOf, recordOf, textOf, type Json } from '../fields.ts'
import type { FoundItem, Place, ReadFault } from '../found.ts'
import { content, type FormatReader, type ReadContext, type ReadResult } from '../format.ts'
import { itemOf, kindOf, refusal } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import { parseJson } from '../source.ts'

const format = 'aegis'
const FILE_VERSION = 1
const CONTENT_VERSION = 3
const PASSWORD_SLOT = 1

export const aegis: FormatReader = {
  format,
  recognise: (source) => {
    const file = source.json()
    return isRecord(file) && isRecord(get(file, 'header')) && get(file, 'db') !== undefined ? 'certain' : undefined
  },
  isEncrypted: (source) => {
    const file = source.json()
    return isRecord(file) && typeof get(file, 'db') === 'string'
  },
  async read(source, context) {
    const file = source.json()
    if (!isRecord(file)) return err({ code: 'not-this-format', format })
    const version = get(file, 'version')
    if (version !== FILE_VERSION)
      return err({ code: 'unsupported-version', format, found: String(countOf(file, 'version') ?? '?') })
    const db = get(file, 'db')
    if (typeof db !== 'string') return isRecord(db) ? readContent(db) : err({ code: 'damaged', format })
    const opened = await open(file, db, context)
    return opened.ok ? readContent(opened.value) : opened
  },
}

async function open(file: Json, sealed: string, { password }: ReadContext): Promise<Result<Json, ReadFault>> {
  if (password === undefined) return err({ code: 'password-needed', format })
  const header = recordOf(file, 'header')
  const params = header && readParams(header, 'params')
  const bytes = fromBase64(sealed)
  const slots = ((header && listOf(header, 'slots')) ?? [])
    .filter(isRecord)
    .filter((slot) => get(slot, 'type') === PASSWORD_SLOT)
  if (!params || !bytes) return err({ code: 'damaged', format })
  if (slots.length === 0) return err({ code: 'unsupported-version', format, found: 'no-password-slot' })
  for (const slot of slots.slice(0, 16)) {
    const salt = fromHexText(textOf(slot, 'salt'))
    const key = fromHexText(textOf(slot, 'key'))
    const keyParams = readParams(slot, 'key_params')
    if (!salt || !key || !keyParams) return err({ code: 'damaged', format })
    const derived = await deriveScrypt(password, salt, {
      N: countOf(slot, 'n'),
      r: countOf(slot, 'r'),
      p: countOf(slot, 'p'),
    })
    if (!derived.ok) return derived
    const master = openGcm(derived.value, keyParams.nonce, key, keyParams)
    if (!master) continue
    // The slot opened: the password is right, so what does not open now is damaged.
    const db = parseJson(fromUtf8(openGcm(master, params.nonce, bytes, params) ?? new Uint8Array()))
    return isRecord(db) ? ok(db) : err({ code: 'damaged', format })
  }
  return err({ code: 'wrong-password', format, isSure: false })
}

function readParams(record: Json, field: string): { nonce: Uint8Array; tag: Uint8Array } | undefined {
  const params = recordOf(record, field)
  const nonce = params && fromHexText(textOf(params, 'nonce'))
  const tag = params && fromHexText(textOf(params, 'tag'))
  return nonce && tag ? { nonce, tag } : undefined
}

function readContent(db: Json): ReadResult {
  const version = countOf(db, 'version')
  const entries = listOf(db, 'entries')
  if (version === undefined || !entries) return err({ code: 'damaged', format })
  if (version > CONTENT_VERSION) return err({ code: 'unsupported-version', format, found: `content ${version}` })
  if (entries.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
  const groups = new Map(
    (listOf(db, 'groups') ?? []).filter(isRecord).map((group) => [textOf(group, 'uuid'), textOf(group, 'name')]),
  )
  return ok(
    content(
      entries.map((entry, index) => readEntry({ item: index + 1 }, entry, groups)),
      { version: String(version) },
    ),
  )
}

function readEntry(at: Place, entry: unknown, groups: ReadonlyMap<string | undefined, string | undefined>): FoundItem {
  const info = isRecord(entry) ? recordOf(entry, 'info') : undefined
  if (!isRecord(entry) || !info) return refusal(at, { code: 'value-malformed', field: 'info' })
  const type = textOf(entry, 'type') ?? ''
  const ids = listOf(entry, 'groups') ?? []
  const tags = [textOf(entry, 'group'), ...ids.map((id) => (typeof id === 'string' ? groups.get(id) : undefined))]
  return itemOf({
    at,
    kind: kindOf(type),
    kindName: type,
    issuer: textOf(entry, 'issuer') ?? '',
    account: textOf(entry, 'name') ?? '',
    secret: textOf(info, 'secret'),
    algorithm: get(info, 'algo'),
    digits: get(info, 'digits'),
    period: get(info, 'period'),
    counter: get(info, 'counter'),
    kept: {
      tags: tags.filter((tag) => tag !== undefined),
      note: textOf(entry, 'note'),
      favourite: get(entry, 'favorite') === true,
    },
  })
}
