/** The way back in: what a person does at the backend's own pages is seen there where the backend tells, else believed. */
import { callError, CallError } from '../../../../shared/contract/index.ts'
import { inForce, sessionDevice } from '../../../../shared/domain/playbooks/index.ts'
import type { MfaDevice } from '../../../../shared/domain/device.ts'
import { binEntry } from '../../journal.ts'
import { readCodes } from '../codes.ts'
import { StepTrouble, type StepJob } from '../job.ts'
import { openSession, prove } from '../session.ts'
import { reading } from '../world.ts'
import { valueOf, send } from '../write.ts'
import { withDeed } from '../cases.ts'
import { believed, seen, type Finished, type Perform, type Performer } from './performer.ts'
import { deviceOf } from './resync.ts'

/** The world was read anew before this step: the playbook settles the way from it. */
const settleWay: Perform = async () => ({ result: { by: 'program' } })

/** From now on the stolen device opens nothing. */
const suspend: Perform = async (job) => {
  const { deps, backend, identityId, actor, caseId, step } = job
  const device = deviceOf(job)
  job.progress('suspending', { name: device.name })
  const outcome = await send(job, () => backend.markLost(identityId, device.id, 'stolen', actor))
  if (outcome.is === 'unknown' && !(await isOutOfUse(job, device))) valueOf(outcome)
  if (outcome.is === 'refused' && outcome.error.code !== 'not-found') valueOf(outcome)
  return {
    result: { by: 'program', final: true },
    change: (data) =>
      withDeed(data, { caseId, step: step.step, now: deps.correctedNow() }, 'suspended', { name: device.name }),
  }
}

async function isOutOfUse(job: StepJob, device: MfaDevice): Promise<boolean> {
  const devices = await reading(job, (signal) => job.backend.devices(job.identityId, signal))
  return devices.find(({ id }) => id === device.id)?.health.state === 'out-of-use'
}

/** Signed in with a device other than the one this is about. */
const signedInWithOther: Perform = async (job) => {
  const session = await sessionAtBackend(job)
  if (session === 'not-told') return believed
  if (session === 'nobody') throw new StepTrouble('not-signed-in')
  if (session.via === 'device' && session.deviceId === job.without) throw new StepTrouble('signed-in-otherwise')
  const device = job.world.devices.find(({ id }) => id === session.deviceId)
  return seen({ via: session.via, ...(device ? { device: device.name } : {}) })
}

const sessionAtBackend = (job: StepJob) =>
  reading(job, (signal) => job.backend.signedIn(job.identityId, signal), 'identity')

/** A code or a touch given here opens the same session. */
const signInHere =
  (by: 'code' | 'key'): Perform =>
  async (job) => {
    const device = await openSession(job, by)
    const { result, ...rest } = sessionOpened(job, device)
    return { ...rest, result: { ...result, facts: { ...result.facts, via: 'device' } } }
  }

const deedAt = ({ deps, caseId, step }: StepJob) => ({ caseId, step: step.step, now: deps.correctedNow() })

/** Signed in by alternative factors, or any other way: in is in. */
const signedIn: Perform = async (job) => {
  const session = await sessionAtBackend(job)
  if (session === 'not-told') return believed
  if (session === 'nobody') throw new StepTrouble('not-signed-in')
  return seen({ via: session.via })
}

/** The phone number is another now, or was confirmed since it was asked for. */
const phoneChanged: Perform = async (job) => {
  const { backend, identityId, record } = job
  const contacts = await reading(job, (signal) => backend.contacts(identityId, signal), 'identity')
  if (!contacts) return believed
  const reached = inForce(record.log).find((item) => item.is === 'done' && item.step === 'reach')
  const before = reached?.is === 'done' ? reached.facts : {}
  const { phone } = contacts
  const isOther = phone !== undefined && phone.value !== before['phoneBefore']
  const isConfirmed = phone?.confirmedAt !== undefined && phone.confirmedAt > (reached?.at ?? Number.POSITIVE_INFINITY)
  if (!isOther && !isConfirmed) throw new StepTrouble('contact-not-changed')
  return seen()
}

/** The backend is seen without the device, whoever deactivated it. Of a virtual one, an entity may be left to delete. */
const deviceGone: Perform = async (job) => {
  const { deps, backend, identityId } = job
  const device = deviceOf(job)
  job.progress('looking', { name: device.name })
  const devices = await reading(job, (signal) => backend.devices(identityId, signal))
  if (devices.some(({ id }) => id === device.id))
    throw new StepTrouble('still-registered', { facts: { name: device.name } })
  const ref = { identityId, type: device.type, deviceId: device.id }
  const isEntityLeft =
    device.type === 'virtual-totp' && (await reading(job, (signal) => backend.look(ref, signal))) === 'created'
  const place = { backendId: backend.id, identityId, deviceId: device.id }
  return {
    result: { by: 'checked', facts: isEntityLeft ? { entityLeft: true } : {}, final: true },
    change: (data) =>
      withDeed(binEntry(data, place, deps.correctedNow()), deedAt(job), 'seen-gone', { name: device.name }),
  }
}

/** The device that this case enabled, as the backend lists it. */
async function newDevice(job: StepJob): Promise<MfaDevice> {
  const { backend, identityId, record } = job
  const made = inForce(record.log).findLast(
    (item) => item.is === 'done' && FINAL_STEPS.has(item.step) && typeof item.facts['deviceId'] === 'string',
  )
  const id = made?.is === 'done' ? made.facts['deviceId'] : undefined
  const devices = await reading(job, (signal) => backend.devices(identityId, signal))
  const device = devices.find((other) => other.id === id)
  if (!device) throw callError('not-found', { what: 'device' })
  return device
}

const FINAL_STEPS: ReadonlySet<string> = new Set(['create', 'next-codes', 'enable-codes', 'touch'])

/** Signed in at the backend's page with the new device. */
const testedAtBackend: Perform = async (job) => {
  const device = await newDevice(job)
  const session = await sessionAtBackend(job)
  if (session === 'not-told') return believed
  if (session === 'nobody') throw new StepTrouble('not-tested', { facts: { name: device.name } })
  if (session.deviceId !== device.id) throw new StepTrouble('signed-in-otherwise', { facts: { name: device.name } })
  return seen({ name: device.name })
}

/** The same proof given here: a code of it, or a touch. */
const testedHere: Perform = async (job) => {
  const device = await newDevice(job)
  await prove(job, job.identityId, device, 'test')
  return {
    result: { by: 'program', facts: { name: device.name } },
    change: (data) => withDeed(data, deedAt(job), 'tested', { name: device.name }),
  }
}

/** Changed here, or by hand. What was typed is in nothing that is kept. */
const password: Perform = async (job) => {
  const { answer, backend, identityId, actor } = job
  if (answer.form !== 'password') return { result: { by: 'person' } }
  const { current, next } = answer
  const minimumLength = job.step.ask?.form === 'password' ? job.step.ask.minimumLength : 0
  if (next.length < minimumLength) throw tooShort(minimumLength)
  if (next === current) throw callError('answer-refused', { fields: [{ field: 'next', reason: 'same-password' }] })
  job.progress('changing-password')
  const outcome = await send(job, () => backend.changePassword(identityId, current, next, actor))
  if (outcome.is === 'refused' && outcome.error.code === 'password-refused') {
    throw tooShort(outcome.error.minimumLength ?? minimumLength)
  }
  if (outcome.is === 'refused' && outcome.error.code === 'sign-in-failed') {
    throw callError('answer-refused', { fields: [{ field: 'current', reason: 'wrong-password' }] })
  }
  valueOf(outcome)
  return {
    result: { by: 'program', final: true },
    change: (data) => withDeed(data, deedAt(job), 'password-changed'),
  }
}

const tooShort = (minimumLength: number): CallError =>
  callError('password-refused', { minimumLength }, { changed: false })

/** The administrator's own MFA session: a code typed on the step, one made here, or a touch. */
const adminSession: Perform = async (job) => {
  const { answer, backend, actor, world } = job
  const device = sessionDevice(world)
  if (answer.form !== 'codes' || actor.as !== 'administrator' || !device)
    return sessionOpened(job, await openSession(job))
  const [code = ''] = readCodes(answer, 1, job.step.ask?.form === 'codes' ? job.step.ask.digits : 6)
  valueOf(await send(job, () => backend.elevate(actor.identityId, device.id, code)))
  return sessionOpened(job, device)
}

const sessionOpened = (job: StepJob, device: MfaDevice): Finished => ({
  result: { by: 'program', facts: { device: device.name } },
  change: (data) => withDeed(data, deedAt(job), 'session-opened', { name: device.name }),
})

export const WAY_BACK_PERFORMERS = {
  way: { primary: settleWay },
  suspend: { primary: suspend },
  'sign-in': {
    primary: signedInWithOther,
    others: { 'with-code': signInHere('code'), 'with-key': signInHere('key') },
  },
  'signed-in': { primary: signedIn },
  'phone-by-administrator': { primary: phoneChanged },
  support: { primary: deviceGone },
  administrator: { primary: deviceGone },
  'administrator-removes': { primary: deviceGone },
  'test-new': { primary: testedAtBackend, others: { here: testedHere } },
  password: { primary: password },
  session: { primary: adminSession },
} satisfies Record<string, Performer>
