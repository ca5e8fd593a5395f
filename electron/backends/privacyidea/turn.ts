/**
 * One write, from being asked for to its outcome. Whoever asked counts it as unknown after 30 seconds: so it is looked up first
 * and sent within eight, and its answer waited for no longer than `ANSWER_TIMEOUT_MS`.
 */
import type { Clock } from '../../../shared/kit/index.ts'
import { BackendFault, type BackendError, type Outcome } from '../backend.ts'
import type { WriteTurn } from './client.ts'
import type { Person } from './listing.ts'
import type { Session } from './session.ts'

export const SEND_WITHIN_MS = 8000

export interface Turn extends WriteTurn {
  readonly person: Person
  readonly session: Session
}

/** `begin` finds out who is meant and who asks. What fails before anything was sent is a refusal: nothing changed. */
export async function takeTurn<T>(
  clock: Clock,
  begin: (signal: AbortSignal) => Promise<Pick<Turn, 'person' | 'session'>>,
  work: (turn: Turn) => Promise<Outcome<T>>,
): Promise<Outcome<T>> {
  const late = new AbortController()
  const sendBy = clock.now() + SEND_WITHIN_MS
  const cancel = clock.after(SEND_WITHIN_MS, () => late.abort(new BackendFault({ code: 'unreachable' })))
  try {
    return await work({ ...(await begin(late.signal)), sendBy, signal: late.signal })
  } catch (error) {
    if (error instanceof BackendFault) return refused(error.error)
    throw error
  } finally {
    cancel()
  }
}

export const done = <T>(value: T): Outcome<T> => ({ is: 'done', value })
export const refused = (error: BackendError) => ({ is: 'refused', error }) as const
