/**
 * What the backends said last, read again when something changed there. All are read at once; rows are shown as they come.
 * One that does not answer keeps what it said before, with its time; one that asks for patience is asked again when it said.
 */
import type { State } from '../../shared/contract/index.ts'
import type { Contacts, Identity, MfaDevice } from '../../shared/domain/device.ts'
import type { Clock } from '../../shared/kit/index.ts'
import { BackendFault, type Backend, type BackendError, type Capabilities } from '../backends/backend.ts'
import { follow, type BackendList } from './backends/list.ts'
import type { Log } from './ports.ts'
import { createSignal, type OnChange } from './source.ts'
import type { Store } from './store.ts'

/** A backend that has not answered for this long counts as offline. */
export const READ_DEADLINE_MS = 30_000
/** Identities of one backend that are read at the same time. */
const AT_ONCE = 8
/** Where a backend asks for patience and does not say how long. */
const THROTTLED_FOR_MS = 30_000
/** A long list is shown again when it is longer by this. */
const SHOWN_AGAIN = 1.5

export interface IdentityReading {
  readonly identity: Identity
  readonly devices: readonly MfaDevice[]
  readonly contacts: Contacts | undefined
  readonly capabilities: Capabilities
}

export interface BackendReading {
  readonly backend: Backend
  readonly state: State<'devices'>['backends'][number]['state']
  /** Of what is wrong, where something is. */
  readonly error?: BackendError
  /** Milliseconds since 1970: when it is read again by itself. */
  readonly retryAt?: number
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
  readonly backends: BackendList
  readonly store: Store
  readonly clock: Clock
  readonly now: () => number
  readonly log: Log
}

export function createReadings({ backends, store, clock, now, log }: ReadingsOptions): Readings {
  const changed = createSignal()
  const readings = new Map<string, BackendReading>()
  const running = new Map<Backend, Promise<void>>()
  const wanted = new Set<Backend>()
  const retries = new Map<Backend, () => void>()
  let isOpen = false

  const note = (backend: Backend, change: Omit<BackendReading, 'backend'>) => {
    // What comes in after locking, or of a backend that is gone, belongs to nobody.
    if (!isOpen || backends.get(backend.id) !== backend) return
    readings.set(backend.id, { backend, ...change })
    changed.emit()
  }
  const before = (backend: Backend) => {
    const { asOf, identities = [] } = readings.get(backend.id) ?? {}
    return { identities, ...(asOf === undefined ? {} : { asOf }) }
  }
  const read = async (backend: Backend) => {
    const old = before(backend)
    const oldIds =
      old.identities.length === 0 ? undefined : new Map(old.identities.map((one) => [one.identity.id, one]))
    const show = (found: readonly IdentityReading[]) => {
      const fresh = new Set(found.map(({ identity }) => identity.id))
      const rest = oldIds ? [...oldIds.values()].filter(({ identity }) => !fresh.has(identity.id)) : []
      note(backend, { ...old, state: 'reading', identities: [...found, ...rest] })
    }
    try {
      const identities = await readIdentities(backend, clock, show)
      note(backend, { state: 'ready', asOf: now(), identities })
    } catch (error) {
      const fault: BackendError = error instanceof BackendFault ? error.error : { code: 'answer-not-understood' }
      log.error('devices.not-read', { backend: backend.kind, code: fault.code })
      const retryAt = fault.code === 'throttled' ? (fault.retryAt ?? now() + THROTTLED_FOR_MS) : undefined
      if (retryAt !== undefined) again(backend, Math.max(1000, retryAt - now()))
      note(backend, {
        ...before(backend),
        state: stateOf(fault),
        error: fault,
        ...(retryAt === undefined ? {} : { retryAt }),
      })
    }
  }
  const again = (backend: Backend, waitMs: number) => {
    retries.get(backend)?.()
    retries.set(
      backend,
      clock.after(waitMs, () => {
        retries.delete(backend)
        if (isOpen) void refresh(backend)
      }),
    )
  }
  /** A change that comes while it is read is read after it: one reading may have missed it. */
  const refresh = (backend: Backend): Promise<void> => {
    wanted.add(backend)
    const present = running.get(backend)
    if (present) return present
    const run = (async () => {
      while (wanted.delete(backend)) await read(backend)
      running.delete(backend)
    })()
    running.set(backend, run)
    return run
  }
  const refreshAll = async () => {
    if (isOpen) await Promise.all(backends.all().map(refresh))
  }

  follow(backends, (backend) => {
    // Opened anew under another name, it still says what it said.
    readings.set(backend.id, { backend, state: 'loading', ...before(backend) })
    const leave = backend.onChange(() => {
      if (isOpen) void refresh(backend)
    })
    if (isOpen) {
      changed.emit()
      void refresh(backend)
    }
    return () => {
      leave()
      wanted.delete(backend)
      retries.get(backend)?.()
      retries.delete(backend)
      if (backends.get(backend.id) !== undefined) return
      readings.delete(backend.id)
      if (isOpen) changed.emit()
    }
  })
  store.onChange(() => {
    if (store.isUnlocked === isOpen) return
    isOpen = store.isUnlocked
    for (const cancel of retries.values()) cancel()
    retries.clear()
    for (const backend of backends.all()) readings.set(backend.id, { backend, state: 'loading', identities: [] })
    void refreshAll()
  })
  return { all: () => [...readings.values()], onChange: changed.on, refresh: refreshAll }
}

function stateOf({ code }: BackendError): BackendReading['state'] {
  switch (code) {
    case 'unreachable':
      return 'offline'
    case 'throttled':
      return 'throttled'
    case 'sign-in-failed':
    case 'sign-in-expired':
      return 'signed-out'
    default:
      return 'failed'
  }
}

/** `show` is given what has been read so far, soon after the first answer and then now and again. */
async function readIdentities(
  backend: Backend,
  clock: Clock,
  show: (found: readonly IdentityReading[]) => void,
): Promise<IdentityReading[]> {
  const enough = new AbortController()
  const { signal } = enough
  const late = () => enough.abort(new BackendFault({ code: 'unreachable' }))
  let cancel = clock.after(READ_DEADLINE_MS, late)
  const answered = () => {
    cancel()
    cancel = clock.after(READ_DEADLINE_MS, late)
  }
  const found: IdentityReading[] = []
  let shown = 0
  const readPage = async (page: readonly Identity[]) => {
    for (let at = 0; at < page.length; at += AT_ONCE) {
      const some = page.slice(at, at + AT_ONCE).map((identity) => readIdentity(backend, identity, signal))
      found.push(...(await unlessAborted(Promise.all(some), signal)))
      answered()
      if (found.length < shown * SHOWN_AGAIN) continue
      shown = found.length
      show([...found])
    }
  }
  try {
    if (backend.identityPages) {
      const pages = backend.identityPages(signal)[Symbol.asyncIterator]()
      for (;;) {
        const page = await unlessAborted(pages.next(), signal)
        if (page.done) break
        await readPage(page.value)
      }
    } else {
      await readPage(await unlessAborted(backend.identities(signal), signal))
    }
    return found
  } finally {
    cancel()
  }
}

async function readIdentity(backend: Backend, identity: Identity, signal: AbortSignal): Promise<IdentityReading> {
  const [devices, contacts, capabilities] = await Promise.all([
    backend.devices(identity.id, signal),
    backend.contacts(identity.id, signal),
    backend.capabilities(identity.id, signal),
  ])
  return { identity, devices, contacts, capabilities }
}

/** Also where the backend does not heed the signal. */
function unlessAborted<T>(work: Promise<T>, signal: AbortSignal): Promise<T> {
  return new Promise((resolve, reject) => {
    if (signal.aborted) return reject(signal.reason)
    const leave = () => reject(signal.reason)
    signal.addEventListener('abort', leave, { once: true })
    work.then(resolve, reject).finally(() => signal.removeEventListener('abort', leave))
  })
}
