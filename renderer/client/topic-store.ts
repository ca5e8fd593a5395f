/**
 * Topics as the page's components see them: one watch for all that want the same, the last state at hand, gone with the
 * last of them. A topic that ended because the vault was locked is watched again when it has been unlocked.
 */
import type { ContractError, Params, State, TopicName } from '../../shared/contract/index.ts'
import type { Client } from './client.ts'

/** `stale`: the wire is lost, the state is the last one. `ended`: it can't be watched now; see `error`. */
export type TopicStatus = 'loading' | 'live' | 'stale' | 'ended'

export interface TopicView<T extends TopicName> {
  /** The last state; `undefined` while loading and once ended. */
  readonly state: State<T> | undefined
  readonly status: TopicStatus
  /** Why it ended. */
  readonly error: ContractError | undefined
}

export interface TopicStore {
  /** The same object until something changed. */
  view<T extends TopicName>(topic: T, params: Params<T>): TopicView<T>
  subscribe<T extends TopicName>(topic: T, params: Params<T>, listener: () => void): () => void
}

interface Shared {
  readonly topic: TopicName
  readonly params: Params<TopicName>
  readonly listeners: Set<() => void>
  view: TopicView<TopicName>
  stop: () => void
}

const LOADING = { state: undefined, status: 'loading', error: undefined } as const

export function createTopicStore(client: Client): TopicStore {
  const shared = new Map<string, Shared>()
  let stopVault: (() => void) | undefined

  const show = (topic: Shared, view: TopicView<TopicName>) => {
    topic.view = view
    for (const listener of topic.listeners) listener()
  }
  const start = (topic: Shared) => {
    topic.stop = client.watch(
      topic.topic,
      topic.params,
      (state) => show(topic, { state, status: 'live', error: undefined }),
      (error) => {
        show(topic, { state: undefined, status: 'ended', error })
        if (error.code === 'locked') watchVault()
      },
    )
  }
  const watchVault = () => {
    stopVault ??= client.watch('vault', {}, ({ state }) => {
      if (state !== 'unlocked') return
      for (const topic of shared.values()) {
        if (topic.view.error?.code !== 'locked') continue
        show(topic, LOADING)
        start(topic)
      }
    })
  }
  client.link.onStatus(() => {
    if (client.link.status === 'open') return
    for (const topic of shared.values()) {
      if (topic.view.status === 'live') show(topic, { ...topic.view, status: 'stale' })
    }
  })

  return {
    view<T extends TopicName>(topic: T, params: Params<T>) {
      return (shared.get(keyOf(topic, params))?.view ?? LOADING) as TopicView<T>
    },
    subscribe(name, params, listener) {
      const key = keyOf(name, params)
      let topic = shared.get(key)
      if (!topic) {
        topic = { topic: name, params, listeners: new Set(), view: LOADING, stop: () => {} }
        shared.set(key, topic)
        start(topic)
      }
      const own = () => listener()
      const { listeners } = topic
      listeners.add(own)
      return () => {
        listeners.delete(own)
        // Not at once: a component that is drawn anew leaves and comes back within the same turn.
        queueMicrotask(() => {
          const present = shared.get(key)
          if (present?.listeners !== listeners || listeners.size > 0) return
          present.stop()
          shared.delete(key)
        })
      }
    },
  }
}

const keyOf = (topic: TopicName, params: unknown) => `${topic} ${JSON.stringify(params)}`
