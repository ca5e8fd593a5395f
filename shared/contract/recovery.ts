/**
 * Cases: the wizards Register, Resync and Replace, and the administrator's side of a replacement. A case is one run of a
 * playbook (shared/domain/playbooks), kept in the vault until closed; each answered step is durable before it counts.
 * The service says which step is next and what it asks; titles, reasons and summaries are the renderer's words for `step`
 * and `facts`.
 */
import { z } from 'zod'
import { deviceType, loss } from '../domain/device.ts'
import { call, confirmAsk, empty, id, Secret, time, topic } from './define.ts'
import { deviceRef, identityRef } from './devices.ts'

export const caseKind = z.enum(['register', 'resync', 'replace', 'help'])
export type CaseKind = z.infer<typeof caseKind>

export const facts = z.record(z.string(), z.union([z.string(), z.number(), z.boolean()]))
export type Facts = z.infer<typeof facts>

/** What the open step asks of the person. One primary action or one question a step. */
export const stepAsk = z.discriminatedUnion('form', [
  /** Pick one. An option that can't be had now says why. */
  z.strictObject({
    form: z.literal('choice'),
    options: z.array(
      z.strictObject({ option: z.string(), recommended: z.boolean().optional(), refused: z.string().optional() }),
    ),
  }),
  /** Codes read off the device, one after the other. `nextAt`: when a new one appears, where that is known. */
  z.strictObject({
    form: z.literal('codes'),
    count: z.union([z.literal(1), z.literal(2)]),
    digits: z.number().int(),
    nextAt: time.optional(),
  }),
  /** A line of text: a name, a serial number. */
  z.strictObject({ form: z.literal('text'), field: z.string(), initial: z.string(), maxLength: z.number().int() }),
  /** A password, typed twice by the page; never kept. */
  z.strictObject({ form: z.literal('password'), needsCurrent: z.boolean(), minimumLength: z.number().int() }),
  /** The program does it when told to; `name` may be changed first. */
  z.strictObject({
    form: z.literal('run'),
    name: z.strictObject({ initial: z.string(), maxLength: z.number().int() }).optional(),
  }),
  /** Done by hand; the program checks by reading the backend. `others`: what to do where it can't be done. */
  z.strictObject({ form: z.literal('check'), others: z.array(z.string()) }),
  /** Done by hand and ticked. */
  z.strictObject({ form: z.literal('tick'), others: z.array(z.string()) }),
  /** A message to copy and send to `to`; its words are the renderer's, made from `facts`. Then checked or ticked. */
  z.strictObject({ form: z.literal('message'), then: z.enum(['check', 'tick']), others: z.array(z.string()) }),
  /** Touch a FIDO authenticator: `page` through the browser's WebAuthn (asked during the call), `bench` on the simulated key. */
  z.strictObject({
    form: z.literal('touch'),
    through: z.enum(['page', 'bench']),
    purpose: z.enum(['register', 'test']),
    name: z.strictObject({ initial: z.string(), maxLength: z.number().int() }).optional(),
  }),
  /** Nothing but time is needed: goes on by itself. */
  z.strictObject({ form: z.literal('wait'), until: time }),
  /** Offers the backup dialog of Settings; may be put off. */
  z.strictObject({ form: z.literal('backup') }),
  /** The end: says what is so now. `others`: jobs that follow from it. */
  z.strictObject({ form: z.literal('end'), others: z.array(z.string()) }),
])
export type StepAsk = z.infer<typeof stepAsk>

export const stepAnswer = z.discriminatedUnion('form', [
  z.strictObject({ form: z.literal('choice'), option: z.string().max(64) }),
  z.strictObject({ form: z.literal('codes'), codes: z.array(Secret).min(1).max(2) }),
  z.strictObject({ form: z.literal('text'), text: z.string().max(256) }),
  z.strictObject({ form: z.literal('password'), current: Secret.optional(), next: Secret }),
  /** For run, check, tick, message, touch, wait, backup and end. `other` takes one of the step's other ways. */
  z.strictObject({
    form: z.literal('done'),
    name: z.string().max(128).optional(),
    other: z.string().max(64).optional(),
  }),
])
export type StepAnswer = z.infer<typeof stepAnswer>

export const stepView = z.strictObject({
  step: z.string(),
  state: z.enum(['done', 'now', 'later']),
  doneAt: time.optional(),
  /** Who does it: shown as done by the program, checked, or ticked by hand. */
  by: z.enum(['program', 'checked', 'person']),
  facts,
  ask: stepAsk.optional(),
  /** What the program did by itself within the step, as codes with facts, in order. */
  did: z.array(z.strictObject({ did: z.string(), facts })),
  /** Why the last try of the open step failed, so that it is still there after a restart. */
  trouble: z.strictObject({ code: z.string(), changed: z.boolean(), at: time }).optional(),
})
export type StepView = z.infer<typeof stepView>

export const caseView = z.strictObject({
  id,
  kind: caseKind,
  identity: z.strictObject({ ref: identityRef, name: z.string(), account: z.string(), kind: z.enum(['root', 'user']) }),
  device: z
    .strictObject({ ref: deviceRef.optional(), name: z.string(), type: deviceType, serial: z.string().optional() })
    .optional(),
  loss: loss.optional(),
  openedAt: time,
  closedAt: time.optional(),
  outcome: z.enum(['finished', 'abandoned']).optional(),
  steps: z.array(stepView),
  canGoBack: z.boolean(),
})
export type CaseView = z.infer<typeof caseView>

export const recoveryTopics = {
  cases: topic({ params: empty, state: z.record(id, caseView), keyed: true, unlocked: true }),
} as const

export const recoveryCalls = {
  /** Opens a case, or answers with the one already open for the same subject. The ninth device is refused here (`limit-reached`). */
  'recovery.open': call({
    request: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('register'), identity: identityRef, type: deviceType.optional() }),
      z.strictObject({ kind: z.literal('resync'), device: deviceRef }),
      z.strictObject({
        kind: z.literal('replace'),
        device: deviceRef,
        happened: z.enum(['refused', 'lost', 'stolen', 'broken', 'works']).optional(),
      }),
      /** The administrator's own side: deactivate a colleague's device. */
      z.strictObject({ kind: z.literal('help'), device: deviceRef, administrator: identityRef }),
    ]),
    response: z.strictObject({ caseId: id }),
  }),
  /** Answers the open step `step`; fails with `step-moved-on` where another is open by now. */
  'recovery.answer': call({
    request: z.strictObject({ caseId: id, step: z.string().max(64), answer: stepAnswer }),
    response: empty,
    progress: z.strictObject({ doing: z.string(), facts }),
    asks: {
      confirm: confirmAsk,
      code: {
        ask: z.strictObject({ deviceName: z.string(), digits: z.number().int() }),
        answer: z.strictObject({ code: Secret }),
      },
      /** The page runs navigator.credentials with these options (JSON forms of WebAuthn Level 3) and answers with what it gave. */
      webauthn: {
        ask: z.strictObject({ ceremony: z.enum(['create', 'get']), options: z.record(z.string(), z.unknown()) }),
        answer: z.strictObject({ response: z.record(z.string(), z.unknown()) }),
      },
    },
  }),
  /** Takes back the last question answered, as long as nothing was done since. */
  'recovery.back': call({ request: z.strictObject({ caseId: id }), response: empty }),
  /** Gives a case up: cleans up what was half-made at the backend, or says what stays. */
  'recovery.abandon': call({
    request: z.strictObject({ caseId: id }),
    response: z.strictObject({ left: z.array(z.strictObject({ what: z.string(), name: z.string() })) }),
    asks: { confirm: confirmAsk },
  }),
} as const
