/**
 * Stratum, once Authenticator Pro (doc/BACKUP_FORMAT.md of its repository): `{ Authenticators: [{ Type, Icon, Issuer, Username,
 * Secret, Algorithm, Digits, Period, Counter }], Categories, AuthenticatorCategories }`. Encrypted: 16 letters of heading, then
 * `AUTHENTICATORPRO` salt 16, nonce 12, AES-256-GCM by Argon2id (64 MiB, 3 passes, 4 lanes), or, older,
 * `AuthenticatorPro` salt 20, IV 16, AES-256-CBC by PBKDF2-SHA1 of 64,000 rounds, which is not authenticated.
 * Refused one by one: mOTP (3) and Yandex (5).
 */
import { err, fromUtf8, ok } from '../../../../shared/kit/index.ts'
import { deriveArgon2, derivePbkdf2, openCbc, openGcm } from '../crypto.ts'
import { countOf, get, isRecord, listOf, textOf, type Json } from '../fields.ts'
import type { FoundItem, Place } from '../found.ts'
import { content, type FormatReader, type ReadResult } from '../format.ts'
import { itemOf, refusal } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import { parseJson, type Source } from '../source.ts'
import type { EntryKind } from '../../../../shared/domain/entry.ts'

const format = 'stratum'
const HEADING = 'AUTHENTICATORPRO'
const LEGACY_HEADING = 'AuthenticatorPro'
const KINDS: readonly (EntryKind | undefined)[] = [undefined, 'hotp', 'totp', undefined, 'steam', undefined]
const KIND_NAMES = ['', 'hotp', 'totp', 'mOTP', 'steam', 'Yandex']
const ALGORITHMS = ['SHA1', 'SHA256', 'SHA512']

export const stratum: FormatReader = {
  format,
  recognise: (source) => {
    const file = source.json()
    return headingOf(source) !== undefined || (isRecord(file) && listOf(file, 'Authenticators')) ? 'certain' : undefined
  },
  isEncrypted: (source) => headingOf(source) !== undefined,
  async read(source, { password }) {
    const heading = headingOf(source)
    if (heading === undefined) {
      const file = source.json()
      return isRecord(file) ? readFile(file) : err({ code: 'not-this-format', format })
    }
    if (password === undefined) return err({ code: 'password-needed', format })
    const body = source.bytes.subarray(heading.length)
    const opened = await (heading === HEADING ? openNew(body, password) : openLegacy(body, password))
    if (opened !== undefined && !(opened instanceof Uint8Array)) return opened
    const file = opened && parseJson(fromUtf8(opened))
    // The older form has padding alone to tell by, so what opens to nonsense is as likely a wrong password.
    if (!isRecord(file)) return err({ code: 'wrong-password', format, isSure: false })
    return readFile(file)
  },
}

function headingOf({ bytes }: Source): string | undefined {
  const heading = Buffer.from(bytes.subarray(0, HEADING.length)).toString('latin1')
  return heading === HEADING || heading === LEGACY_HEADING ? heading : undefined
}

async function openNew(body: Uint8Array, password: string) {
  if (body.length < 16 + 12 + 16) return err({ code: 'damaged', format } as const)
  const derived = await deriveArgon2(password, body.subarray(0, 16), {
    memoryKib: 64 * 1024,
    passes: 3,
    parallelism: 4,
  })
  return derived.ok ? openGcm(derived.value, body.subarray(16, 28), body.subarray(28)) : derived
}

async function openLegacy(body: Uint8Array, password: string) {
  if (body.length < 20 + 16 + 16) return err({ code: 'damaged', format } as const)
  const derived = await derivePbkdf2('sha1', password, body.subarray(0, 20), 64_000)
  return derived.ok ? openCbc(derived.value, body.subarray(20, 36), body.subarray(36)) : derived
}

function readFile(file: Json): ReadResult {
  const authenticators = listOf(file, 'Authenticators')
  if (!authenticators) return err({ code: 'damaged', format })
  if (authenticators.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
  const tags = categoriesBySecret(file)
  return ok(content(authenticators.map((one, index) => readOne({ item: index + 1 }, one, tags))))
}

/** Entries are tied to categories by their secret. */
function categoriesBySecret(file: Json): ReadonlyMap<string, readonly string[]> {
  const records = (field: string) => (listOf(file, field) ?? []).filter(isRecord)
  const names = new Map(records('Categories').map((category) => [textOf(category, 'Id'), textOf(category, 'Name')]))
  const tags = new Map<string, string[]>()
  for (const tie of records('AuthenticatorCategories')) {
    const secret = textOf(tie, 'AuthenticatorSecret')
    const name = names.get(textOf(tie, 'CategoryId'))
    if (secret !== undefined && name !== undefined) tags.set(secret, [...(tags.get(secret) ?? []), name])
  }
  return tags
}

function readOne(at: Place, one: unknown, tags: ReadonlyMap<string, readonly string[]>): FoundItem {
  if (!isRecord(one)) return refusal(at, { code: 'value-malformed', field: 'Authenticators' })
  const type = countOf(one, 'Type') ?? 0
  const algorithm = get(one, 'Algorithm')
  const secret = textOf(one, 'Secret')
  return itemOf({
    at,
    kind: KINDS[type],
    kindName: KIND_NAMES[type] ?? String(type),
    issuer: textOf(one, 'Issuer') ?? '',
    account: textOf(one, 'Username') ?? '',
    secret,
    algorithm: typeof algorithm === 'number' ? (ALGORITHMS[algorithm] ?? algorithm) : algorithm,
    digits: get(one, 'Digits'),
    period: get(one, 'Period'),
    counter: get(one, 'Counter'),
    kept: {
      tags: tags.get(secret ?? '') ?? [],
      icon: textOf(one, 'Icon'),
      useCount: countOf(one, 'CopyCount'),
    },
  })
}
