/**
 * Bitwarden's exports, of the password manager and of its authenticator (help "Export vault data", "Encrypted exports").
 * JSON: `{ encrypted: false, folders, items: [{ type, name, notes, favorite, folderId, login: { username, totp } }] }`;
 * password-protected: `{ encrypted: true, passwordProtected: true, salt, kdfType, kdfIterations, kdfMemory, kdfParallelism,
 * encKeyValidation_DO_NOT_EDIT, data }`, both of the last an encrypted string of type 2: `2.iv|ciphertext|mac`. The key is
 * PBKDF2-SHA256 (0) or Argon2id over the SHA-256 of the salt (1), stretched by HKDF-Expand to "enc" and "mac".
 * Refused: exports under the account's own key, which only that account opens.
 */
import { err, fromUtf8, ok, type Result } from '../../../../shared/kit/index.ts'
import { deriveArgon2, derivePbkdf2, hkdfExpand, hmac, isSameMac, openCbc, sha256 } from '../crypto.ts'
import { readCsv } from '../csv.ts'
import { countOf, fromBase64, get, isRecord, listOf, recordOf, textOf, timeOf, type Json } from '../fields.ts'
import type { FoundItem, Place, ReadFault } from '../found.ts'
import { content, type FormatReader, type ReadResult } from '../format.ts'
import { itemOf, itemOfLink, refusal, type RawKept } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import { parseJson } from '../source.ts'

const format = 'bitwarden-json'

export const bitwardenJson: FormatReader = {
  format,
  recognise: (source) => {
    const file = source.json()
    if (!isRecord(file) || typeof get(file, 'encrypted') !== 'boolean') return undefined
    return listOf(file, 'items') || textOf(file, 'encKeyValidation_DO_NOT_EDIT') !== undefined ? 'certain' : undefined
  },
  isEncrypted: (source) => {
    const file = source.json()
    return isRecord(file) && get(file, 'encrypted') === true
  },
  async read(source, { password }) {
    const file = source.json()
    if (!isRecord(file)) return err({ code: 'not-this-format', format })
    if (get(file, 'encrypted') !== true) return readItems(file)
    if (get(file, 'passwordProtected') !== true)
      return err({ code: 'unsupported-version', format, found: 'account-key' })
    if (password === undefined) return err({ code: 'password-needed', format })
    const opened = await open(file, password)
    return opened.ok ? readItems(opened.value) : opened
  },
}

async function open(file: Json, password: string): Promise<Result<Json, ReadFault>> {
  const salt = textOf(file, 'salt')
  const data = encString(textOf(file, 'data'))
  const check = encString(textOf(file, 'encKeyValidation_DO_NOT_EDIT'))
  if (salt === undefined || !data || !check) return err({ code: 'damaged', format })
  const kdfType = countOf(file, 'kdfType')
  const iterations = countOf(file, 'kdfIterations')
  const saltBytes = Buffer.from(salt)
  const memory = countOf(file, 'kdfMemory')
  const derived =
    kdfType === 0
      ? await derivePbkdf2('sha256', password, saltBytes, iterations)
      : kdfType === 1
        ? await deriveArgon2(password, sha256(saltBytes), {
            memoryKib: memory === undefined ? undefined : memory * 1024,
            passes: iterations,
            parallelism: countOf(file, 'kdfParallelism'),
          })
        : err({ code: 'unsupported-version', format, found: `kdf ${kdfType ?? '?'}` } as const)
  if (!derived.ok) return derived
  const keys = { enc: hkdfExpand(derived.value, 'enc'), mac: hkdfExpand(derived.value, 'mac') }
  if (!openEncString(check, keys)) return err({ code: 'wrong-password', format, isSure: true })
  const inner = parseJson(fromUtf8(openEncString(data, keys) ?? new Uint8Array()))
  return isRecord(inner) ? ok(inner) : err({ code: 'damaged', format })
}

interface EncString {
  readonly iv: Uint8Array
  readonly body: Uint8Array
  readonly mac: Uint8Array
}

function encString(text: string | undefined): EncString | undefined {
  const [iv, body, mac] = (text?.startsWith('2.') ? text.slice(2).split('|') : []).map(fromBase64)
  return iv && body && mac ? { iv, body, mac } : undefined
}

function openEncString(
  { iv, body, mac }: EncString,
  keys: { enc: Uint8Array; mac: Uint8Array },
): Uint8Array | undefined {
  return isSameMac(hmac('sha256', keys.mac, iv, body), mac) ? openCbc(keys.enc, iv, body) : undefined
}

function readItems(file: Json): ReadResult {
  const items = listOf(file, 'items')
  if (!items) return err({ code: 'damaged', format })
  if (items.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
  const folders = new Map(
    (listOf(file, 'folders') ?? []).filter(isRecord).map((folder) => [textOf(folder, 'id'), textOf(folder, 'name')]),
  )
  const found: FoundItem[] = []
  let withoutCode = 0
  for (const item of items) {
    const at = { item: found.length + withoutCode + 1 }
    const login = isRecord(item) ? recordOf(item, 'login') : undefined
    const totp = login && get(login, 'totp')
    if (!isRecord(item)) found.push(refusal(at, { code: 'value-malformed', field: 'items' }))
    else if (!login || totp === undefined || totp === '') withoutCode += 1
    else {
      const folder = folders.get(textOf(item, 'folderId'))
      const kept: RawKept = {
        tags: folder === undefined ? [] : [folder],
        note: textOf(item, 'notes'),
        favourite: get(item, 'favorite') === true,
        createdAt: timeOf({ at: Date.parse(textOf(item, 'creationDate') ?? '') }, 'at'),
      }
      found.push(readTotp(at, totp, textOf(item, 'name') ?? '', textOf(login, 'username') ?? '', kept))
    }
  }
  return ok(content(found, { withoutCode }))
}

/** A link, or a bare Base32 secret with everything as usual. */
function readTotp(at: Place, totp: unknown, issuer: string, account: string, kept: RawKept): FoundItem {
  if (typeof totp !== 'string') return refusal(at, { code: 'value-malformed', field: 'totp' }, issuer, account)
  if (totp.includes('://')) return itemOfLink(at, totp, { issuer, account }, kept)
  return itemOf({ at, kind: 'totp', issuer, account, secret: totp, kept })
}

const CSV = { format: 'bitwarden-csv', columns: ['login_totp', 'name'] } as const

export const bitwardenCsv: FormatReader = {
  format: CSV.format,
  recognise: (source) => (readCsv(source.text(), CSV.columns) ? 'certain' : undefined),
  async read(source) {
    const rows = readCsv(source.text(), CSV.columns)
    if (!rows) return err({ code: 'not-this-format', format: CSV.format })
    if (!rows.ok) return err({ code: 'damaged', format: CSV.format, line: rows.error })
    if (rows.value.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
    const found: FoundItem[] = []
    let withoutCode = 0
    for (const { line, cell } of rows.value) {
      const totp = cell('login_totp')
      if (totp === '') {
        withoutCode += 1
        continue
      }
      const kept = { tags: [cell('folder')], note: cell('notes'), favourite: cell('favorite') === '1' }
      found.push(readTotp({ item: found.length + 1, line }, totp, cell('name'), cell('login_username'), kept))
    }
    return ok(content(found, { withoutCode }))
  },
}
