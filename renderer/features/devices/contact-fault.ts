/** What is wrong with a typed contact, as far as can be told here; the backend has the last word. */
import type { ContactKind } from '../../../shared/domain/device.ts'

/** `same`: it is the one on record. */
export type ContactFault = 'empty' | 'malformed' | 'same'

export function contactFault(kind: ContactKind, typed: string, present: string): ContactFault | undefined {
  if (typed === '') return 'empty'
  if (typed === present) return 'same'
  // An address may be odder than any pattern; one @ with something around it is what every one has.
  const isWell =
    kind === 'email' ? /^[^\s@]+@[^\s@]+$/u.test(typed) : /^\+?[\d\s().-]+$/.test(typed) && /\d{3}/.test(digits(typed))
  return isWell ? undefined : 'malformed'
}

const digits = (text: string) => text.replaceAll(/\D/g, '')
