/** What components use: the client of the page, topics as state, calls as actions. */
import { QueryClient, QueryClientProvider, useMutation } from '@tanstack/react-query'
import {
  createContext,
  useCallback,
  useContext,
  useEffect,
  useMemo,
  useRef,
  useState,
  useSyncExternalStore,
  type ReactNode,
} from 'react'
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
import type { OnAsk } from './asks.ts'
import { contractErrorOf, type Client } from './client.ts'
import type { LinkStatus } from './link.ts'
import type { Page } from './page.ts'
import type { ServerTime } from './server-time.ts'
import type { TopicView } from './topic-store.ts'

const PageContext = createContext<Page | undefined>(undefined)

export interface ClientProviderProps {
  /** Must stay the same while mounted. */
  readonly page: Page
  readonly children: ReactNode
}

/** Gives the hooks below their client. Mounted once, around the whole page. */
export function ClientProvider({ page, children }: ClientProviderProps) {
  const queries = useMemo(() => new QueryClient(), [])
  return (
    <QueryClientProvider client={queries}>
      <PageContext value={page}>{children}</PageContext>
    </QueryClientProvider>
  )
}

function usePage(): Page {
  const page = useContext(PageContext)
  if (!page) throw new Error('the hooks of the client need a ClientProvider above them')
  return page
}

/** For calls outside components' actions; components use `useCall`. */
export const useClient = (): Client => usePage().client

/** The time that codes are made for. The same object as long as the page lives; never draws anything again. */
export const useServerTime = (): ServerTime => usePage().time

export function useLinkStatus(): LinkStatus {
  const { link } = useClient()
  return useSyncExternalStore(
    useCallback((changed) => link.onStatus(changed), [link]),
    () => link.status,
  )
}

export interface TopicOptions {
  /** Shows the state of the parameters before while that of the new ones is loading: for lists that are scrolled. */
  readonly keepPrevious?: boolean | undefined
}

/** Topics without parameters are named alone: `useTopic('vault')`. */
export type TopicArgs<T extends TopicName> =
  Record<never, never> extends Params<T>
    ? [params?: Params<T>, options?: TopicOptions]
    : [params: Params<T>, options?: TopicOptions]

/** A topic's last state, and whether it is live. Components that want the same topic share one watch. */
export function useTopic<T extends TopicName>(topic: T, ...[params, options]: TopicArgs<T>): TopicView<T> {
  const view = useSharedTopic(topic, params, (shared) => shared)
  const [settled, setSettled] = useState(view)
  if (options?.keepPrevious !== true) return view
  if (view.status !== 'loading' && view !== settled) setSettled(view)
  return view.status === 'loading' ? { ...view, state: settled.state } : view
}

/** One value out of a topic: the component is drawn again only when that value is another one (by `Object.is`). */
export function useTopicSelect<T extends TopicName, V>(
  topic: T,
  params: Params<T>,
  select: (state: State<T> | undefined) => V,
): V {
  return useSharedTopic(topic, params, ({ state }) => select(state))
}

function useSharedTopic<T extends TopicName, V>(
  topic: T,
  params: Params<T> | undefined,
  read: (view: TopicView<T>) => V,
): V {
  const { topics } = usePage()
  // Parameters are told apart by what they say: a component may make them anew each time it is drawn.
  const key = JSON.stringify(params ?? {})
  const wanted = useMemo(() => JSON.parse(key) as Params<T>, [key])
  const subscribe = useCallback(
    (changed: () => void) => topics.subscribe(topic, wanted, changed),
    [topics, topic, wanted],
  )
  return useSyncExternalStore(subscribe, () => read(topics.view(topic, wanted)))
}

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
  /** Asks the pending call to stop; it is `pending` until it has. */
  cancel(): void
  /** Forgets data and error. */
  reset(): void
}

/** A call as an action of a component. Nothing of a request is kept, and nothing of a response beyond the component. */
export function useCall<N extends CallName>(name: N, options: UseCallOptions<N> = {}): UseCall<N> {
  const client = useClient()
  const { onAsk, cancelOnUnmount = false } = options
  const [progress, setProgress] = useState<Progress<N>>()
  // Requests hold passphrases; the library remembers the variables of a mutation, so it is given a number instead.
  const open = useRef(new Map<number, { readonly request: Request<N>; readonly controller: AbortController }>())
  const lastNumber = useRef(0)

  const mutation = useMutation<Response<N>, unknown, number>({
    // It would else wait for the internet before it spoke to this computer.
    networkMode: 'always',
    retry: false,
    gcTime: 0,
    async mutationFn(number) {
      const { request, controller } = open.current.get(number)!
      setProgress(undefined)
      try {
        return await client.call(name, request, {
          signal: controller.signal,
          onProgress: (next) => setProgress(() => next),
          onAsk,
        })
      } finally {
        open.current.delete(number)
        setProgress(undefined)
      }
    },
  })

  const cancel = useCallback(() => {
    for (const { controller } of open.current.values()) controller.abort()
  }, [])
  useEffect(() => (cancelOnUnmount ? cancel : undefined), [cancelOnUnmount, cancel])

  const { mutateAsync, mutate } = mutation
  const number = useCallback((request: Request<N>) => {
    open.current.set(++lastNumber.current, { request, controller: new AbortController() })
    return lastNumber.current
  }, [])
  return {
    run: useCallback((request) => mutateAsync(number(request)), [mutateAsync, number]),
    start: useCallback((request) => mutate(number(request)), [mutate, number]),
    pending: mutation.isPending,
    data: mutation.data,
    error: mutation.error === null ? undefined : contractErrorOf(mutation.error),
    progress,
    cancel,
    reset: mutation.reset,
  }
}
