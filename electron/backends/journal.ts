/**
 * The journal of backend writes (backends.md §5.2): a row is written before each step and kept in the vault, so that a
 * crash at any point is found again and nothing half-made stays unexplained. Seeds are in it, hence only in the vault.
 */
import { z } from 'zod'
import { deviceType } from '../../shared/domain/device.ts'

const time = z.number().int()
const common = {
  id: z.string(),
  backendId: z.string(),
  identityId: z.string(),
  caseId: z.string().optional(),
  openedAt: time,
  closedAt: time.optional(),
}

export const journalRow = z.discriminatedUnion('job', [
  z.strictObject({
    ...common,
    job: z.literal('register'),
    type: deviceType,
    name: z.string(),
    serial: z.string().optional(),
    /** intent: about to create. created: the backend made it, not enabled. enabled: proven. closed: linked and done, or cleaned up. */
    stage: z.enum(['intent', 'created', 'enabled', 'closed']),
    /** Of the ref that finds it at the backend, named before anything is sent. */
    deviceId: z.string(),
    /** base64url; dropped only when linked to an entry, or when the backend was seen without the device. */
    seed: z.string().optional(),
    parameters: z
      .strictObject({
        algorithm: z.enum(['SHA1', 'SHA256', 'SHA512']),
        digits: z.number().int(),
        periodSeconds: z.number().int(),
      })
      .optional(),
    entryId: z.string().optional(),
    /** What it made can't be removed by this identity: another takes its place, and this is shown until it is gone. */
    isLeft: z.boolean().optional(),
    /** linked: enabled and tied to its entry. kept: enabled, nothing to tie (hardware, FIDO). gone: the backend was seen without it. */
    end: z.enum(['linked', 'kept', 'abandoned', 'gone']).optional(),
  }),
  z.strictObject({
    ...common,
    job: z.literal('retire'),
    type: deviceType,
    deviceId: z.string(),
    name: z.string(),
    stage: z.enum(['intent', 'deactivated', 'closed']),
    wasOnlyWay: z.boolean(),
    /** The administrator who acts, where it is not the identity itself. */
    administratorId: z.string().optional(),
  }),
  /** Bars the same pair twice; codes themselves are never kept. */
  z.strictObject({
    ...common,
    job: z.literal('resync'),
    deviceId: z.string(),
    stage: z.enum(['intent', 'closed']),
    attemptedAt: time,
  }),
])
export type JournalRow = z.infer<typeof journalRow>
