/**
 * What the backends said last, read again when something changed there. All are read at once; one that does not answer
 * keeps what it said before, with its time.
 */
import type { State } from '../../shared/contract/index.ts'
import type { Contacts, Identity, MfaDevice } from '../../shared/domain/device.ts'
import type { Clock } from '../../shared/kit/index.ts'
import { BackendFault, type Backend, type Capabilities } from '../backends/backend.ts'
import type { Log } from './ports.ts'
import { createSignal, type OnChange } from './source.ts'
import type { Store } from './store.ts'

/** A backend that has not answered by then counts as offline. */
export const READ_DEADLINE_MS = 30_000
/** Identities of one backend that are read at the same time. */
const AT_ONCE = 8

export interface IdentityReading {
  readonly identity: Identity
  readonly devices: readonly MfaDevice[]
  readonly contacts: Contacts | undefined
  readonly capabilities: Capabilities
}

export interface BackendReading {
  readonly backend: Backend
  readonly state: State<'devices'>['backends'][number]['state']
  /** Milliseconds since 1970; absent before the first answer. */
  readonly asOf?: number
  readonly identities: readonly IdentityReading[]
}

export interface Readings {
  all(): readonly BackendReading[]
  readonly onChange: OnChange
  /** Resolves when every backend has answered, or failed to. */
  refresh(): Promise<void>
}

export interface ReadingsOptions {
  readonly backends: readonly Backend[]
  readonly store: Store
  readonly clock: Clock
  readonly now: () => number
  readonly log: Log
}

export function createReadings({ backends, store, clock, now, log }: ReadingsOptions): Readings {
  const changed = createSignal()
  const readings = new Map<string, BackendReading>()
  const running = new Map<string, Promise<void>>()
  const wanted = new Set<string>()
  let isOpen = false

  const forget = () => {
    for (const backend of backends) readings.set(backend.id, { backend, state: 'loading', identities: [] })
  }
  const note = (backend: Backend, change: Omit<BackendReading, 'backend'>) => {
    // What comes in after locking belongs to nobody.
    if (!isOpen) return
    readings.set(backend.id, { backend, ...change })
    changed.emit()
  }
  const read = async (backend: Backend) => {
    const enough = new AbortController()
    const cancel = clock.after(READ_DEADLINE_MS, () => enough.abort(new BackendFault({ code: 'unreachable' })))
    try {
      const identities = await readIdentities(backend, enough.signal)
      note(backend, { state: 'ready', asOf: now(), identities })
    } catch (error) {
      const fault = error instanceof BackendFault ? error.error.code : 'answer-not-understood'
      log.error('devices.not-read', { backend: backend.kind, code: fault })
      const { state: _, ...before } = readings.get(backend.id) ?? { identities: [] }
      note(backend, { ...before, state: fault === 'unreachable' ? 'offline' : 'failed' })
    } finally {
      cancel()
    }
  }
  /** A change that comes while it is read is read after it: one reading may have missed it. */
  const refresh = (backend: Backend): Promise<void> => {
    wanted.add(backend.id)
    const present = running.get(backend.id)
    if (present) return present
    const run = (async () => {
      while (wanted.delete(backend.id)) await read(backend)
      running.delete(backend.id)
    })()
    running.set(backend.id, run)
    return run
  }
  const refreshAll = async () => {
    if (isOpen) await Promise.all(backends.map(refresh))
  }

  forget()
  for (const backend of backends) {
    backend.onChange(() => {
      if (isOpen) void refresh(backend)
    })
  }
  store.onChange(() => {
    if (store.isUnlocked === isOpen) return
    isOpen = store.isUnlocked
    forget()
    void refreshAll()
  })
  return { all: () => [...readings.values()], onChange: changed.on, refresh: refreshAll }
}

async function readIdentities(backend: Backend, signal: AbortSignal): Promise<IdentityReading[]> {
  const identities = await unlessAborted(backend.identities(signal), signal)
  const read: IdentityReading[] = []
  for (let at = 0; at < identities.length; at += AT_ONCE) {
    const some = identities.slice(at, at + AT_ONCE).map(async (identity): Promise<IdentityReading> => {
      const [devices, contacts, capabilities] = await Promise.all([
        backend.devices(identity.id, signal),
        backend.contacts(identity.id, signal),
        backend.capabilities(identity.id, signal),
      ])
      return { identity, devices, contacts, capabilities }
    })
    read.push(...(await unlessAborted(Promise.all(some), signal)))
  }
  return read
}

/** Also where the backend does not heed the signal. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    signal.addEventListener('abort', () => reject(signal.reason), { once: true })
    work.then(resolve, reject)
  })
}
