/**
 * Backups: one age file that its own passphrase opens, made from everything that could not be had again: entries (the bin
 * and unreadable ones included), cases, and open registrations, for those hold seeds. Other journal rows stay out: finishing
 * an old removal from a backup would act on a backend that has moved on.
 */
import { z } from 'zod'
import { callError, type Response } from '../../shared/contract/index.ts'
import type { Entry, EntryFault } from '../../shared/domain/entry.ts'
import { caseRecord } from '../../shared/domain/playbooks/index.ts'
import { cleanLine } from '../../shared/domain/text.ts'
import { toBase64url, type Random } from '../../shared/kit/index.ts'
import { journalRow, type JournalRow } from '../backends/journal.ts'
import { judge, makeBackup, newEntries, openBackup, type BackupContent, type Sealing } from '../transfer/index.ts'
import type { OpenFault } from '../vault/index.ts'
import { fromBackup } from './errors.ts'
import type { Handlers } from './handlers.ts'
import { isOpen } from './journal.ts'
import type { Store, VaultData } from './store.ts'

export interface BackupOptions {
  readonly store: Store
  readonly sealing: Sealing<OpenFault>
  readonly now: () => number
  readonly random: Random
  /** Throws `wrong-passphrase`. */
  readonly reauthenticate: (passphrase: string) => Promise<void>
  /** Throws `weak-passphrase`. */
  readonly checkNewPassphrase: (passphrase: string) => void
}

type BackupHandlers = Pick<Handlers, 'backup.make' | 'backup.kept' | 'backup.preview' | 'backup.restore'>

export function createBackupHandlers(options: BackupOptions): BackupHandlers {
  const { store, sealing, now, random, reauthenticate, checkNewPassphrase } = options
  /** How many changes a backup holds, by its time: later ones are not in it although it is kept after them. */
  const changesIn = new Map<number, number>()

  const open = async (file: string, passphrase: string): Promise<BackupContent> => {
    const opened = await openBackup(file, passphrase, sealing)
    if (!opened.ok) throw fromBackup(opened.error)
    return opened.value
  }

  return {
    async 'backup.make'({ passphrase, backupPassphrase }, { progress }) {
      if (backupPassphrase !== undefined) checkNewPassphrase(backupPassphrase)
      progress({ stage: 'deriving' })
      await reauthenticate(passphrase)
      const data = store.data()
      const at = now()
      const onStage = (stage: 'deriving' | 'sealing' | 'comparing') => progress({ stage })
      const made = await makeBackup(contentOf(data, at), backupPassphrase ?? passphrase, sealing, onStage)
      if (!made.ok) throw callError('backup-not-verified', {})
      changesIn.set(at, data.backup.changesSince)
      const day = new Date(at).toISOString().slice(0, 10)
      const entries = data.entries.length + data.faultyEntries.length
      return { fileName: `latchkey-backup-${day}.age`, file: made.value, entries, at }
    },
    async 'backup.kept'({ at }) {
      const included = changesIn.get(at)
      if (included === undefined) throw callError('bad-request', { fields: [{ field: 'at', reason: 'not-made-here' }] })
      await store.change((data) => ({
        ...data,
        backup: { lastAt: at, changesSince: Math.max(0, data.backup.changesSince - included) },
      }))
      changesIn.clear()
      return {}
    },
    async 'backup.preview'({ file, passphrase }, { progress }) {
      progress({ stage: 'deriving' })
      const content = await open(file, passphrase)
      progress({ stage: 'reading' })
      return { createdAt: content.createdAt, entries: verdicts(content, store.data().entries) }
    },
    async 'backup.restore'({ file, passphrase }, { progress }) {
      progress({ stage: 'deriving' })
      const content = await open(file, passphrase)
      progress({ stage: 'reading' })
      let added = 0
      const freshId = () => toBase64url(random(16))
      const restored = store.change((data) => {
        const next = restoredInto(data, content, freshId)
        added = next.entries.length - data.entries.length
        return next
      })
      progress({ stage: 'saving' })
      await restored
      return { added, skipped: content.entries.length + content.faults.length - added }
    },
  }
}

/** A registration that is begun and not linked: its seed may be the only one there is. */
const isOpenRegistration = (row: JournalRow) => row.job === 'register' && isOpen(row) && row.seed !== undefined

const contentOf = (data: VaultData, createdAt: number): BackupContent => ({
  createdAt,
  entries: data.entries,
  faults: data.faultyEntries.map((raw, index): EntryFault => ({ index, reason: 'not-an-entry', fields: [], raw })),
  cases: data.cases,
  journal: data.journal.filter(isOpenRegistration),
})

function restoredInto(data: VaultData, content: BackupContent, freshId: () => string): VaultData {
  const entries = newEntries(content.entries, data.entries, freshId)
  const faulty = new Set(data.faultyEntries.map((raw) => JSON.stringify(raw)))
  const faults = content.faults.map(({ raw }) => raw).filter((raw) => !faulty.has(JSON.stringify(raw)))
  const journal = newById(journalRow, content.journal, data.journal).filter(isOpenRegistration)
  const cases = newById(caseRecord, content.cases, data.cases)
  if (entries.length + faults.length + journal.length + cases.length === 0) return data
  return {
    ...data,
    entries: [...data.entries, ...entries],
    faultyEntries: [...data.faultyEntries, ...faults],
    journal: [...data.journal, ...journal],
    cases: [...data.cases, ...cases],
    backup: { ...data.backup, changesSince: data.backup.changesSince + entries.length },
  }
}

/** Those that can be read and whose id is not here yet. */
function newById<T extends { readonly id: string }>(
  schema: z.ZodType<T>,
  carried: readonly unknown[],
  present: readonly T[],
): T[] {
  const ids = new Set(present.map(({ id }) => id))
  return carried.flatMap((item) => {
    const read = schema.safeParse(item)
    return read.success && !ids.has(read.data.id) ? [read.data] : []
  })
}

function verdicts(content: BackupContent, present: readonly Entry[]): Response<'backup.preview'>['entries'] {
  const judged = judge(content.entries, present)
  return [
    ...content.entries.map(({ issuer, account }, index) => ({ issuer, account, verdict: judged[index] ?? 'new' })),
    ...content.faults.map(({ raw }) => ({ ...namesIn(raw), verdict: 'faulty' as const })),
  ]
}

/** The names in what is no valid entry, where it has any, fit to be shown. */
function namesIn(raw: unknown): { issuer: string; account: string } {
  const names = z.object({ issuer: z.string().catch(''), account: z.string().catch('') }).safeParse(raw)
  const { issuer, account } = names.success ? names.data : { issuer: '', account: '' }
  return { issuer: cleanLine(issuer).slice(0, 256), account: cleanLine(account).slice(0, 256) }
}
