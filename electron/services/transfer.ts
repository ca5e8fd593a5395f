/**
 * Imports and exports. A file is read on a worker into a preview that stays here: what the page sees are names and verdicts.
 * Applying plans it whole against the vault as it is then; the plan is kept for one undo, and all is forgotten with locking.
 */
import {
  callError,
  MAX_IMPORT_BYTES,
  type ImportRow,
  type Request,
  type Response,
} from '../../shared/contract/index.ts'
import type { Entry } from '../../shared/domain/entry.ts'
import { fromBase64url, toBase64url, unreachable, utf8, type Clock, type Random } from '../../shared/kit/index.ts'
import {
  applyPlan,
  exportAegis,
  exportGoogle,
  exportOtpauthList,
  exportSheet,
  planImport,
  proposedChoice,
  revertPlan,
  verdicts,
  type Exported,
  type Found,
  type FoundItem,
  type ImportPlan,
  type ImportVerdict,
  type ItemFault,
  type PlanFault,
  type ReadFault,
  type ReadOnWorker,
  type SheetEntry,
} from '../transfer/index.ts'
import type { Handlers } from './handlers.ts'
import type { Store } from './store.ts'

/** A preview nobody applies is forgotten: it holds every seed of the file. */
export const PREVIEW_KEPT_MS = 15 * 60_000
const ID_BYTES = 16

export interface TransferOptions {
  readonly store: Store
  readonly read: ReadOnWorker
  readonly clock: Clock
  /** What new entries are dated with; milliseconds since 1970. */
  readonly now: () => number
  readonly random: Random
  /** Throws `wrong-passphrase`. */
  readonly reauthenticate: (passphrase: string) => Promise<void>
}

type TransferHandlers = Pick<Handlers, 'import.read' | 'import.apply' | 'import.undo' | 'import.drop' | 'export.make'>

interface Preview {
  readonly id: string
  readonly items: readonly FoundItem[]
  readonly verdicts: readonly ImportVerdict[]
  stop(): void
}

export function createTransferHandlers(options: TransferOptions): TransferHandlers {
  const { store, read, clock, now, random, reauthenticate } = options
  const freshId = () => toBase64url(random(ID_BYTES))
  /** One at a time: the next takes the place of the one before. */
  let preview: Preview | undefined
  let last: { readonly id: string; readonly plan: ImportPlan } | undefined
  const drop = () => {
    preview?.stop()
    preview = undefined
  }
  store.onChange(() => {
    if (store.isUnlocked) return
    drop()
    last = undefined
  })

  return {
    async 'import.read'({ source, format, password, keyFile }, { signal, progress }) {
      const bytes = 'file' in source ? bytesOf(source.file, 'file') : utf8(source.text)
      if (bytes.length > MAX_IMPORT_BYTES) throw callError('too-large', {})
      const name = 'file' in source ? source.name : undefined
      progress({ stage: 'reading' })
      const result = await read(
        bytes,
        { name, format, password, keyFile: keyFile === undefined ? undefined : bytesOf(keyFile, 'keyFile') },
        signal,
      )
      signal.throwIfAborted()
      if (!result.ok) throw fromRead(result.error)
      progress({ stage: 'comparing' })
      const found = result.value
      const { entries } = store.data()
      const judged = verdicts(found.items, entries)
      drop()
      const id = freshId()
      preview = { id, items: found.items, verdicts: judged, stop: clock.after(PREVIEW_KEPT_MS, drop) }
      return { preview: id, ...answerOf(found, judged, entries) }
    },

    async 'import.apply'({ preview: id, choices }) {
      if (preview?.id !== id) throw callError('confirmation-stale', {})
      const { items, verdicts: shown } = preview
      const undo = freshId()
      let plan: ImportPlan | undefined
      await store.change((data) => {
        // Shown verdicts are what the person chose by; where the vault has moved on they look again.
        const judged = verdicts(items, data.entries)
        if (JSON.stringify(judged) !== JSON.stringify(shown)) throw callError('confirmation-stale', {})
        // The change may be applied again, on what another one left: the plan of the last time is what was done.
        plan = planned({ items, verdicts: judged, choices, existing: data.entries, now: now(), freshId })
        const touched = plan.adds.length + plan.changes.length
        if (touched === 0) return data
        const { backup } = data
        return {
          ...data,
          entries: applyPlan(data.entries, plan),
          backup: { ...backup, changesSince: backup.changesSince + touched },
        }
      })
      drop()
      const done = plan ?? { adds: [], changes: [] }
      last = { id: undo, plan: done }
      return { added: done.adds.length, changed: done.changes.length, undo }
    },

    async 'import.undo'({ undo }) {
      if (last?.id !== undo) throw callError('confirmation-stale', {})
      const { plan } = last
      await store.change((data) => ({
        ...data,
        entries: revertPlan(data.entries, plan),
        backup: { ...data.backup, changesSince: data.backup.changesSince + plan.adds.length + plan.changes.length },
      }))
      last = undefined
      return {}
    },

    async 'import.drop'({ preview: id }) {
      if (preview?.id === id) drop()
      return {}
    },

    async 'export.make'({ passphrase, format, ids }) {
      await reauthenticate(passphrase)
      const day = new Date(now()).toISOString().slice(0, 10)
      return exportOf(format, chosen(store.data().entries, ids), day, random)
    },
  }
}

function bytesOf(text: string, field: string): Uint8Array {
  const bytes = fromBase64url(text)
  if (!bytes) throw callError('bad-request', { fields: [{ field, reason: 'not-base64url' }] })
  return bytes
}

type Read = Response<'import.read'>

function answerOf(
  { format, version, items, withoutCode, batches }: Found,
  judged: readonly ImportVerdict[],
  entries: readonly Entry[],
): Omit<Read, 'preview'> {
  const byId = new Map(entries.map((entry) => [entry.id, entry]))
  return {
    format,
    rows: items.map((item, index) => rowOf(item, judged[index] ?? { is: 'new' }, byId)),
    withoutCode,
    ...(version === undefined ? {} : { version }),
    ...(batches === undefined ? {} : { batches: { of: batches.of, missing: [...batches.missing] } }),
  }
}

function rowOf(item: FoundItem, verdict: ImportVerdict, byId: ReadonlyMap<string, Entry>): ImportRow {
  const shared = {
    item: item.at.item,
    ...(item.at.line === undefined ? {} : { line: item.at.line }),
    verdict: shownVerdict(verdict, byId),
    proposed: proposedChoice(verdict),
  }
  if (item.is === 'refused') return { ...shared, issuer: item.issuer, account: item.account, cut: [], proposed: 'skip' }
  const { kind, issuer, account, algorithm, digits } = item.draft
  return {
    ...shared,
    kind,
    issuer,
    account,
    algorithm,
    digits,
    ...(item.draft.kind === 'hotp' ? { counter: item.draft.counter } : { periodSeconds: item.draft.periodSeconds }),
    cut: [...item.cut],
  }
}

function shownVerdict(verdict: ImportVerdict, byId: ReadonlyMap<string, Entry>): ImportRow['verdict'] {
  const namesOf = (id: string) => {
    const { issuer = '', account = '' } = byId.get(id) ?? {}
    return { id, issuer, account }
  }
  switch (verdict.is) {
    case 'new':
      return { is: 'new' }
    case 'duplicate':
      return { is: 'duplicate', of: namesOf(verdict.of) }
    case 'changed':
      return { is: 'changed', of: namesOf(verdict.of), fields: [...verdict.fields] }
    case 'repeated':
      return { is: 'repeated', row: verdict.item }
    case 'refused':
      return { is: 'refused', ...faultOf(verdict.why) }
    default:
      return unreachable(verdict)
  }
}

/** The code, and of its details those that name a place. */
const faultOf = (why: ItemFault) => ({
  reason: why.code,
  ...('field' in why ? { field: why.field } : {}),
  ...('position' in why ? { position: why.position } : {}),
  ...('letter' in why ? { letter: why.letter } : {}),
  ...('found' in why && typeof why.found === 'string' ? { found: why.found } : {}),
})

function planned({
  choices,
  ...rest
}: Omit<Parameters<typeof planImport>[0], 'choices'> & Pick<Request<'import.apply'>, 'choices'>): ImportPlan {
  if (choices.some(({ row }) => row >= rest.items.length)) throw callError('choice-impossible', {})
  const plan = planImport({ ...rest, choices: new Map(choices.map(({ row, choice }) => [row, choice])) })
  if (!plan.ok) throw fromPlan(plan.error)
  return plan.value
}

function fromPlan(fault: PlanFault) {
  switch (fault.code) {
    case 'choice-impossible':
      return callError('choice-impossible', { row: fault.item })
    case 'entry-gone':
      return callError('confirmation-stale', {})
    case 'changed-twice':
      return callError('changed-twice', { row: fault.item })
    default:
      return unreachable(fault)
  }
}

function fromRead(fault: ReadFault) {
  switch (fault.code) {
    case 'not-this-format':
      return callError('import-not-recognised', {})
    case 'password-needed':
      return callError('import-password-needed', { format: fault.format })
    case 'wrong-password':
      return callError('import-wrong-password', { format: fault.format, isSure: fault.isSure })
    case 'damaged':
      return callError('import-damaged', {
        format: fault.format,
        ...(fault.line === undefined ? {} : { line: fault.line }),
      })
    case 'unsupported-version':
      return callError('import-unsupported', { format: fault.format, found: fault.found })
    case 'too-large':
      return fault.what === 'bytes' ? callError('too-large', {}) : callError('import-too-much', { what: fault.what })
    case 'too-slow':
      return callError('import-too-slow', { seconds: fault.seconds })
    default:
      return unreachable(fault)
  }
}

function chosen(entries: readonly Entry[], ids: readonly string[] | undefined): Entry[] {
  const live = entries.filter(({ deletedAt }) => deletedAt === undefined)
  if (ids === undefined) return live
  const wanted = new Set(ids)
  const found = live.filter(({ id }) => wanted.has(id))
  if (found.length < wanted.size) throw callError('not-found', { what: 'entry' })
  return found
}

type Made = Response<'export.make'>

function exportOf(
  format: Request<'export.make'>['format'],
  entries: readonly Entry[],
  day: string,
  random: Random,
): Made {
  switch (format) {
    case 'otpauth-list':
      return made(exportOtpauthList(entries), (text) => textFile(`latchkey-${day}.txt`, 'text/plain', text))
    case 'aegis':
      return made(exportAegis(entries, random), (text) =>
        textFile(`latchkey-${day}-aegis.json`, 'application/json', text),
      )
    case 'google':
      return made(exportGoogle(entries, random), (codes) => ({ is: 'codes', codes: [...codes] }))
    case 'sheet':
      return made(exportSheet(entries), (rows) => ({ is: 'sheet', entries: rows.map(sheetRow) }))
    default:
      return unreachable(format)
  }
}

const made = <T>({ value, entries, refused, leftOut }: Exported<T>, shape: (value: T) => Made['exported']): Made => ({
  exported: shape(value),
  entries,
  refused: refused.map(({ id, issuer, account, why }) => ({ id, issuer, account, reason: why.code })),
  leftOut: [...leftOut],
})

const textFile = (fileName: string, mediaType: string, text: string) =>
  ({ is: 'file', fileName, mediaType, text }) as const

const sheetRow = ({ seed, ...rest }: SheetEntry) => ({ ...rest, seed: [...seed] })
