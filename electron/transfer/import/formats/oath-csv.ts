/**
 * OATH token files as CSV. With a heading, as Microsoft Entra and those who follow it take them: `upn, serial number, secret key,
 * time interval, manufacturer, model`, the secret in Base32. Without one, as privacyIDEA and LinOTP do: `serial, key[, hotp|totp
 * [, digits[, seconds or counter]]]`, the key in hexadecimal, a kind such as `totp-sha256` naming the hash.
 */
import { err, ok } from '../../../../shared/kit/index.ts'
import { readCsv, splitCells, type CsvRow } from '../csv.ts'
import { fromHexText } from '../fields.ts'
import type { FoundItem, Place } from '../found.ts'
import { content, type FormatReader, type ReadResult } from '../format.ts'
import { itemOf, kindOf, refusal } from '../item.ts'
import { MAX_ITEMS } from '../limits.ts'
import type { Source } from '../source.ts'

const format = 'oath-csv'
const COLUMNS = ['serial number', 'secret key']
const BARE_LINE = /^\s*[\w.-]{1,64}\s*,\s*[0-9a-fA-F]{16,256}\s*(?:,|$)/

export const oathCsv: FormatReader = {
  format,
  recognise: (source) =>
    readCsv(source.text(), COLUMNS) ? 'certain' : BARE_LINE.test(firstLineOf(source)) ? 'likely' : undefined,
  async read(source) {
    const rows = readCsv(source.text(), COLUMNS)
    if (!rows)
      return BARE_LINE.test(firstLineOf(source))
        ? readBare(source.text() ?? '')
        : err({ code: 'not-this-format', format })
    if (!rows.ok) return err({ code: 'damaged', format, line: rows.error })
    return whole(rows.value, readRow)
  },
}

const firstLineOf = (source: Source) => /^(?:\s*#[^\n]*\n)*([^\r\n]*)/.exec(source.text() ?? '')?.[1] ?? ''

function whole<T extends { readonly line: number }>(
  rows: readonly T[],
  read: (at: Place, row: T) => FoundItem,
): ReadResult {
  if (rows.length > MAX_ITEMS) return err({ code: 'too-large', what: 'entries', max: MAX_ITEMS })
  return ok(content(rows.map((row, index) => read({ item: index + 1, line: row.line }, row))))
}

function readRow(at: Place, { cell }: CsvRow): FoundItem {
  const note = [cell('model'), cell('serial number')].filter(Boolean).join(' ')
  return itemOf({
    at,
    kind: 'totp',
    issuer: cell('manufacturer'),
    account: cell('upn') || cell('serial number'),
    secret: cell('secret key'),
    period: cell('time interval') || cell('timeinterval'),
    kept: { note },
  })
}

function readBare(text: string): ReadResult {
  const rows = splitCells(text, ',')
  if (!rows.ok) return err({ code: 'damaged', format, line: rows.error })
  const lines = rows.value.filter(({ cells }) => (cells[0] ?? '').trim() !== '' && !cells[0]?.trim().startsWith('#'))
  return whole(lines, (at, { cells }) => {
    const [serial = '', key = '', type = '', digits, last] = cells.map((cell) => cell.trim())
    const [kindName = '', hash] = (type || 'hotp').split('-')
    const secret = fromHexText(key)
    if (!secret) return refusal(at, { code: 'value-malformed', field: 'key' }, '', serial)
    const kind = kindOf(kindName)
    return itemOf({
      at,
      kind: kind === 'steam' ? undefined : kind,
      kindName,
      issuer: '',
      account: serial,
      secret,
      algorithm: hash,
      digits,
      ...(kind === 'hotp' ? { counter: last || '0' } : { period: last }),
    })
  })
}
