import { createContext, useContext, type ReactNode } from 'react'

/** The few words the kit says by itself. All others come with each component's props. */
export interface UiWords {
  /** Label of a button that closes a dialog, drawer or toast. */
  close: string
  /** Label of the button that shows what is typed in a password field. */
  show: string
  /** Label of the button that hides it again. */
  hide: string
  /** Label of the button that empties a search field. */
  clear: string
  /** Read after the number in a ring: "21 seconds left". */
  secondsLeft: string
  /** Read instead of a code that is hidden until asked for. */
  hiddenCode: string
  /** Read with a field of digits: how many are there, of how many. */
  digitsTyped: (typed: number, length: number) => string
  /** Said where a field of digits refused what was pasted or typed. */
  onlyDigits: string
  /** Said where a paste held more digits than the field has places. */
  tooManyDigits: (length: number) => string
}

const Words = createContext<UiWords | undefined>(undefined)

export function UiWordsProvider({ words, children }: { words: UiWords; children: ReactNode }) {
  return <Words value={words}>{children}</Words>
}

/** The kit's own words. Throws outside a `UiProvider`. */
export function useUiWords(): UiWords {
  const words = useContext(Words)
  if (!words) throw new Error('useUiWords needs a UiProvider above it')
  return words
}
