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
import type { AskHandlers, OnAsk } from './asks.ts'
import type { Link } from './link.ts'

export interface CallOptions<N extends CallName> {
  /** Asks the call to stop. Its promise settles when the other side has answered, for that answer says what is true then. */
  readonly signal?: AbortSignal | undefined
  readonly onProgress?: ((progress: Progress<N>) => void) | undefined
  /** Answers this call's questions; those left out go to the handlers of `answerAsks`. */
  readonly onAsk?: OnAsk<N> | undefined
}

export interface Client {
  readonly link: Link
  /**
   * Rejects with `CallError` only: what the service declared, `disconnected` where the wire was lost (what came of the call
   * is then unknown), `too-large` where the request can't go over a wire. Waits while the link connects for the first time.
   */
  call<N extends CallName>(name: N, request: Request<N>, options?: CallOptions<N>): Promise<Response<N>>
  /**
   * Gives the present state, then each new one, always whole; none is ever changed afterwards. After a lost wire it goes on
   * by itself. `onEnd` is called at most once, where the topic can't be watched any more (`locked`). Returns what stops it.
   */
  watch<T extends TopicName>(
    topic: T,
    params: Params<T>,
    onState: (state: State<T>) => void,
    onEnd?: (error: ContractError) => void,
  ): () => void
  /** Answers questions that a call has no `onAsk` for. The last one registered is asked; returns what takes it away again. */
  answerAsks(handlers: AskHandlers): () => void
}
