/** Taking the old device off its identity, with what that would lose confirmed first (rules 8 and 11). */
import type { Ways } from '../../../../shared/domain/loss/index.ts'
import { factsFor } from '../cases.ts'
import type { StepJob } from '../job.ts'
import { retire } from '../retire-job.ts'
import { liveOf, readWorldOf } from '../world.ts'
import type { Perform, Performer } from './performer.ts'
import { deviceOf } from './resync.ts'

const remove =
  (isGone: boolean): Perform =>
  async (job) => {
    const { isEntityLeft, close } = await retire(job, {
      device: deviceOf(job),
      ways: () => waysNow(job),
      operation: 'devices.remove',
      isGone,
      step: job.step.step,
    })
    return {
      result: {
        by: 'program',
        choice: isEntityLeft ? 'entity-left' : 'removed',
        facts: isEntityLeft ? { entityLeft: true, deviceId: deviceOf(job).id } : {},
        final: true,
      },
      change: close,
    }
  }

async function waysNow({ deps, record, signal }: StepJob): Promise<Ways> {
  const { known, administratorDevices } = await readWorldOf(deps, record, signal)
  return factsFor(deps.store.data(), record, known, liveOf(deps, record, administratorDevices))
}

/** Of a case that says the device is gone, or that it works and another was enabled before. */
const removeOld: Perform = (job) => remove(job.without !== undefined)(job)

export const RETIRE_PERFORMERS = {
  'remove-old': { primary: removeOld },
  'make-room': { primary: remove(false) },
  deactivate: { primary: remove(true) },
} satisfies Record<string, Performer>
