/**
 * An open vault as its owner has it: data, slots, and the right to write or not. All changes go through one queue.
 * Locking drops every key and the data; copies that JavaScript itself has made of strings can't be wiped.
 */
import { equalBytes, err, ok, utf8, type Clock, type Result } from '../../shared/kit/index.ts'
import { provePrf, wipeOutputs, type Prf } from './age/fido2prf.ts'
import { readPluginIdentity, writePluginIdentity, type PrfCredential } from './age/plugin-identity.ts'
import type { Attempts } from './attempts.ts'
import { notReadable, notWritten } from './faults.ts'
import type {
  AddKeyFault,
  Damaged,
  Held,
  Holder,
  Locked,
  MalformedRecoveryCode,
  Missing,
  NewerFormat,
  NotReadable,
  NotWritten,
  ReauthenticationFault,
  SaveFault,
  SlotFault,
  WrongSecret,
} from './faults.ts'
import type { Folder } from './layout.ts'
import { readMirror } from './mirror.ts'
import type { NewSlot, OpenVault, Saved, SlotsChanged } from './open-vault.ts'
import { passphraseBytes } from './passphrase.ts'
import { SLOT_LIMIT } from './payload.ts'
import { makeRecoveryCode, readRecoveryCode } from './recovery-code.ts'
import type { Snapshot } from './retention.ts'
import { SaveQueue } from './save-queue.ts'
import { readSecret, wrong, type UnlockSecret } from './secret.ts'
import { Serial } from './serial.ts'
import { makeKeySlotFile, makeSlotFile, newSlotKey, type KeyDerivation } from './slot-file.ts'
import { isPortableKind, newSlotId, type PortableKind } from './slot-id.ts'
import { openSlotWith, readSlotFiles, type SlotFile } from './slot-search.ts'
import { slotTable } from './slot-table.ts'
import { deleteSnapshot, listSnapshots } from './snapshots.ts'
import { findVault, type CheckData } from './vault-search.ts'
import type { WriteLock } from './write-lock.ts'

/** Why this process may not write. `asked`: it was opened for reading. */
export type ReadOnly =
  | { readonly why: 'held'; readonly holder: Holder | undefined }
  | { readonly why: 'not-writable' }
  | { readonly why: 'asked' }

export interface SlotInfo {
  readonly id: string
  readonly kind: string
  readonly label: string
  /** Milliseconds since 1970. */
  readonly createdAt: number
  /** `changed` or `missing`: its file is not as it was left and no snapshot has it, so it may open nothing any more. */
  readonly file: 'present' | 'changed' | 'missing'
}

export type RemoveSlotFault =
  | SaveFault
  | { readonly code: 'no-such-slot' }
  /** Nothing portable with a good file would remain. */
  | { readonly code: 'last-portable-slot' }
  /** The vault was opened with it, and no other key is known that could check what is written. */
  | { readonly code: 'slot-in-use' }
export type ConfirmFault =
  SaveFault | MalformedRecoveryCode | { readonly code: 'recovery-code-differs' } | { readonly code: 'too-many-slots' }
/** A wrong secret: the slot this was opened with has been removed since. */
export type RefreshFault = Locked | WrongSecret | Damaged | Missing | NewerFormat | NotReadable

export interface NewKeySlot {
  /** What the person calls the key. */
  readonly label: string
  readonly credential: PrfCredential
  readonly prf: Prf
}

export interface KeyAdded extends SlotsChanged {
  /** Its id. */
  readonly slot: string
}

export interface SessionStart<T extends object> {
  readonly vault: OpenVault<T>
  readonly folder: Folder
  readonly kdf: KeyDerivation
  readonly clock: Clock
  readonly attempts: Attempts
  readonly check: CheckData<T>
  readonly access: { readonly lock: WriteLock } | { readonly readOnly: ReadOnly }
  readonly onLocked: () => void
}

type Refusal = { readonly ok: false; readonly error: Locked | Held | NotWritten }

export class VaultSession<T extends object> {
  readonly #start: SessionStart<T>
  readonly #vault: OpenVault<T>
  readonly #serial = new Serial()
  readonly #saves: SaveQueue<T, Result<Saved, SaveFault>>
  #preparedCode: string | undefined
  #locking: Promise<void> | undefined

  constructor(start: SessionStart<T>) {
    this.#start = start
    this.#vault = start.vault
    this.#saves = new SaveQueue(this.#serial, (data) => this.#vault.save({ data }))
  }

  get vaultId(): string {
    return this.#vault.envelope.vaultId
  }

  /** Of the data that is on the disk. */
  get generation(): number {
    return this.#vault.envelope.generation
  }

  /** `undefined` where this process writes the vault. */
  get readOnly(): ReadOnly | undefined {
    return 'readOnly' in this.#start.access ? this.#start.access.readOnly : undefined
  }

  /** What is on the disk, as of the last save that succeeded. Throws once the vault is locked. */
  data(): T {
    const { data } = this.#vault
    if (data === undefined || this.#locking) throw new Error('the vault is locked')
    return data
  }

  slots(): SlotInfo[] {
    const { envelope, slots } = this.#vault
    return envelope.slots.map(({ id, kind, label, createdAt }) => {
      return { id, kind, label, createdAt, file: slots.get(id)?.state ?? 'missing' }
    })
  }

  /**
   * Resolves when `next`, or what was handed in after it, is durable. On a fault what was on the disk before still opens,
   * and `data()` is still that. `next` must not be changed afterwards.
   */
  async save(next: T): Promise<Result<Saved, SaveFault>> {
    return this.#refusal() ?? this.#saves.save(next)
  }

  /** Whether this is the vault's passphrase: asked before a secret is shown. */
  verifyPassphrase(passphrase: string): Promise<Result<undefined, ReauthenticationFault>> {
    return this.verify({ passphrase })
  }

  async verify(secret: UnlockSecret): Promise<Result<undefined, ReauthenticationFault>> {
    const { attempts, kdf } = this.#start
    if (this.#locking) return err({ code: 'locked' })
    const retryAt = attempts.retryAt()
    if (retryAt !== undefined) return err({ code: 'try-later', retryAt })
    const read = readSecret(secret)
    if (!read.ok) return read
    try {
      // Against the files as they were read at unlocking: one that was put in their place since proves nothing.
      const opened = await openSlotWith(read.value, this.#goodSlotFiles(), kdf.derive)
      if (this.#locking) return err({ code: 'locked' })
      if (!opened.ok && !opened.error.code.startsWith('wrong-')) return opened
      const { slots } = this.#vault.envelope
      const isSlot = opened.ok && slots.some(({ recipient }) => recipient === opened.value.key.recipient)
      if (!isSlot) return err({ ...wrong(read.value.kind), retryAt: attempts.failed() })
      attempts.succeeded()
      this.#vault.learn(opened.value.id, opened.value.key)
      return ok(undefined)
    } finally {
      read.value.bytes.fill(0)
    }
  }

  /** A new slot with a key of its own takes the old passphrase's place: the old one can read nothing saved from now on. */
  async changePassphrase(current: UnlockSecret, next: string): Promise<Result<SlotsChanged, SlotFault>> {
    const refused = this.#refusal()
    if (refused) return refused
    const bytes = passphraseBytes(next)
    if (!bytes.ok) return bytes
    try {
      const verified = await this.verify(current)
      if (!verified.ok) return verified
      const slot = await this.#newSlot('passphrase', bytes.value)
      if (!slot.ok) return slot
      return await this.#exclusively(() => {
        const old = this.#vault.envelope.slots.filter(({ kind }) => kind === 'passphrase')
        return this.#vault.addSlot(slot.value, new Set(old.map(({ id }) => id)))
      })
    } finally {
      bytes.value.fill(0)
    }
  }

  /** A fresh recovery code to be printed. It opens nothing before it was typed back to `confirmRecoveryCode`; the one before it is forgotten. */
  prepareRecoveryCode(): Result<string, Locked | Held | NotWritten> {
    const refused = this.#refusal()
    if (refused) return refused
    this.#preparedCode = makeRecoveryCode(this.#start.folder.random)
    return ok(this.#preparedCode)
  }

  async confirmRecoveryCode(typed: string): Promise<Result<SlotsChanged, ConfirmFault>> {
    const refused = this.#refusal()
    if (refused) return refused
    const read = readRecoveryCode(typed)
    if (!read.ok) return err({ code: 'malformed-recovery-code', fault: read.error })
    const code = utf8(read.value)
    try {
      if (!equalBytes(code, utf8(this.#preparedCode ?? ''))) return err({ code: 'recovery-code-differs' })
      if (this.#vault.envelope.slots.length >= SLOT_LIMIT) return err({ code: 'too-many-slots' })
      const slot = await this.#newSlot('recovery-code', code)
      if (!slot.ok) return slot
      const added = await this.#exclusively(() => this.#vault.addSlot(slot.value, new Set()))
      if (added.ok) this.#preparedCode = undefined
      return added
    } finally {
      code.fill(0)
    }
  }

  /** Credentials that have a slot: no key needs two. */
  keyCredentials(): PrfCredential[] {
    return this.#vault.envelope.slots.flatMap(({ plugin }) => (plugin && readPluginIdentity(plugin)) || [])
  }

  /**
   * A slot for a credential of a security key, once it has answered `prf` twice as it should. The person is asked meanwhile,
   * and nothing else waits for that.
   */
  async addSecurityKey({ label, credential, prf }: NewKeySlot): Promise<Result<KeyAdded, AddKeyFault>> {
    const refused = this.#refusal()
    if (refused) return refused
    const { folder, clock } = this.#start
    const isFull = () => this.#vault.envelope.slots.length >= SLOT_LIMIT
    if (isFull()) return err({ code: 'too-many-slots' })
    const proven = await provePrf(prf, folder.random)
    if (typeof proven === 'string') return err({ code: 'key-untrustworthy', fault: proven })
    try {
      const key = await newSlotKey()
      const id = newSlotId('security-key', folder.random)
      const file = await makeKeySlotFile(id, key, proven)
      const plugin = writePluginIdentity(credential)
      const slot = { id, kind: 'security-key', label, createdAt: clock.now(), recipient: key.recipient, plugin }
      return await this.#exclusively(async (): Promise<Result<KeyAdded, AddKeyFault>> => {
        if (isFull()) return err({ code: 'too-many-slots' })
        const added = await this.#vault.addSlot({ slot, key, file }, new Set())
        return added.ok ? ok({ ...added.value, slot: id }) : added
      })
    } catch (error) {
      return err(notWritten(error))
    } finally {
      wipeOutputs(proven.outputs)
    }
  }

  /** It can read nothing saved from now on. */
  async removeSlot(id: string): Promise<Result<SlotsChanged, RemoveSlotFault>> {
    const refused = this.#refusal()
    if (refused) return refused
    return this.#exclusively(async (): Promise<Result<SlotsChanged, RemoveSlotFault>> => {
      const { envelope, slots } = this.#vault
      if (!envelope.slots.some((slot) => slot.id === id)) return err({ code: 'no-such-slot' })
      const remaining = envelope.slots.filter((slot) => slot.id !== id)
      const isSafe = remaining.some(({ id, kind }) => isPortableKind(kind) && slots.get(id)?.state === 'present')
      if (!isSafe) return err({ code: 'last-portable-slot' })
      if (!this.#vault.hasKeyAmong(remaining)) return err({ code: 'slot-in-use' })
      return this.#vault.removeSlots(new Set([id]))
    })
  }

  /** The newest first. */
  snapshots(): Promise<Snapshot[]> {
    return listSnapshots(this.#start.folder)
  }

  /** Ids that are unknown are passed over. */
  async deleteSnapshots(ids: readonly string[]): Promise<Result<undefined, SaveFault>> {
    const refused = this.#refusal()
    if (refused) return refused
    return this.#exclusively(async () => {
      try {
        const present = await listSnapshots(this.#start.folder)
        for (const { id } of present) if (ids.includes(id)) await deleteSnapshot(this.#start.folder, id)
        return ok(undefined)
      } catch (error) {
        return err(notWritten(error))
      }
    })
  }

  /** For a reader: looks at what the writing process has saved since. `true` where the data is another now. */
  async refresh(): Promise<Result<boolean, RefreshFault>> {
    const { folder, check } = this.#start
    const { opened } = this.#vault
    if (this.#locking || opened === undefined) return err({ code: 'locked' })
    if (this.readOnly === undefined) return ok(false)
    try {
      const mirror = await readMirror(folder)
      const files = await readSlotFiles(folder, mirror)
      const found = await findVault(folder, opened.key, mirror, check)
      if (this.#locking) return err({ code: 'locked' })
      if (!found.ok) return err(found.error.code === 'not-a-recipient' ? wrong(opened.kind) : found.error)
      const { envelope, data, insteadOf } = found.value
      if (insteadOf) return err(insteadOf)
      if (envelope.generation === this.generation) return ok(false)
      this.#vault.replace(envelope, data, slotTable(envelope.slots, files, opened))
      return ok(true)
    } catch (error) {
      return err(notReadable(error))
    }
  }

  /** Saves that were asked for are finished first; what is asked for after is refused. */
  lock(): Promise<void> {
    this.#locking ??= this.#dispose()
    return this.#locking
  }

  async #dispose(): Promise<void> {
    const { access, onLocked } = this.#start
    await this.#serial.idle()
    this.#vault.close()
    this.#preparedCode = undefined
    if ('lock' in access) await access.lock.release()
    onLocked()
  }

  #refusal(): Refusal | undefined {
    if (this.#locking) return err({ code: 'locked' })
    const { readOnly } = this
    if (readOnly === undefined) return undefined
    if (readOnly.why === 'not-writable')
      return err({ code: 'not-written', reason: 'denied', errno: undefined, outcome: 'unchanged' })
    return err({ code: 'held', holder: readOnly.why === 'held' ? readOnly.holder : undefined })
  }

  /** The vault may have been locked while a key was derived. */
  #exclusively<U, E>(work: () => Promise<Result<U, E>>): Promise<Result<U, E | Locked>> {
    return this.#serial.run<Result<U, E | Locked>>(async () =>
      this.#vault.data === undefined ? err({ code: 'locked' }) : work(),
    )
  }

  async #newSlot(kind: PortableKind, secret: Uint8Array): Promise<Result<NewSlot, NotWritten>> {
    const { folder, kdf, clock } = this.#start
    const key = await newSlotKey()
    const id = newSlotId(kind, folder.random)
    try {
      const file = await makeSlotFile(id, key, secret, kdf)
      return ok({ key, file, slot: { id, kind, label: '', createdAt: clock.now(), recipient: key.recipient } })
    } catch (error) {
      return err(notWritten(error))
    }
  }

  #goodSlotFiles(): SlotFile[] {
    return [...this.#vault.slots].flatMap(([id, { bytes }]) =>
      bytes ? [{ id, state: 'as-recorded' as const, own: bytes, copies: [bytes] }] : [],
    )
  }
}
