/**
 * Raivo OTP: a JSON list of `{ issuer, account, secret, kind, algorithm, digits, timer, counter, pinned, iconValue }`, every
 * value a text (its `DataExportFeature`), alone or as `raivo-otp-export.json` in the zip the app writes, encrypted as WinZip
 * does (AE-1, AE-2): see zip.ts.
 */
import { err, fromUtf8, ok } from '../../../../shared/kit/index.ts'
import { get, isRecord, textOf } from '../fields.ts'
import type { FoundItem, Place } from '../found.ts'
import { content, type FormatReader, type ReadResult } from '../format.ts'
import { itemOf, kindOf, refusal } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import { parseJson, type Source } from '../source.ts'
import { openMember, zipMembers, type ZipMember } from '../zip.ts'

const format = 'raivo'

export const raivo: FormatReader = {
  format,
  recognise: (source) => {
    if (isOurs(source.json())) return 'certain'
    const member = memberOf(source)
    return member && (/raivo/i.test(member.name) ? 'certain' : 'possible')
  },
  isEncrypted: (source) => memberOf(source)?.encryption !== undefined,
  async read(source, { password }) {
    const list = source.json()
    if (Array.isArray(list)) return readList(list)
    const member = memberOf(source)
    if (!member) return err({ code: 'not-this-format', format })
    if (member.encryption !== undefined && password === undefined) return err({ code: 'password-needed', format })
    const opened = await openMember(source.bytes, member, password ?? '', format)
    if (!opened.ok) return opened
    const inner = parseJson(fromUtf8(opened.value))
    return Array.isArray(inner) ? readList(inner) : err({ code: 'damaged', format })
  },
}

const memberOf = (source: Source): ZipMember | undefined =>
  zipMembers(source.bytes)?.find(({ name }) => /(?:^|\/)[^/]*\.json$/i.test(name))

function isOurs(list: unknown): boolean {
  const first: unknown = Array.isArray(list) ? list[0] : undefined
  return isRecord(first) && textOf(first, 'timer') !== undefined && textOf(first, 'kind') !== undefined
}

function readList(list: readonly unknown[]): ReadResult {
  if (list.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
  return ok(content(list.map((entry, index) => readEntry({ item: index + 1 }, entry))))
}

function readEntry(at: Place, entry: unknown): FoundItem {
  if (!isRecord(entry)) return refusal(at, { code: 'value-malformed', field: 'entry' })
  const kind = textOf(entry, 'kind') ?? ''
  return itemOf({
    at,
    kind: kindOf(kind),
    kindName: kind,
    issuer: textOf(entry, 'issuer') ?? '',
    account: textOf(entry, 'account') ?? '',
    secret: textOf(entry, 'secret'),
    algorithm: get(entry, 'algorithm'),
    digits: get(entry, 'digits'),
    period: get(entry, 'timer'),
    counter: get(entry, 'counter'),
    kept: {
      favourite: get(entry, 'pinned') === 'true' || get(entry, 'pinned') === true,
      icon: textOf(entry, 'iconValue'),
    },
  })
}
