/** Sending a write: what comes of it is in the journal before anything else happens, whoever has gone away meanwhile. */
import { callError } from '../../../shared/contract/index.ts'
import type { Outcome } from '../../backends/backend.ts'
import { fromBackend, type Sought } from '../errors.ts'
import { FINISHING_MS } from '../vault-store.ts'
import type { Job } from './job.ts'

/**
 * Throws the signal's reason where it was aborted before sending. Once sent, the write is waited for, 30 seconds at most
 * (then it is `unknown`), and `keep` makes its outcome durable; locking and quitting wait for both.
 */
export function send<T>(
  { deps, signal }: Pick<Job, 'deps' | 'signal'>,
  write: () => Promise<Outcome<T>>,
  keep: (outcome: Outcome<T>) => Promise<void> = async () => {},
): Promise<Outcome<T>> {
  signal.throwIfAborted()
  const sent = async () => {
    const outcome = await withinDeadline(deps, write)
    await keep(outcome)
    return outcome
  }
  return deps.store.finishing(sent())
}

async function withinDeadline<T>({ clock, log }: Job['deps'], write: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  let cancel = () => {}
  const late = new Promise<Outcome<T>>((resolve) => {
    cancel = clock.after(FINISHING_MS, () => resolve({ is: 'unknown' }))
  })
  try {
    return await Promise.race([write(), late])
  } catch {
    // A backend answers with outcomes; whatever threw may have happened before or after something changed.
    log.error('recovery.write-threw')
    return { is: 'unknown' }
  } finally {
    cancel()
  }
}

/** The value of a write that was done. Throws a `CallError` for one that was refused, `outcome-unknown` for one nobody can tell of. */
export function valueOf<T>(
  outcome: Outcome<T>,
  { changed = false, sought }: { changed?: boolean; sought?: Sought } = {},
): T {
  switch (outcome.is) {
    case 'done':
      return outcome.value
    case 'refused':
      throw fromBackend(outcome.error, changed, sought)
    case 'unknown':
      throw callError('outcome-unknown', {}, { changed: true })
  }
}
