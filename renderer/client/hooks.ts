import type {
  CallName,
  ContractError,
  Params,
  Progress,
  Request,
  Response,
  State,
  TopicName,
} from '../../shared/contract/index.ts'
import type { Clock } from '../../shared/kit/index.ts'
import type { Client } from './client.ts'
import type { OnAsk } from './asks.ts'
import type { LinkStatus } from './link.ts'

/** `ended`: it can't be watched now (`locked`); it goes on by itself when that is over. `stale`: the wire is lost. */
export type TopicStatus = 'loading' | 'live' | 'stale' | 'ended'
export interface TopicView<T extends TopicName> {
  /** The last state; `undefined` while loading and once ended. */
  readonly state: State<T> | undefined
  readonly status: TopicStatus
  /** Why it ended. */
  readonly error: ContractError | undefined
}
/** Topics without parameters are named alone: `useTopic('vault')`. */
export type TopicArgs<T extends TopicName> =
  Record<never, never> extends Params<T> ? [params?: Params<T>] : [params: Params<T>]

export interface UseCallOptions<N extends CallName> {
  /** Answers this call's questions instead of the AskHost. */
  readonly onAsk?: OnAsk<N> | undefined
  /** Cancels the call when the component goes: for what waits for a person or a network. */
  readonly cancelOnUnmount?: boolean | undefined
}
export interface UseCall<N extends CallName> {
  /** Calls and resolves with the response; rejects with `CallError`. */
  run(request: Request<N>): Promise<Response<N>>
  /** Calls; what comes of it is in `data` and `error`. */
  start(request: Request<N>): void
  readonly pending: boolean
  readonly data: Response<N> | undefined
  /** Why the last call failed; gone when the next starts. `cancelled` is one of them. */
  readonly error: ContractError | undefined
  /** The last progress of the call that is pending. */
  readonly progress: Progress<N> | undefined
  /** Asks the pending call to stop; `pending` until it has. */
  cancel(): void
  /** Forgets data and error. */
  reset(): void
}

export declare function useClient(): Client
export declare function useLinkStatus(): LinkStatus
export declare function useTopic<T extends TopicName>(topic: T, ...args: TopicArgs<T>): TopicView<T>
export declare function useTopicSelect<T extends TopicName, V>(
  topic: T,
  params: Params<T>,
  select: (state: State<T> | undefined) => V,
): V
export declare function useCall<N extends CallName>(name: N, options?: UseCallOptions<N>): UseCall<N>
export declare function useServerTime(): Clock
