/** Opening a case: its subject is read at the backend, and what can't be is refused before there is one. */
import { callError, type Request } from '../../../shared/contract/index.ts'
import {
  apply,
  type CaseRecord,
  type Known,
  type PlaybookFacts,
  type Subject,
} from '../../../shared/domain/playbooks/index.ts'
import type { MfaDevice } from '../../../shared/domain/device.ts'
import { limitReached } from '../../../shared/domain/loss/index.ts'
import { toBase64url } from '../../../shared/kit/index.ts'
import { factsFor, putCase } from './cases.ts'
import type { RecoveryDeps } from './job.ts'
import { liveOf, readSubject } from './world.ts'

const ID_BYTES = 16

type OpenRequest = Request<'recovery.open'>

/** The open case for the same subject, or a new one, durable. Throws a `CallError`: `limit-reached` for the ninth device. */
export async function openCase(deps: RecoveryDeps, request: OpenRequest, signal: AbortSignal): Promise<string> {
  const { store } = deps
  const { backendId, identityId } = request.kind === 'register' ? request.identity : request.device
  const administratorId = request.kind === 'help' ? request.administrator.identityId : undefined
  const { known, administratorDevices } = await readSubject(deps, backendId, identityId, administratorId, signal)
  const subject: Subject = { backendId, identityId, ...deviceIn(request, known), ...administratorIn(request, known) }

  const before = store.data().cases.find((record) => isSame(record, request.kind, subject))
  const now = deps.correctedNow()
  const fresh: CaseRecord = {
    id: toBase64url(deps.random(ID_BYTES)),
    kind: request.kind,
    subject,
    known,
    openedAt: now,
    log: [],
  }
  const facts = factsFor(store.data(), before ?? fresh, known, liveOf(deps, before ?? fresh, administratorDevices))
  if (!before) refuseImpossible(request, facts)
  const record = withFirstAnswer(before ?? fresh, request, facts, now)
  if (record !== before) await store.change((data) => putCase(data, record))
  return record.id
}

/** Throws `not-found`. A device that is gone has nothing left to be replaced or put right. */
function deviceIn(request: OpenRequest, { devices }: Known): { device?: MfaDevice } {
  if (request.kind === 'register') return {}
  const device = devices.find(({ id }) => id === request.device.deviceId)
  if (!device) throw callError('not-found', { what: 'device' })
  return { device }
}

/** Throws `not-permitted` where the one who would help has no right to. */
function administratorIn(request: OpenRequest, { administrators, identity }: Known): Pick<Subject, 'administrator'> {
  if (request.kind !== 'help') return {}
  const { backendId, identityId } = request.administrator
  const administrator = administrators.find(({ id }) => id === identityId)
  if (!administrator || backendId !== request.device.backendId || identity.kind === 'root') {
    throw callError('not-permitted', { action: 'deactivate' }, { changed: false })
  }
  return { administrator }
}

const isSame = (record: CaseRecord, kind: CaseRecord['kind'], subject: Subject): boolean =>
  record.closedAt === undefined &&
  record.kind === kind &&
  record.subject.backendId === subject.backendId &&
  record.subject.identityId === subject.identityId &&
  record.subject.device?.id === subject.device?.id &&
  record.subject.administrator?.id === subject.administrator?.id

function refuseImpossible(request: OpenRequest, { devices, can }: PlaybookFacts): void {
  if (request.kind === 'register') {
    const full = limitReached(devices)
    if (full) throw callError('limit-reached', { names: [...full.names] }, { changed: false })
  }
  if (request.kind === 'resync' && !can.resync.can) {
    throw callError('not-supported', { reason: can.resync.reason }, { changed: false })
  }
}

/** What the person said when opening counts as the answer to the first question, if that still waits for one. */
function withFirstAnswer(record: CaseRecord, request: OpenRequest, facts: PlaybookFacts, now: number): CaseRecord {
  const [step, choice] =
    request.kind === 'register'
      ? ['type', request.type]
      : request.kind === 'replace'
        ? ['what-happened', request.happened]
        : ['', undefined]
  if (choice === undefined) return record
  const applied = apply(record, step, { by: 'person', choice }, facts, now)
  if (applied.ok) return applied.value
  // A case that is further along stays where it is; an option that can't be had is refused like any answer.
  if (applied.error.refused !== 'option') return record
  throw callError('not-supported', { reason: applied.error.reason }, { changed: false })
}
