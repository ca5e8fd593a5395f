/** A touch of a FIDO authenticator: by the page that runs WebAuthn, or on a key that this process reaches itself. */
import { callError } from '../../../shared/contract/index.ts'
import type { Job } from './job.ts'
import { StepTrouble } from './job.ts'

type Json = Readonly<Record<string, unknown>>

/** What the touch is for, shown where a key waits. */
export type Purpose = 'register' | 'test' | 'sign-in'

/** What the authenticator gave. Throws the signal's reason, what the question was rejected with, or trouble `touch-failed`. */
export async function touch(job: Job, ceremony: 'create' | 'get', options: Json, purpose: Purpose): Promise<Json> {
  const { deps, signal, asks } = job
  job.progress('waiting-for-touch', { purpose })
  if (deps.webauthn) {
    if (!asks?.webauthn) throw callError('mfa-session-needed', { onlyFido: true })
    const { response } = await asks.webauthn({ ceremony, options: { ...options } })
    return response
  }
  if (!deps.touchHere) throw callError('not-here', { reason: 'browser-only' })
  try {
    return await deps.touchHere.touch(ceremony, options, purpose, signal)
  } catch {
    signal.throwIfAborted()
    // Unplugged, a key of another account, or nobody touched it: the bench shows which.
    throw new StepTrouble('touch-failed')
  }
}
