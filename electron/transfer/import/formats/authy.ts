/**
 * Authy has no export. Read are the lists that people's tools make: the server's answer `{ authenticator_tokens: [{ name,
 * issuer, original_name, digits, encrypted_seed, salt, key_derivation_iterations, unique_iv }] }`, the same with
 * `decrypted_seed` (also under `decrypted_authenticator_tokens`), and bare lists of `{ name, secret|seed|decrypted_seed }`.
 * Seeds are Base32, encrypted with AES-256-CBC by PBKDF2-SHA1, the IV zeros where none is named. No check of its own: a seed
 * that is no Base32 was opened with a wrong password.
 * Not read: Authy's own apps' preferences, and its own seven-digit codes (`apps`), whose seeds the server makes anew.
 */
import { err, fromBase32, fromUtf8, ok } from '../../../../shared/kit/index.ts'
import { derivePbkdf2, openCbc } from '../crypto.ts'
import { fromBase64, fromHexText, get, isRecord, listOf, textOf, type Json } from '../fields.ts'
import type { FoundItem, Place, ReadFault } from '../found.ts'
import { content, type FormatReader } from '../format.ts'
import { itemOf, refusal } from '../item.ts'

const format = 'authy'
/** Each has a key derivation of its own. */
const MAX_TOKENS = 2000
const SEED_FIELDS = ['decrypted_seed', 'decryptedSecret', 'secret', 'seed'] as const

export const authy: FormatReader = {
  format,
  recognise: (source) => {
    const file = source.json()
    if (isRecord(file)) return wrapped(file) ? 'certain' : undefined
    const first: unknown = Array.isArray(file) ? file[0] : undefined
    if (!isRecord(first) || textOf(first, 'name') === undefined) return undefined
    return textOf(first, 'decrypted_seed') !== undefined
      ? 'certain'
      : seedOf(first) !== undefined
        ? 'possible'
        : undefined
  },
  isEncrypted: (source) => tokensOf(source.json())?.some((token) => isRecord(token) && isSealed(token)) ?? false,
  async read(source, { password }) {
    const tokens = tokensOf(source.json())
    if (!tokens) return err({ code: 'not-this-format', format })
    if (tokens.length > MAX_TOKENS) return err({ code: 'too-large', what: 'entries', max: MAX_TOKENS })
    const sealed = tokens.filter((token) => isRecord(token) && isSealed(token)).length
    if (sealed > 0 && password === undefined) return err({ code: 'password-needed', format })
    const items: FoundItem[] = []
    for (const token of tokens) {
      const item = await readToken({ item: items.length + 1 }, token, password ?? '')
      if ('code' in item) return err(item)
      items.push(item)
    }
    const locked = items.filter((item) => item.is === 'refused' && item.why.code === 'seed-locked').length
    if (sealed > 0 && locked === sealed) return err({ code: 'wrong-password', format, isSure: false })
    return ok(content(items))
  },
}

const wrapped = (file: Json) => listOf(file, 'authenticator_tokens') ?? listOf(file, 'decrypted_authenticator_tokens')
const tokensOf = (file: unknown) =>
  isRecord(file) ? wrapped(file) : Array.isArray(file) ? (file as readonly unknown[]) : undefined
const seedOf = (token: Json) => SEED_FIELDS.map((field) => textOf(token, field)).find((seed) => seed !== undefined)
const isSealed = (token: Json) => seedOf(token) === undefined && textOf(token, 'encrypted_seed') !== undefined

async function readToken(at: Place, token: unknown, password: string): Promise<FoundItem | ReadFault> {
  if (!isRecord(token)) return refusal(at, { code: 'value-malformed', field: 'authenticator_tokens' })
  const { issuer, account } = namesOf(token)
  let secret = seedOf(token)
  if (isSealed(token)) {
    const opened = await openSeed(token, password)
    if (typeof opened === 'object') return opened
    if (opened === undefined) return refusal(at, { code: 'seed-locked' }, issuer, account)
    secret = opened
  }
  return itemOf({
    at,
    kind: 'totp',
    issuer,
    account,
    secret,
    algorithm: get(token, 'algorithm'),
    digits: get(token, 'digits'),
    period: get(token, 'period'),
    kept: { icon: textOf(token, 'logo') },
  })
}

async function openSeed(token: Json, password: string): Promise<string | undefined | ReadFault> {
  const sealed = fromBase64(textOf(token, 'encrypted_seed'))
  const salt = textOf(token, 'salt')
  const iv = textOf(token, 'unique_iv') ? fromHexText(textOf(token, 'unique_iv')) : new Uint8Array(16)
  const iterations = Number(get(token, 'key_derivation_iterations') ?? 1000)
  if (!sealed || salt === undefined || !iv) return undefined
  const derived = await derivePbkdf2('sha1', password, Buffer.from(salt), iterations)
  if (!derived.ok) return derived.error
  const seed = fromUtf8(openCbc(derived.value, iv, sealed) ?? new Uint8Array())
  return seed !== undefined && fromBase32(seed) instanceof Uint8Array ? seed : undefined
}

/** "Issuer:account" as scanned, or "Issuer - account" as the app shows it. */
function namesOf(token: Json): { issuer: string; account: string } {
  const issuer = textOf(token, 'issuer')
  const name = textOf(token, 'name') ?? textOf(token, 'original_name') ?? ''
  if (issuer) return { issuer, account: name === issuer ? '' : withoutPrefix(name, issuer) }
  const [, before, after] = /^(.+?)(?::| - )(.*)$/su.exec(textOf(token, 'original_name') ?? name) ?? []
  return before === undefined ? { issuer: '', account: name } : { issuer: before.trim(), account: (after ?? '').trim() }
}

const withoutPrefix = (name: string, issuer: string) =>
  name.toLowerCase().startsWith(issuer.toLowerCase())
    ? name.slice(issuer.length).replace(/^\s*(?::|-)\s*/, '') || name
    : name
