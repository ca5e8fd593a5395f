/** The shape of what services offer to dispatch: one handler a call, one source a topic. A missing one does not compile. */
import type {
  Answer,
  Ask,
  AskName,
  CallError,
  CallName,
  Params,
  Progress,
  Request,
  Response,
  State,
  TopicName,
} from '../../shared/contract/index.ts'

export interface CallContext<N extends CallName> {
  /** Aborted when the caller cancels or its wire closes. */
  readonly signal: AbortSignal
  progress(progress: Progress<N>): void
  /** Puts a question to the person on the same call; rejects with `cancelled` or `disconnected` like any wait. */
  ask<A extends AskName<N>>(name: A, ask: Ask<N, A>): Promise<Answer<N, A>>
}

export type Handler<N extends CallName> = (request: Request<N>, context: CallContext<N>) => Promise<Response<N>>
export type Handlers<N extends CallName = CallName> = { readonly [K in N]: Handler<K> }

/**
 * Pushes the present state at once, then each new one; returns what stops it. Throws `CallError` where it can't be watched,
 * and calls `end` with one (`locked`) where it can be no longer: nothing is pushed after that, and what was pushed but not
 * yet sent is dropped. A state that was pushed is never changed afterwards: keyed topics are compared with the last one.
 */
export interface TopicSource<T extends TopicName> {
  watch(params: Params<T>, push: (state: State<T>) => void, end: (error: CallError) => void): () => void
}
export type TopicSources<T extends TopicName = TopicName> = { readonly [K in T]: TopicSource<K> }

/** What compose.ts makes and dispatch.ts serves. */
export interface Services {
  readonly handlers: Handlers
  readonly topics: TopicSources
  /** Resolves when backend writes already sent have their answer in the journal (at most 30 s) and the vault is locked. */
  close(): Promise<void>
}
