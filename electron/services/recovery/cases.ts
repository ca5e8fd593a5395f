/** Cases in the vault: finding them, changing them durably, and what is known when one is looked at. */
import { callError } from '../../../shared/contract/index.ts'
import {
  apply,
  lossIn,
  noteDeed,
  type CaseRecord,
  type DeedId,
  type Facts,
  type HalfMade,
  type Known,
  type PlaybookFacts,
  type Refused,
  type StepId,
  type StepResult,
} from '../../../shared/domain/playbooks/index.ts'
import type { Loss, MfaDevice } from '../../../shared/domain/device.ts'
import { ok, type Result } from '../../../shared/kit/index.ts'
import { isOpen, openRows, type RegisterRow } from '../journal.ts'
import type { VaultData } from '../store.ts'

/** Throws `not-found`. */
export function caseById(data: VaultData, id: string): CaseRecord {
  const record = data.cases.find((other) => other.id === id)
  if (!record) throw callError('not-found', { what: 'case' })
  return record
}

export const changeCase = (data: VaultData, id: string, change: (record: CaseRecord) => CaseRecord): VaultData => ({
  ...data,
  cases: data.cases.map((record) => (record.id === id ? change(record) : record)),
})

/** Puts a case in, or in the place of the one with its id. */
export const putCase = (data: VaultData, record: CaseRecord): VaultData =>
  data.cases.some(({ id }) => id === record.id)
    ? changeCase(data, record.id, () => record)
    : { ...data, cases: [...data.cases, record] }

/** Notes what was done, in the same change as the journal's row. Nothing where no case stands behind the work. */
export const withDeed = (
  data: VaultData,
  at: { readonly caseId: string | undefined; readonly step: StepId | undefined; readonly now: number },
  did: DeedId,
  facts: Facts = {},
): VaultData => {
  const { caseId, step, now } = at
  if (caseId === undefined || step === undefined) return data
  return changeCase(data, caseId, (record) => noteDeed(record, step, { did, facts, final: true }, now))
}

/** The registration of a case that was begun and is not finished. One that had to be left is not gone on with. */
export const openRegistration = (data: VaultData, caseId: string): RegisterRow | undefined =>
  data.journal.findLast(
    (row): row is RegisterRow => row.job === 'register' && isOpen(row) && !row.isLeft && row.caseId === caseId,
  )

function halfMade(data: VaultData, caseId: string): HalfMade | undefined {
  const row = openRegistration(data, caseId)
  return row && row.stage !== 'closed' ? { stage: row.stage, type: row.type, name: row.name } : undefined
}

/** What changes without the backend being read. */
export interface Live {
  readonly now: number
  readonly touch: PlaybookFacts['touch']
  readonly administratorDevices: readonly MfaDevice[]
}

/** All that a plan is made from: what the backend said, what the vault holds, and what is so at the moment. */
export function factsFor(data: VaultData, record: CaseRecord, known: Known, live: Live): PlaybookFacts {
  const { backendId, identityId } = record.subject
  const linked = data.entries.flatMap(({ link, deletedAt }) =>
    link && deletedAt === undefined && link.backendId === backendId ? [link.deviceId] : [],
  )
  const others = data.cases.filter(({ id }) => id !== record.id)
  return {
    ...known,
    devices: known.devices.map((device) => {
      const loss = lossSaid(others, { backendId, identityId, deviceId: device.id })
      return loss ? { ...device, health: { state: 'out-of-use', ...loss } } : device
    }),
    ...live,
    linked,
    halfMade: halfMade(data, record.id),
  }
}

/** What an open case says became of a device, where the backend may know nothing of it. */
export function lossSaid(
  cases: readonly CaseRecord[],
  { backendId, identityId, deviceId }: { backendId: string; identityId: string; deviceId: string },
): { readonly loss: Loss; readonly since: number } | undefined {
  for (const record of cases) {
    const { subject } = record
    const isAbout =
      record.closedAt === undefined &&
      subject.backendId === backendId &&
      subject.identityId === identityId &&
      subject.device?.id === deviceId
    const loss = isAbout ? lossIn(record) : undefined
    if (loss) return loss
  }
  return undefined
}

export interface Answered {
  readonly step: string
  readonly result: StepResult
  /** What the backend said last: kept with the case. */
  readonly known: Known
  readonly live: Live
}

/** Answers the open step of a case. Left as it is where the playbook refuses the answer. */
export function withAnswer(
  data: VaultData,
  caseId: string,
  { step, result, known, live }: Answered,
): Result<VaultData, Refused> {
  const latest = caseById(data, caseId)
  const applied = apply({ ...latest, known }, step, result, factsFor(data, latest, known, live), live.now)
  return applied.ok ? ok(putCase(data, applied.value)) : applied
}

/** Cases with something half-made at a backend, and the identity it is for. */
export const halfMadeCases = (data: VaultData): readonly { backendId: string; identityId: string; caseId: string }[] =>
  openRows(data).flatMap((row) => {
    if (row.job !== 'register' || row.isLeft || row.caseId === undefined) return []
    const isCaseOpen = data.cases.some(({ id, closedAt }) => id === row.caseId && closedAt === undefined)
    return isCaseOpen ? [{ backendId: row.backendId, identityId: row.identityId, caseId: row.caseId }] : []
  })
