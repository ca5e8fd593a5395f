/** What a printed sheet shows of each chosen entry: its names, a QR code's text, and the seed in groups to be typed. */
import { secretBytes, type Entry } from '../../../shared/domain/entry.ts'
import { formatOtpauth } from '../../../shared/domain/otpauth.ts'
import { toBase32 } from '../../../shared/kit/index.ts'
import { leftOutOf, refusedExport, type Exported, type ExportRefusal } from './exported.ts'
import { MAX_QR_LETTERS } from './qr-text.ts'

export interface SheetEntry {
  readonly id: string
  readonly issuer: string
  readonly account: string
  readonly kind: Entry['kind']
  readonly algorithm: Entry['algorithm']
  readonly digits: number
  readonly periodSeconds?: number
  /** As it is now: codes made later are not on paper. */
  readonly counter?: number
  /** The text of its QR code. */
  readonly uri: string
  /** Base32 in fours. */
  readonly seed: readonly string[]
}

/** Refused by name: a link that no QR code holds. */
export function exportSheet(entries: readonly Entry[]): Exported<readonly SheetEntry[]> {
  const refused: ExportRefusal[] = []
  const value: SheetEntry[] = []
  for (const entry of entries) {
    const uri = formatOtpauth(entry)
    if (uri.length > MAX_QR_LETTERS) {
      refused.push(refusedExport(entry, { code: 'too-long-for-qr', letters: uri.length, max: MAX_QR_LETTERS }))
      continue
    }
    const { id, issuer, account, kind, algorithm, digits, secret } = entry
    value.push({
      id,
      issuer,
      account,
      kind,
      algorithm,
      digits,
      ...(entry.kind === 'hotp' ? { counter: entry.counter } : { periodSeconds: entry.periodSeconds }),
      uri,
      seed: toBase32(secretBytes(secret)).match(/.{1,4}/g) ?? [],
    })
  }
  return {
    value,
    entries: value.length,
    refused,
    leftOut: leftOutOf(entries, ['tags', 'note', 'favourite', 'hidden', 'link']),
  }
}
