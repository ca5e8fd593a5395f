/**
 * A registration along its journal row (backends.md §5.2, 1, 3 and 4): `intent` before the backend is asked to make anything,
 * `created` as the first act on its answer, `enabled` once proven. After a crash at any arrow the row is looked into before
 * anything is sent again; nothing is made a second time without a look.
 */
import { callError } from '../../../shared/contract/index.ts'
import { codeSource, toSecret, type TimedSource } from '../../../shared/domain/entry.ts'
import type { DeviceType, MfaDevice } from '../../../shared/domain/device.ts'
import type { StepId } from '../../../shared/domain/playbooks/index.ts'
import { limitReached } from '../../../shared/domain/loss/index.ts'
import { fromBase64url, toBase64url } from '../../../shared/kit/index.ts'
import type { Look, Outcome, Pending, Proof, RegisterRequest } from '../../backends/backend.ts'
import { fromBackend } from '../errors.ts'
import { closeRegister, putRow, refOf, rowById, type RegisterRow } from '../journal.ts'
import { openRegistration, withDeed } from './cases.ts'
import { StepTrouble, type Job } from './job.ts'
import { withSession } from './session.ts'
import { rpOf } from './touch.ts'
import { reading } from './world.ts'
import { send } from './write.ts'

/** RFC 4226 §4 R6 recommends 160 bits. */
const OWN_SEED_BYTES = 20
const ID_BYTES = 16

export interface Wanted {
  readonly type: DeviceType
  readonly name: string
  readonly serial?: string | undefined
  /** Of the case, for what is noted as done. */
  readonly step: StepId
}

/** A registration that stands at `created` or later; `options` only of a FIDO challenge that was just given. */
export interface Begun {
  readonly row: RegisterRow
  readonly options?: Readonly<Record<string, unknown>> | undefined
  readonly digits?: number | undefined
  readonly periodSeconds?: number | undefined
}

/** Goes on with what was begun before, or begins. Throws a `CallError`; then nothing half-made is left that the journal does not know. */
export async function begin(job: Job, wanted: Wanted): Promise<Begun> {
  const before = openRegistration(job.deps.store.data(), job.caseId ?? '')
  const settled = before && (await settle(job, before))
  if (settled && settled.stage !== 'intent') return { row: settled }
  if (!settled) return made(await create(job, await writeIntent(job, wanted), wanted.step, 'new'))
  const begun = await create(job, settled, wanted.step, 'resumed')
  if (begun !== 'taken') return begun
  // What has its name is most likely what the try before made, and a list that came late did not have: looked at again.
  if (await settle(job, settled)) throw callError('try-later', {}, { changed: false })
  return made(await create(job, await writeIntent(job, wanted), wanted.step, 'new'))
}

function made(begun: Begun | 'taken'): Begun {
  if (begun === 'taken') throw new TypeError('a new row is closed where its name is taken')
  return begun
}

/** Where a row stands after a look; `undefined` where it came to nothing and is closed. Writes to the backend only to clean up. */
export async function settle(job: Job, row: RegisterRow): Promise<RegisterRow | undefined> {
  job.progress('looking', { name: row.name })
  const look = await reading(job, (signal) => job.backend.look(refOf(row), signal))
  if (look === 'unknown') throw callError('outcome-unknown', {})
  return row.stage === 'intent' ? settleIntent(job, row, look) : settleMade(job, row, look)
}

async function settleIntent(job: Job, row: RegisterRow, look: Look): Promise<RegisterRow | undefined> {
  switch (look) {
    case 'absent':
      return row
    case 'created':
      // Its seed or challenge was told once, to somebody who is gone.
      await cleanUp(job, row)
      return undefined
    default:
      // Enabled, though the proof was never given from here: it is not ours.
      await closeRow(job, row, 'gone')
      return undefined
  }
}

async function settleMade(job: Job, row: RegisterRow, look: Look): Promise<RegisterRow | undefined> {
  if (look === 'enabled') return row.stage === 'enabled' ? row : markEnabled(job, row)
  if (row.type === 'fido') {
    // A challenge is never used twice.
    if (look === 'created') await cleanUp(job, row)
    else await closeRow(job, row, 'gone')
    return undefined
  }
  if (look === 'created' && row.stage === 'created') return row
  // Nothing stands for a token at some backends until its codes are taken: it is assigned again.
  if (row.type === 'hardware-totp' && look === 'absent') return { ...row, stage: 'intent' }
  throw new StepTrouble('half-made-not-seen', { facts: { name: row.name } })
}

async function writeIntent(job: Job, wanted: Wanted): Promise<RegisterRow> {
  const { deps, backend, identityId } = job
  const [devices, { seedFrom }] = await reading(job, (signal) =>
    Promise.all([backend.devices(identityId, signal), backend.capabilities(identityId, signal)]),
  )
  const full = limitReached(devices)
  if (full) throw callError('limit-reached', { names: [...full.names] }, { changed: false })
  const needsSeed = wanted.type === 'virtual-totp' && !seedFrom.includes('backend')
  const draft = {
    id: toBase64url(deps.random(ID_BYTES)),
    backendId: backend.id,
    identityId,
    ...(job.caseId === undefined ? {} : { caseId: job.caseId }),
    openedAt: deps.correctedNow(),
    job: 'register' as const,
    type: wanted.type,
    name: wanted.name,
    ...(wanted.serial === undefined ? {} : { serial: wanted.serial }),
    stage: 'intent' as const,
    ...(needsSeed ? { seed: toBase64url(deps.random(OWN_SEED_BYTES)) } : {}),
  }
  const ref = await reading(job, (signal) => backend.refFor(identityId, requestOf(job, draft), signal))
  // What stands there under this name is another's, or an earlier try's: never touched unless the journal knows it.
  if ((await reading(job, (signal) => backend.look(ref, signal))) !== 'absent' && wanted.type !== 'hardware-totp') {
    throw callError('name-taken', { name: wanted.name }, { changed: false })
  }
  const row: RegisterRow = { ...draft, deviceId: ref.deviceId }
  await deps.store.change((data) => putRow(data, row))
  return row
}

function requestOf(job: Job, row: Omit<RegisterRow, 'deviceId'>): RegisterRequest {
  const base = { nonce: row.id, name: row.name }
  switch (row.type) {
    case 'virtual-totp': {
      const seed = row.seed === undefined ? undefined : fromBase64url(row.seed)
      return { ...base, type: row.type, ...(seed ? { seed } : {}) }
    }
    case 'hardware-totp':
      return { ...base, type: row.type, serial: row.serial ?? '' }
    case 'fido':
      return { ...base, type: row.type, ...rpOf(job) }
  }
}

/** Sends what the intent says; `taken`: of a row that was resumed, which then stands. Its answer is in the journal, seed and all, before anything else is done with it. */
async function create(job: Job, row: RegisterRow, step: StepId, is: 'new' | 'resumed'): Promise<Begun | 'taken'> {
  const { deps, backend, identityId, actor } = job
  const request = requestOf(job, row)
  job.progress('making', { name: row.name })
  const keep = async (outcome: Outcome<Pending>) => {
    if (outcome.is === 'done') {
      const created = withPending(row, outcome.value)
      await deps.store.change((data) =>
        withDeed(putRow(data, created), { caseId: job.caseId, step, now: deps.correctedNow() }, 'made', {
          name: row.name,
        }),
      )
    }
    // A session is fetched and the same sent again: the intent stands.
    const stays = (code: string) => code === 'mfa-session-needed' || (is === 'resumed' && code === 'name-taken')
    if (outcome.is === 'refused' && !stays(outcome.error.code)) await closeRow(job, row, 'gone')
  }
  const outcome = await withSession(job, () => send(job, () => backend.beginRegister(identityId, request, actor), keep))
  if (outcome.is === 'refused') {
    if (outcome.error.code === 'mfa-session-needed') await closeRow(job, row, 'gone')
    if (is === 'resumed' && outcome.error.code === 'name-taken') return 'taken'
    throw fromBackend(outcome.error, false)
  }
  if (outcome.is === 'unknown') {
    // Looked into, and tidied where need be: nothing was made, or nothing is left of it.
    await settle(job, row)
    throw callError('unreachable', {}, { changed: false })
  }
  const pending = outcome.value
  const created = rowById(deps.store.data(), 'register', row.id)
  if (row.type === 'virtual-totp' && !sourceOfRow(created)) {
    await cleanUp(job, created)
    throw callError('answer-not-understood', {}, { changed: false })
  }
  if (pending.type === 'fido') return { row: created, options: pending.options }
  return { row: created, digits: pending.digits, periodSeconds: pending.periodSeconds }
}

function withPending(row: RegisterRow, pending: Pending): RegisterRow {
  const created: RegisterRow = { ...row, stage: 'created', deviceId: pending.ref.deviceId }
  if (pending.type !== 'virtual-totp') return created
  const { seed, algorithm, digits, periodSeconds } = pending
  return { ...created, seed: toBase64url(seed), parameters: { algorithm, digits, periodSeconds } }
}

/** What the codes of a half-made virtual device are made from, if its seed and parameters are ones we can use. */
export function sourceOfRow(row: RegisterRow): TimedSource | undefined {
  const bytes = row.seed === undefined ? undefined : fromBase64url(row.seed)
  const read = codeSource.safeParse({ kind: 'totp', secret: bytes && toSecret(bytes), ...row.parameters })
  return read.success && read.data.kind !== 'hotp' ? read.data : undefined
}

/**
 * `enabled`: the backend took the proof, or was seen to have taken it. `refused`: codes it does not take, with when another may
 * be. `unsent`: nothing was told and the device is not enabled: to be tried again with fresh codes.
 */
export type Proven =
  | { readonly is: 'enabled' }
  | { readonly is: 'refused'; readonly code: 'codes-refused' | 'code-repeated'; readonly retryAt: number | undefined }
  | { readonly is: 'unsent' }

/** Gives the proof. Throws a `CallError` for a refusal that is not of the codes. */
export async function confirm(job: Job, row: RegisterRow, proof: Proof): Promise<Proven> {
  const { backend, actor } = job
  const keep = async (outcome: Outcome<MfaDevice>) => {
    if (outcome.is === 'done') await markEnabled(job, row)
  }
  job.progress('giving-codes', { name: row.name })
  const outcome = await withSession(job, () => send(job, () => backend.confirmRegister(refOf(row), proof, actor), keep))
  const isSeen = async () => (await settle(job, row))?.stage === 'enabled'
  switch (outcome.is) {
    case 'done':
      return { is: 'enabled' }
    case 'unknown':
      return { is: (await isSeen()) ? 'enabled' : 'unsent' }
    case 'refused': {
      const { error } = outcome
      if (error.code === 'codes-refused') return { is: 'refused', code: error.code, retryAt: error.retryAt }
      if (error.code === 'code-repeated') return { is: 'refused', code: error.code, retryAt: undefined }
      // The retry of a proof that had been taken: enabled for its own owner, which a look tells from another's.
      if (error.code === 'serial-taken' && (await isSeen())) return { is: 'enabled' }
      throw fromBackend(error, true)
    }
  }
}

/** Gives up what was begun: cleaned up, or found to be nothing. `enabled`: it was proven after all, and stays. */
export async function giveUp(job: Job, row: RegisterRow): Promise<'closed' | 'enabled'> {
  const look = await reading(job, (signal) => job.backend.look(refOf(row), signal))
  if (look === 'unknown') throw callError('outcome-unknown', {})
  if (look === 'enabled' && row.stage !== 'intent') {
    await markEnabled(job, row)
    return 'enabled'
  }
  if (look === 'created') await cleanUp(job, row)
  else await closeRow(job, row, 'gone')
  return 'closed'
}

const markEnabled = async (job: Job, row: RegisterRow): Promise<RegisterRow> => {
  const enabled: RegisterRow = { ...row, stage: 'enabled' }
  await job.deps.store.change((data) => putRow(data, enabled))
  return enabled
}

const closeRow = (job: Job, row: RegisterRow, end: 'abandoned' | 'gone'): Promise<void> =>
  job.deps.store.change((data) =>
    putRow(data, closeRegister(rowById(data, 'register', row.id), end, job.deps.correctedNow())),
  )

/**
 * Removes at the backend what was made and not enabled, and closes the row. Throws a `CallError` where that can't be: the row
 * then stays, marked as left, until the backend is seen without it.
 */
export async function cleanUp(job: Job, row: RegisterRow): Promise<void> {
  const { deps, backend, actor } = job
  job.progress('cleaning-up', { name: row.name })
  const outcome = await withSession(job, () =>
    send(
      job,
      () => backend.abandon(refOf(row), actor),
      async (outcome) => {
        const isGone = outcome.is === 'done' || (outcome.is === 'refused' && outcome.error.code === 'not-found')
        if (isGone) await closeRow(job, row, 'abandoned')
      },
    ),
  )
  if (outcome.is === 'done') return
  if (outcome.is === 'unknown') {
    if ((await reading(job, (signal) => backend.look(refOf(row), signal))) !== 'absent')
      throw callError('outcome-unknown', {})
    return closeRow(job, row, 'abandoned')
  }
  if (outcome.error.code === 'not-found') return
  // Denied to this identity: an administrator can remove it by its id; another takes its place meanwhile.
  if (outcome.error.code === 'not-permitted') {
    await deps.store.change((data) => putRow(data, { ...rowById(data, 'register', row.id), isLeft: true }))
  }
  throw fromBackend(outcome.error, true)
}
