/** Drifted? This computer's clock is read against the backend's, then two codes are given: made here, or typed. */
import { callError } from '../../../../shared/contract/index.ts'
import type { ClockReading } from '../../../../shared/domain/drift.ts'
import { stepAt } from '../../../otp/index.ts'
import type { MfaDevice } from '../../../../shared/domain/device.ts'
import { codeShapeOf, periodOf, USUAL_PERIOD_SECONDS } from '../code-shape.ts'
import { nextStepAt, readPair, timeAt } from '../codes.ts'
import { StepTrouble, type StepJob } from '../job.ts'
import { closeAttempts, driftFacts, lastAttempt, resync, type Resynced } from '../resync-job.ts'
import { sourceOf } from '../session.ts'
import { reading } from '../world.ts'
import { waitForPair } from './enable.ts'
import { inForce, type Facts } from '../../../../shared/domain/playbooks/index.ts'
import type { Finished, Perform, Performer } from './performer.ts'

/** Shown as done, not asked: how far this computer's clock is from the backend's. */
const readClock: Perform = async (job) => {
  const { deps, backend, identityId } = job
  job.progress('reading')
  const shape = await codeShapeOf(job, identityId, deviceOf(job).id)
  const sentAt = deps.time.now()
  const { at, uncertaintyMs } = await reading(job, (signal) => backend.time(signal))
  const receivedAt = deps.time.now()
  return {
    result: {
      by: 'program',
      facts: {
        isRead: true,
        periodSeconds: periodOf(shape),
        ...(shape ? { digits: shape.digits } : {}),
        offsetSeconds: Math.round(((sentAt + receivedAt) / 2 - at) / 100) / 10,
        uncertaintySeconds: Math.round((uncertaintyMs + Math.abs(receivedAt - sentAt) / 2) / 100) / 10,
      },
    },
  }
}

/** A device of this vault: the program gives two codes of the backend's own time. */
const resyncHere: Perform = async (job) => {
  const device = deviceOf(job)
  const { source, resynced, now } = await giveOurs(job, device)
  if (resynced.is === 'in-sync') return inSync(job, device, resynced, true)
  const until = Math.max(nextStepAt(source, now), resynced.is === 'refused' ? (resynced.retryAt ?? 0) : 0)
  return { result: { by: 'program', choice: 'pair-refused', facts: { until } } }
}

/** Refused again with two newer codes: it is not the clock. */
const resyncAgain: Perform = async (job) => {
  const device = deviceOf(job)
  const { resynced } = await giveOurs(job, device)
  if (resynced.is === 'in-sync') return inSync(job, device, resynced, true)
  if (resynced.is === 'refused') return { result: { by: 'program', choice: 'still-refused' } }
  throw callError('outcome-unknown', {}, { changed: false })
}

async function giveOurs(job: StepJob, device: MfaDevice) {
  const source = sourceOf(job, job.identityId, device.id)
  if (!source) throw callError('not-found', { what: 'entry' })
  const attempt = lastAttempt(job, device.id)
  const codes = await waitForPair(job, source, attempt && stepAt(source, attempt.attemptedAt))
  const now = await timeAt(job)
  return { source, now, resynced: await giveAndLook(job, device, codes, now) }
}

/** Codes of any other device are typed, one after the other. */
const resyncTyped: Perform = async (job) => {
  const device = deviceOf(job)
  const { ask } = job.step
  const codes = readPair(job.answer, ask?.form === 'codes' ? ask.digits : 6)
  const now = await timeAt(job)
  const attempt = lastAttempt(job, device.id)
  // Nobody knows what became of the last pair; one typed so soon after it can't be newer.
  const periodMs = periodIn(job) * 1000
  const isSamePair = attempt?.stage === 'intent' && now >= attempt.attemptedAt && now - attempt.attemptedAt < periodMs
  if (isSamePair) throw callError('code-repeated', {}, { changed: false })
  const resynced = await giveAndLook(job, device, codes, now)
  if (resynced.is === 'in-sync') return inSync(job, device, resynced, false)
  if (resynced.is === 'unsent') throw callError('outcome-unknown', {}, { changed: false })
  const { retryAt } = resynced
  throw new StepTrouble('codes-refused', { facts: retryAt === undefined ? {} : { until: retryAt } })
}

/** An answer that was lost: a device that was drifted before and is not now was put right. */
async function giveAndLook(
  job: StepJob,
  device: MfaDevice,
  codes: readonly [string, string],
  now: number,
): Promise<Resynced> {
  const healthOf = async () => {
    const devices = await reading(job, (signal) => job.backend.devices(job.identityId, signal))
    return devices.find(({ id }) => id === device.id)?.health
  }
  const before = await healthOf()
  const resynced = await resync(job, device, codes, now)
  if (resynced.is !== 'unsent' || before?.state !== 'drifted') return resynced
  return (await healthOf())?.state === 'in-sync' ? { is: 'in-sync', drift: before.drift } : resynced
}

function inSync(
  job: StepJob,
  device: MfaDevice,
  { drift }: Extract<Resynced, { is: 'in-sync' }>,
  isHere: boolean,
): Finished {
  const place = { backendId: job.backend.id, identityId: job.identityId, deviceId: device.id }
  return {
    result: {
      by: 'program',
      choice: 'in-sync',
      facts: driftFacts(job, { device, drift, isHere, clock: clockOf(job), periodSeconds: periodIn(job) }),
      final: true,
    },
    change: (data) => closeAttempts(data, place, job.deps.correctedNow()),
  }
}

/** What the case read of clock and device, where that was not skipped. */
function readFacts({ record }: StepJob): Facts {
  const read = inForce(record.log).find((item) => item.is === 'done' && item.step === 'clock')
  return read?.is === 'done' ? read.facts : {}
}

function periodIn(job: StepJob): number {
  const { periodSeconds } = readFacts(job)
  return typeof periodSeconds === 'number' ? periodSeconds : USUAL_PERIOD_SECONDS
}

/** This computer's clock, as this case read it. */
function clockOf(job: StepJob): ClockReading | undefined {
  const { offsetSeconds, uncertaintySeconds } = readFacts(job)
  return typeof offsetSeconds === 'number' && typeof uncertaintySeconds === 'number'
    ? { offsetSeconds, uncertaintySeconds }
    : undefined
}

/** The device the case is about. Every case that gets here has one. */
export function deviceOf({ record }: StepJob): MfaDevice {
  const { device } = record.subject
  if (!device) throw callError('not-found', { what: 'device' })
  return device
}

export const RESYNC_PERFORMERS = {
  clock: { primary: readClock },
  resync: { primary: resyncHere },
  'resync-next-codes': { primary: resyncAgain },
  'resync-codes': { primary: resyncTyped },
} satisfies Record<string, Performer>
