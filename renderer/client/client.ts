/** Calls and topics of the contract for the page, over whichever wire its link has now. */
import {
  callError,
  CallError,
  type CallName,
  type ContractError,
  type Params,
  type Progress,
  type Request,
  type Response,
  type State,
  type TopicName,
} from '../../shared/contract/index.ts'
import type { AskContext, AskHandlers, OnAsk } from './asks.ts'
import type { Link } from './link.ts'
import { createSession, type JsonRpc, type Session, type Watcher } from './session.ts'

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
   * The state that the call led to has been given to watchers before it resolves.
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

/** Handlers by name, seen without the types of each question; dispatch has checked what is asked. */
type AnyHandlers = Readonly<Record<string, ((ask: unknown, context: AskContext) => Promise<unknown>) | undefined>>

interface Watching {
  readonly watcher: Watcher
  stop: () => void
}

export function createClient(link: Link, jsonRpc: JsonRpc): Client {
  const watching = new Set<Watching>()
  const answerers: AnyHandlers[] = []
  const waiting = new Set<() => void>()
  let session: Session | undefined

  const follow = () => {
    const { wire } = link
    if (wire !== session?.wire) {
      session = wire && createSession(wire, jsonRpc)
      if (session) for (const watch of watching) watch.stop = session.watch(watch.watcher)
    }
    for (const wake of waiting) wake()
  }
  link.onStatus(follow)
  follow()

  const firstSession = (signal: AbortSignal | undefined): Promise<Session> =>
    new Promise((resolve, reject) => {
      const settle = () => {
        if (session) resolve(session)
        else if (signal?.aborted) reject(callError('cancelled', {}, { changed: false }))
        else if (link.status !== 'connecting') reject(callError('disconnected', {}, { changed: false }))
        else return
        waiting.delete(settle)
        signal?.removeEventListener('abort', settle)
      }
      waiting.add(settle)
      signal?.addEventListener('abort', settle)
      settle()
    })

  return {
    link,
    async call<N extends CallName>(name: N, request: Request<N>, options: CallOptions<N> = {}) {
      const { signal, onProgress, onAsk } = options
      const open = await firstSession(signal)
      const response = await open.call(
        {
          name,
          signal,
          onProgress: (progress) => onProgress?.(progress as Progress<N>),
          answer(asked, ask, context) {
            const all = onAsk ? [...answerers, onAsk as AnyHandlers] : answerers
            const handlers = all.findLast((each) => Object.hasOwn(each, asked) && each[asked])
            return handlers?.[asked]?.(ask, context)
          },
        },
        request,
      )
      return response as Response<N>
    },
    watch<T extends TopicName>(
      topic: T,
      params: Params<T>,
      onState: (state: State<T>) => void,
      onEnd?: (error: ContractError) => void,
    ) {
      const watch: Watching = {
        watcher: watcherOf(
          topic,
          params,
          (state) => onState(state as State<T>),
          (error) => {
            watching.delete(watch)
            onEnd?.(error)
          },
        ),
        stop: () => {},
      }
      watching.add(watch)
      if (session) watch.stop = session.watch(watch.watcher)
      return () => {
        if (watching.delete(watch)) watch.stop()
      }
    },
    answerAsks(handlers) {
      const own = { ...handlers } as AnyHandlers
      answerers.push(own)
      return () => {
        const at = answerers.indexOf(own)
        if (at >= 0) answerers.splice(at, 1)
      }
    },
  }
}

/**
 * Makes whole states of changes. A new object is made for each message: with 10,000 members that is about a millisecond,
 * which the list that draws it spends many times over.
 */
function watcherOf(
  topic: string,
  params: unknown,
  onState: (state: unknown) => void,
  onEnd: (error: ContractError) => void,
): Watcher {
  let whole: object = {}
  let members: Map<string, unknown> | undefined
  return {
    topic,
    params,
    onState(state) {
      whole = state as object
      members = undefined
      onState(state)
    },
    onChanges(set, remove) {
      members ??= new Map(Object.entries(whole))
      for (const id of remove) members.delete(id)
      for (const [id, value] of Object.entries(set)) members.set(id, value)
      whole = Object.fromEntries(members)
      onState(whole)
    },
    onEnd,
  }
}

/** What a failed call is shown as; anything that is no `CallError` is a fault of the page's own. */
export function contractErrorOf(error: unknown): ContractError {
  return error instanceof CallError ? error.error : { code: 'internal', detail: { diagnosticId: 'page' } }
}
