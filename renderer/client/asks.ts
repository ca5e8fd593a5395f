/** Questions that come back on a call, whichever call it is: their names and what is asked and answered. */
import type { Answer, Ask, AskName, CallName } from '../../shared/contract/index.ts'

type NamesOf<N extends CallName> = N extends CallName ? AskName<N> : never
/** `confirm`, `code`, `webauthn`: every question that some call may put. */
export type AnyAskName = NamesOf<CallName>

type AskOf<N extends CallName, A extends AnyAskName> = N extends CallName
  ? A extends AskName<N>
    ? Ask<N, A>
    : never
  : never
type AnswerOf<N extends CallName, A extends AnyAskName> = N extends CallName
  ? A extends AskName<N>
    ? Answer<N, A>
    : never
  : never
/** What a question says, whichever call puts it. */
export type Question<A extends AnyAskName> = AskOf<CallName, A>
export type QuestionAnswer<A extends AnyAskName> = AnswerOf<CallName, A>

export interface AskContext {
  /** The call that asks. */
  readonly call: CallName
  /** Aborted when the question is withdrawn: the call was cancelled or has ended, or the wire was lost. */
  readonly signal: AbortSignal
}

/** Answers questions of every call by name. Rejects with a `CallError` (`cancelled`, `not-supported`, …) to refuse. */
export type AskHandlers = {
  readonly [A in AnyAskName]?: (ask: Question<A>, context: AskContext) => Promise<QuestionAnswer<A>>
}

/** The same for one call, with its own types. */
export type OnAsk<N extends CallName> = {
  readonly [A in AskName<N>]?: (ask: Ask<N, A>, context: AskContext) => Promise<Answer<N, A>>
}
