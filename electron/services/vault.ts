/**
 * The vault's life: made, opened, locked by hand, by idle time, by the shell's wish and by a clock that jumped. Everything
 * that works on its data does so through the `Store` of vault-store.ts, which this service opens and closes.
 */
import { callError, slotKind, type KeyThrough, type SlotKind, type State } from '../../shared/contract/index.ts'
import { ok, type Clock, type Result } from '../../shared/kit/index.ts'
import type {
  FellBack,
  OpenFault,
  ReadOnly,
  Unlocked,
  UnlockFault,
  UnlockSecret,
  VaultSession,
  VaultStore as Files,
} from '../vault/index.ts'
import type { Sealing } from '../transfer/index.ts'
import { fromVault, holderName, MINIMUM_PASSPHRASE_LENGTH } from './errors.ts'
import type { Handlers, TopicSources } from './handlers.ts'
import { createAutoLock, type LockReason } from './lock.ts'
import type { Log, Shell } from './ports.ts'
import { anyOf, createSignal, createSource, type OnChange } from './source.ts'
import { EMPTY_VAULT, readVault, writeVault, type ReadVault } from './vault-data.ts'
import type { VaultStore } from './vault-store.ts'

/** What is stored: an object of JSON, whose parts vault-data.ts reads. */
export type Stored = Readonly<Record<string, unknown>>

/** Handed to the vault part: anything that is an object can be read in part. */
export const checkStored = (data: unknown): Result<Stored, 'damaged'> =>
  typeof data === 'object' && data !== null && !Array.isArray(data)
    ? ok(data as Stored)
    : { ok: false, error: 'damaged' }

/** A reader looks this often at what the writing process has saved. */
export const REFRESH_MS = 10_000

export interface VaultService {
  readonly handlers: Pick<Handlers, 'vault.create' | 'vault.unlock' | 'vault.lock' | 'vault.active'>
  readonly topics: Pick<TopicSources, 'vault'>
  /** Opens the vault; of an open one it is only asked whether the secret is right. Throws `CallError`. */
  unlock(secret: UnlockSecret): Promise<void>
  /** Throws `locked`. */
  session(): VaultSession<Stored>
  /** Before a secret is shown and before slots change. Throws `wrong-passphrase`, `try-later` or `locked`. */
  reauthenticate(passphrase: string): Promise<void>
  /** The idle time begins anew. */
  active(): void
  /** Slots were changed: their state is pushed. */
  changed(): void
  readonly onChange: OnChange
  readonly sealing: Sealing<OpenFault>
  lock(reason: LockReason | 'asked' | 'shell' | 'quit'): Promise<void>
}

export interface VaultOptions {
  readonly files: Files<Stored>
  readonly store: VaultStore
  readonly clock: Clock
  readonly log: Log
  readonly shell: Shell
  /** 0: never. */
  readonly lockAfterMinutes: () => number
  /** Run as locking begins, while the data can still be changed. */
  readonly beforeLock: readonly (() => Promise<void>)[]
  /** How this shell reaches security keys. */
  readonly keyThrough: readonly KeyThrough[]
}

interface Open {
  readonly session: VaultSession<Stored>
  readonly fellBack: Unlocked<Stored>['fellBack']
  readonly rolledBack: Unlocked<Stored>['rolledBack']
  unread: ReadVault['unread']
  cancelRefresh(): void
}

/** Reads what state the vault is in, then is ready. */
export async function createVaultService(options: VaultOptions): Promise<VaultService> {
  const { files, store, clock, log, shell, lockAfterMinutes, beforeLock } = options
  const keyThrough = [...options.keyThrough]
  const changed = createSignal()
  let open: Open | undefined
  let closed: State<'vault'> = await stateOf()
  /** Making, opening and locking, one at a time. */
  let last: Promise<unknown> = Promise.resolve()
  const oneAtATime = <T>(work: () => Promise<T>): Promise<T> => {
    const done = last.then(work)
    last = done.catch(() => undefined)
    return done
  }

  const autoLock = createAutoLock({
    clock,
    idleMs: () => lockAfterMinutes() * 60_000,
    lock: (reason) => void lock(reason),
  })
  shell.onLockWish(() => void lock('shell'))

  const begin = async ({ session, fellBack, rolledBack }: Unlocked<Stored>) => {
    const { data, unread } = await readVault(session.data())
    const opened: Open = { session, fellBack, rolledBack, unread, cancelRefresh: () => {} }
    open = opened
    const refusal = session.readOnly && refusalOf(session.readOnly)
    store.open({
      data: fellBack ? withDoubtfulCounters(data) : data,
      ...(refusal ? { refusal } : {}),
      async save(next) {
        const saved = await session.save(writeVault(next, opened.unread))
        if (!saved.ok) throw fromVault(saved.error)
        for (const warning of saved.value.warnings) log.error('vault.saved-but', { warning })
      },
    })
    if (session.readOnly) refreshLater(opened)
    autoLock.start()
    log.info('vault.unlocked', { readOnly: session.readOnly?.why ?? 'no', fellBack: fellBack !== undefined })
    changed.emit()
  }
  const refreshLater = (of: Open) => {
    of.cancelRefresh = clock.after(REFRESH_MS, () => void refresh(of))
  }
  const refresh = async (of: Open) => {
    const read = await of.session.refresh()
    const isStillOpen = () => open === of && store.isUnlocked
    if (!isStillOpen()) return
    if (read.ok && read.value) {
      const { data, unread } = await readVault(of.session.data())
      if (!isStillOpen()) return
      of.unread = unread
      store.refresh(data)
    } else if (!read.ok) {
      log.error('vault.not-refreshed', { code: read.error.code })
    }
    refreshLater(of)
  }

  const unlock = async (secret: UnlockSecret) => {
    if (open) {
      const verified = await open.session.verify(secret)
      if (!verified.ok) throw fromVault(verified.error)
      return
    }
    const unlocked = await files.unlock(secret)
    if (unlocked.ok) return begin(unlocked.value)
    closed = stateOfFault(unlocked.error) ?? (await stateOf())
    changed.emit()
    throw fromVault(unlocked.error, 'recoveryCode')
  }

  const lock: VaultService['lock'] = (reason) => {
    autoLock.stop()
    const of = open
    if (!of) return last.then(() => undefined)
    of.cancelRefresh()
    // What is not saved yet is handed over now; from the next line on, the vault is locked to everyone else.
    const before = Promise.allSettled(beforeLock.map((run) => run()))
    const settled = store.close()
    return oneAtATime(async () => {
      if (open !== of) return
      await Promise.all([before, settled])
      await of.session.lock()
      closed = await stateOf()
      open = undefined
      log.info('vault.locked', { reason })
      changed.emit()
    })
  }

  const unlockNow = async (secret: UnlockSecret) => {
    await oneAtATime(() => unlock(secret))
    autoLock.active()
  }

  const session = () => {
    if (!open || !store.isUnlocked) throw callError('locked', {})
    return open.session
  }

  return {
    handlers: {
      async 'vault.create'({ passphrase }) {
        checkNewPassphrase(passphrase)
        await oneAtATime(async () => {
          const made = await files.create({ passphrase, data: writeVault(EMPTY_VAULT.data, EMPTY_VAULT.unread) })
          if (!made.ok) throw fromVault(made.error)
          await begin(made.value)
        })
        return {}
      },
      async 'vault.unlock'(request) {
        await unlockNow(request)
        return {}
      },
      async 'vault.lock'() {
        await lock('asked')
        return {}
      },
      async 'vault.active'() {
        autoLock.active()
        return {}
      },
    },
    topics: {
      vault: createSource(
        () => (open && store.isUnlocked ? unlockedState(open) : closed),
        anyOf(store.onChange, changed.on),
      ),
    },
    unlock: unlockNow,
    session,
    async reauthenticate(passphrase) {
      const verified = await session().verifyPassphrase(passphrase)
      if (!verified.ok) throw fromVault(verified.error)
    },
    active: () => autoLock.active(),
    changed: changed.emit,
    onChange: changed.on,
    sealing: { seal: files.seal, open: files.open },
    lock,
  }

  async function stateOf(): Promise<State<'vault'>> {
    const status = await files.status()
    if (status.state === 'absent') return { state: 'absent' }
    if (status.state === 'unlocked') return { state: 'locked', ways: [], keyThrough }
    const { ways, fault } = status
    // With a way in left, an older file may still open; what is wrong is said when it was tried.
    if (ways.length > 0 || fault === undefined) return { state: 'locked', ways: [...ways], keyThrough }
    return stateOfFault(fault) ?? { state: 'locked', ways: [...ways], keyThrough }
  }

  function unlockedState({ session, fellBack, rolledBack }: Open): State<'vault'> {
    const { backup } = store.data()
    const { readOnly } = session
    return {
      state: 'unlocked',
      slots: session.slots().flatMap(({ id, kind, label, createdAt }) =>
        // A kind of a later version opens the vault there; it can't be named here.
        isKnownKind(kind) ? [{ id, kind, label, createdAt }] : [],
      ),
      keyThrough,
      generation: session.generation,
      ...(readOnly?.why === 'held' ? { heldBy: holderName(readOnly.holder) } : {}),
      ...(fellBack ? { fellBack: fellBackOf(fellBack) } : {}),
      ...(rolledBack ? { rolledBack: { expected: rolledBack.expected, found: rolledBack.found } } : {}),
      ...(backup.lastAt === undefined ? {} : { lastBackupAt: backup.lastAt }),
      unsavedToBackup: backup.changesSince,
    }
  }
}

const isKnownKind = (kind: string): kind is SlotKind => slotKind.options.some((known) => known === kind)

/** Throws `weak-passphrase`. Letters are counted as people see them, composed. */
export function checkNewPassphrase(passphrase: string): void {
  if ([...passphrase.normalize('NFC')].length >= MINIMUM_PASSPHRASE_LENGTH) return
  throw callError('weak-passphrase', { minimumLength: MINIMUM_PASSPHRASE_LENGTH })
}

const refusalOf = (readOnly: ReadOnly) => () =>
  readOnly.why === 'not-writable'
    ? callError('disk-failed', { reason: 'denied' })
    : callError('vault-held', { holder: readOnly.why === 'held' ? holderName(readOnly.holder) : '' })

const fellBackOf = ({ from, savedAt, generation }: FellBack) => ({ from, savedAt, generation })

/** The states that are named apart, so that an empty vault is never shown where one should be. */
function stateOfFault(fault: UnlockFault): State<'vault'> | undefined {
  switch (fault.code) {
    case 'damaged':
      return { state: 'damaged', file: fault.file }
    case 'missing':
      return { state: 'missing', file: fault.file }
    case 'newer-format':
      return { state: 'newer', format: fault.format }
    default:
      return undefined
  }
}

/** Codes after the counter of an older file may have been used already. */
const withDoubtfulCounters = (data: ReadVault['data']): ReadVault['data'] => ({
  ...data,
  entries: data.entries.map((entry) => (entry.kind === 'hotp' ? { ...entry, mayBeBehind: true } : entry)),
})
