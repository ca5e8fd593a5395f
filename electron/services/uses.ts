/**
 * How often an entry was used, and when last. Counted at once and saved with the next change or half a minute later, so
 * that a copied code does not cost a save of the vault; a crash may lose the last counts and nothing else.
 */
import type { Clock } from '../../shared/kit/index.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import type { Store, VaultData } from './store.ts'

export const SAVE_USES_AFTER_MS = 30_000

export interface Uses {
  used(id: string): void
  /** The entry with what is not saved yet. */
  of(entry: Entry): Entry
  /** Saves now what is left; where that can't be done, it is let go. */
  flush(): Promise<void>
}

interface Use {
  readonly count: number
  readonly lastAt: number
}

export function createUses(store: Store, clock: Clock, now: () => number): Uses {
  let unsaved = new Map<string, Use>()
  let cancel: (() => void) | undefined

  const withUse = (entry: Entry): Entry => {
    const use = unsaved.get(entry.id)
    return use ? { ...entry, useCount: entry.useCount + use.count, lastUsedAt: use.lastAt } : entry
  }
  const flush = async () => {
    cancel?.()
    cancel = undefined
    if (unsaved.size === 0) return
    const saving = unsaved
    unsaved = new Map()
    const add = (data: VaultData): VaultData => ({
      ...data,
      entries: data.entries.map((entry) => {
        const use = saving.get(entry.id)
        return use ? { ...entry, useCount: entry.useCount + use.count, lastUsedAt: use.lastAt } : entry
      }),
    })
    await store.change(add).catch(() => undefined)
  }
  return {
    used(id) {
      unsaved.set(id, { count: (unsaved.get(id)?.count ?? 0) + 1, lastAt: now() })
      cancel ??= clock.after(SAVE_USES_AFTER_MS, () => void flush())
    },
    of: withUse,
    flush,
  }
}
