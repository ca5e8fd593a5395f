/**
 * Entries with codes out of a KeePass document. Which fields hold them: KeePassXC writes `otp`, a link; KeeOTP the same field as
 * `key=…&size=…&step=…`; older KeePassXC and TrayTOTP `TOTP Seed` and `TOTP Settings` ("30;6", "30;S" for Steam); KeePass 2.47
 * and later `TimeOtp-Secret[-Hex|-Base32|-Base64]` with `-Length`, `-Period`, `-Algorithm`, and `HmacOtp-Secret…` with
 * `HmacOtp-Counter`. Not read: former states of entries (History) and what lies in the recycle bin.
 */
import type { FoundItem, Place } from '../found.ts'
import { fromBase64, fromHexText } from '../fields.ts'
import { itemOf, itemOfLink, type RawItem, type RawKept } from '../item.ts'
import { descend, type XmlElement } from '../xml.ts'

type Fields = ReadonlyMap<string, string>
type Unprotect = (sealed: Uint8Array) => Uint8Array

export function readKdbxEntries(
  root: XmlElement,
  unprotect: Unprotect,
): { items: readonly FoundItem[]; withoutCode: number } {
  const bin = descend(root, 'Meta', 'RecycleBinUUID')?.text.trim()
  const values = openProtected(root, unprotect)
  const items: FoundItem[] = []
  let withoutCode = 0
  const visit = (group: XmlElement, tags: readonly string[]) => {
    for (const child of group.children) {
      if (child.name === 'Group' && (descend(child, 'UUID')?.text.trim() ?? '') !== bin) {
        visit(child, [descend(child, 'Name')?.text ?? ''])
      } else if (child.name === 'Entry') {
        const item = readEntry({ item: items.length + 1 }, child, values, tags)
        if (item) items.push(item)
        else withoutCode += 1
      }
    }
  }
  const top = descend(root, 'Root', 'Group')
  // The group of all is no tag.
  if (top) visit(top, [])
  return { items, withoutCode }
}

/** All protected values, opened in the order of the document, those of History included: one stream runs through them. */
function openProtected(root: XmlElement, unprotect: Unprotect): ReadonlyMap<XmlElement, string> {
  const values = new Map<XmlElement, string>()
  const visit = (element: XmlElement) => {
    if (element.attributes.get('Protected')?.toLowerCase() === 'true') {
      const sealed = fromBase64(element.text)
      if (sealed) values.set(element, Buffer.from(unprotect(sealed)).toString('utf8'))
    }
    element.children.forEach(visit)
  }
  visit(root)
  return values
}

function readEntry(
  at: Place,
  entry: XmlElement,
  values: ReadonlyMap<XmlElement, string>,
  groups: readonly string[],
): FoundItem | undefined {
  const fields = new Map<string, string>()
  for (const { name, children } of entry.children) {
    if (name !== 'String') continue
    const key = children.find((child) => child.name === 'Key')?.text
    const value = children.find((child) => child.name === 'Value')
    if (key !== undefined && value) fields.set(key, values.get(value) ?? value.text)
  }
  const names = { issuer: fields.get('Title') ?? '', account: fields.get('UserName') ?? '' }
  const tags = (descend(entry, 'Tags')?.text ?? '').split(/[;,]/)
  const kept = { tags: [...groups, ...tags], note: fields.get('Notes') }
  return readOtp(at, fields, names, kept)
}

function readOtp(
  at: Place,
  fields: Fields,
  names: { issuer: string; account: string },
  kept: RawKept,
): FoundItem | undefined {
  const link = fields.get('otp')?.trim()
  if (link?.includes('://')) return itemOfLink(at, link, names, kept)
  const raw = (link && keeOtp(link)) || seedAndSettings(fields) || native(fields)
  return raw && itemOf({ at, ...names, kept, ...raw })
}

type RawOtp = Pick<RawItem, 'kind' | 'secret' | 'algorithm' | 'digits' | 'period' | 'counter'>

function keeOtp(query: string): RawOtp | undefined {
  const given = new URLSearchParams(query)
  const get = (name: string) => given.get(name) ?? undefined
  const secret = get('key')
  if (secret === undefined) return undefined
  const isHotp = get('type')?.toLowerCase() === 'hotp'
  return {
    kind: isHotp ? 'hotp' : get('encoder')?.toLowerCase() === 'steam' ? 'steam' : 'totp',
    secret,
    algorithm: get('otpHashMode') ?? get('algorithm'),
    digits: get('size'),
    period: get('step'),
    counter: get('counter'),
  }
}

function seedAndSettings(fields: Fields): RawOtp | undefined {
  const secret = fields.get('TOTP Seed')
  if (secret === undefined || secret.trim() === '') return undefined
  const [period, digits] = (fields.get('TOTP Settings') ?? '').split(';').map((part) => part.trim())
  return digits === 'S' ? { kind: 'steam', secret } : { kind: 'totp', secret, period, digits }
}

function native(fields: Fields): RawOtp | undefined {
  const time = secretOf(fields, 'TimeOtp-Secret')
  if (time !== undefined) {
    return {
      kind: 'totp',
      secret: time,
      algorithm: fields.get('TimeOtp-Algorithm'),
      digits: fields.get('TimeOtp-Length'),
      period: fields.get('TimeOtp-Period'),
    }
  }
  const counted = secretOf(fields, 'HmacOtp-Secret')
  return counted === undefined
    ? undefined
    : { kind: 'hotp', secret: counted, counter: fields.get('HmacOtp-Counter') ?? '0' }
}

/** KeePass keeps a secret as text, or in one of three encodings named by the field. */
function secretOf(fields: Fields, name: string): string | Uint8Array | undefined {
  const plain = fields.get(name)
  if (plain !== undefined) return Buffer.from(plain)
  const hex = fields.get(`${name}-Hex`)
  if (hex !== undefined) return fromHexText(hex.replace(/\s/g, '')) ?? ''
  const base64 = fields.get(`${name}-Base64`)
  return base64 === undefined ? fields.get(`${name}-Base32`) : (fromBase64(base64) ?? '')
}
