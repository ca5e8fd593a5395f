/** How a device's codes look, where a backend's devices differ; else as most give them (RFC 6238 §1.2, RFC 4226 §5.3). */
import type { CodeShape } from '../../backends/backend.ts'
import type { Job } from './job.ts'
import { reading } from './world.ts'

const USUAL: CodeShape = { kind: 'totp', algorithm: 'SHA1', digits: 6, periodSeconds: 30 }
/** Of codes by counter, for dates and waits alone. */
export const USUAL_PERIOD_SECONDS = 30

/** `undefined`: it gives no codes. Throws a `CallError`. */
export async function codeShapeOf(
  job: Pick<Job, 'deps' | 'backend' | 'signal'>,
  identityId: string,
  deviceId: string,
): Promise<CodeShape | undefined> {
  const { backend } = job
  if (!backend.codeShape) return USUAL
  return reading(job, (signal) => backend.codeShape!(identityId, deviceId, signal))
}

export const periodOf = (shape: CodeShape | undefined): number =>
  shape?.kind === 'totp' ? shape.periodSeconds : USUAL_PERIOD_SECONDS
