/** Reading at a backend what a case needs to know. */
import { callError, CallError } from '../../../shared/contract/index.ts'
import type { CaseRecord, Known } from '../../../shared/domain/playbooks/index.ts'
import type { Identity, MfaDevice } from '../../../shared/domain/device.ts'
import { BackendFault, type Backend } from '../../backends/backend.ts'
import { fromBackend, type Sought } from '../errors.ts'
import type { Live } from './cases.ts'
import type { Job, RecoveryDeps } from './job.ts'

export interface World {
  readonly known: Known
  readonly administratorDevices: readonly MfaDevice[]
}

/** Everything about one identity, read at once. Throws a `CallError`. */
export async function readWorld(
  backend: Backend,
  identityId: string,
  administratorId: string | undefined,
  signal: AbortSignal,
): Promise<World> {
  return translated(async () => {
    const [identities, devices, contacts, can, administratorDevices, page] = await Promise.all([
      backend.identities(signal),
      backend.devices(identityId, signal),
      backend.contacts(identityId, signal),
      backend.capabilities(identityId, signal),
      administratorId === undefined ? [] : backend.devices(administratorId, signal),
      backend.pageFor?.(identityId, signal),
    ])
    const identity = identities.find(({ id }) => id === identityId)
    if (!identity) throw callError('not-found', { what: 'identity' })
    const { register, resync, remove, markLost, changePassword, alternativeFactors } = can
    return {
      known: {
        identity,
        devices: [...devices],
        ...(contacts ? { contacts } : {}),
        ...(page === undefined ? {} : { page }),
        administrators: administratorsFor(identity, identities),
        can: { register, resync, remove, markLost, changePassword, alternativeFactors },
      },
      administratorDevices,
    }
  }, 'identity')
}

/** Others of the same account who may act for this identity: nobody stands above the root user, but for its phone number. */
export function administratorsFor(identity: Identity, identities: readonly Identity[]): { id: string; name: string }[] {
  return identities
    .filter(
      (other) =>
        other.id !== identity.id &&
        other.account === identity.account &&
        (other.isAdministrator || other.kind === 'root'),
    )
    .map(({ id, name }) => ({ id, name }))
}

/** A read that has not answered by then counts as unreachable. */
export const READ_DEADLINE_MS = 30_000

/** Reads at a job's backend, within the deadline and until the job is cancelled. Throws a `CallError`, or the signal's reason. */
export const reading = <T>(
  { deps, signal }: Pick<Job, 'deps' | 'signal'>,
  read: (signal: AbortSignal) => Promise<T>,
  sought: Sought = 'device',
): Promise<T> => withinDeadline(deps, signal, (bounded) => translated(() => read(bounded), sought))

/** A backend's fault becomes an error of the contract. */
async function translated<T>(read: () => Promise<T>, sought: Sought): Promise<T> {
  try {
    return await read()
  } catch (error) {
    if (error instanceof BackendFault) throw fromBackend(error.error, false, sought)
    throw error
  }
}

/** Also where a backend does not heed the signal. */
async function withinDeadline<T>(
  { clock }: RecoveryDeps,
  signal: AbortSignal,
  read: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const late = new AbortController()
  const cancel = clock.after(READ_DEADLINE_MS, () => late.abort(callError('unreachable', {}, { changed: false })))
  const bounded = AbortSignal.any([signal, late.signal])
  const stopped = new Promise<never>((_, reject) => {
    if (bounded.aborted) reject(bounded.reason)
    bounded.addEventListener('abort', () => reject(bounded.reason), { once: true })
  })
  try {
    return await Promise.race([read(bounded), stopped])
  } finally {
    cancel()
  }
}

/** What a case is about, read anew. Throws a `CallError`, or the signal's reason. */
export const readWorldOf = (deps: RecoveryDeps, { subject }: CaseRecord, signal: AbortSignal): Promise<World> =>
  readSubject(deps, subject.backendId, subject.identityId, subject.administrator?.id, signal)

export const readSubject = (
  deps: RecoveryDeps,
  backendId: string,
  identityId: string,
  administratorId: string | undefined,
  signal: AbortSignal,
): Promise<World> =>
  withinDeadline(deps, signal, (bounded) => readWorld(backendOf(deps, backendId), identityId, administratorId, bounded))

/** Throws `not-found`. */
export function backendOf({ backends }: RecoveryDeps, id: string): Backend {
  const backend = backends.get(id)
  if (!backend) throw callError('not-found', { what: 'backend' })
  return backend
}

/** A world read in vain: what was known last must do. Cancellation is no such case. */
export const isUnreachable = (error: unknown): boolean =>
  error instanceof CallError && error.error.code !== 'cancelled' && error.error.code !== 'locked'

export const liveOf = (
  deps: RecoveryDeps,
  { subject }: Pick<CaseRecord, 'subject'>,
  administratorDevices: readonly MfaDevice[],
): Live => ({
  now: deps.correctedNow(),
  touch: touchWays(deps, deps.backends.get(subject.backendId)),
  administratorDevices,
})

/** Keys speak with the program only for a relying party that it may speak for, and the page for its own origin alone. */
export const touchWays = (
  { webauthn, keysHere, rp }: RecoveryDeps,
  backend: Pick<Backend, 'touchOrigin'> | undefined,
): readonly ('page' | 'key')[] => {
  const isOfServer = backend?.touchOrigin !== undefined
  return [
    ...(webauthn && !isOfServer ? (['page'] as const) : []),
    ...((isOfServer || rp) && keysHere?.hasSources ? (['key'] as const) : []),
  ]
}
