/** What was last read of each open case's backend, so that a case can be drawn at any time and is drawn anew when something changes there. */
import type { CaseRecord, PlaybookFacts } from '../../../shared/domain/playbooks/index.ts'
import { follow as followBackends } from '../backends/list.ts'
import { createSignal, type OnChange } from '../source.ts'
import { factsFor } from './cases.ts'
import type { RecoveryDeps } from './job.ts'
import { isUnreachable, liveOf, readWorldOf, type World } from './world.ts'

export interface KnownWorlds {
  /** Reads anew. Where that fails for now, what was known last. Throws when it was cancelled. */
  read(record: CaseRecord, signal: AbortSignal): Promise<World>
  /** All that a plan of the case is made from, as far as it is known. */
  facts(record: CaseRecord): PlaybookFacts
  /** Something was read that was not known before. */
  readonly onChange: OnChange
}

export function createKnownWorlds(deps: RecoveryDeps): KnownWorlds {
  const { store, backends, log } = deps
  const worlds = new Map<string, World>()
  const changed = createSignal()
  const reading = new Set<string>()
  const again = new Set<string>()

  const lastKnown = (record: CaseRecord): World =>
    (record.closedAt === undefined ? worlds.get(record.id) : undefined) ?? {
      known: record.known,
      administratorDevices: [],
    }

  const refresh = async (backendId: string): Promise<void> => {
    if (reading.has(backendId)) return void again.add(backendId)
    reading.add(backendId)
    const open = store.isUnlocked
      ? store.data().cases.filter(({ subject, closedAt }) => closedAt === undefined && subject.backendId === backendId)
      : []
    const { signal } = new AbortController()
    for (const record of open) {
      try {
        const world = await readWorldOf(deps, record, signal)
        // What comes in after locking belongs to nobody.
        if (store.isUnlocked) worlds.set(record.id, world)
      } catch {
        log.info('recovery.not-refreshed')
      }
    }
    reading.delete(backendId)
    if (open.length > 0) changed.emit()
    if (again.delete(backendId)) await refresh(backendId)
  }

  let wasUnlocked = false
  const follow = () => {
    if (store.isUnlocked === wasUnlocked) return
    wasUnlocked = store.isUnlocked
    worlds.clear()
    if (wasUnlocked) for (const { id } of backends.all()) void refresh(id)
  }
  followBackends(backends, (backend) => {
    if (wasUnlocked) void refresh(backend.id)
    return backend.onChange(() => void refresh(backend.id))
  })
  store.onChange(follow)
  follow()

  return {
    onChange: changed.on,
    async read(record, signal) {
      try {
        const world = await readWorldOf(deps, record, signal)
        worlds.set(record.id, world)
        return world
      } catch (error) {
        signal.throwIfAborted()
        if (!isUnreachable(error)) throw error
        return lastKnown(record)
      }
    },
    facts(record) {
      const { known, administratorDevices } = lastKnown(record)
      return factsFor(store.data(), record, known, liveOf(deps, record, administratorDevices))
    },
  }
}
