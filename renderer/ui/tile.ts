/** Number of tones in tokens.css (`--lk-tile-1` to `--lk-tile-7`). */
export const toneCount = 7

/** A short form and a tone for a name, the same each time: how an issuer is told apart at a glance. */
export interface TileLook {
  /** One or two letters; empty for a name without any letter or digit. */
  monogram: string
  /** 1 to 7; 0, the neutral one, for an empty name. */
  tone: number
}

/** Initials of the first two words ("Amazon Web Services": Aw), of humps ("GitHub": Gh), else the first two letters. */
export function tileLook(name: string): TileLook {
  const words = name.normalize('NFC').match(/[\p{L}\p{N}\p{M}]+/gu) ?? []
  const parts = words.length === 1 ? humps(words[0]!) : words
  const first = graphemes(parts[0] ?? '')
  const second = parts.length > 1 ? graphemes(parts[1]!) : first.slice(1)
  // The capital of some letters is two ("ß": SS); only the first fits.
  const capital = first[0] === undefined ? '' : (graphemes(first[0].toLocaleUpperCase('en'))[0] ?? '')
  const small = isWide(first[0]) ? '' : (second[0]?.toLocaleLowerCase('en') ?? '')
  const monogram = capital + small
  return { monogram, tone: monogram === '' ? 0 : (fnv1a(name.trim().toLocaleLowerCase('en')) % toneCount) + 1 }
}

function humps(word: string): string[] {
  return word.match(/\p{Lu}*[\p{Ll}\p{N}\p{M}\p{Lo}]+|\p{Lu}+/gu) ?? [word]
}

function graphemes(text: string): string[] {
  return Array.from(new Intl.Segmenter('en', { granularity: 'grapheme' }).segment(text), (part) => part.segment)
}

// One ideograph or syllable block fills the tile; two would not fit.
function isWide(letter: string | undefined): boolean {
  return (
    letter !== undefined && /^[\p{Script=Han}\p{Script=Hiragana}\p{Script=Katakana}\p{Script=Hangul}]/u.test(letter)
  )
}

// FNV-1a, 32 bits: spreads near names over the tones; nothing depends on it being hard to invert.
function fnv1a(text: string): number {
  let hash = 0x811c9dc5
  for (const byte of new TextEncoder().encode(text)) hash = Math.imul(hash ^ byte, 0x01000193)
  return hash >>> 0
}
