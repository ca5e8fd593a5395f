/**
 * andOTP (its wiki, "Backup format"): a JSON list of `{ secret, issuer, label, digits, type, algorithm, period, counter, tags,
 * used_frequency, last_used }`. Encrypted files say nothing of themselves: the new form is rounds (4 bytes), salt (12), nonce
 * (12), AES-256-GCM by PBKDF2-SHA1; the old one nonce and AES-256-GCM by the SHA-256 of the password. Both are tried.
 * Refused one by one: mOTP.
 */
import { err, fromUtf8, ok } from '../../../../shared/kit/index.ts'
import { derivePbkdf2, openGcm, sha256 } from '../crypto.ts'
import { countOf, get, isRecord, listOf, textOf, timeOf } from '../fields.ts'
import type { FoundItem, Place } from '../found.ts'
import { content, type FormatReader, type ReadResult } from '../format.ts'
import { itemOf, kindOf, refusal } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import { parseJson, type Source } from '../source.ts'

const format = 'andotp'
const COUNT_BYTES = 4
const SALT_BYTES = 12
const NONCE_BYTES = 12
const TAG_BYTES = 16
/** andOTP chooses 140,000 to 160,000; earlier releases fewer. Beyond this it is no such file. */
const MAX_ITERATIONS = 1_000_000

export const andOtp: FormatReader = {
  format,
  recognise: (source) => {
    const list = source.json()
    if (Array.isArray(list)) {
      const first: unknown = list[0]
      const isOurs = isRecord(first) && textOf(first, 'secret') !== undefined && textOf(first, 'type') !== undefined
      return isOurs && textOf(first, 'label') !== undefined ? 'likely' : undefined
    }
    return isSealed(source) ? (source.name.endsWith('.json.aes') ? 'likely' : 'possible') : undefined
  },
  isEncrypted: isSealed,
  async read(source, { password }) {
    const list = source.json()
    if (list !== undefined) return Array.isArray(list) ? readList(list) : err({ code: 'not-this-format', format })
    const { bytes } = source
    if (!isSealed(source)) return err({ code: 'not-this-format', format })
    if (password === undefined) return err({ code: 'password-needed', format })
    const iterations = new DataView(bytes.buffer, bytes.byteOffset).getUint32(0)
    if (iterations >= 1 && iterations <= MAX_ITERATIONS) {
      const salt = bytes.subarray(COUNT_BYTES, COUNT_BYTES + SALT_BYTES)
      const derived = await derivePbkdf2('sha1', password, salt, iterations)
      const opened = derived.ok && open(derived.value, bytes.subarray(COUNT_BYTES + SALT_BYTES))
      if (opened) return opened
    }
    return open(sha256(Buffer.from(password)), bytes) ?? err({ code: 'wrong-password', format, isSure: false })
  },
}

/** No text, and as long as the shortest list that is encrypted. */
function isSealed(source: Source): boolean {
  return source.bytes.length > COUNT_BYTES + SALT_BYTES + NONCE_BYTES + TAG_BYTES && source.text() === undefined
}

function open(key: Uint8Array, sealed: Uint8Array): ReadResult | undefined {
  const opened = openGcm(key, sealed.subarray(0, NONCE_BYTES), sealed.subarray(NONCE_BYTES))
  if (!opened) return undefined
  const list = parseJson(fromUtf8(opened))
  return Array.isArray(list) ? readList(list) : err({ code: 'damaged', format })
}

function readList(list: readonly unknown[]): ReadResult {
  if (list.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
  return ok(content(list.map((entry, index) => readEntry({ item: index + 1 }, entry))))
}

function readEntry(at: Place, entry: unknown): FoundItem {
  if (!isRecord(entry)) return refusal(at, { code: 'value-malformed', field: 'entry' })
  const type = textOf(entry, 'type') ?? ''
  const label = textOf(entry, 'label') ?? ''
  const issuer = textOf(entry, 'issuer')
  // Before there were issuers, they stood before the account.
  const [, before, after] = (issuer === undefined ? /^(.*?) - (.*)$/su.exec(label) : null) ?? []
  return itemOf({
    at,
    kind: kindOf(type),
    kindName: type,
    issuer: issuer ?? before ?? '',
    account: after ?? label,
    secret: textOf(entry, 'secret'),
    algorithm: get(entry, 'algorithm'),
    digits: get(entry, 'digits'),
    period: get(entry, 'period'),
    counter: get(entry, 'counter'),
    kept: {
      tags: (listOf(entry, 'tags') ?? []).filter((tag) => typeof tag === 'string'),
      icon: textOf(entry, 'thumbnail'),
      lastUsedAt: timeOf(entry, 'last_used'),
      useCount: countOf(entry, 'used_frequency'),
    },
  })
}
