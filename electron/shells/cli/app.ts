/** The services as a command uses them: called in process, with requests checked against the contract as at every other door. */
import {
  callEntry,
  callError,
  type CallName,
  type Params,
  type Progress,
  type Request,
  type Response,
  type State,
  type TopicName,
} from '../../../shared/contract/index.ts'
import type { CallContext, Handler, Services, TopicSource } from '../../services/handlers.ts'

export interface CliApp {
  /** Rejects with a `CallError`. Questions are answered "no": none of the commands asks one yet. */
  call<N extends CallName>(
    name: N,
    request: Request<N>,
    onProgress?: (progress: Progress<N>) => void,
  ): Promise<Response<N>>
  /** The present state of a topic. Throws a `CallError` where it can't be watched. */
  state<T extends TopicName>(topic: T, params: Params<T>): State<T>
  /** The first state that `accepts`, or the last one before the signal. */
  until<T extends TopicName>(
    topic: T,
    params: Params<T>,
    accepts: (state: State<T>) => boolean,
    signal: AbortSignal,
  ): Promise<State<T>>
  close(): Promise<void>
}

export function inProcess(services: Services, signal: AbortSignal): CliApp {
  const source = <T extends TopicName>(topic: T): TopicSource<T> => services.topics[topic]
  return {
    async call<N extends CallName>(
      name: N,
      request: Request<N>,
      onProgress: (progress: Progress<N>) => void = () => {},
    ) {
      const read = callEntry(name).request.safeParse(request)
      if (!read.success) {
        const fields = read.error.issues.map((issue) => ({
          field: issue.path.join('.'),
          reason: issue.code ?? 'invalid',
        }))
        throw callError('bad-request', { fields })
      }
      const handler: Handler<N> = services.handlers[name]
      const context: CallContext<N> = {
        signal,
        progress: onProgress,
        ask: () => Promise.reject(callError('not-confirmed', {})),
      }
      return handler(read.data as Request<N>, context)
    },
    state<T extends TopicName>(topic: T, params: Params<T>) {
      let first: { state: State<T> } | undefined
      const stop = source(topic).watch(
        params,
        (state) => (first ??= { state }),
        () => {},
      )
      stop()
      if (!first) throw new TypeError(`topic ${topic} has no present state`)
      return first.state
    },
    until<T extends TopicName>(
      topic: T,
      params: Params<T>,
      accepts: (state: State<T>) => boolean,
      enough: AbortSignal,
    ) {
      return new Promise<State<T>>((resolve) => {
        let last: State<T>
        let stop = () => {}
        let isDone = false
        const end = () => {
          isDone = true
          stop()
          resolve(last)
        }
        stop = source(topic).watch(
          params,
          (state) => {
            last = state
            if (!isDone && accepts(state)) end()
          },
          end,
        )
        if (isDone) return stop()
        if (enough.aborted) return end()
        return enough.addEventListener('abort', end, { once: true })
      })
    },
    close: () => services.close(),
  }
}
