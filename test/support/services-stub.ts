/** Services of which a test writes only what it is about. */
import type { Handlers, Services, TopicSource, TopicSources } from '../../electron/services/handlers.ts'
import { callError, calls, topics, type CallError, type State, type TopicName } from '../../shared/contract/index.ts'

export interface StubServices extends Pick<Services, 'handlers' | 'topics'> {}

/** Calls left out fail with `not-here`; topics left out never tell anything. */
export function stubServices(own: { handlers?: Partial<Handlers>; topics?: Partial<TopicSources> } = {}): StubServices {
  const handler = () => Promise.reject(callError('not-here', { reason: 'later' }))
  const source = { watch: () => () => {} }
  return {
    handlers: { ...fill(calls, handler), ...own.handlers } as Handlers,
    topics: { ...fill(topics, source), ...own.topics } as TopicSources,
  }
}

const fill = <V>(table: object, value: V): Record<string, V> =>
  Object.fromEntries(Object.keys(table).map((name) => [name, value]))

/** A topic that a test pushes to: every watcher gets the present state, then each new one. */
export class StubTopic<T extends TopicName> implements TopicSource<T> {
  readonly #watchers = new Set<{ push(state: State<T>): void; end(error: CallError): void }>()
  #state: State<T> | undefined
  /** Thrown at whoever begins to watch. */
  refusal: CallError | undefined
  constructor(state?: State<T>) {
    this.#state = state
  }
  get watchers(): number {
    return this.#watchers.size
  }
  push(state: State<T>): void {
    this.#state = state
    for (const { push } of this.#watchers) push(state)
  }
  end(error: CallError): void {
    for (const { end } of this.#watchers) end(error)
  }
  watch(_params: unknown, push: (state: State<T>) => void, end: (error: CallError) => void): () => void {
    if (this.refusal) throw this.refusal
    const watcher = { push, end }
    this.#watchers.add(watcher)
    if (this.#state !== undefined) push(this.#state)
    return () => this.#watchers.delete(watcher)
  }
}
