/**
 * The unlocked vault as the services see it (store.ts), over a session of the vault part. Changes show at once and are
 * saved in batches: while one save runs, the changes that come meanwhile wait for the next. A failed save takes back its
 * own changes and no other.
 */
import { callError, type CallError } from '../../shared/contract/index.ts'
import { sleep, type Clock } from '../../shared/kit/index.ts'
import { createSignal } from './source.ts'
import type { Store, VaultData } from './store.ts'

/** Locking and quitting wait this long at most for backend writes already sent and for saves. */
export const FINISHING_MS = 30_000

export type Change = (data: VaultData) => VaultData

export interface OpenVault {
  readonly data: VaultData
  /** Set where it may be read only: what a change is refused with. */
  readonly refusal?: () => CallError
  /** Resolves when `data` is durable; rejects with a `CallError`, and then what was durable before still is. */
  save(data: VaultData): Promise<void>
}

export interface VaultStore extends Store {
  open(vault: OpenVault): void
  /** The vault was read anew from the disk by a reader: shows what another process wrote. */
  refresh(data: VaultData): void
  /** From here `isUnlocked` is false; resolves when finishing work and saves have settled, at most 30 s later. */
  close(): Promise<void>
}

interface Pending {
  readonly change: Change
  resolve(): void
  reject(reason: unknown): void
}

interface Opened {
  readonly vault: OpenVault
  durable: VaultData
  latest: VaultData
  pending: Pending[]
  saving: Promise<void> | undefined
}

export function createVaultStore(clock: Clock): VaultStore {
  const changed = createSignal()
  const finishing = new Set<Promise<unknown>>()
  let opened: Opened | undefined
  let isClosing = false

  const need = () => {
    if (!opened) throw callError('locked', {})
    return opened
  }

  const saveBatches = async (of: Opened) => {
    // Changes of the same turn share a save.
    await Promise.resolve()
    while (of.pending.length > 0) {
      const batch = of.pending
      of.pending = []
      const next = of.latest
      try {
        await of.vault.save(next)
        of.durable = next
        for (const { resolve } of batch) resolve()
      } catch (error) {
        for (const { reject } of batch) reject(error)
        of.latest = of.durable
        of.pending = of.pending.filter((pending) => apply(of, pending))
        changed.emit()
      }
    }
    of.saving = undefined
  }

  return {
    get isUnlocked() {
      return opened !== undefined && !isClosing
    },
    data: () => need().latest,
    async change(change) {
      const of = need()
      if (of.vault.refusal) throw of.vault.refusal()
      const next = change(of.latest)
      if (next === of.latest) return of.saving
      of.latest = next
      const durable = new Promise<void>((resolve, reject) => of.pending.push({ change, resolve, reject }))
      of.saving ??= saveBatches(of)
      changed.emit()
      return durable
    },
    onChange: changed.on,
    finishing(work) {
      const settled: Promise<unknown> = work.then(
        () => finishing.delete(settled),
        () => finishing.delete(settled),
      )
      finishing.add(settled)
      return work
    },
    open(vault) {
      opened = { vault, durable: vault.data, latest: vault.data, pending: [], saving: undefined }
      isClosing = false
      changed.emit()
    },
    refresh(data) {
      const of = need()
      of.durable = data
      of.latest = data
      changed.emit()
    },
    async close() {
      const of = opened
      if (!of) return
      isClosing = true
      changed.emit()
      const enough = new AbortController()
      const deadline = sleep(clock, FINISHING_MS, enough.signal).then(
        () => true,
        () => false,
      )
      const settle = async () => {
        while (finishing.size > 0 || of.saving) await Promise.all([...finishing, of.saving])
        return false
      }
      await Promise.race([settle(), deadline])
      enough.abort()
      for (const { reject } of of.pending) reject(callError('locked', {}))
      of.pending = []
      if (opened !== of) return
      opened = undefined
      isClosing = false
      changed.emit()
    },
  }
}

/** Applies a waiting change again after one before it was taken back; a change that no longer can be is refused. */
function apply(of: Opened, { change, reject }: Pending): boolean {
  try {
    of.latest = change(of.latest)
    return true
  } catch (error) {
    reject(error)
    return false
  }
}
