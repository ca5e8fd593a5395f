/** What ends a step without anything having gone wrong. */
import { CallError } from '../../../shared/contract/index.ts'

/** Is this what cancelling, leaving or locking throws, rather than something that went wrong? */
export const isInterruption = (error: unknown): boolean =>
  !(error instanceof CallError) ||
  ['cancelled', 'disconnected', 'locked', 'timed-out', 'not-confirmed', 'confirmation-stale'].includes(error.error.code)
