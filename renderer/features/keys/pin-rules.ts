/** The rules of a new PIN (CTAP 2.1 §6.5.1), checked as it is typed. Pure; the key and the service check them again. */
import type { KeyInfo } from '../../../shared/contract/index.ts'

/** As UTF-8, without the zeros that pad it to 64. */
export const MAX_PIN_BYTES = 63

export type PinFault =
  | { readonly is: 'too-short'; readonly have: number }
  | { readonly is: 'too-long' }
  | { readonly is: 'too-many-bytes'; readonly bytes: number }
  | { readonly is: 'ends-in-nul' }

/** In Unicode Normalization Form C, as it goes to the key. */
export const normalPin = (typed: string): string => typed.normalize('NFC')

/** What is wrong with a new PIN so far; nothing where it would be taken. */
export function pinFault(
  typed: string,
  { minLength, maxLength }: Pick<KeyInfo['pin'], 'minLength' | 'maxLength'>,
): PinFault | undefined {
  const pin = normalPin(typed)
  const codePoints = [...pin].length
  const bytes = new TextEncoder().encode(pin).length
  if (pin.endsWith('\0')) return { is: 'ends-in-nul' }
  if (maxLength !== undefined && codePoints > maxLength) return { is: 'too-long' }
  if (bytes > MAX_PIN_BYTES) return { is: 'too-many-bytes', bytes }
  return codePoints < minLength ? { is: 'too-short', have: codePoints } : undefined
}

/** Whether the second typing has left the first already, or is whole and another. */
export function pinsDiffer(first: string, second: string): boolean {
  const [one, two] = [normalPin(first), normalPin(second)]
  return two !== '' && !one.startsWith(two)
}
