/** Codes as people read, hear and type them. */
import { err, ok, type Result } from '../kit/index.ts'
import type { EntryKind } from './entry.ts'

/** Steam Guard's letters, in the order of their values. */
export const STEAM_ALPHABET = '23456789BCDFGHJKMNPQRTVWXY'

/** How many letters stand together, by the length of the code. Five, Steam's too, stay in one piece. */
const GROUPS: Readonly<Record<number, readonly number[]>> = {
  6: [3, 3],
  7: [3, 4],
  8: [4, 4],
  9: [3, 3, 3],
  10: [5, 5],
}

/** The groups a code is drawn in: "482915" as 482 and 915. */
export function codeGroups(code: string): string[] {
  let at = 0
  return (GROUPS[code.length] ?? [code.length]).map((length) => code.slice(at, (at += length)))
}

/** A code on one line: "482 915", "8342 0917", "R7K2P". */
export const showCode = (code: string): string => codeGroups(code).join(' ')

/** A code for a screen reader, digit by digit with a pause between groups: "4 8 2, 9 1 5". */
export const speakCode = (code: string): string =>
  codeGroups(code)
    .map((group) => [...group].join(' '))
    .join(', ')

/** The code that is expected: its alphabet follows from the kind, its length from `digits`. */
export interface CodeShape {
  readonly kind: EntryKind
  readonly digits: number
}

export type CodeFault =
  | { readonly code: 'empty' }
  /** A letter this code can't have; `position` counts from 1 in the text as typed. */
  | { readonly code: 'letter'; readonly letter: string; readonly position: number }
  | { readonly code: 'length'; readonly found: number; readonly expected: number }

/** What people type, and programs paste, between the letters of a code. */
const BETWEEN = /[\s\p{Pd}\p{Default_Ignorable_Code_Point}]/u

/** A typed code without spaces and hyphens, in upper case, or why it can't be one. Full-width digits are digits. */
export function parseCode(text: string, shape: CodeShape): Result<string, CodeFault> {
  const alphabet = shape.kind === 'steam' ? STEAM_ALPHABET : '0123456789'
  let code = ''
  let position = 0
  for (const letter of text) {
    position += 1
    if (BETWEEN.test(letter)) continue
    const plain = letter.normalize('NFKC').toUpperCase()
    if (plain.length !== 1 || !alphabet.includes(plain)) return err({ code: 'letter', letter, position })
    code += plain
  }
  if (code === '') return err({ code: 'empty' })
  if (code.length === shape.digits) return ok(code)
  return err({ code: 'length', found: code.length, expected: shape.digits })
}

export interface CodePairFaults {
  readonly first?: CodeFault
  readonly second?: CodeFault | { readonly code: 'same-code' }
}

/** Two codes that were shown one after the other. That they are consecutive, only the secret's holder can tell. */
export function parseCodePair(
  first: string,
  second: string,
  shape: CodeShape,
): Result<readonly [string, string], CodePairFaults> {
  const one = parseCode(first, shape)
  const two = parseCode(second, shape)
  if (one.ok && two.ok)
    return one.value === two.value ? err({ second: { code: 'same-code' } }) : ok([one.value, two.value])
  return err({ ...(one.ok ? {} : { first: one.error }), ...(two.ok ? {} : { second: two.error }) })
}
