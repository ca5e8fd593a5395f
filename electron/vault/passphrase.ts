/** A passphrase as age takes it: the UTF-8 of its NFC form (age itself does not normalise, so the same word typed elsewhere would differ). */
import { err, ok, utf8, type Result } from '../../shared/kit/index.ts'
import type { UnusablePassphrase } from './faults.ts'

/**
 * Bytes for the key derivation; the caller wipes them.
 * Refused: nothing at all, and letters that age's prompt could never be given (control characters, halves of a letter).
 */
export function passphraseBytes(text: string): Result<Uint8Array, UnusablePassphrase> {
  if (text === '') return err({ code: 'passphrase-unusable', reason: 'empty' })
  if (/[\p{Cc}\p{Cs}]/u.test(text)) return err({ code: 'passphrase-unusable', reason: 'letter' })
  return ok(utf8(text.normalize('NFC')))
}
