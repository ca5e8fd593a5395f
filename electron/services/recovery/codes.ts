/** Codes given to a backend: made here where the secret is here, else as they were typed. Never kept anywhere. */
import { callError } from '../../../shared/contract/index.ts'
import { parseCode } from '../../../shared/domain/code-format.ts'
import type { TimedSource } from '../../../shared/domain/entry.ts'
import type { StepAnswer } from '../../../shared/contract/index.ts'
import { codeOfStep, stepAt } from '../../otp/index.ts'
import type { Job } from './job.ts'
import { reading } from './world.ts'

export type Pair = readonly [string, string]

/** The backend's own time, which is what it judges codes by; where it tells none, the best that is known here. */
export async function timeAt(job: Pick<Job, 'deps' | 'backend' | 'signal'>): Promise<number> {
  try {
    const { at } = await reading(job, (signal) => job.backend.time(signal))
    return at
  } catch {
    job.signal.throwIfAborted()
    return job.deps.correctedNow()
  }
}

/**
 * Two consecutive codes at `now`: the previous and the current one (rule 4), or, where `after` was tried already, two that
 * are newer. `until` is when there are some, in the backend's time.
 */
export function pairAt(
  source: TimedSource,
  now: number,
  after?: number,
): { readonly codes: Pair; readonly lastStep: number } | { readonly until: number } {
  const current = stepAt(source, now)
  // One tried in the future was so by a clock that has been set back since.
  const isNewerNeeded = after !== undefined && after >= current - 1 && after <= current + 1
  const first = isNewerNeeded ? after + 1 : Math.max(0, current - 1)
  if (first > current) return { until: first * source.periodSeconds * 1000 }
  return { codes: [codeOfStep(source, first), codeOfStep(source, first + 1)], lastStep: first + 1 }
}

/** When the next code is due. */
export const nextStepAt = ({ periodSeconds }: { readonly periodSeconds: number }, now: number): number =>
  (Math.floor(now / (periodSeconds * 1000)) + 1) * periodSeconds * 1000

/** Typed codes, each of the right length and letters, and not the same twice. Throws `answer-refused` with the field and place. */
export function readCodes(answer: StepAnswer, count: 1 | 2, digits: number): readonly string[] {
  if (answer.form !== 'codes' || answer.codes.length !== count) {
    throw callError('answer-refused', { fields: [{ field: 'codes', reason: 'wrong-count' }] })
  }
  const codes = answer.codes.map((typed, i) => readCode(typed, digits, `codes.${i}`))
  if (codes[0] === codes[1]) throw callError('answer-refused', { fields: [{ field: 'codes.1', reason: 'same-code' }] })
  return codes
}

export function readPair(answer: StepAnswer, digits: number): Pair {
  const [first = '', second = ''] = readCodes(answer, 2, digits)
  return [first, second]
}

/** One typed code. Throws `answer-refused`; the code itself is in no error. */
export function readCode(typed: string, digits: number, field: string): string {
  const read = parseCode(typed, { kind: 'totp', digits })
  if (read.ok) return read.value
  const { error } = read
  const where = error.code === 'letter' ? { position: error.position, letter: error.letter } : {}
  throw callError('answer-refused', { fields: [{ field, reason: `code-${error.code}`, ...where }] })
}
