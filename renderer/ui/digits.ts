/** What a field of digits may hold, and why it refused what was put in. */
export interface DigitsEdit {
  digits: string
  refused: 'not-digits' | 'too-many' | undefined
}

/** Digits of other scripts and full-width forms, which keyboards and phones do send, as 0 to 9. */
function plainDigits(text: string): string {
  return text.normalize('NFKC').replace(/\p{Nd}/gu, (digit) => {
    const code = digit.codePointAt(0)!
    // Each script's digits stand together in ascending order, and its zero is the first of a run of ten (Unicode 4.6).
    let zero = code
    while (code - zero < 9 && /^\p{Nd}$/u.test(String.fromCodePoint(zero - 1))) zero--
    return String((code - zero) % 10)
  })
}

/**
 * What the field holds after its text became `raw` by typing, pasting or filling in. Spaces, hyphens and dots between
 * digits are how codes are printed, and are dropped. A whole sentence is accepted if it holds exactly one number of
 * `length` digits ("Your code is 482 915."). Anything else that is no digit, or too much, leaves the field as it was.
 */
export function editDigits(before: string, raw: string, length: number): DigitsEdit {
  const text = plainDigits(raw)
  const bare = text.replace(/[\s.\-\u2010-\u2015\u00b7]/g, '')
  if (/^\d*$/.test(bare)) {
    if (bare.length <= length) return { digits: bare, refused: undefined }
    return { digits: before, refused: 'too-many' }
  }
  const numbers = [...text.matchAll(/\d[\d \u00a0-]*\d|\d/g)].map((match) => match[0].replace(/\D/g, ''))
  const fitting = numbers.filter((number) => number.length === length)
  if (fitting.length === 1) return { digits: fitting[0]!, refused: undefined }
  return { digits: before, refused: 'not-digits' }
}

/** Which box is next after an edit, given where the browser left its caret in `raw`. */
export function placeAfterEdit(digits: string, raw: string, caret: number, isBackspace: boolean): number {
  // What was cleaned up on the way in (a paste, a sentence) says nothing about places: go on after the last digit.
  if (raw !== digits) return digits.length
  // Going back over digits in the middle goes on to the left; there is no caret between two of them to do it by itself.
  return isBackspace && caret < digits.length ? Math.max(0, caret - 1) : caret
}

/** The part of the field that is selected. A digit that is there is selected whole, so typing replaces it. */
export interface DigitsSelection {
  start: number
  end: number
}

/** Where the caret goes for a key, or `undefined` for a key that is not its business. */
export function moveInDigits(key: string, at: number, digits: string): DigitsSelection | undefined {
  switch (key) {
    case 'ArrowLeft':
      return placeInDigits(at - 1, digits.length)
    case 'ArrowRight':
      return placeInDigits(at + 1, digits.length)
    case 'Home':
      return placeInDigits(0, digits.length)
    case 'End':
      return placeInDigits(digits.length, digits.length)
    default:
      // The digit that stands there already changes nothing, so the browser would tell of no change.
      return digits[at] !== undefined && key === digits[at] ? placeInDigits(at + 1, digits.length) : undefined
  }
}

/**
 * The selection that stands for place `at`: the digit there, or the caret after the last one. In a full field that is
 * past the last box, so that one digit too many is refused rather than put in the place of the last.
 */
export function placeInDigits(at: number, count: number): DigitsSelection {
  const place = Math.max(0, Math.min(at, count))
  return { start: place, end: Math.min(place + 1, count) }
}

/** Sizes of the groups in which `length` digits are shown: threes and fours, as codes are printed. */
export function digitGroups(length: number): number[] {
  switch (length) {
    case 6:
      return [3, 3]
    case 7:
      return [3, 4]
    case 8:
      return [4, 4]
    case 9:
      return [3, 3, 3]
    case 10:
      return [5, 5]
    default:
      return [length]
  }
}

/** `text` cut into the groups of its length. */
export function groupDigits(text: string): string[] {
  let from = 0
  return digitGroups(text.length).map((size) => {
    from += size
    return text.slice(from - size, from)
  })
}
