/**
 * Links that carry an entry. Reads `otpauth://totp|hotp|steam/…` (Key URI format of Google Authenticator, with
 * KeePassXC's `encoder=steam`) and `steam://SECRET`; writes the first. Total: a draft or a fault, for any text.
 *
 * Where writers differ: an `issuer` parameter wins over the label's prefix; a literal colon divides the label before an
 * encoded one; `+` is a space in parameters (readers take it so) and itself in the label; parameters that are not
 * listed here are ignored; one that is given twice with two values is refused.
 */
import { err, ok, toBase32, type Result } from '../kit/index.ts'
import { readAlgorithm, readFields, type EntryFields, type FieldFault } from './entry-fields.ts'
import { secretBytes, STEAM, type EntryDraft, type EntryKind } from './entry.ts'
import { cleanLine, excerpt, fold } from './text.ts'

/** Longer than any link within the limits of an entry, every letter of it percent-encoded. */
export const MAX_LINK_LENGTH = 8192

const PARAMETERS = ['secret', 'issuer', 'algorithm', 'digits', 'period', 'counter', 'encoder'] as const
type Parameter = (typeof PARAMETERS)[number]
type Parameters = ReadonlyMap<Parameter, string>

export type LinkFault =
  | FieldFault
  | { readonly code: 'not-otpauth' }
  /** An `otpauth-migration:` link: see migration.ts. */
  | { readonly code: 'google-export' }
  | { readonly code: 'too-long'; readonly max: number }
  | { readonly field: 'type'; readonly code: 'type-unknown'; readonly found: string }
  /** `parameters` where the name of one is malformed. */
  | { readonly field: Parameter | 'type' | 'label' | 'parameters'; readonly code: 'bad-percent' }
  | { readonly field: Parameter; readonly code: 'parameter-repeated' }

/** A draft of a link, or the first thing that is wrong with it. White space around it is dropped. */
export function parseOtpauth(text: string): Result<EntryDraft, LinkFault> {
  const link = text.trim()
  if (link.length > MAX_LINK_LENGTH) return err({ code: 'too-long', max: MAX_LINK_LENGTH })
  if (/^otpauth-migration:/i.test(link)) return err({ code: 'google-export' })
  const steamLink = /^steam:\/\/([^/?#]*)/i.exec(link)
  if (steamLink) {
    const secret = decode(steamLink[1] ?? '')
    if (secret === undefined) return err({ field: 'secret', code: 'bad-percent' })
    return draftOf({ kind: 'steam', issuer: 'Steam', account: '', secret })
  }
  const parts = /^otpauth:\/\/([^/?#]*)(?:\/([^?#]*))?(?:\?([^#]*))?/i.exec(link)
  if (!parts) return err({ code: 'not-otpauth' })

  const type = decode(parts[1] ?? '')?.toLowerCase()
  if (type === undefined) return err({ field: 'type', code: 'bad-percent' })
  if (type !== 'totp' && type !== 'hotp' && type !== 'steam') {
    return err({ field: 'type', code: 'type-unknown', found: excerpt(type) })
  }
  const label = readLabel(parts[2] ?? '')
  if (!label) return err({ field: 'label', code: 'bad-percent' })
  const parameters = readParameters(parts[3] ?? '')
  if (!parameters.ok) return parameters

  const given = parameters.value
  const issuer = given.get('issuer') ?? label.issuer
  return draftOf({
    kind: isSteam(type, issuer, given) ? 'steam' : type,
    issuer,
    account: label.account,
    secret: given.get('secret') ?? '',
    algorithm: given.get('algorithm'),
    digits: given.get('digits'),
    period: given.get('period'),
    counter: given.get('counter'),
  })
}

/** The link of an entry, its secret included. `parseOtpauth` reads the same draft from it. */
export function formatOtpauth(draft: EntryDraft): string {
  const { issuer, account } = draft
  const prefix = issuer !== '' || account.includes(':') ? `${encodeURIComponent(issuer)}:` : ''
  const parameters = [`secret=${toBase32(secretBytes(draft.secret))}`]
  if (issuer !== '') parameters.push(`issuer=${encodeURIComponent(issuer)}`)
  parameters.push(`algorithm=${draft.algorithm}`, `digits=${draft.digits}`)
  parameters.push(draft.kind === 'hotp' ? `counter=${draft.counter}` : `period=${draft.periodSeconds}`)
  if (draft.kind === 'steam') parameters.push('encoder=steam')
  // Readers, this one too, take five digits by this name for Steam's letters unless told otherwise.
  else if (fold(issuer) === 'steam') parameters.push('encoder=default')
  return `otpauth://${draft.kind}/${prefix}${encodeURIComponent(account)}?${parameters.join('&')}`
}

function draftOf(fields: EntryFields): Result<EntryDraft, LinkFault> {
  const read = readFields(fields)
  return read.ok ? read : err(read.error[0] ?? { code: 'not-otpauth' })
}

/** Steam Guard is said by the type, by `encoder=steam`, or by the issuer's name where nothing given contradicts it. */
function isSteam(type: EntryKind, issuer: string, given: Parameters): boolean {
  if (type !== 'totp') return type === 'steam'
  const encoder = given.get('encoder')
  if (encoder !== undefined) return encoder.toLowerCase() === 'steam'
  const algorithm = readAlgorithm(given.get('algorithm'))
  return (
    fold(cleanLine(issuer)) === 'steam' &&
    Number(given.get('digits') ?? STEAM.digits) === STEAM.digits &&
    Number(given.get('period') ?? STEAM.periodSeconds) === STEAM.periodSeconds &&
    algorithm.ok &&
    algorithm.value === STEAM.algorithm
  )
}

/** Percent-decoded text, or `undefined` where an escape is malformed or the bytes are not UTF-8. */
function decode(text: string): string | undefined {
  try {
    return decodeURIComponent(text)
  } catch {
    return undefined
  }
}

function readLabel(text: string): { issuer: string; account: string } | undefined {
  const literal = text.indexOf(':')
  if (literal >= 0) {
    const issuer = decode(text.slice(0, literal))
    const account = decode(text.slice(literal + 1))
    return issuer === undefined || account === undefined ? undefined : { issuer, account }
  }
  const label = decode(text)
  if (label === undefined) return undefined
  const encoded = label.indexOf(':')
  if (encoded < 0) return { issuer: '', account: label }
  return { issuer: label.slice(0, encoded), account: label.slice(encoded + 1) }
}

/** The known parameters that are not empty. A link copied out of HTML says `&amp;` for `&`. */
function readParameters(query: string): Result<Parameters, LinkFault> {
  const given = new Map<Parameter, string>()
  for (const pair of query.split('&')) {
    const [, rawName = '', rawValue = ''] = /^([^=]*)=?(.*)$/su.exec(pair) ?? []
    const name = decode(rawName)?.toLowerCase().replace(/^amp;/, '')
    if (name === undefined) return err({ field: 'parameters', code: 'bad-percent' })
    const parameter = PARAMETERS.find((known) => known === name)
    if (!parameter) continue
    const value = decode(rawValue.replaceAll('+', ' '))?.trim()
    if (value === undefined) return err({ field: parameter, code: 'bad-percent' })
    if (value === '') continue
    const before = given.get(parameter)
    if (before !== undefined && before !== value) return err({ field: parameter, code: 'parameter-repeated' })
    given.set(parameter, value)
  }
  return ok(given)
}
