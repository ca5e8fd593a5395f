/**
 * What is known of an open vault, and how a next generation of it comes to the disk. Not guarded: the session sees to it
 * that one thing happens at a time, that nothing happens after locking, and that only the writer writes.
 */
import { err, ok, type Clock, type Result } from '../../shared/kit/index.ts'
import { commit, succeeds, type SaveWarning } from './commit.ts'
import { writeDurably } from './durable.ts'
import { notWritten, type NotWritten, type TooLarge } from './faults.ts'
import { slotPath, stubPath, type Folder } from './layout.ts'
import { restoreStubs, stubsOf } from './key-stub.ts'
import type { Envelope, Slot } from './payload.ts'
import type { Snapshot } from './retention.ts'
import type { SlotKey } from './slot-file.ts'
import type { OpenedSlot } from './slot-search.ts'
import { presentEntry, type SlotTable } from './slot-table.ts'
import { snapshotsOpenedBy } from './snapshots.ts'

export interface Saved {
  readonly generation: number
  readonly warnings: readonly SaveWarning[]
}

/** Slots are as asked. `stillOpened`: snapshots from before, which the old secret opens as long as they are kept. */
export interface SlotsChanged extends Saved {
  readonly stillOpened: readonly Snapshot[]
}

/** A slot that is about to be, with its file. */
export interface NewSlot {
  readonly slot: Slot
  readonly key: SlotKey
  readonly file: Uint8Array
}

export interface OpenVaultStart<T> {
  readonly folder: Folder
  readonly clock: Clock
  readonly envelope: Envelope
  readonly data: T
  readonly opened: OpenedSlot
  readonly slots: SlotTable
  readonly recordedHashes: Readonly<Record<string, string>>
  /** The highest generation known of this vault; the next save takes the one after it. */
  readonly lastGeneration: number
  /** Files that are there and did not open. */
  readonly spoiled: readonly ('vault' | 'backup')[]
}

export class OpenVault<T extends object> {
  readonly #folder: Folder
  readonly #clock: Clock
  readonly #keys = new Map<string, SlotKey>()
  #envelope: Envelope
  #data: T | undefined
  #slots: SlotTable
  #hashes: Readonly<Record<string, string>>
  #lastGeneration: number
  #spoiled: readonly ('vault' | 'backup')[]
  #opened: OpenedSlot | undefined

  constructor(start: OpenVaultStart<T>) {
    this.#folder = start.folder
    this.#clock = start.clock
    this.#envelope = { ...start.envelope, data: {} }
    this.#data = start.data
    this.#slots = start.slots
    this.#hashes = start.recordedHashes
    this.#lastGeneration = start.lastGeneration
    this.#spoiled = start.spoiled
    this.#opened = start.opened
    this.#keys.set(start.opened.id, start.opened.key)
  }

  /** Without the data. */
  get envelope(): Envelope {
    return this.#envelope
  }

  get slots(): SlotTable {
    return this.#slots
  }

  /** `undefined` once closed. */
  get data(): T | undefined {
    return this.#data
  }

  /** The slot it was opened with, which may have been removed since; `undefined` once closed. */
  get opened(): OpenedSlot | undefined {
    return this.#opened
  }

  /** Takes over what another process has saved. */
  replace(envelope: Envelope, data: T, slots: SlotTable): void {
    this.#envelope = { ...envelope, data: {} }
    this.#data = data
    this.#slots = slots
  }

  /** A key that was opened in passing: what is written can be checked with it too. */
  learn(id: string, key: SlotKey): void {
    this.#keys.set(id, key)
  }

  close(): void {
    this.#keys.clear()
    this.#opened = undefined
    this.#data = undefined
    this.#envelope = { ...this.#envelope, slots: [] }
  }

  async save(next: {
    readonly data?: T
    readonly slots?: readonly Slot[]
    readonly table?: SlotTable
    readonly snapshot?: 'now'
  }): Promise<Result<Saved, TooLarge | NotWritten>> {
    const slots = next.slots ?? this.#envelope.slots
    const data = next.data ?? this.#data!
    // A number is never used twice, even where it is not known whether the first was written.
    this.#lastGeneration += 1
    const envelope = {
      ...this.#envelope,
      generation: this.#lastGeneration,
      savedAt: this.#clock.now(),
      slots: [...slots],
    }
    const committed = await commit(this.#folder, {
      envelope: { ...envelope, data: data as Envelope['data'] },
      identity: this.#keyAmong(slots)!.identity,
      slots: next.table ?? this.#slots,
      recordedHashes: this.#hashes,
      spoiled: this.#spoiled,
      snapshot: next.snapshot ?? 'hourly',
    })
    if (!committed.ok) return committed
    this.#envelope = envelope
    this.#data = data
    this.#slots = committed.value.slots
    this.#hashes = committed.value.hashes
    this.#spoiled = []
    return ok({ generation: envelope.generation, warnings: committed.value.warnings })
  }

  /** Whether a key is known that opens a vault of these slots alone: without one, what is written can't be checked. */
  hasKeyAmong(slots: readonly Slot[]): boolean {
    return this.#keyAmong(slots) !== undefined
  }

  /** Writes the slot's file, then the vault with it; the slots named in `instead` go with the same save. */
  async addSlot(
    { slot, key, file }: NewSlot,
    instead: ReadonlySet<string>,
  ): Promise<Result<SlotsChanged, TooLarge | NotWritten>> {
    const path = slotPath(this.#folder.layout.slots, slot.id)
    const removeFiles = async () => {
      await this.#folder.fs.remove(path).catch(() => undefined)
      await this.#folder.fs.remove(stubPath(this.#folder.layout.slots, slot.id)).catch(() => undefined)
    }
    try {
      await this.#folder.fs.makeDir(this.#folder.layout.slots)
      await restoreStubs(this.#folder, stubsOf([slot]))
      await writeDurably(this.#folder, { path, bytes: file })
    } catch (error) {
      await removeFiles()
      return err({ ...notWritten(error), outcome: 'unchanged' })
    }
    const { kept, table } = this.#without(instead)
    this.#keys.set(slot.id, key)
    const slots = [...kept, slot]
    const saved = await this.save({ slots, table: new Map([...table, [slot.id, presentEntry(file)]]), snapshot: 'now' })
    if (saved.ok) return ok(await this.#retire(instead, saved.value))
    this.#keys.delete(slot.id)
    // Where the vault may have been written, its slot's file must stay; an orphan is removed at the next opening.
    const isUnused = saved.error.code !== 'not-written' || saved.error.outcome === 'unchanged'
    if (isUnused) await removeFiles()
    return saved
  }

  async removeSlots(ids: ReadonlySet<string>): Promise<Result<SlotsChanged, TooLarge | NotWritten>> {
    const { kept, table } = this.#without(ids)
    const saved = await this.save({ slots: kept, table, snapshot: 'now' })
    return saved.ok ? ok(await this.#retire(ids, saved.value)) : saved
  }

  /** Of slots that were just removed: saves once more, so that vault.age.bak does not open to them either, and deletes their files. */
  async #retire(ids: ReadonlySet<string>, saved: Saved): Promise<SlotsChanged> {
    if (ids.size === 0) return { ...saved, stillOpened: [] }
    for (const id of ids) this.#keys.delete(id)
    const { slots } = this.#folder.layout
    const warnings = new Set<SaveWarning>(saved.warnings)
    const settled = await this.save({})
    for (const warning of settled.ok ? settled.value.warnings : (['old-files'] as const)) warnings.add(warning)
    const stillOpened = new Map<string, Snapshot>()
    const isDone = await succeeds(async () => {
      for (const id of ids) {
        await this.#folder.fs.remove(slotPath(slots, id))
        await this.#folder.fs.remove(stubPath(slots, id))
      }
      await this.#folder.fs.syncDir(slots)
      for (const id of ids)
        for (const snapshot of await snapshotsOpenedBy(this.#folder, id)) stillOpened.set(snapshot.id, snapshot)
    })
    if (!isDone) warnings.add('old-files')
    return { generation: this.#envelope.generation, warnings: [...warnings], stillOpened: [...stillOpened.values()] }
  }

  #without(ids: ReadonlySet<string>): { kept: Slot[]; table: SlotTable } {
    const kept = this.#envelope.slots.filter(({ id }) => !ids.has(id))
    return { kept, table: new Map([...this.#slots].filter(([id]) => !ids.has(id))) }
  }

  #keyAmong(slots: readonly Slot[]): SlotKey | undefined {
    const recipients = new Set(slots.map(({ recipient }) => recipient))
    return [...this.#keys.values()].find(({ recipient }) => recipients.has(recipient))
  }
}
