/**
 * A case as the vault keeps it: what it is about, what was known when it was last looked at, and a log of what happened.
 * The steps follow from the log (plan.ts). Codes, PINs and passwords have no place in it: none of its fields takes one.
 */
import { z } from 'zod'
import { contacts, deviceType, identity, mfaDevice } from '../device.ts'
import { facts } from './ask.ts'

const time = z.number().int()
const id = z.string().min(1).max(256)

export const CASE_KINDS = ['register', 'resync', 'replace', 'help'] as const
export const caseKind = z.enum(CASE_KINDS)
export type CaseKind = z.infer<typeof caseKind>

/** What the person says happened to the device. `refused`: its codes are not taken, so it may only have drifted. */
export const HAPPENINGS = ['refused', 'lost', 'stolen', 'broken', 'works'] as const
export const happening = z.enum(HAPPENINGS)
export type Happening = z.infer<typeof happening>

const can = z.union([
  z.strictObject({ can: z.literal(true) }),
  z.strictObject({ can: z.literal(false), reason: z.string() }),
])
export const person = z.strictObject({ id, name: z.string() })
export type Person = z.infer<typeof person>

/** What the backend said when it was last read: enough to draw a case while it can't be reached. */
export const known = z.strictObject({
  identity,
  devices: z.array(mfaDevice),
  contacts: contacts.optional(),
  /** Where the backend's own page for this identity's devices is, for what can be done there alone. */
  page: z.string().max(2048).optional(),
  /** Others with administrator rights at the same account, who can act for this identity. */
  administrators: z.array(person),
  can: z.strictObject({
    register: z.record(deviceType, can),
    resync: can,
    remove: can,
    markLost: can,
    changePassword: can,
    alternativeFactors: can,
  }),
})
export type Known = z.infer<typeof known>

export const subject = z.strictObject({
  backendId: id,
  identityId: id,
  /** The device as it was when the case was opened; it may be gone from the backend by now. */
  device: mfaDevice.optional(),
  /** The colleague who helps, in a case of kind `help`. */
  administrator: person.optional(),
})
export type Subject = z.infer<typeof subject>

export const by = z.enum(['program', 'checked', 'person'])
export type By = z.infer<typeof by>

const item = { step: z.string().max(64), at: time }
export const logItem = z.discriminatedUnion('is', [
  /** The step is behind us. `choice`: the option or other way taken; `facts`: what was found or decided then, for good. */
  z.strictObject({
    ...item,
    is: z.literal('done'),
    by,
    choice: z.string().max(64).optional(),
    facts,
    /** Something changed at the backend or in the vault: it can't be taken back. */
    final: z.boolean(),
  }),
  /** What the program did by itself within the step. */
  z.strictObject({ ...item, is: z.literal('did'), did: z.string().max(64), facts, final: z.boolean() }),
  /** The last try failed. Only the latest of a step is kept. */
  z.strictObject({ ...item, is: z.literal('trouble'), code: z.string().max(64), changed: z.boolean(), facts }),
  /** From here on, what was noted of these steps before counts no more: they are to be taken again. */
  z.strictObject({ ...item, is: z.literal('taken-back'), steps: z.array(z.string().max(64)) }),
])
export type LogItem = z.infer<typeof logItem>

export const caseRecord = z.strictObject({
  id,
  kind: caseKind,
  subject,
  known,
  openedAt: time,
  closedAt: time.optional(),
  outcome: z.enum(['finished', 'abandoned']).optional(),
  log: z.array(logItem),
})
export type CaseRecord = z.infer<typeof caseRecord>

/** What a plan is made from besides the record: what is known now. */
export interface PlaybookFacts extends Known {
  /** Milliseconds since 1970, in the time codes are made for. */
  readonly now: number
  /** Ids of the devices whose secret this vault holds. */
  readonly linked: readonly string[]
  /** How a FIDO authenticator can be touched here, the usual way first; none where it can't. */
  readonly touch: readonly ('page' | 'key')[]
  /** A registration of this case that was begun and is not finished (the journal). */
  readonly halfMade?: HalfMade | undefined
  /** The administrator's own devices, in a case of kind `help`. */
  readonly administratorDevices: readonly Known['devices'][number][]
}

export interface HalfMade {
  readonly stage: 'intent' | 'created' | 'enabled'
  readonly type: z.infer<typeof deviceType>
  readonly name: string
}
