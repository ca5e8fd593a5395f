/** What the parent tells the process that it will kill, what that answers, and the data both know how to judge. */
import type { Notes } from '../../electron/vault/testing/vaults.ts'

export interface Stop {
  readonly step: string
  /** Which time the step is met within one flow or save; the first is 1. */
  readonly occurrence: number
  /** `half`: after half of a write. What is found after a step is what is found before the next. */
  readonly when: 'before' | 'half'
}

export interface Order {
  readonly flow: 'save' | 'passphrase' | 'create'
  readonly dir: string
  /** Milliseconds since 1970 at which its clock begins. */
  readonly startAt: number
  /** Saves that are made before it may stop. */
  readonly savesBefore?: number
  readonly stop?: Stop
}

export type Message = { readonly is: 'saved'; readonly number: number } | { readonly is: 'stopped' }

export const NEXT_PASSPHRASE = 'the next passphrase'

const BALLAST = 20_000

/** Data of which every part says which save it belongs to. */
export const notesOf = (number: number): Notes => ({ notes: [`${number}`, `${number},`.repeat(BALLAST), `${number}`] })

/** The save that the data is of; throws where its parts are of different saves. */
export function numberIn({ notes }: Notes): number {
  const number = Number(notes[0])
  if (JSON.stringify(notes) !== JSON.stringify(notesOf(number).notes)) throw new Error('torn data')
  return number
}
