/**
 * Two consecutive codes put a device right (backends.md §5.2, 5). The journal knows only that and when it was tried, so that
 * the same pair is not given twice; codes are never kept.
 */
import type { MfaDevice } from '../../../shared/domain/device.ts'
import {
  driftCause,
  driftOf,
  type ClockReading,
  type DriftReading,
  type DriftVerdict,
} from '../../../shared/domain/drift.ts'
import type { Drift } from '../../../shared/domain/device.ts'
import type { Facts } from '../../../shared/domain/playbooks/index.ts'
import { toBase64url } from '../../../shared/kit/index.ts'
import type { Outcome } from '../../backends/backend.ts'
import { fromBackend } from '../errors.ts'
import { isOpen, putRow, sameDevice, type DevicePlace, type ResyncRow } from '../journal.ts'
import type { VaultData } from '../store.ts'
import { USUAL_PERIOD_SECONDS } from './code-shape.ts'
import type { Pair } from './codes.ts'
import type { Job, StepJob } from './job.ts'
import { withSession } from './session.ts'
import { send } from './write.ts'

const ID_BYTES = 16

/** `unsent`: nothing was told; another, newer pair may be given. Throws a `CallError` for a refusal that is not of the codes. */
export type Resynced =
  | { readonly is: 'in-sync'; readonly drift: Drift | undefined }
  | { readonly is: 'refused'; readonly code: string; readonly retryAt: number | undefined }
  | { readonly is: 'unsent' }

/** Gives a pair; `attemptedAt` is the backend's time of the later code, which the next pair must be newer than. */
export async function resync(job: Job, device: MfaDevice, codes: Pair, attemptedAt: number): Promise<Resynced> {
  const { deps, backend, identityId, caseId, actor } = job
  const row: ResyncRow = {
    id: toBase64url(deps.random(ID_BYTES)),
    backendId: backend.id,
    identityId,
    ...(caseId === undefined ? {} : { caseId }),
    openedAt: deps.correctedNow(),
    job: 'resync',
    deviceId: device.id,
    stage: 'intent',
    attemptedAt,
  }
  job.signal.throwIfAborted()
  await deps.store.change((data) => putRow(data, row))
  job.progress('resyncing', { name: device.name })
  const keep = async (outcome: Outcome<unknown>) => {
    if (outcome.is === 'unknown') return
    await deps.store.change((data) => closeAttempts(data, row, deps.correctedNow()))
  }
  const outcome = await withSession(job, () =>
    send(job, () => backend.resync(identityId, device.id, codes, actor), keep),
  )
  switch (outcome.is) {
    case 'done':
      return { is: 'in-sync', drift: outcome.value.drift }
    case 'unknown':
      return { is: 'unsent' }
    case 'refused': {
      const { error } = outcome
      if (error.code === 'codes-refused') return { is: 'refused', code: error.code, retryAt: error.retryAt }
      throw fromBackend(error, false)
    }
  }
}

/** An attempt has its answer, and with it what became of those before matters no more. */
export const closeAttempts = (data: VaultData, place: DevicePlace, at: number): VaultData => ({
  ...data,
  journal: data.journal.map((other) =>
    other.job === 'resync' && isOpen(other) && sameDevice(other, place)
      ? { ...other, stage: 'closed', closedAt: at }
      : other,
  ),
})

/** The latest attempt on a device; its codes are not given again. One that is open has an outcome nobody knows. */
export function lastAttempt({ deps, backend, identityId }: Job, deviceId: string): ResyncRow | undefined {
  const place = { backendId: backend.id, identityId, deviceId }
  return deps.store
    .data()
    .journal.filter((row): row is ResyncRow => row.job === 'resync' && sameDevice(row, place))
    .toSorted((a, b) => b.attemptedAt - a.attemptedAt)[0]
}

export interface Measured {
  readonly device: MfaDevice
  /** As the backend told it. */
  readonly drift: Drift | undefined
  /** Its codes are made here. */
  readonly isHere: boolean
  /** Of its codes. */
  readonly periodSeconds: number
  /** This computer's clock against the backend's, as the case read it. */
  readonly clock: ClockReading | undefined
}

/** How far the device was out and why, for the end of the case: `told`, `steps`, `seconds`, `cause`, `tellApart`. */
export function driftFacts(job: StepJob, measured: Measured): Facts {
  const reading = readingOf(measured)
  if (!reading) return { told: false, cause: 'undecided', tellApart: 'not-told' }
  const { cause, tellApart } = verdict(job, measured, reading)
  return {
    told: true,
    steps: reading.drift.steps,
    seconds: reading.drift.seconds,
    cause,
    ...(tellApart.length === 0 ? {} : { tellApart: tellApart.join(' ') }),
  }
}

/**
 * A device of this vault has no clock but this computer's. Its codes were made in the backend's own time, so a drift that the
 * backend found all the same is the registration's; else the drift is how far this computer is off.
 */
function readingOf({ drift, isHere, clock, periodSeconds }: Measured): DriftReading | undefined {
  const base = { periodSeconds, against: 'backend', isKeptHere: isHere } as const
  if (!isHere) return drift && { ...base, drift }
  if (drift && Math.abs(drift.steps) > 1) return { ...base, drift }
  if (!clock) return drift && { ...base, drift }
  const steps = Math.round(clock.offsetSeconds / periodSeconds)
  return { ...base, drift: { ...driftOf(steps, periodSeconds), seconds: Math.round(clock.offsetSeconds) } }
}

function verdict(job: StepJob, { device, drift, isHere, clock }: Measured, reading: DriftReading): DriftVerdict {
  const phone = job.deps.measurements().find(({ from }) => from.kind === 'phone-code')
  const others = job.world.devices.flatMap((other): DriftReading[] =>
    other.id !== device.id && other.health.state === 'drifted' && other.health.drift
      ? [
          {
            drift: other.health.drift,
            periodSeconds: USUAL_PERIOD_SECONDS,
            against: 'backend',
            isKeptHere: job.world.linked.includes(other.id),
          },
        ]
      : [],
  )
  // Where the drift was read off this computer's clock, that same reading is no second witness.
  const isOwnReading = isHere && reading.drift !== drift
  return driftCause({
    device: reading,
    ...(clock && !isOwnReading ? { clockAgainstBackend: clock } : {}),
    ...(phone
      ? {
          clockAgainstPhone: {
            offsetSeconds: phone.offsetMs / 1000,
            uncertaintySeconds: phone.uncertaintyMs / 1000,
          },
        }
      : {}),
    others,
  })
}
