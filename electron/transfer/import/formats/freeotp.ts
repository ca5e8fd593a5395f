/**
 * FreeOTP and FreeOTP+, which keep a token as `{ algo, counter, digits, issuerExt, issuerInt, label, period, secret, type }`, the
 * secret a list of signed bytes.
 * FreeOTP 1: the app's preferences, `<map><string name="…">JSON</string></map>`, one of them `tokenOrder`.
 * FreeOTP+: `{ tokens: [...], tokenOrder }`, also with `issuerAlt` and `labelAlt`, the names a person gave.
 * FreeOTP 2: see freeotp-2.ts.
 */
import { err, ok } from '../../../../shared/kit/index.ts'
import { bytesOf, get, isRecord, listOf, textOf } from '../fields.ts'
import type { FoundItem, Place } from '../found.ts'
import { content, type FormatReader } from '../format.ts'
import { itemOf, kindOf, refusal } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import { parseJson, type Source } from '../source.ts'
import { readXml } from '../xml.ts'

export const freeOtp: FormatReader = {
  format: 'freeotp',
  recognise: (source) => {
    const tokens = preferencesOf(source)
    return tokens?.some((text) => isToken(parseJson(text))) ? 'certain' : tokens && 'possible'
  },
  async read(source) {
    const tokens = preferencesOf(source)
    if (!tokens)
      return err({ code: source.text()?.includes('<map') ? 'damaged' : 'not-this-format', format: 'freeotp' })
    if (tokens.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
    return ok(content(tokens.map((text, index) => readToken({ item: index + 1 }, parseJson(text)))))
  },
}

export const freeOtpPlus: FormatReader = {
  format: 'freeotp-plus',
  recognise: (source) => {
    const file = source.json()
    return isRecord(file) && listOf(file, 'tokens')?.some(isToken) ? 'certain' : undefined
  },
  async read(source) {
    const file = source.json()
    const tokens = isRecord(file) ? listOf(file, 'tokens') : undefined
    if (!tokens) return err({ code: 'not-this-format', format: 'freeotp-plus' })
    if (tokens.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
    return ok(content(tokens.map((token, index) => readToken({ item: index + 1 }, token))))
  },
}

const isToken = (token: unknown) =>
  isRecord(token) && get(token, 'algo') !== undefined && listOf(token, 'secret') !== undefined

/** The texts of a preferences file but for the order of tokens. */
function preferencesOf(source: Source): readonly string[] | undefined {
  const map = readXml(source.text())
  if (map?.name !== 'map') return undefined
  return map.children
    .filter(({ name, attributes }) => name === 'string' && attributes.get('name') !== 'tokenOrder')
    .map(({ text }) => text)
}

/** `secret`: FreeOTP 2 keeps it apart from the token. */
export function readToken(at: Place, token: unknown, secret?: Uint8Array): FoundItem {
  if (!isRecord(token)) return refusal(at, { code: 'value-malformed', field: 'token' })
  const names = {
    issuer: textOf(token, 'issuerAlt') || textOf(token, 'issuerExt') || textOf(token, 'issuerInt') || '',
    account: textOf(token, 'labelAlt') || textOf(token, 'label') || '',
  }
  const bytes = secret ?? bytesOf(get(token, 'secret'))
  if (!bytes) return refusal(at, { code: 'value-malformed', field: 'secret' }, names.issuer, names.account)
  const type = textOf(token, 'type') ?? ''
  const kind = kindOf(type)
  // FreeOTP has no kind for Steam's letters; FreeOTP+ makes them for this issuer.
  const isSteam = kind === 'totp' && names.issuer === 'Steam' && get(token, 'digits') === 5
  return itemOf({
    at,
    kind: isSteam ? 'steam' : kind,
    kindName: type,
    ...names,
    secret: bytes,
    algorithm: get(token, 'algo'),
    digits: get(token, 'digits'),
    period: get(token, 'period'),
    counter: get(token, 'counter'),
  })
}
