/**
 * 2FAS (`.2fas` files; its repositories' "backup" schema): `{ schemaVersion, services: [{ name, secret, otp: { account, issuer,
 * digits, period, algorithm, counter, tokenType }, groupId, updatedAt }], groups }`. Versions 1 to 4; 1 had the options beside
 * the secret. Encrypted: `servicesEncrypted`, and `reference` to check the password with, each `ciphertext:salt:iv` in base64,
 * PBKDF2-SHA256 of 10,000 rounds, AES-256-GCM.
 */
import { err, fromUtf8, ok, type Result } from '../../../../shared/kit/index.ts'
import { derivePbkdf2, openGcm } from '../crypto.ts'
import { countOf, fromBase64, get, isRecord, listOf, recordOf, textOf, timeOf, type Json } from '../fields.ts'
import type { FoundItem, Place, ReadFault } from '../found.ts'
import { content, type FormatReader } from '../format.ts'
import { itemOf, kindOf, refusal } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import { parseJson } from '../source.ts'

const format = '2fas'
const SCHEMA_VERSION = 4
const ITERATIONS = 10_000

export const twoFas: FormatReader = {
  format,
  recognise: (source) => {
    const file = source.json()
    if (!isRecord(file) || countOf(file, 'schemaVersion') === undefined) return undefined
    return listOf(file, 'services') || textOf(file, 'servicesEncrypted') !== undefined ? 'certain' : undefined
  },
  isEncrypted: (source) => {
    const file = source.json()
    return isRecord(file) && textOf(file, 'servicesEncrypted') !== undefined
  },
  async read(source, { password }) {
    const file = source.json()
    if (!isRecord(file)) return err({ code: 'not-this-format', format })
    const version = countOf(file, 'schemaVersion') ?? 0
    if (version > SCHEMA_VERSION) return err({ code: 'unsupported-version', format, found: String(version) })
    let services: unknown = get(file, 'services')
    const sealed = textOf(file, 'servicesEncrypted')
    if (sealed !== undefined) {
      if (password === undefined) return err({ code: 'password-needed', format })
      const opened = await open(sealed, textOf(file, 'reference'), password)
      if (!opened.ok) return opened
      services = opened.value
    }
    if (!Array.isArray(services)) return err({ code: 'damaged', format })
    if (services.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
    const groups = new Map(
      (listOf(file, 'groups') ?? []).filter(isRecord).map((group) => [textOf(group, 'id'), textOf(group, 'name')]),
    )
    const items = services.map((service: unknown, index) => readService({ item: index + 1 }, service, groups))
    return ok(content(items, { version: String(version) }))
  },
}

async function open(
  sealed: string,
  reference: string | undefined,
  password: string,
): Promise<Result<unknown, ReadFault>> {
  const opened = await openTriple(sealed, password)
  if (opened instanceof Uint8Array) {
    const services = parseJson(fromUtf8(opened))
    return services === undefined ? err({ code: 'damaged', format }) : ok(services)
  }
  if (opened) return err(opened)
  // The reference tells a wrong password from a damaged list.
  const check = reference === undefined ? undefined : await openTriple(reference, password)
  if (check instanceof Uint8Array) return err({ code: 'damaged', format })
  return err({ code: 'wrong-password', format, isSure: false })
}

/** What is in it, `undefined` where it does not open, or what is wrong with its form. */
async function openTriple(text: string, password: string): Promise<Uint8Array | undefined | ReadFault> {
  const [body, salt, iv] = text.split(':').map(fromBase64)
  if (!body || !salt || !iv) return { code: 'damaged', format }
  const derived = await derivePbkdf2('sha256', password, salt, ITERATIONS)
  return derived.ok ? openGcm(derived.value, iv, body) : derived.error
}

function readService(
  at: Place,
  service: unknown,
  groups: ReadonlyMap<string | undefined, string | undefined>,
): FoundItem {
  if (!isRecord(service)) return refusal(at, { code: 'value-malformed', field: 'services' })
  const otp: Json = recordOf(service, 'otp') ?? service
  const type = textOf(otp, 'tokenType') ?? 'TOTP'
  const group = groups.get(textOf(service, 'groupId'))
  // The issuer as scanned may be empty; the name is what the app shows.
  const issuer = textOf(otp, 'issuer') || textOf(service, 'name') || ''
  return itemOf({
    at,
    kind: kindOf(type),
    kindName: type,
    issuer,
    account: textOf(otp, 'account') ?? textOf(otp, 'label') ?? '',
    secret: textOf(service, 'secret'),
    algorithm: get(otp, 'algorithm'),
    digits: get(otp, 'digits'),
    period: get(otp, 'period'),
    counter: get(otp, 'counter'),
    kept: { tags: group === undefined ? [] : [group], createdAt: timeOf(service, 'updatedAt') },
  })
}
