/** Bech32 (BIP 173) as age writes it: any length, a checksum of six letters, upper case for identities. */

const ALPHABET = 'qpzry9x8gf2tvdw0s3jn54khce6mua7l'
const CHECKSUM_LETTERS = 6
const GENERATOR = [0x3b6a57b2, 0x26508e6d, 0x1ea119fa, 0x3d4233dd, 0x2a1462b3] as const

/** In lower case. */
export function toBech32(prefix: string, bytes: Uint8Array): string {
  const words = regroup(bytes, 8, 5)!
  const check = polymod([...expanded(prefix), ...words, ...new Uint8Array(CHECKSUM_LETTERS)]) ^ 1
  const checksum = Array.from({ length: CHECKSUM_LETTERS }, (_, at) => (check >> (5 * (5 - at))) & 31)
  return `${prefix}1${[...words, ...checksum].map((word) => ALPHABET[word]).join('')}`
}

/** The bytes after that prefix; `undefined` for another prefix, mixed case, a wrong checksum or spare bits that are set. */
export function fromBech32(prefix: string, text: string): Uint8Array | undefined {
  if (text !== text.toLowerCase() && text !== text.toUpperCase()) return undefined
  const lower = text.toLowerCase()
  if (!lower.startsWith(`${prefix}1`)) return undefined
  const words = Array.from(lower.slice(prefix.length + 1), (letter) => ALPHABET.indexOf(letter))
  if (words.length < CHECKSUM_LETTERS || words.includes(-1)) return undefined
  if (polymod([...expanded(prefix), ...words]) !== 1) return undefined
  return regroup(words.slice(0, -CHECKSUM_LETTERS), 5, 8)
}

const expanded = (prefix: string) => {
  const codes = [...prefix].map((letter) => letter.charCodeAt(0))
  return [...codes.map((code) => code >> 5), 0, ...codes.map((code) => code & 31)]
}

function polymod(words: readonly number[]): number {
  let check = 1
  for (const word of words) {
    const top = check >>> 25
    check = ((check & 0x1ffffff) << 5) ^ word
    for (const [bit, term] of GENERATOR.entries()) if ((top >> bit) & 1) check ^= term
  }
  return check
}

/** Groups of `from` bits as groups of `to`. Spare bits are written as 0, and read as nothing else. */
function regroup(groups: Iterable<number>, from: number, to: number): Uint8Array | undefined {
  const out: number[] = []
  let held = 0
  let bits = 0
  for (const group of groups) {
    held = ((held << from) | group) & 0xfff
    bits += from
    while (bits >= to) {
      bits -= to
      out.push((held >> bits) & ((1 << to) - 1))
    }
  }
  const spare = (held << (to - bits)) & ((1 << to) - 1)
  if (to < from) {
    if (bits > 0) out.push(spare)
  } else if (bits >= from || spare !== 0) {
    return undefined
  }
  return Uint8Array.from(out)
}
