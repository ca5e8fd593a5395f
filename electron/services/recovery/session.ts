/** An MFA session at a backend, where a step needs one: by a code made here, a typed code, or a touch (backends.md §1.3). */
import { callError } from '../../../shared/contract/index.ts'
import type { TimedSource } from '../../../shared/domain/entry.ts'
import { sleep } from '../../../shared/kit/index.ts'
import type { MfaDevice } from '../../../shared/domain/device.ts'
import { devicesInUse } from '../../../shared/domain/loss/index.ts'
import type { Outcome } from '../../backends/backend.ts'
import { codeAt } from '../../otp/index.ts'
import { entryFor } from '../journal.ts'
import { codeShapeOf } from './code-shape.ts'
import { nextStepAt, readCode, timeAt } from './codes.ts'
import type { Job } from './job.ts'
import { rpOf, touch, type Purpose } from './touch.ts'
import { reading } from './world.ts'
import { send, valueOf } from './write.ts'

/** More wrong codes may lock the device. */
const MAX_WAITS = 2

/**
 * Does `work`; where the backend asks for an MFA session, opens one for who acts and does it once more. The refused outcome is
 * answered where the program is at work alone.
 */
export async function withSession<T>(job: Job, work: () => Promise<Outcome<T>>): Promise<Outcome<T>> {
  const outcome = await work()
  if (outcome.is !== 'refused' || outcome.error.code !== 'mfa-session-needed' || !job.asks) return outcome
  await openSession(job)
  return work()
}

/**
 * Opens an MFA session for who acts, with the best device at hand, or one that gives codes or is a key. Throws a `CallError`,
 * `mfa-session-needed` where there is none.
 */
export async function openSession(job: Job, by?: 'code' | 'key'): Promise<MfaDevice> {
  const { actor, without } = job
  const identityId = actor.as === 'self' ? job.identityId : actor.identityId
  const devices = await reading(job, (signal) => job.backend.devices(identityId, signal))
  const usable = devicesInUse(devices).filter(
    ({ id, type }) => id !== without && (by === undefined || (by === 'key') === (type === 'fido')),
  )
  const typed = usable.filter(({ type }) => type !== 'fido')
  const device =
    usable.find(({ id }) => sourceOf(job, identityId, id)) ??
    // A code of one that drifted may be refused.
    typed.find(({ health }) => health.state !== 'drifted') ??
    typed[0] ??
    usable[0]
  if (!device) throw callError('mfa-session-needed', { onlyFido: false })
  job.progress('opening-session', { name: device.name })
  await prove(job, identityId, device)
  return device
}

/** Shows that a device works: the backend takes a fresh code of it, or an answer to a challenge. Throws a `CallError`. */
export async function prove(
  job: Job,
  identityId: string,
  device: MfaDevice,
  purpose: Purpose = 'sign-in',
): Promise<void> {
  if (device.type === 'fido') return proveKey(job, identityId, device, purpose)
  const source = sourceOf(job, identityId, device.id)
  if (source) return proveHere(job, identityId, device, source)
  if (!job.asks?.code) throw callError('mfa-session-needed', { onlyFido: false })
  const shape = await codeShapeOf(job, identityId, device.id)
  if (!shape) throw callError('not-supported', { reason: 'device-without-codes' })
  const { code } = await job.asks.code({ deviceName: device.name, digits: shape.digits })
  const typed = readCode(code, shape.digits, 'code')
  valueOf(await send(job, () => job.backend.elevate(identityId, device.id, typed)))
}

/**
 * The code of now may have been given before, and some servers count one further than the last they took (docs/backends.md):
 * then the next one is waited for, and once more the one after it.
 */
async function proveHere(job: Job, identityId: string, device: MfaDevice, source: TimedSource): Promise<void> {
  const give = async () => {
    const { code } = codeAt(source, await timeAt(job))
    return send(job, () => job.backend.elevate(identityId, device.id, code))
  }
  let given = await give()
  for (let waits = 0; waits < MAX_WAITS; waits++) {
    if (given.is !== 'refused' || given.error.code !== 'mfa-session-refused') break
    const now = await timeAt(job)
    const until = nextStepAt(source, now)
    job.progress('waiting-for-code', { until, name: device.name })
    await sleep(job.deps.clock, until - now, job.signal)
    given = await give()
  }
  return valueOf(given)
}

async function proveKey(job: Job, identityId: string, device: MfaDevice, purpose: Purpose): Promise<void> {
  const rp = rpOf(job)
  const { options } = valueOf(await send(job, () => job.backend.beginAssertion(identityId, rp, device.id)))
  const response = await touch(job, 'get', options, purpose)
  const { deviceId } = valueOf(await send(job, () => job.backend.finishAssertion(identityId, response)))
  // Another key of the same identity answered: a session, but no proof of this one.
  if (deviceId !== device.id) throw callError('key-refused', { reason: 'unknown-credential' })
}

/** What this vault makes the codes of a device from, if it holds them. */
export function sourceOf({ deps, backend }: Job, identityId: string, deviceId: string): TimedSource | undefined {
  const entry = entryFor(deps.store.data(), { backendId: backend.id, identityId, deviceId })
  return entry && entry.kind !== 'hotp' ? entry : undefined
}
