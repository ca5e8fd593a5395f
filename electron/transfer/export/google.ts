/**
 * Texts of QR codes that Google Authenticator and those who follow it read: several codes of one export where one can't hold it.
 * Refused by name: Steam, digits other than 6 and 8, periods other than 30 seconds, and names too long for any code.
 */
import type { Entry } from '../../../shared/domain/entry.ts'
import { formatGoogleExport, toGoogleEntry } from '../../../shared/domain/migration.ts'
import type { Random } from '../../../shared/kit/index.ts'
import { leftOutOf, refusedExport, type Exported, type ExportRefusal } from './exported.ts'
import { MAX_QR_LETTERS } from './qr-text.ts'

/** As many as the app itself puts into a code. */
const ENTRIES_A_CODE = 10
/** Longer texts make codes that a phone's camera reads badly off a screen. */
const COMFORTABLE_LETTERS = 900

export function exportGoogle(entries: readonly Entry[], random: Random): Exported<readonly string[]> {
  const refused: ExportRefusal[] = []
  const held: Entry[] = []
  const codes: Uint8Array[][] = []
  for (const entry of entries) {
    const written = toGoogleEntry(entry)
    if (!written.ok) {
      refused.push(refusedExport(entry, written.error))
      continue
    }
    const alone = lettersOf([written.value])
    if (alone > MAX_QR_LETTERS) {
      refused.push(refusedExport(entry, { code: 'too-long-for-qr', letters: alone, max: MAX_QR_LETTERS }))
      continue
    }
    held.push(entry)
    const last = codes.at(-1)
    const fits = last && last.length < ENTRIES_A_CODE && lettersOf([...last, written.value]) <= COMFORTABLE_LETTERS
    if (fits) last.push(written.value)
    else codes.push([written.value])
  }
  const [a = 0, b = 0, c = 0, d = 0] = random(4)
  const id = ((a & 0x7f) << 24) | (b << 16) | (c << 8) | d
  const value = codes.map((code, index) => formatGoogleExport(code, { id, number: index + 1, of: codes.length }))
  const leftOut = leftOutOf(held, ['tags', 'note', 'favourite', 'hidden', 'link'])
  return { value, entries: held.length, refused, leftOut }
}

/** With the longest numbers a batch can have. */
const lettersOf = (code: readonly Uint8Array[]) =>
  formatGoogleExport(code, { id: 0x7fff_ffff, number: 1000, of: 1000 }).length
