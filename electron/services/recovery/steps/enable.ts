/** Making and enabling a device (rules 1 and 4). Whatever happens, the journal knows what stands at the backend. */
import { callError, CallError } from '../../../../shared/contract/index.ts'
import { noteDeed, suggestedName, type DeedId } from '../../../../shared/domain/playbooks/index.ts'
import type { TimedSource } from '../../../../shared/domain/entry.ts'
import { sleep, toBase64url } from '../../../../shared/kit/index.ts'
import { linkRow, refOf, type RegisterRow } from '../../journal.ts'
import { changeCase, openRegistration } from '../cases.ts'
import { nextStepAt, pairAt, readPair, timeAt } from '../codes.ts'
import { StepTrouble, type StepJob, type WebAuthnJson } from '../job.ts'
import { begin, confirm, giveUp, settle, sourceOfRow, type Proven } from '../register-job.ts'
import { touch } from '../touch.ts'
import { choiceOf, readName, type Finished, type Perform, type Performer } from './performer.ts'

const ENTRY_ID_BYTES = 16

/** One action: the program makes the device, gives the previous and the current code, enables it and links its entry. */
const create: Perform = async (job) => {
  const { row } = await begin(job, { type: 'virtual-totp', name: readNameOnce(job), step: job.step.step })
  if (row.stage === 'enabled') return enabled(job, row)
  const source = needSource(row)
  const now = await timeAt(job)
  const pair = pairAt(source, now)
  const proven: Proven =
    'codes' in pair ? await confirm(job, row, { type: 'codes', codes: pair.codes }) : { is: 'unsent' }
  if (proven.is === 'enabled') return enabled(job, row)
  return {
    result: {
      by: 'program',
      choice: 'pair-refused',
      facts: { name: row.name, until: Math.max(nextStepAt(source, now), retryAt(proven)) },
      final: true,
    },
  }
}

/** A device that was begun has its name; only a new one is asked for it. A name that is taken is refused where it is typed. */
const readNameOnce = (job: StepJob) => openRow(job)?.name ?? readName(job)

/** The pair was refused: two newer codes, as soon as there are some. */
const nextCodes: Perform = async (job) => {
  const row = openRow(job)
  const settled = row && (await settle(job, row))
  if (!settled) throw new StepTrouble('half-made-not-seen')
  if (settled.stage === 'enabled') return enabled(job, settled)
  const source = needSource(settled)
  const { ask } = job.step
  const refusedUntil = ask?.form === 'wait' ? ask.until : 0
  const tried = Math.floor(refusedUntil / (source.periodSeconds * 1000)) - 1
  const pair = await waitForPair(job, source, tried)
  const proven = await confirm(job, settled, { type: 'codes', codes: pair })
  if (proven.is === 'enabled') return enabled(job, settled)
  const until = Math.max(nextStepAt(source, await timeAt(job)), retryAt(proven))
  throw new StepTrouble(proven.is === 'refused' ? proven.code : 'outcome-unknown', { facts: { until } })
}

/** Waits until two codes can be given that are both newer than step `tried`. */
export async function waitForPair(
  job: StepJob,
  source: TimedSource,
  tried: number | undefined,
): Promise<readonly [string, string]> {
  const now = await timeAt(job)
  const pair = pairAt(source, now, tried)
  if ('codes' in pair) return pair.codes
  job.progress('waiting-for-code', { until: pair.until })
  await sleep(job.deps.clock, pair.until - now, job.signal)
  const later = pairAt(source, pair.until, tried)
  if ('codes' in later) return later.codes
  throw callError('try-later', { retryAt: later.until })
}

const retryAt = (proven: Proven): number => (proven.is === 'refused' ? (proven.retryAt ?? 0) : 0)

/** A hardware token by its serial number; the backend says whether it knows it. */
const serial: Perform = async (job) => {
  const typed = job.answer.form === 'text' ? job.answer.text.trim() : ''
  if (typed === '') throw callError('answer-refused', { fields: [{ field: 'serial', reason: 'empty' }] })
  const before = openRow(job)
  if (before && before.serial !== typed) await giveUp(job, before)
  const name = suggestedName(job.world, 'hardware-totp')
  const begun = await begin(job, { type: 'hardware-totp', name, serial: typed, step: job.step.step }).catch(atField)
  const { digits, periodSeconds } = begun
  return {
    result: {
      by: 'person',
      facts: {
        serial: typed,
        name: begun.row.name,
        ...(digits === undefined ? {} : { digits }),
        ...(periodSeconds === undefined ? {} : { periodSeconds }),
      },
    },
  }
}

/** What is wrong with a serial number is said where it is typed. */
function atField(error: unknown): never {
  if (error instanceof CallError && (error.error.code === 'serial-taken' || error.error.code === 'serial-unknown')) {
    throw callError('answer-refused', { fields: [{ field: 'serial', reason: error.error.code }] }, { cause: error })
  }
  throw error
}

const enableCodes: Perform = async (job) => {
  const { ask, facts } = job.step
  const codes = readPair(job.answer, ask?.form === 'codes' ? ask.digits : 6)
  const wanted = facts['serial']
  const { row } = await begin(job, {
    type: 'hardware-totp',
    name: suggestedName(job.world, 'hardware-totp'),
    serial: typeof wanted === 'string' ? wanted : '',
    step: job.step.step,
  })
  if (row.stage === 'enabled') return enabled(job, row)
  const proven = await confirm(job, row, { type: 'codes', codes })
  if (proven.is === 'enabled') return enabled(job, row)
  if (proven.is === 'unsent') throw callError('unreachable', {}, { changed: false })
  if (proven.code === 'code-repeated') throw callError('code-repeated', {}, { changed: false })
  const { retryAt } = proven
  throw callError('codes-refused', retryAt === undefined ? {} : { retryAt }, { changed: false })
}

/** A FIDO authenticator: the backend's challenge, a touch, and its answer. A challenge of an earlier try is never used again. */
const touchNew: Perform = async (job) => {
  const name = readNameOnce(job)
  const { row, options } = await begin(job, { type: 'fido', name, step: job.step.step })
  if (row.stage === 'enabled') return enabled(job, row)
  if (!options) throw callError('challenge-expired', {}, { changed: false })
  const way = job.answer.form === 'done' ? job.answer.touch : undefined
  const response = await touch(job, 'create', options, 'register', way)
  const proven = await confirm(job, row, { type: 'attestation', response, name })
  if (proven.is !== 'enabled') throw callError('unreachable', {}, { changed: false })
  await link(job, response, row)
  return enabled(job, row)
}

/** Tells which key of this computer the device is on; what the page's WebAuthn made is on none that is known. */
async function link({ deps }: StepJob, response: WebAuthnJson, row: RegisterRow): Promise<void> {
  const { backendId, identityId, deviceId } = row
  if (typeof response['id'] !== 'string' || deviceId === undefined) return
  await deps.keysHere?.ceremonies.linkDevice(response['id'], { backendId, identityId, deviceId })
}

/** Cleans up what was begun, so that another kind or name can be chosen. A device that turns out to be enabled is kept. */
const startOver: Perform = async (job) => {
  const row = openRow(job)
  if (row && (await giveUp(job, row)) === 'enabled') return enabled(job, row)
  return { result: { by: 'person', choice: choiceOf(job) ?? 'start-over' } }
}

/** Looks whether it is enabled, then ties it to its entry, closes the row and ends the step in one change. */
async function enabled(job: StepJob, row: RegisterRow): Promise<Finished> {
  const { deps, backend, step, world, caseId } = job
  job.progress('looking', { name: row.name })
  const isSeen = await backend.look(refOf(row), job.signal).then(
    (look) => look === 'enabled',
    () => false,
  )
  const now = deps.correctedNow()
  const entryId = toBase64url(deps.random(ENTRY_ID_BYTES))
  const isLinked = row.seed !== undefined
  const deeds: DeedId[] = [
    ...(row.type === 'fido' ? [] : (['codes-given'] as const)),
    'enabled',
    ...(isSeen ? (['seen-enabled'] as const) : []),
    ...(isLinked ? (['linked'] as const) : []),
  ]
  return {
    result: {
      by: 'program',
      choice: 'enabled',
      facts: { deviceId: row.deviceId, name: row.name, type: row.type },
      final: true,
    },
    change: (data) =>
      deeds.reduce(
        (changed, did) =>
          changeCase(changed, caseId, (record) =>
            noteDeed(record, step.step, { did, facts: { name: row.name }, final: true }, now),
          ),
        linkRow(data, row.id, world.identity, entryId, now),
      ),
  }
}

const openRow = ({ deps, caseId }: StepJob) => openRegistration(deps.store.data(), caseId)

function needSource(row: RegisterRow): TimedSource {
  const source = sourceOfRow(row)
  if (!source) throw new StepTrouble('half-made-lost-seed', { facts: { name: row.name } })
  return source
}

export const ENABLE_PERFORMERS = {
  create: { primary: create, others: { 'start-over': startOver } },
  'temporary-create': { primary: create, others: { 'start-over': startOver } },
  'next-codes': { primary: nextCodes, others: { 'start-over': startOver } },
  'temporary-next-codes': { primary: nextCodes, others: { 'start-over': startOver } },
  serial: { primary: serial },
  'enable-codes': { primary: enableCodes, others: { 'start-over': startOver } },
  touch: { primary: touchNew, others: { 'start-over': startOver } },
} satisfies Record<string, Performer>
