/** What AWS takes in its console alone: registered there by hand, and seen here by reading. */
import { callError } from '../../../../shared/contract/index.ts'
import { deviceType } from '../../../../shared/domain/device.ts'
import { StepTrouble } from '../job.ts'
import { reading } from '../world.ts'
import type { Perform, Performer } from './performer.ts'

/** The backend's clock and ours may differ by this much, and it tells whole seconds. */
const CLOCKS_APART_MS = 60_000

/** Registered since this case was opened: which one it is, a list does not say otherwise. */
const seen: Perform = async (job) => {
  const { backend, identityId, record, step } = job
  const wanted = deviceType.safeParse(step.facts['type'])
  if (!wanted.success) throw callError('step-moved-on', {})
  job.progress('looking')
  const devices = await reading(job, (signal) => backend.devices(identityId, signal))
  const since = record.openedAt - CLOCKS_APART_MS
  const made = devices.findLast(({ type, enabledAt = 0 }) => type === wanted.data && enabledAt >= since)
  if (!made) throw new StepTrouble('not-yet-registered')
  return {
    result: {
      by: 'checked',
      facts: { deviceId: made.id, name: made.name, type: made.type },
      final: true,
    },
  }
}

export const BY_CONSOLE_PERFORMERS = { 'by-console': { primary: seen } } satisfies Record<string, Performer>
