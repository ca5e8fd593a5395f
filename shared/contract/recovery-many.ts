/**
 * A case that holds many (part of recovery.ts): one loss, every account it touches in the order that locks nobody out, each with a
 * case of its own in `cases`. What needs no hand is done for all of them at one go; what needs the person is offered one by one.
 */
import { z } from 'zod'
import { deviceType, loss } from '../domain/device.ts'
import { accountRef, lossItem } from '../domain/loss/index.ts'
import { facts } from '../domain/playbooks/index.ts'
import { call, confirmAsk, empty, id, time, topic } from './define.ts'
import { accountName, named } from './whatif-report.ts'

const deed = z.strictObject({ did: z.string(), facts, at: time })

export const manyTaskView = z.strictObject({
  id,
  account: accountRef,
  name: accountName,
  /**
   * `replace` and `help` have a case of their own. `by-hand` and `look` are the person's, and ticked: at a site that no backend
   * knows; or where nobody has said where an account's devices are. `nothing`: another way opens it, and nobody has what was lost.
   */
  todo: z.enum(['replace', 'help', 'by-hand', 'look', 'nothing']),
  device: z.strictObject({ name: z.string(), type: deviceType }).optional(),
  /** It still works, for what was lost held a copy: the new one comes first. */
  stillWorks: z.boolean(),
  /** What was lost gives something of it away: a new password follows. */
  newPassword: z.boolean(),
  /** `now`: being worked on. */
  state: z.enum(['waiting', 'now', 'done', 'failed', 'nothing']),
  /** Who can take the next step. */
  needs: z.enum(['program', 'person', 'nobody']),
  /** Why the last try failed; its code is that of a step's trouble, `given-up`, `still-registered` or `no-device-in-use`. */
  trouble: z.strictObject({ code: z.string(), changed: z.boolean(), at: time, facts }).optional(),
  /** In `cases`; absent where none was opened yet. */
  caseId: id.optional(),
  /** The open step of that case. */
  step: z.strictObject({ step: z.string(), facts }).optional(),
  done: z.number().int(),
  all: z.number().int(),
  /** What the program did for it, in order. */
  did: z.array(deed),
  doneAt: time.optional(),
})
export type ManyTaskView = z.infer<typeof manyTaskView>

export const manyView = z.strictObject({
  id,
  losses: z.array(named.extend({ how: loss })),
  openedAt: time,
  closedAt: time.optional(),
  outcome: z.enum(['finished', 'abandoned']).optional(),
  /** When every backend was last read for it. */
  checkedAt: time.optional(),
  tasks: z.array(manyTaskView),
  /** The task that the person is offered next. */
  next: id.optional(),
  /** Tasks that the program can go on with by itself. */
  byItself: z.number().int(),
  isAtWork: z.boolean(),
})
export type ManyView = z.infer<typeof manyView>

export const manyTopics = {
  manyCases: topic({ params: empty, state: z.record(id, manyView), keyed: true, unlocked: true }),
} as const

const progress = z.strictObject({
  done: z.number().int(),
  total: z.number().int(),
  /** What is being done for which task: as in `recovery.answer`. */
  at: z.strictObject({ task: id, doing: z.string(), facts }).optional(),
})
const ofTask = z.strictObject({ caseId: id, task: id })

export const manyCalls = {
  /**
   * Opens a case for what was lost, or answers with the open one for the same, with what came to be known since. Nothing is
   * changed at a backend. Fails with `not-supported` where no account is touched (`nothing-lost`), or
   * for this computer itself (`this-computer`).
   */
  'recovery.openMany': call({
    request: z.strictObject({ losses: z.array(lossItem).min(1).max(500) }),
    response: z.strictObject({ caseId: id }),
    progress,
  }),
  /**
   * Does what needs no hand, several accounts of a backend at a time: after one question that names every device it would take
   * off. Nothing is removed that is an account's last way in. What fails stays, with why, and stops nothing else. Cancelling
   * ends it after the writes that are under way; it may be run again at any time.
   */
  'recovery.runMany': call({
    request: z.strictObject({ caseId: id }),
    response: z.strictObject({ done: z.number().int(), failed: z.number().int(), left: z.number().int() }),
    progress,
    asks: { confirm: confirmAsk },
  }),
  /** The case of one task, for the person to go on with: opened where there is none, or where the last was given up. */
  'recovery.openTask': call({ request: ofTask, response: z.strictObject({ caseId: id }) }),
  /** Ticks a task that is done by hand, or takes the tick back. */
  'recovery.tickTask': call({ request: ofTask.extend({ isDone: z.boolean() }), response: empty }),
  /** Reads every backend, and closes the case where they say that nothing is left. It is done by itself once all else is. */
  'recovery.checkMany': call({
    request: z.strictObject({ caseId: id }),
    response: z.strictObject({ isClosed: z.boolean() }),
    progress,
  }),
  /** Follows it no longer. The cases of its accounts stay as they are. */
  'recovery.abandonMany': call({ request: z.strictObject({ caseId: id }), response: empty }),
} as const
