/** What failed before a write was sent: nothing changed, so it is refused. */
import { BackendFault, type BackendError, type Outcome } from '../backend.ts'

/** Throws what is no backend's fault. */
export function toBackendError(error: unknown): BackendError {
  if (error instanceof BackendFault) return error.error
  throw error
}

export const refused = (error: BackendError): { readonly is: 'refused'; readonly error: BackendError } => ({
  is: 'refused',
  error,
})

/** For a write whose only throws come from reads before it is sent. */
export async function orRefused<T>(work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  try {
    return await work()
  } catch (error) {
    return refused(toBackendError(error))
  }
}
