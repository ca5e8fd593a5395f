/** Text that strangers wrote (links, QR codes, backends, people): made fit to show on one line, and folded for comparing. */

/**
 * What is drawn as nothing or turns the direction of what follows: bidirectional marks, zero-width letters, tag letters,
 * fillers (Unicode Default_Ignorable_Code_Point without the variation selectors emoji need), annotation marks, and
 * surrogates without their other half, which can't be encoded.
 */
const INVISIBLE = /(?![\uFE00-\uFE0F])[\p{Default_Ignorable_Code_Point}\uFFF9-\uFFFB\p{Cs}]/gu
const CONTROL_NO_SPACE = /(?!\s)\p{Cc}/gu
const CONTROL_IN_LINES = /(?!\n)\p{Cc}/gu

/** One line of visible text: invisible and control letters gone, white space runs become one space, ends trimmed, NFC. */
export function cleanLine(text: string): string {
  return text.replace(INVISIBLE, '').replace(CONTROL_NO_SPACE, '').replace(/\s+/gu, ' ').trim().normalize('NFC')
}

/** Like `cleanLine`, but line breaks and spacing within lines stay. For notes. */
export function cleanLines(text: string): string {
  return text
    .replace(INVISIBLE, '')
    .replace(/\r\n?|[\u2028\u2029]/gu, '\n')
    .replaceAll('\t', ' ')
    .replace(CONTROL_IN_LINES, '')
    .trim()
    .normalize('NFC')
}

/** At most 32 letters of foreign text, for the `found` of an error. */
export const excerpt = (text: string): string => [...cleanLine(text.slice(0, 256))].slice(0, 32).join('')

/** Letters that have no decomposition although people type them without their stroke. */
const STROKES: Readonly<Record<string, string>> = {
  ß: 'ss',
  æ: 'ae',
  œ: 'oe',
  ø: 'o',
  ł: 'l',
  đ: 'd',
  ð: 'd',
  þ: 'th',
  ħ: 'h',
  ı: 'i',
  ς: 'σ',
}
/** Nothing in it decomposes. */
const PRINTABLE_ASCII = /^[ -~\n]*$/

/** Text for comparing and searching: lower case, compatibility forms and diacritics folded away ("Ångström" is "angstrom"). */
export function fold(text: string): string {
  if (PRINTABLE_ASCII.test(text)) return text.toLowerCase()
  return text
    .normalize('NFKD')
    .replace(/\p{M}/gu, '')
    .toLowerCase()
    .replace(/[ßæœøłđðþħıς]/gu, (letter) => STROKES[letter] ?? letter)
}
