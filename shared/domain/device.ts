/** MFA devices and the identities they are registered for (product.md "Words"; seed: "up to eight MFA devices of any combination"). */
import { z } from 'zod'

export const DEVICE_TYPES = ['virtual-totp', 'hardware-totp', 'fido'] as const
export const deviceType = z.enum(DEVICE_TYPES)
export type DeviceType = z.infer<typeof deviceType>

/** An identity may have this many MFA devices, in any combination of types. */
export const MAX_DEVICES = 8

export const BACKEND_KINDS = ['demo', 'aws-iam', 'privacyidea'] as const
export const backendKind = z.enum(BACKEND_KINDS)
export type BackendKind = z.infer<typeof backendKind>

/** Why a device is out of use. Missing or stolen calls for a new password, broken does not (seed, last "Important"). */
export const LOSSES = ['lost', 'stolen', 'broken'] as const
export const loss = z.enum(LOSSES)
export type Loss = z.infer<typeof loss>

const time = z.number().int()

/** Drift of a TOTP device: positive is fast. `steps` of `periodSeconds` each; seconds are steps times period unless measured finer. */
export const drift = z.strictObject({ steps: z.number().int(), seconds: z.number() })
export type Drift = z.infer<typeof drift>

/** What a backend can tell of a device's condition. `in-order` is for FIDO keys, which cannot drift. */
export const health = z.discriminatedUnion('state', [
  z.strictObject({ state: z.literal('in-sync') }),
  z.strictObject({ state: z.literal('in-order') }),
  z.strictObject({ state: z.literal('drifted'), drift: drift.optional() }),
  z.strictObject({ state: z.literal('out-of-use'), loss, since: time }),
  z.strictObject({ state: z.literal('not-told') }),
])
export type Health = z.infer<typeof health>

export const mfaDevice = z.strictObject({
  /** Unique within its backend: an ARN, a serial number, a credential id. */
  id: z.string().min(1).max(256),
  type: deviceType,
  name: z.string().max(256),
  serial: z.string().max(256).optional(),
  enabledAt: time.optional(),
  lastUsedAt: time.optional(),
  health,
})
export type MfaDevice = z.infer<typeof mfaDevice>

export const identityKind = z.enum(['root', 'user'])
export type IdentityKind = z.infer<typeof identityKind>

export const identity = z.strictObject({
  /** Unique within its backend. */
  id: z.string().min(1).max(256),
  kind: identityKind,
  name: z.string().max(256),
  /** The account or realm it belongs to, as people know it: "Northwind production". */
  account: z.string().max(256),
  accountId: z.string().max(64).optional(),
  isAdministrator: z.boolean(),
})
export type Identity = z.infer<typeof identity>

/** A contact that alternative factors depend on, with when it was last confirmed to reach its person. */
export const contact = z.strictObject({ value: z.string().max(320), confirmedAt: time.optional() })
export type Contact = z.infer<typeof contact>
export const contactKind = z.enum(['email', 'phone'])
export type ContactKind = z.infer<typeof contactKind>
export const contacts = z.strictObject({ email: contact.optional(), phone: contact.optional() })
export type Contacts = z.infer<typeof contacts>
