/**
 * Taking a device off an identity along its journal row (backends.md §5.2, 6 and 7): `intent`, deactivate, `deactivated`, delete
 * the entity of a virtual one. Not found at either counts as done; once deactivated, it is finished and never re-enabled.
 * Asked for by the wizards and by Devices; both confirm first.
 */
import { callError } from '../../../shared/contract/index.ts'
import type { MfaDevice } from '../../../shared/domain/device.ts'
import type { StepId } from '../../../shared/domain/playbooks/index.ts'
import { isOnlyWayIn, removalEffects, type Effect, type Ways } from '../../../shared/domain/loss/index.ts'
import { toBase64url } from '../../../shared/kit/index.ts'
import type { Outcome } from '../../backends/backend.ts'
import type { Effects } from '../confirm.ts'
import { fromBackend } from '../errors.ts'
import { binEntry, entryFor, isOpen, putRow, rowById, type RetireRow } from '../journal.ts'
import type { Losing } from '../losing.ts'
import type { VaultData } from '../store.ts'
import { withDeed } from './cases.ts'
import type { Job } from './job.ts'
import { withSession } from './session.ts'
import { reading } from './world.ts'
import { send } from './write.ts'

const ID_BYTES = 16

export interface Retiring {
  readonly device: MfaDevice
  /** What is known of the ways in; read anew, it is compared with what was confirmed. */
  readonly ways: () => Promise<Ways>
  /** What the question is about, with words in the renderer. */
  readonly operation: string
  /** It is lost, stolen or broken: no way in that could be lost with it. */
  readonly isGone: boolean
  /** Of a case, for what is noted as done. */
  readonly step?: StepId | undefined
}

export interface Retired {
  /** The entity of a virtual device that this identity may not delete. */
  readonly isEntityLeft: boolean
  /** Closes the row and puts the entry in the bin: to be made durable together with whatever follows from it. */
  readonly close: (data: VaultData) => VaultData
}

/** Confirms and removes. Throws a `CallError`; then the row says how far it came. What was removed before by others needs no asking. */
export async function retire(job: Job, retiring: Retiring): Promise<Retired> {
  const { device } = retiring
  const open = openRetirement(job, device.id)
  if (open?.stage === 'deactivated') return finish(job, open, retiring.step)
  const ways = await retiring.ways()
  if (!ways.devices.some(({ id }) => id === device.id)) return finishForOthers(job, open, retiring)
  const row = await confirmed(job, retiring, ways, open)
  return finish(job, await deactivate(job, row, retiring.step), retiring.step)
}

/** Where a row stands after a look: `deactivated`, or `undefined` where nothing was done and it is closed. Reads only. */
export async function settleRetirement(job: Job, row: RetireRow): Promise<RetireRow | undefined> {
  if (row.stage === 'deactivated') return row
  const devices = await reading(job, (signal) => job.backend.devices(job.identityId, signal))
  if (devices.some(({ id }) => id === row.deviceId)) {
    await closeUndone(job, row)
    return undefined
  }
  await markDeactivated(job, row, undefined)
  return { ...row, stage: 'deactivated' }
}

const openRetirement = ({ deps, backend, identityId }: Job, deviceId: string): RetireRow | undefined =>
  deps.store
    .data()
    .journal.findLast(
      (row): row is RetireRow =>
        row.job === 'retire' &&
        isOpen(row) &&
        row.backendId === backend.id &&
        row.identityId === identityId &&
        row.deviceId === deviceId,
    )

/** Asks, then writes the intent, if what would be lost is still what was confirmed. Rule 11: the only way in by its name. */
async function confirmed(
  job: Job,
  { device, ways, operation, isGone }: Retiring,
  before: Ways,
  open: RetireRow | undefined,
): Promise<RetireRow> {
  const { deps } = job
  const lost: ReadonlySet<string> = isGone ? new Set([device.id]) : new Set()
  const wasOnlyWay = isOnlyWayIn(before, device.id, lost)
  const effectsNow = async (ways: Ways) => {
    const own = toEffects(removalEffects({ ways, deviceId: device.id, lost, entry: entryOf(job, device) }))
    const others = await losingOfOthers(job, device, isGone)
    return { effects: [...own, ...others.effects], typeName: wasOnlyWay ? device.name : others.typeName }
  }
  const ask = job.asks?.confirm
  if (!ask) throw callError('not-confirmed', {})
  const approval = await deps.confirm(
    { ask: (_, question) => ask(question) },
    { operation, object: device.name, ...(await effectsNow(before)) },
  )
  approval.use((await effectsNow(await ways())).effects)
  const row = open ?? newRow(job, device, wasOnlyWay)
  await deps.store.change((data) => putRow(data, row))
  return row
}

/** Accounts besides the device's own that hang on it: a mailbox that is read by signing in with it, and what hangs on that. */
async function losingOfOthers(job: Job, device: MfaDevice, isGone: boolean): Promise<Losing> {
  const { deps, signal } = job
  if (isGone || !deps.losing) return { effects: [] }
  const { backendId, identityId, deviceId } = placeOf(job, device.id)
  const except = [{ is: 'identity', backendId, identityId } as const]
  return deps.losing([{ is: 'device', backendId, identityId, deviceId }], signal, { except })
}

const toEffects = (effects: readonly Effect[]): Effects =>
  effects.map(({ effect, facts }) => ({ effect, facts: { ...facts } }))

function entryOf(job: Job, device: MfaDevice) {
  const entry = entryFor(job.deps.store.data(), placeOf(job, device.id))
  return entry && { issuer: entry.issuer, account: entry.account }
}

const placeOf = ({ backend, identityId }: Job, deviceId: string) => ({ backendId: backend.id, identityId, deviceId })

function newRow({ deps, backend, identityId, caseId, actor }: Job, device: MfaDevice, wasOnlyWay: boolean): RetireRow {
  return {
    id: toBase64url(deps.random(ID_BYTES)),
    backendId: backend.id,
    identityId,
    ...(caseId === undefined ? {} : { caseId }),
    openedAt: deps.correctedNow(),
    job: 'retire',
    type: device.type,
    deviceId: device.id,
    name: device.name,
    stage: 'intent',
    wasOnlyWay,
    ...(actor.as === 'administrator' ? { administratorId: actor.identityId } : {}),
  }
}

async function deactivate(job: Job, row: RetireRow, step: StepId | undefined): Promise<RetireRow> {
  const { deps, backend, identityId, actor } = job
  job.progress('deactivating', { name: row.name })
  const keep = async (outcome: Outcome<void>) => {
    if (isDone(outcome)) await markDeactivated(job, row, step)
    else if (outcome.is === 'refused' && outcome.error.code !== 'mfa-session-needed') await closeUndone(job, row)
  }
  const outcome = await withSession(job, () =>
    send(job, () => backend.deactivate(identityId, row.deviceId, actor), keep),
  )
  if (outcome.is === 'refused' && !isDone(outcome)) {
    if (outcome.error.code === 'mfa-session-needed') await closeUndone(job, row)
    throw fromBackend(outcome.error, false)
  }
  if (outcome.is === 'unknown') {
    const devices = await reading(job, (signal) => backend.devices(identityId, signal))
    if (devices.some(({ id }) => id === row.deviceId)) throw callError('outcome-unknown', {}, { changed: false })
    await markDeactivated(job, row, step)
  }
  return rowById(deps.store.data(), 'retire', row.id)
}

const isDone = (outcome: Outcome<void>) =>
  outcome.is === 'done' || (outcome.is === 'refused' && outcome.error.code === 'not-found')

const markDeactivated = ({ deps, caseId }: Job, row: RetireRow, step: StepId | undefined) =>
  deps.store.change((data) =>
    withDeed(
      putRow(data, { ...row, stage: 'deactivated' }),
      { caseId, step, now: deps.correctedNow() },
      'deactivated',
      { name: row.name },
    ),
  )

/** Nothing was changed: what stands in the journal is only that it was meant. */
const closeUndone = ({ deps }: Job, row: RetireRow) =>
  deps.store.change((data) => putRow(data, { ...row, stage: 'closed', closedAt: deps.correctedNow() }))

/** Deletes the entity that a virtual device leaves behind. Other kinds leave nothing. */
export async function finish(job: Job, row: RetireRow, step: StepId | undefined): Promise<Retired> {
  const { deps, backend, identityId, actor } = job
  const close = (data: VaultData): VaultData => closeRetired(data, row, deps.correctedNow())
  if (row.type !== 'virtual-totp') return { isEntityLeft: false, close }
  job.progress('deleting', { name: row.name })
  const outcome = await withSession(job, () => send(job, () => backend.deleteEntity(identityId, row.deviceId, actor)))
  const closeDeleted = (data: VaultData): VaultData =>
    withDeed(close(data), { caseId: job.caseId, step, now: deps.correctedNow() }, 'deleted', { name: row.name })
  if (isDone(outcome)) return { isEntityLeft: false, close: closeDeleted }
  if (outcome.is === 'unknown') {
    const look = await reading(job, (signal) =>
      backend.look({ identityId, type: row.type, deviceId: row.deviceId }, signal),
    )
    if (look === 'absent') return { isEntityLeft: false, close: closeDeleted }
    throw callError('outcome-unknown', {}, { changed: true })
  }
  if (outcome.is === 'refused' && outcome.error.code === 'not-permitted') return { isEntityLeft: true, close }
  throw outcome.is === 'refused'
    ? fromBackend(outcome.error, true)
    : callError('outcome-unknown', {}, { changed: true })
}

/** The row closed, the entry of the device in the bin. */
const closeRetired = (data: VaultData, row: RetireRow, at: number): VaultData =>
  binEntry(putRow(data, { ...row, stage: 'closed', closedAt: at }), row, at)

/** Somebody else deactivated it: only an entity may be left to delete, and that is ours to finish. */
async function finishForOthers(job: Job, open: RetireRow | undefined, { device, step }: Retiring): Promise<Retired> {
  const { deps, backend, identityId } = job
  const ref = { identityId, type: device.type, deviceId: device.id }
  const isEntityThere =
    device.type === 'virtual-totp' && (await reading(job, (signal) => backend.look(ref, signal))) === 'created'
  if (!open && !isEntityThere) {
    return { isEntityLeft: false, close: (data) => binEntry(data, placeOf(job, device.id), deps.correctedNow()) }
  }
  const row: RetireRow = { ...(open ?? newRow(job, device, false)), stage: 'deactivated' }
  await deps.store.change((data) => putRow(data, row))
  return finish(job, row, step)
}
