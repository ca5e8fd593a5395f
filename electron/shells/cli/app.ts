/** The services as a command uses them: called in process, with requests checked against the contract as at every other door. */
import {
  callEntry,
  callError,
  type Answer,
  type Ask,
  type AskName,
  type CallName,
  type Params,
  type Progress,
  type Request,
  type Response,
  type State,
  type TopicName,
} from '../../../shared/contract/index.ts'
import type { Clock } from '../../../shared/kit/index.ts'
import type { CallContext, Handler, Services, TopicSource } from '../../services/handlers.ts'

/** Who is asked, and told how it goes, while a call runs. */
export interface Person<N extends CallName> {
  /** Ends the call. */
  readonly signal?: AbortSignal
  readonly answers?: { readonly [A in AskName<N>]: (ask: Ask<N, A>) => Promise<Answer<N, A>> }
  progress?(progress: Progress<N>): void
}

export interface CliApp {
  /** Rejects with a `CallError`, or with what an answer threw. Without somebody to ask, questions are answered "no". */
  call<N extends CallName>(name: N, request: Request<N>, person?: Person<N>): Promise<Response<N>>
  /** Tells each state, the present one at once, until what is returned is called. Throws where it can't be watched. */
  watch<T extends TopicName>(topic: T, params: Params<T>, tell: (state: State<T>) => void): () => void
  /** Aborted after that time. */
  timeout(ms: number): AbortSignal
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

export interface Place {
  readonly dataDir: string | undefined
  readonly demo: boolean
  /** The key that LATCHKEY_KEY names is opened too. */
  readonly developer?: boolean
}
/** Opens the services on a data folder; the signal is the commands'. */
export type Connect = (place: Place, signal: AbortSignal) => Promise<CliApp>

export function inProcess(services: Services, signal: AbortSignal, clock: Clock): CliApp {
  const source = <T extends TopicName>(topic: T): TopicSource<T> => services.topics[topic]
  return {
    async call<N extends CallName>(name: N, request: Request<N>, person: Person<N> = {}) {
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
        signal: person.signal ? AbortSignal.any([signal, person.signal]) : signal,
        progress: (progress) => person.progress?.(progress),
        ask: async (question, ask) => {
          if (!person.answers) throw callError('not-confirmed', {})
          return person.answers[question](ask)
        },
      }
      return handler(read.data as Request<N>, context)
    },
    watch: (topic, params, tell) => source(topic).watch(params, tell, () => {}),
    timeout(ms) {
      const over = new AbortController()
      const stop = clock.after(ms, () => over.abort())
      signal.addEventListener('abort', stop, { once: true })
      return over.signal
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
