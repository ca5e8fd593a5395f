/** How services offer state as topics: a signal that something may have changed, and a source that reads it anew. */
import type { Params, State, TopicName } from '../../shared/contract/index.ts'
import type { TopicSource } from './handlers.ts'

/** Returns the unsubscriber. */
export type OnChange = (listener: () => void) => () => void

export interface Signal {
  emit(): void
  readonly on: OnChange
}

/** Listeners are called in the order they came; one that leaves or joins during an `emit` does not disturb it. */
export function createSignal(): Signal {
  const listeners = new Set<() => void>()
  return {
    emit() {
      const present = [...listeners]
      for (const listener of present) if (listeners.has(listener)) listener()
    },
    on(listener) {
      const own = () => listener()
      listeners.add(own)
      return () => listeners.delete(own)
    },
  }
}

/** Signals several sources of change as one. */
export const anyOf =
  (...sources: readonly OnChange[]): OnChange =>
  (listener) => {
    const stops = sources.map((on) => on(listener))
    return () => {
      for (const stop of stops) stop()
    }
  }

/**
 * A topic whose state is `read` on watching and after every change. Where `read` throws on watching (`locked`), the
 * watch is refused with it; where it throws later, nothing is pushed, for the topic is about to be ended.
 */
export function createSource<T extends TopicName>(
  read: (params: Params<T>) => State<T>,
  onChange: OnChange,
): TopicSource<T> {
  return {
    watch(params, push) {
      push(read(params))
      return onChange(() => {
        let state: State<T>
        try {
          state = read(params)
        } catch {
          return
        }
        push(state)
      })
    },
  }
}
