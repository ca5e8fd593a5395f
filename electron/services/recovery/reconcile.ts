/**
 * Reconciliation of the journal when the vault opens (backends.md §5.2): every open row is looked into by reads; a write is
 * sent only where the rule says so, and at most once a row. What needs the person stays as it is and is shown.
 */
import { caseById, openRegistration } from './cases.ts'
import { toBase64url } from '../../../shared/kit/index.ts'
import type { Look } from '../../backends/backend.ts'
import {
  closeRegister,
  linkRow,
  openRows,
  putRow,
  refOf,
  withoutOldRows,
  type RegisterRow,
  type ResyncRow,
  type RetireRow,
} from '../journal.ts'
import { apply, noteDeed, openStep, type CaseRecord } from '../../../shared/domain/playbooks/index.ts'
import type { VaultData } from '../store.ts'
import { changeCase, factsFor } from './cases.ts'
import type { Job, RecoveryDeps } from './job.ts'
import { cleanUp } from './register-job.ts'
import { finish, settleRetirement } from './retire-job.ts'
import { liveOf, reading, readSubject, type World } from './world.ts'
import { unreachable } from '../../../shared/kit/index.ts'

const ENTRY_ID_BYTES = 16
/** A write that was on its way when the program ended may land later: absent is believed only after this long. */
export const ABSENT_AFTER_MS = 2 * 60_000

/** Looks into every open row; one that can't be looked into now is left for the next time. Never throws but for cancellation. */
export async function reconcile(deps: RecoveryDeps, signal: AbortSignal): Promise<void> {
  const { store, backends, log } = deps
  for (const row of openRows(store.data())) {
    signal.throwIfAborted()
    const backend = backends.get(row.backendId)
    if (!backend) continue
    const administratorId = row.job === 'retire' ? row.administratorId : undefined
    const job: Job = {
      deps,
      backend,
      identityId: row.identityId,
      actor: administratorId === undefined ? { as: 'self' } : { as: 'administrator', identityId: administratorId },
      caseId: row.caseId,
      signal,
      progress: () => {},
    }
    try {
      await reconcileRow(job, row)
    } catch {
      signal.throwIfAborted()
      log.info('journal.not-reconciled', { job: row.job, stage: row.stage })
    }
  }
  await store.change((data) => withoutOldRows(data, deps.correctedNow()))
}

function reconcileRow(job: Job, row: RegisterRow | RetireRow | ResyncRow): Promise<void> {
  switch (row.job) {
    case 'register':
      return reconcileRegister(job, row)
    case 'retire':
      return reconcileRetire(job, row)
    case 'resync':
      return reconcileResync(job, row)
    default:
      return unreachable(row)
  }
}

async function reconcileRegister(job: Job, row: RegisterRow): Promise<void> {
  const look = await reading(job, (signal) => job.backend.look(refOf(row), signal))
  if (look === 'unknown') return
  if (row.stage === 'intent') return reconcileIntent(job, row, look)
  if (look === 'enabled') return link(job, row)
  const isGone = look !== 'created' && isOld(job, row)
  // A seed is dropped only when the person agrees that the device is gone; a challenge or an assignment holds none.
  if (isGone && row.seed === undefined) await close(job, row, 'gone')
  // What was left because it could not be removed: gone now, so nothing is left to show.
  if (isGone && row.isLeft) await close(job, row, 'gone')
}

async function reconcileIntent(job: Job, row: RegisterRow, look: Look): Promise<void> {
  // Its seed was told once, to a program that is gone: of no use to anybody, and under a name that would be missed.
  if (look === 'created') return row.isLeft ? undefined : cleanUp(job, row)
  if (look !== 'absent' || isOld(job, row)) await close(job, row, 'gone')
}

const isOld = ({ deps }: Job, { openedAt }: RegisterRow | RetireRow) => {
  const age = deps.correctedNow() - openedAt
  return age < 0 || age >= ABSENT_AFTER_MS
}

const close = ({ deps }: Job, row: RegisterRow, end: 'abandoned' | 'gone') =>
  deps.store.change((data) => putRow(data, closeRegister(row, end, deps.correctedNow())))

/** Enabled, but the crash came before it was tied: now it is, and the step that enabled it is done. */
async function link(job: Job, row: RegisterRow): Promise<void> {
  const { deps, identityId } = job
  const world = await readSubject(deps, row.backendId, identityId, undefined, job.signal)
  const now = deps.correctedNow()
  const entryId = toBase64url(deps.random(ENTRY_ID_BYTES))
  await deps.store.change((data) => {
    const linked = linkRow(data, row.id, world.known.identity, entryId, now)
    return row.caseId === undefined ? linked : withStepDone(deps, data, linked, row, world)
  })
}

function withStepDone(
  deps: RecoveryDeps,
  before: VaultData,
  linked: VaultData,
  row: RegisterRow,
  { known, administratorDevices }: World,
): VaultData {
  const record = before.cases.find(({ id }) => id === row.caseId)
  if (!record || openRegistration(before, record.id)?.id !== row.id) return linked
  const live = liveOf(deps, record, administratorDevices)
  const open = openStep(record, factsFor(before, record, known, live))
  if (!open || !ENABLING.has(open.step)) return linked
  const done = (latest: CaseRecord): CaseRecord => {
    const noted = noteDeed(latest, open.step, { did: 'seen-enabled', facts: { name: row.name }, final: true }, live.now)
    const result = {
      by: 'program',
      choice: 'enabled',
      facts: { deviceId: row.deviceId, name: row.name, type: row.type },
      final: true,
    } as const
    const applied = apply({ ...noted, known }, open.step, result, factsFor(linked, noted, known, live), live.now)
    return applied.ok ? applied.value : latest
  }
  return changeCase(linked, caseById(linked, record.id).id, done)
}

const ENABLING: ReadonlySet<string> = new Set([
  'create',
  'next-codes',
  'temporary-create',
  'temporary-next-codes',
  'enable-codes',
  'touch',
])

/** Once deactivated, it is finished. One still registered is the person's to confirm again, and was perhaps never sent. */
async function reconcileRetire(job: Job, row: RetireRow): Promise<void> {
  if (row.stage === 'intent' && !isOld(job, row)) return
  const settled = await settleRetirement(job, row)
  if (!settled) return
  const { close } = await finish(job, settled, undefined)
  // In a case, its step is still open: it finds the device gone and goes on.
  await job.deps.store.change(close)
}

/** Only that it was tried is known: the attempt is over, and the next pair is newer anyway. */
async function reconcileResync(job: Job, row: ResyncRow): Promise<void> {
  const { deps, backend, identityId } = job
  await reading(job, (signal) => backend.devices(identityId, signal))
  await deps.store.change((data) => putRow(data, { ...row, stage: 'closed', closedAt: deps.correctedNow() }))
}
