/** The backends that are open now: they come with the vault's configuration and go when it is locked. */
import type { Backend } from '../../backends/backend.ts'
import { createSignal, type OnChange } from '../source.ts'

export interface BackendList {
  get(id: string): Backend | undefined
  all(): readonly Backend[]
  /** One came or went. */
  readonly onChange: OnChange
}

/** Those that are always there. */
export const fixedBackends = (backends: readonly Backend[]): BackendList => ({
  get: (id) => backends.find((backend) => backend.id === id),
  all: () => backends,
  onChange: () => () => {},
})

export interface OpenBackends extends BackendList {
  put(backend: Backend): void
  remove(id: string): void
}

export function createOpenBackends(): OpenBackends {
  const open = new Map<string, Backend>()
  const changed = createSignal()
  return {
    get: (id) => open.get(id),
    all: () => [...open.values()],
    onChange: changed.on,
    put(backend) {
      open.set(backend.id, backend)
      changed.emit()
    },
    remove(id) {
      if (open.delete(id)) changed.emit()
    },
  }
}

/**
 * Does `begin` for each backend that is there and each that comes, and what it returned when that goes. One that is opened
 * anew under the same id goes first.
 */
export function follow(list: BackendList, begin: (backend: Backend) => () => void): void {
  const followed = new Map<Backend, () => void>()
  const look = () => {
    const present = new Set(list.all())
    for (const [backend, end] of followed) {
      if (present.has(backend)) continue
      followed.delete(backend)
      end()
    }
    for (const backend of present) if (!followed.has(backend)) followed.set(backend, begin(backend))
  }
  list.onChange(look)
  look()
}
