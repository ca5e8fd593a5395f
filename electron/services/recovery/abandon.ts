/** Giving a case up: what was begun is finished or cleaned up as far as can be, and what stays is named. */
import { callError, CallError, type Response } from '../../../shared/contract/index.ts'
import { closeCase, inForce, type CaseRecord } from '../../../shared/domain/playbooks/index.ts'
import { toBase64url } from '../../../shared/kit/index.ts'
import { isOpen, linkRow, type RegisterRow, type RetireRow } from '../journal.ts'
import { changeCase, openRegistration } from './cases.ts'
import type { RecoveryDeps } from './job.ts'
import { giveUp } from './register-job.ts'
import { finish, settleRetirement } from './retire-job.ts'
import { jobOf, type Person } from './run.ts'

type Left = Response<'recovery.abandon'>['left']
const ENTRY_ID_BYTES = 16

/** Asks first where something was begun. Throws a `CallError` where the backend can't be reached: the case then stays open. */
export async function abandonCase(deps: RecoveryDeps, record: CaseRecord, person: Person): Promise<Left> {
  const { store } = deps
  const rows = store.data().journal.filter((row) => isOpen(row) && row.caseId === record.id)
  const registration = openRegistration(store.data(), record.id)
  const retirement = rows.findLast((row): row is RetireRow => row.job === 'retire')
  const begun = registration ?? retirement
  if (begun) await confirmed(deps, record, begun.name, person)

  const left: Left = rows.flatMap((row) =>
    row.job === 'register' && row.isLeft ? [{ what: 'half-made-device', name: row.name }] : [],
  )
  if (registration) left.push(...(await endRegistration(deps, record, registration, person)))
  if (retirement) left.push(...(await endRetirement(deps, record, retirement, person)))
  left.push(...leftInLog(record))
  await store.change((data) =>
    changeCase(data, record.id, (latest) => closeCase(latest, 'abandoned', deps.correctedNow())),
  )
  return left
}

async function confirmed(deps: RecoveryDeps, record: CaseRecord, name: string, { asks }: Person): Promise<void> {
  const ask = asks.confirm
  if (!ask) throw callError('not-confirmed', {})
  const effects = [{ effect: 'half-made-removed', facts: { name } }]
  const approval = await deps.confirm(
    { ask: (_, question) => ask(question) },
    { operation: 'recovery.abandon', object: record.subject.device?.name ?? name, effects },
  )
  approval.use(effects)
}

/** Cleaned up, or named where that can't be; one that turns out to be enabled is linked and stays. */
async function endRegistration(
  deps: RecoveryDeps,
  record: CaseRecord,
  row: RegisterRow,
  person: Person,
): Promise<Left> {
  const { store } = deps
  try {
    if ((await giveUp(jobOf(deps, record, person), row)) === 'closed') return []
    const entryId = toBase64url(deps.random(ENTRY_ID_BYTES))
    await store.change((data) => linkRow(data, row.id, record.known.identity, entryId, deps.correctedNow()))
    return [{ what: 'enabled-device', name: row.name }]
  } catch (error) {
    if (error instanceof CallError && error.error.code === 'not-permitted') {
      return [{ what: 'half-made-device', name: row.name }]
    }
    throw error
  }
}

/** Once deactivated, it is finished. */
async function endRetirement(deps: RecoveryDeps, record: CaseRecord, row: RetireRow, person: Person): Promise<Left> {
  const job = jobOf(deps, record, person)
  const settled = await settleRetirement(job, row)
  if (!settled) return []
  const { isEntityLeft, close } = await finish(job, settled, undefined)
  await deps.store.change(close)
  return [{ what: isEntityLeft ? 'entity' : 'removed-device', name: row.name }]
}

/** What the case did before, and giving it up does not undo. */
function leftInLog({ log, subject }: CaseRecord): Left {
  const did = inForce(log).filter((item) => item.is === 'did')
  const has = (deed: string) => did.some((item) => item.is === 'did' && item.did === deed)
  const name = subject.device?.name ?? ''
  return [
    ...(has('suspended') && !has('deactivated') ? [{ what: 'suspended-device', name }] : []),
    ...(has('deactivated') && !has('enabled') ? [{ what: 'removed-device', name }] : []),
  ]
}
