/** A vault's folder, and the one session that this process may have of it. */
import { dirname } from 'node:path'
import { err, ok, utf8, type Clock, type Random, type Result } from '../../shared/kit/index.ts'
import { WORK_FACTOR_LIMIT, type Derive } from './age/scrypt.ts'
import { Attempts } from './attempts.ts'
import { succeeds } from './commit.ts'
import { writeDurably } from './durable.ts'
import { notReadable, notWritten } from './faults.ts'
import type { CreateFault, Damaged, Holder, Missing, NewerFormat, NotReadable, UnlockFault } from './faults.ts'
import { clearUnfinished, lookAt } from './folder-state.ts'
import type { VaultFs } from './fs.ts'
import { layoutOf, removeTemporaries, slotIdsIn, slotPath, stubPath, type Folder } from './layout.ts'
import { outOfStep, readMirror, type Mirror, type OutOfStep } from './mirror.ts'
import { readKeySlots, type KeySlot } from './key-slots.ts'
import { OpenVault } from './open-vault.ts'
import { passphraseBytes } from './passphrase.ts'
import { FORMAT, newVaultId, type Envelope } from './payload.ts'
import { openSealedFile, sealFile, type OpenFault } from './sealed-file.ts'
import { readSecret, wrong, type ReadSecret, type UnlockSecret } from './secret.ts'
import { Serial } from './serial.ts'
import { VaultSession, type ReadOnly, type SessionStart } from './session.ts'
import { makeSlotFile, newSlotKey, type KeyDerivation } from './slot-file.ts'
import { newSlotId, type SlotKind } from './slot-id.ts'
import { openSlotWith, readSlotFiles, type OpenedSlot, type SlotFile } from './slot-search.ts'
import { stubIdsIn } from './key-stub.ts'
import { presentEntry, slotTable } from './slot-table.ts'
import { findVault, type CheckData, type FoundVault } from './vault-search.ts'
import { findHolder, takeWriteLock, type LockOptions, type NotTaken, type WriteLock } from './write-lock.ts'

export interface VaultStoreOptions<T extends object> {
  /** The vault's folder; made when a vault is. */
  readonly dir: string
  /** Who this process is, for others that find the vault held. */
  readonly self: Holder
  readonly platform: NodeJS.Platform
  readonly clock: Clock
  readonly random: Random
  readonly fs: VaultFs
  readonly derive: Derive
  /** scrypt's log2 N for new slots and backups, 18 in earnest. */
  readonly workFactor: number
  /** Reads the data of a vault that opened; runs before anything else sees it. */
  readonly check: CheckData<T>
}

export type VaultStatus =
  | { readonly state: 'absent' }
  | {
      readonly state: 'locked'
      /** Kinds of secret that have a slot. */
      readonly ways: readonly SlotKind[]
      /** Another process writes this vault now; it can be opened for reading. */
      readonly heldBy: { readonly holder: Holder | undefined } | undefined
      /** What is known to be wrong, from looking or from the last try to unlock. It may still open from an older file. */
      readonly fault: Damaged | Missing | NewerFormat | NotReadable | undefined
    }
  | { readonly state: 'unlocked'; readonly readOnly: ReadOnly | undefined }

/** The vault was opened from an older file than vault.age: its generation, when that was saved, and why. */
export interface FellBack {
  readonly from: string
  readonly savedAt: number
  readonly generation: number
  readonly because: Damaged | Missing
}

export interface Unlocked<T extends object> {
  readonly session: VaultSession<T>
  readonly fellBack: FellBack | undefined
  /** What was opened is not what this computer last saved. */
  readonly rolledBack: OutOfStep | undefined
}

type SessionAccess = SessionStart<object>['access']

export class VaultStore<T extends object> {
  readonly #options: VaultStoreOptions<T>
  readonly #folder: Folder
  readonly #kdf: KeyDerivation
  readonly #attempts: Attempts
  /** Creating and unlocking, one at a time. */
  readonly #door = new Serial()
  #session: VaultSession<T> | undefined
  #lastFault: Damaged | Missing | NewerFormat | undefined

  constructor(options: VaultStoreOptions<T>) {
    if (options.workFactor > WORK_FACTOR_LIMIT) throw new RangeError('its own readers would refuse this work factor')
    const { dir, fs, random, clock, workFactor } = options
    this.#options = options
    this.#folder = { fs, random, layout: layoutOf(dir) }
    // One derivation at a time: each takes 256 MiB at 2^18.
    const derivations = new Serial()
    const derive: Derive = (...args) => derivations.run(() => options.derive(...args))
    this.#kdf = { derive, random, workFactor }
    this.#attempts = new Attempts(clock)
  }

  /** The open vault, or `undefined`. */
  get session(): VaultSession<T> | undefined {
    return this.#session
  }

  /** Waits for an unlocking under way, which would otherwise be taken for another process. */
  async status(): Promise<VaultStatus> {
    return this.#door.run(async () => {
      if (this.#session) return { state: 'unlocked', readOnly: this.#session.readOnly }
      try {
        const seen = await lookAt(this.#folder)
        if (seen.is === 'absent') return { state: 'absent' }
        const heldBy = await findHolder(this.#lockOptions())
        return { state: 'locked', ways: seen.ways, heldBy, fault: this.#lastFault ?? seen.fault }
      } catch (error) {
        return { state: 'locked', ways: [], heldBy: undefined, fault: notReadable(error) }
      }
    })
  }

  /** A new vault with one slot, open. Where anything of a vault is left, even damaged, nothing is touched: `exists`. */
  create(request: { readonly passphrase: string; readonly data: T }): Promise<Result<Unlocked<T>, CreateFault>> {
    return this.#door.run(async () => {
      const bytes = passphraseBytes(request.passphrase)
      if (!bytes.ok) return bytes
      let lock: WriteLock | undefined
      try {
        if (this.#session) return err({ code: 'exists' })
        const { fs, layout } = this.#folder
        await fs.makeDir(layout.dir)
        // The folder's own name must last too; a parent that can't be opened is no reason to have no vault.
        await succeeds(() => fs.syncDir(dirname(layout.dir)))
        const taken = await takeWriteLock(this.#lockOptions())
        if (!taken.ok) return err(notTaken(taken.error))
        lock = taken.value
        const made = await this.#make(bytes.value, request.data, lock)
        if (made.ok) lock = undefined
        return made
      } catch (error) {
        return err(notWritten(error))
      } finally {
        bytes.value.fill(0)
        await lock?.release()
      }
    })
  }

  /**
   * Opens for writing, or for reading where another process writes or `readOnly` asks for it.
   * What was opened from an older file, or is not what was last saved, is told beside the session.
   */
  unlock(secret: UnlockSecret, { readOnly = false } = {}): Promise<Result<Unlocked<T>, UnlockFault>> {
    return this.#door.run(async () => {
      if (this.#session) return err({ code: 'already-unlocked' })
      // Nobody guesses at what a key answers.
      const retryAt = 'securityKey' in secret ? undefined : this.#attempts.retryAt()
      if (retryAt !== undefined) return err({ code: 'try-later', retryAt })
      const read = readSecret(secret)
      if (!read.ok) return read
      try {
        return this.#afterTrying(await this.#unlock(read.value, readOnly))
      } catch (error) {
        return err(notReadable(error))
      } finally {
        read.value.bytes.fill(0)
      }
    })
  }

  /** What to ask of which credential to open the vault with a security key. A slot whose files can't be read is not among them. */
  async keySlots(): Promise<Result<KeySlot[], NotReadable>> {
    try {
      return ok(await readKeySlots(this.#folder))
    } catch (error) {
      return err(notReadable(error))
    }
  }

  /** One armored age file to a passphrase, which needs no vault to be opened. Throws where `passphraseFault` would have told. */
  seal = (plaintext: Uint8Array, passphrase: string): Promise<string> => sealFile(plaintext, passphrase, this.#kdf)

  /** The plaintext of a file that `seal` or the age command made; the caller wipes it. */
  open = (file: string | Uint8Array, passphrase: string): Promise<Result<Uint8Array, OpenFault>> =>
    openSealedFile(file, passphrase, this.#kdf.derive)

  async #make(passphrase: Uint8Array, data: T, lock: WriteLock): Promise<Result<Unlocked<T>, CreateFault>> {
    const { fs, random, layout } = this.#folder
    const { clock } = this.#options
    if ((await lookAt(this.#folder)).is !== 'absent') return err({ code: 'exists' })
    await clearUnfinished(this.#folder)
    await removeTemporaries(this.#folder)
    const key = await newSlotKey()
    const id = newSlotId('passphrase', random)
    const bytes = await makeSlotFile(id, key, passphrase, this.#kdf)
    const slot = { id, kind: 'passphrase', label: '', createdAt: clock.now(), recipient: key.recipient }
    const envelope: Envelope = {
      format: FORMAT,
      vaultId: newVaultId(random),
      generation: 1,
      savedAt: 0,
      slots: [slot],
      data: {},
    }
    // From here until the vault is written, what is in the folder is no vault yet, and this file says so.
    await writeDurably(this.#folder, { path: layout.creating, bytes: utf8(id) })
    await fs.makeDir(layout.slots)
    await fs.makeDir(layout.snapshots)
    await writeDurably(this.#folder, { path: slotPath(layout.slots, id), bytes })
    await fs.syncDir(layout.dir)
    const vault = new OpenVault<T>({
      folder: this.#folder,
      clock,
      envelope,
      data,
      opened: { id, kind: 'passphrase', key, bytes },
      slots: new Map([[id, presentEntry(bytes)]]),
      recordedHashes: {},
      lastGeneration: 0,
      spoiled: [],
    })
    const saved = await vault.save({})
    if (!saved.ok) return saved
    await succeeds(() => fs.remove(layout.creating))
    return ok({ session: this.#openSession(vault, { lock }), fellBack: undefined, rolledBack: undefined })
  }

  async #unlock(secret: ReadSecret, asksReadOnly: boolean): Promise<Result<Unlocked<T>, UnlockFault>> {
    const seen = await lookAt(this.#folder)
    if (seen.is === 'absent') return err({ code: 'absent' })
    const access = await this.#access(asksReadOnly)
    let isOpen = false
    try {
      let opened = await this.#openWith(secret)
      // The writer may have been between two files when they were read.
      if ('readOnly' in access && access.readOnly.why === 'held' && !isClean(opened))
        opened = await this.#openWith(secret)
      if (!opened.ok) return opened
      const unlocked = await this.#begin(opened.value, access)
      isOpen = true
      return ok(unlocked)
    } finally {
      if (!isOpen && 'lock' in access) await access.lock.release()
    }
  }

  async #access(asksReadOnly: boolean): Promise<SessionAccess> {
    if (asksReadOnly) return { readOnly: { why: 'asked' } }
    const taken = await takeWriteLock(this.#lockOptions())
    return taken.ok ? { lock: taken.value } : { readOnly: taken.error }
  }

  /** `state.json` is read before the vault: whoever writes does so the other way round, so it is never ahead. */
  async #openWith(secret: ReadSecret): Promise<Result<OpenedFiles<T>, UnlockFault>> {
    const mirror = await readMirror(this.#folder)
    const files = await readSlotFiles(this.#folder, mirror)
    const slot = await openSlotWith(secret, files, this.#kdf.derive)
    if (!slot.ok) return slot
    const found = await findVault(this.#folder, slot.value.key, mirror, this.#options.check)
    if (!found.ok) return err(found.error.code === 'not-a-recipient' ? wrong(secret.kind) : found.error)
    return ok({ mirror, files, slot: slot.value, found: found.value })
  }

  async #begin({ mirror, files, slot, found }: OpenedFiles<T>, access: SessionAccess): Promise<Unlocked<T>> {
    const { envelope, data, insteadOf, file, sha256, spoiled } = found
    const { generation, savedAt, vaultId, slots } = envelope
    const rolledBack = outOfStep(mirror, { vaultId, generation, sha256 })
    const fellBack = insteadOf && { from: file, savedAt, generation, because: insteadOf }
    const isInStep = mirror !== undefined && !rolledBack && !fellBack
    if ('lock' in access) {
      // Nothing depends on it; the next opening tries again.
      await succeeds(() => this.#tidy(isInStep ? envelope : undefined))
    }
    const vault = new OpenVault<T>({
      folder: this.#folder,
      clock: this.#options.clock,
      envelope,
      data,
      opened: slot,
      slots: slotTable(slots, files, slot),
      recordedHashes: mirror?.slots ?? {},
      lastGeneration: Math.max(generation, mirror?.vaultId === vaultId ? mirror.generation : 0),
      spoiled,
    })
    return { session: this.#openSession(vault, access), fellBack, rolledBack }
  }

  /** Leftovers of interrupted writes; and, where the vault is what was last saved, files of slots that it no longer has. */
  async #tidy(envelope: Envelope | undefined): Promise<void> {
    const { fs, layout } = this.#folder
    await removeTemporaries(this.#folder)
    if (envelope === undefined) return
    await fs.remove(layout.creating)
    const known = new Set(envelope.slots.map(({ id }) => id))
    for (const id of await slotIdsIn(fs, layout.slots)) if (!known.has(id)) await fs.remove(slotPath(layout.slots, id))
    for (const id of await stubIdsIn(this.#folder, layout.slots)) {
      if (!known.has(id)) await fs.remove(stubPath(layout.slots, id))
    }
  }

  #openSession(vault: OpenVault<T>, access: SessionAccess): VaultSession<T> {
    const { clock, check } = this.#options
    const onLocked = () => {
      this.#session = undefined
    }
    const attempts = this.#attempts
    this.#session = new VaultSession<T>({
      vault,
      folder: this.#folder,
      kdf: this.#kdf,
      clock,
      attempts,
      check,
      access,
      onLocked,
    })
    return this.#session
  }

  #afterTrying(unlocked: Result<Unlocked<T>, UnlockFault>): Result<Unlocked<T>, UnlockFault> {
    this.#lastFault = undefined
    if (unlocked.ok) {
      this.#attempts.succeeded()
      return unlocked
    }
    const { error } = unlocked
    if (error.code === 'wrong-passphrase' || error.code === 'wrong-recovery-code') {
      return err({ ...error, retryAt: this.#attempts.failed() })
    }
    if (error.code === 'damaged' || error.code === 'missing' || error.code === 'newer-format') this.#lastFault = error
    return unlocked
  }

  #lockOptions(): LockOptions {
    const { dir, self, clock, platform } = this.#options
    return { dir, self, clock, platform }
  }
}

interface OpenedFiles<T> {
  readonly mirror: Mirror | undefined
  readonly files: readonly SlotFile[]
  readonly slot: OpenedSlot
  readonly found: FoundVault<T>
}

const isClean = (opened: Result<OpenedFiles<unknown>, UnlockFault>) =>
  opened.ok && opened.value.found.insteadOf === undefined

function notTaken(why: NotTaken): CreateFault {
  if (why.why === 'held') return { code: 'held', holder: why.holder }
  return { code: 'not-written', reason: 'denied', errno: undefined, outcome: 'unchanged' }
}
