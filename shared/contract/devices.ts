/** Backends, their identities and the MFA devices registered for them. */
import { z } from 'zod'
import { backendKind, contactKind, contacts, deviceType, identity, mfaDevice } from '../domain/device.ts'
import { call, confirmAsk, empty, id, Secret, time, topic } from './define.ts'

export const deviceRef = z.strictObject({ backendId: id, identityId: id, deviceId: id })
export type DeviceRef = z.infer<typeof deviceRef>
export const identityRef = z.strictObject({ backendId: id, identityId: id })
export type IdentityRef = z.infer<typeof identityRef>

/** A thing that can be done now, or why it can't (a reason code with words in renderer/i18n). */
export const can = z.union([
  z.strictObject({ can: z.literal(true) }),
  z.strictObject({ can: z.literal(false), reason: z.string() }),
])
export type Can = z.infer<typeof can>

export const deviceRow = mfaDevice.extend({
  /** The vault entry that makes its codes, where this vault holds it. */
  entryId: id.optional(),
  /** In the journal: made at the backend but not enabled, offered for resumption. */
  can: z.strictObject({ resync: can, rename: can, remove: can, replace: can }),
})
export type DeviceRow = z.infer<typeof deviceRow>

/** Said on an identity's card (rules 2, 6 and 7 of product.md). */
export const warning = z.discriminatedUnion('is', [
  z.strictObject({ is: z.literal('password-alone') }),
  z.strictObject({
    is: z.literal('single-device'),
    deviceId: id,
    offer: deviceType,
    helpFrom: z.enum(['alternative-factors', 'administrator', 'support']),
  }),
  z.strictObject({ is: z.literal('contact-old'), contact: contactKind, confirmedAt: time.optional() }),
  z.strictObject({ is: z.literal('contact-missing'), contact: contactKind }),
  z.strictObject({ is: z.literal('drifted'), deviceId: id }),
  z.strictObject({ is: z.literal('half-made'), caseId: id }),
])
export type Warning = z.infer<typeof warning>

export const identityRow = z.strictObject({
  ref: identityRef,
  identity,
  contacts: contacts.optional(),
  devices: z.array(deviceRow),
  warnings: z.array(warning),
  can: z.strictObject({
    register: z.record(deviceType, can),
    confirmContact: can,
    setEmail: can,
    setPhone: can,
    changePassword: can,
  }),
})
export type IdentityRow = z.infer<typeof identityRow>

export const backendRow = z.strictObject({
  id,
  kind: backendKind,
  name: z.string(),
  /** `reading`: some are shown, and more are on their way. */
  state: z.enum(['loading', 'reading', 'ready', 'offline', 'signed-out', 'throttled', 'failed']),
  /** When a throttling backend may be asked again; it then is. */
  retryAt: time.optional(),
  /** When its answers were last read. */
  asOf: time.optional(),
})

export const devicesTopics = {
  devices: topic({
    params: empty,
    state: z.strictObject({
      backends: z.array(backendRow),
      identities: z.array(identityRow),
    }),
    unlocked: true,
  }),
} as const

/** A code of one of the identity's devices, for the backend's MFA session, where this vault can't make it. */
export const codeAsk = {
  ask: z.strictObject({ deviceName: z.string(), digits: z.number().int() }),
  answer: z.strictObject({ code: Secret }),
} as const

export const devicesCalls = {
  'devices.refresh': call({ request: empty, response: empty }),
  'devices.rename': call({
    request: z.strictObject({ device: deviceRef, name: z.string().min(1).max(128) }),
    response: empty,
  }),
  /** Deactivates, then deletes the entity. The only way in goes only with its name typed. Elevates with a code of another device where the backend asks for one. */
  'devices.remove': call({
    request: z.strictObject({ device: deviceRef }),
    response: empty,
    progress: z.strictObject({ stage: z.enum(['deactivating', 'deleting', 'checking']) }),
    asks: {
      confirm: confirmAsk,
      code: codeAsk,
    },
  }),
  'devices.confirmContact': call({
    request: z.strictObject({ identity: identityRef, contact: contactKind }),
    response: empty,
  }),
  'devices.setContact': call({
    request: z.strictObject({
      identity: identityRef,
      contact: contactKind,
      value: z.string().min(3).max(320),
      asAdministrator: id.optional(),
    }),
    response: empty,
    asks: { code: codeAsk },
  }),
} as const
