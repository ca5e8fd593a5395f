/**
 * Cases: the wizards Register, Resync and Replace, and the administrator's side of a replacement. A case is one run of a
 * playbook (shared/domain/playbooks), kept in the vault until closed; each answered step is durable before it counts.
 * The service says which step is next and what it asks; titles, reasons and summaries are the renderer's words for `step`
 * and `facts`.
 */
import { z } from 'zod'
import { deviceType, loss } from '../domain/device.ts'
import { caseKind, facts, happening, stepAsk } from '../domain/playbooks/index.ts'
import { call, confirmAsk, empty, id, Secret, time, topic } from './define.ts'
import { codeAsk, deviceRef, identityRef } from './devices.ts'
import { pinAsk } from './keys.ts'
import { manyCalls, manyTopics } from './recovery-many.ts'

export { caseKind, facts, stepAsk }
export type { CaseKind, Facts, StepAsk } from '../domain/playbooks/index.ts'

export const stepAnswer = z.discriminatedUnion('form', [
  z.strictObject({ form: z.literal('choice'), option: z.string().max(64) }),
  z.strictObject({ form: z.literal('codes'), codes: z.array(Secret).min(1).max(2) }),
  z.strictObject({ form: z.literal('text'), text: z.string().max(256) }),
  z.strictObject({ form: z.literal('password'), current: Secret.optional(), next: Secret }),
  /**
   * For run, check, tick, message, touch, wait, backup and end. `other` takes one of the step's other ways, `touch` another
   * of a touch's than the first.
   */
  z.strictObject({
    form: z.literal('done'),
    name: z.string().max(128).optional(),
    other: z.string().max(64).optional(),
    touch: z.enum(['page', 'key']).optional(),
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
  /** The option or other way taken, once it is done. */
  choice: z.string().optional(),
  /** Why the last try of the open step failed, so that it is still there after a restart. */
  trouble: z.strictObject({ code: z.string(), changed: z.boolean(), at: time, facts }).optional(),
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
  ...manyTopics,
} as const

export const recoveryCalls = {
  ...manyCalls,
  /** Opens a case, or answers with the one already open for the same subject. The ninth device is refused here (`limit-reached`). */
  'recovery.open': call({
    request: z.discriminatedUnion('kind', [
      z.strictObject({ kind: z.literal('register'), identity: identityRef, type: deviceType.optional() }),
      z.strictObject({ kind: z.literal('resync'), device: deviceRef }),
      z.strictObject({
        kind: z.literal('replace'),
        device: deviceRef,
        happened: happening.optional(),
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
      code: codeAsk,
      /** Of a key that is plugged in here. */
      pin: pinAsk,
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
