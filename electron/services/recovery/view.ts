/** A case as the page sees it: its plan, without what only the program needs. */
import type { CaseView } from '../../../shared/contract/index.ts'
import { back, lossIn, plan, type CaseRecord, type PlaybookFacts } from '../../../shared/domain/playbooks/index.ts'

export function caseView(record: CaseRecord, facts: PlaybookFacts): CaseView {
  const { subject, known } = record
  const { identity } = known
  const { backendId, identityId, device } = subject
  const loss = lossIn(record)?.loss
  return {
    id: record.id,
    kind: record.kind,
    identity: {
      ref: { backendId, identityId },
      name: identity.name,
      account: identity.account,
      kind: identity.kind,
    },
    ...(device
      ? {
          device: {
            ref: { backendId, identityId, deviceId: device.id },
            name: device.name,
            type: device.type,
            ...(device.serial === undefined ? {} : { serial: device.serial }),
          },
        }
      : {}),
    ...(loss ? { loss } : {}),
    openedAt: record.openedAt,
    ...(record.closedAt === undefined ? {} : { closedAt: record.closedAt }),
    ...(record.outcome === undefined ? {} : { outcome: record.outcome }),
    steps: stepViews(record, facts),
    canGoBack: facts.halfMade === undefined && back(record, facts.now) !== undefined,
  }
}

function stepViews(record: CaseRecord, facts: PlaybookFacts): CaseView['steps'] {
  const steps = plan(record, facts)
  // What was given up is not going to happen any more.
  const shown = record.outcome === 'abandoned' ? steps.filter(({ state }) => state === 'done') : steps
  return shown.map(({ step, state, by, facts, doneAt, choice, ask, did, trouble }) => ({
    step,
    state,
    by,
    facts,
    ...(doneAt === undefined ? {} : { doneAt }),
    ...(choice === undefined ? {} : { choice }),
    ...(ask ? { ask } : {}),
    did: [...did],
    ...(trouble ? { trouble: { ...trouble } } : {}),
  }))
}
