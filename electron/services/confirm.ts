/**
 * The question before anything that destroys. The nonce stands for one operation on one object with one set of effects; the
 * answer must quote it, once and soon, and what would be lost is compared again when it is done. Where the shell has a dialog
 * that a page can't reach, that is asked as well: a page that was taken over can't answer for the person.
 */
import type { z } from 'zod'
import { callError, type confirmAsk } from '../../shared/contract/index.ts'
import { digest } from '../../shared/domain/loss/index.ts'
import { toBase64url, type Clock, type Random } from '../../shared/kit/index.ts'
import type { Shell } from './ports.ts'

type ConfirmAsk = z.infer<typeof confirmAsk.ask>
type ConfirmAnswer = z.infer<typeof confirmAsk.answer>
export type Effects = ConfirmAsk['effects']

export interface Question {
  /** The call or step that waits for it, with words in the renderer. */
  readonly operation: string
  /** What it is done to, as people know it. */
  readonly object: string
  /** Set for an only way in: the person types this name. */
  readonly typeName?: string | undefined
  readonly effects: Effects
}

export interface Approval {
  /** To be called when it is done. Throws `confirmation-stale` the second time, too late, or where `effects` are others by now. */
  use(effects: Effects): void
}

/** What is needed of a call's context to ask. */
export interface Asking {
  ask(name: 'confirm', ask: ConfirmAsk): Promise<ConfirmAnswer>
}

/** Throws `not-confirmed` where the person said no or typed another name, `confirmation-stale` where the answer is to another question. */
export type Confirm = (asking: Asking, question: Question) => Promise<Approval>

/** A person reads for a while; a question left standing for longer is asked again. */
export const CONFIRMED_FOR_MS = 5 * 60_000
const NONCE_BYTES = 16

export interface ConfirmOptions {
  readonly clock: Clock
  readonly random: Random
  readonly shell: Pick<Shell, 'confirm'>
}

export const createConfirm =
  ({ clock, random, shell }: ConfirmOptions): Confirm =>
  async (asking, { operation, object, typeName, effects }) => {
    const nonce = toBase64url(random(NONCE_BYTES))
    const confirmed = digest(effects)
    const askedAt = clock.now()
    const answer = await asking.ask('confirm', {
      operation,
      object,
      effects,
      nonce,
      ...(typeName === undefined ? {} : { typeName }),
    })
    if (answer.nonce !== nonce) throw callError('confirmation-stale', {})
    if (!answer.confirmed) throw callError('not-confirmed', {})
    if (typeName !== undefined && !isSameName(answer.typedName, typeName)) throw callError('not-confirmed', {})
    if (shell.confirm && !(await shell.confirm({ operation, object }))) throw callError('not-confirmed', {})

    let isUsed = false
    return {
      use(now) {
        const age = clock.now() - askedAt
        // A clock that was set back tells nothing of the age.
        const isFresh = age >= 0 && age <= CONFIRMED_FOR_MS
        if (isUsed || !isFresh || digest(now) !== confirmed) throw callError('confirmation-stale', {})
        isUsed = true
      },
    }
  }

/** As typed, but for spaces around it and how letters with marks are composed. */
const isSameName = (typed: string | undefined, name: string) =>
  typed !== undefined && typed.trim().normalize() === name.trim().normalize()
