/**
 * The backends of the vault's configuration, opened when it is unlocked or they are added, closed when it is locked or they are
 * removed. Passwords that are not kept in the vault are held until then.
 */
import { isDeepStrictEqual } from 'node:util'
import type { Backend } from '../../backends/index.ts'
import type { Log } from '../ports.ts'
import type { Store } from '../store.ts'
import type { BackendConfig } from './config.ts'
import { createOpenBackends, type BackendList } from './list.ts'
import { openBackend, type OpenedBackend, type OpeningParts } from './open.ts'

export interface Configured {
  readonly list: BackendList
  opened(id: string): OpenedBackend | undefined
  /** Opens one that is not listed: to be tried. The caller closes it, or it is taken as it is when its configuration comes. */
  open(config: BackendConfig, password?: string): OpenedBackend
  /** Ends one that was tried in vain. */
  discard(config: BackendConfig, opened: OpenedBackend): void
  /** To be taken when this configuration is put into the vault. */
  ready(config: BackendConfig, opened: OpenedBackend, password: string | undefined): void
}

export interface ConfiguredOptions extends Omit<OpeningParts, 'passwords'> {
  readonly store: Store
  /** Of the world itself, always open: the demo's. */
  readonly fixed: readonly Backend[]
  readonly log: Log
}

interface Held {
  readonly config: BackendConfig
  readonly opened: OpenedBackend
}

export function createConfigured({ store, fixed, log, ...parts }: ConfiguredOptions): Configured {
  const list = createOpenBackends()
  const held = new Map<string, Held>()
  const passwords = new Map<string, string>()
  let waiting: Held | undefined
  for (const backend of fixed) list.put(backend)

  const open = (config: BackendConfig) => openBackend(config, { ...parts, passwords })
  const close = (id: string) => {
    held.get(id)?.opened.close()
    held.delete(id)
    list.remove(id)
  }
  const takeOrOpen = (config: BackendConfig): OpenedBackend | undefined => {
    if (waiting?.config.id === config.id) {
      const { opened, config: tried } = waiting
      waiting = undefined
      if (isSame(tried, config)) return opened
      // Under another name than it was tried with.
      opened.close()
    }
    try {
      return open(config)
    } catch {
      // Kept by a version that took what this one does not.
      log.error('backends.not-opened', { kind: config.kind })
      return undefined
    }
  }
  /** While the vault is being locked, writes that were sent are waited for: what they go over stays open. */
  const present = (): readonly BackendConfig[] | undefined => {
    if (store.isUnlocked) return store.data().backends
    try {
      store.data()
      return undefined
    } catch {
      return []
    }
  }
  const follow = () => {
    const configs = present()
    if (!configs) return
    const wanted = new Map(configs.map((config) => [config.id, config]))
    for (const [id, { config }] of held) {
      const now = wanted.get(id)
      if (!now || !isSame(config, now)) close(id)
    }
    for (const [id, config] of wanted) {
      if (held.has(id)) continue
      const opened = takeOrOpen(config)
      if (!opened) continue
      held.set(id, { config, opened })
      list.put(opened.backend)
    }
    if (store.isUnlocked) return
    waiting?.opened.close()
    waiting = undefined
    passwords.clear()
  }
  store.onChange(follow)
  follow()

  return {
    list,
    opened: (id) => held.get(id)?.opened,
    open(config, password) {
      if (password !== undefined) passwords.set(config.id, password)
      return open(config)
    },
    discard({ id }, opened) {
      opened.close()
      passwords.delete(id)
    },
    ready(config, opened, password) {
      waiting?.opened.close()
      waiting = { config, opened }
      if (password !== undefined) passwords.set(config.id, password)
    },
  }
}

/** But for what was learned of it. */
const isSame = (a: BackendConfig, b: BackendConfig): boolean =>
  isDeepStrictEqual({ ...a, standing: undefined }, { ...b, standing: undefined })
