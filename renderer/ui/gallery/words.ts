import type { UiWords } from '../index.ts'

export const words: UiWords = {
  close: 'Close',
  show: 'Show what is typed',
  hide: 'Hide what is typed',
  clear: 'Empty the search',
  secondsLeft: 'seconds left',
  hiddenCode: 'hidden',
  digitsTyped: (typed, length) => `${typed} of ${length} digits`,
  onlyDigits: 'Only digits go here.',
  tooManyDigits: (length) => `That was longer than ${length} digits.`,
}
