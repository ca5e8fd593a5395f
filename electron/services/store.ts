/** The unlocked vault as the services see it: one object of data, changed durably, gone when locked. */
import type { JournalRow } from '../backends/journal.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import type { CaseRecord, ManyCase } from '../../shared/domain/playbooks/index.ts'
import type { BackendConfig } from './backends/config.ts'
import type { RememberedKey } from './keys/remembered.ts'
import type { Kept } from './whatif/kept.ts'

/** How far this computer's clock was found to be off, by source; kept so that codes are right at the next start too. */
export interface ClockMeasurement {
  readonly from:
    { readonly kind: 'backend'; readonly id: string; readonly name: string } | { readonly kind: 'phone-code' }
  readonly offsetMs: number
  readonly uncertaintyMs: number
  readonly measuredAt: number
}

export interface VaultData {
  readonly entries: readonly Entry[]
  /** Entries that could not be read, kept as they are: nothing is lost by an unknown field or a later version. */
  readonly faultyEntries: readonly unknown[]
  readonly journal: readonly JournalRow[]
  readonly cases: readonly CaseRecord[]
  /** Losses that touch many accounts, each with a case of its own. */
  readonly manyCases: readonly ManyCase[]
  /** Security keys that were named, read or registered with. */
  readonly keys: readonly RememberedKey[]
  /** Backends that the person added, with what signs them in. */
  readonly backends: readonly BackendConfig[]
  readonly clock: readonly ClockMeasurement[]
  readonly backup: { readonly lastAt?: number; readonly changesSince: number }
  /** What the person added for What if?, and the marks of its last check. */
  readonly whatif: Kept
}

export interface Store {
  readonly isUnlocked: boolean
  /** Throws `CallError('locked')` while locked. */
  data(): VaultData
  /**
   * Applies `change` to the latest data and resolves when it is durable on disk. Changes are applied in the order of the
   * calls; `data()` shows the change at once. Rejects with `vault-held`, `disk-failed` or `locked`, and then nothing changed.
   */
  change(change: (data: VaultData) => VaultData): Promise<void>
  /** After every change, and after unlocking and locking. Returns the unsubscriber. */
  onChange(listener: () => void): () => void
  /** Holds off locking until `work` has settled, at most 30 s: for backend writes already sent. */
  finishing<T>(work: Promise<T>): Promise<T>
}
