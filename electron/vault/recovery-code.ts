/**
 * The recovery code: 160 random bits and a 20-bit checksum, 36 letters of Crockford's Base32 in nine groups of four.
 * Crockford's alphabet has no I, L, O or U: what is read as O or as I or L can only be 0 or 1, and is taken so.
 * The code exactly as printed, upper case with its hyphens, is the passphrase of its slot for the `age` command.
 */
import { createHash } from 'node:crypto'
import { concat, err, ok, utf8, type Random, type Result } from '../../shared/kit/index.ts'

const ALPHABET = '0123456789ABCDEFGHJKMNPQRSTVWXYZ'
const SECRET_BYTES = 20
const SECRET_LETTERS = 32
const CHECK_LETTERS = 4
const GROUP_LETTERS = 4
const CHECK_LABEL = utf8('latchkey recovery code\0')

export type RecoveryCodeFault =
  /** A letter that can't be in a code; its position in the text as typed, the first is 1. */
  | { readonly fault: 'letter'; readonly letter: string; readonly position: number }
  | { readonly fault: 'length'; readonly letters: number; readonly expected: number }
  /** The letters are possible but do not belong together: at least one was misread. */
  | { readonly fault: 'checksum' }

/** A fresh code, as it is to be printed. */
export function makeRecoveryCode(random: Random): string {
  const secret = random(SECRET_BYTES)
  const letters = lettersOf(secret, SECRET_LETTERS)
  const code = grouped(letters + checksum(secret))
  secret.fill(0)
  return code
}

/** The printed form of a code typed in either case, with or without hyphens and spaces, O for 0 and I or L for 1. */
export function readRecoveryCode(typed: string): Result<string, RecoveryCodeFault> {
  let letters = ''
  let position = 0
  for (const letter of typed) {
    position += 1
    if (/[\s\p{Pd}]/u.test(letter)) continue
    const upper = letter.toUpperCase()
    const meant = upper === 'O' ? '0' : upper === 'I' || upper === 'L' ? '1' : upper
    if (meant.length !== 1 || !ALPHABET.includes(meant)) return err({ fault: 'letter', letter, position })
    letters += meant
  }
  const expected = SECRET_LETTERS + CHECK_LETTERS
  if (letters.length !== expected) return err({ fault: 'length', letters: letters.length, expected })
  const secret = bytesOf(letters.slice(0, SECRET_LETTERS))
  const isWhole = checksum(secret) === letters.slice(SECRET_LETTERS)
  secret.fill(0)
  return isWhole ? ok(grouped(letters)) : err({ fault: 'checksum' })
}

const checksum = (secret: Uint8Array) =>
  lettersOf(createHash('sha256').update(concat(CHECK_LABEL, secret)).digest(), CHECK_LETTERS)

const grouped = (letters: string) => letters.match(new RegExp(`.{${GROUP_LETTERS}}`, 'g'))!.join('-')

/** The first `count` groups of five bits. */
function lettersOf(bytes: Uint8Array, count: number): string {
  let out = ''
  for (let bit = 0; bit < 5 * count; bit += 5) {
    const pair = ((bytes[bit >> 3] ?? 0) << 8) | (bytes[(bit >> 3) + 1] ?? 0)
    out += ALPHABET[(pair >> (11 - (bit & 7))) & 31]
  }
  return out
}

function bytesOf(letters: string): Uint8Array {
  const out = new Uint8Array((letters.length * 5) >> 3)
  let held = 0
  let bits = 0
  let at = 0
  for (const letter of letters) {
    held = ((held << 5) | ALPHABET.indexOf(letter)) & 0xfff
    bits += 5
    if (bits >= 8) {
      bits -= 8
      out[at++] = (held >> bits) & 0xff
    }
  }
  return out
}
