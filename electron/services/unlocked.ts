/**
 * What holds for every service that works on an open vault, written once: a call is refused while it is locked, counts as
 * activity, and is cancelled when it locks (its question taken back); a topic ends then.
 */
import {
  callError,
  topics as contract,
  type CallError,
  type CallName,
  type TopicName,
} from '../../shared/contract/index.ts'
import { orAborted } from '../../shared/kit/index.ts'
import type { CallContext, Handler, Handlers, TopicSource, TopicSources } from './handlers.ts'
import type { Log } from './ports.ts'
import type { Store } from './store.ts'

export interface Unlocked {
  handlers<N extends CallName>(handlers: Handlers<N>): Handlers<N>
  /** Wraps those that the contract marks `unlocked`. */
  topics<T extends TopicName>(topics: TopicSources<T>): TopicSources<T>
  /** Runs `work` after each unlocking, with a signal that is aborted on locking. */
  whileOpen(work: (signal: AbortSignal) => Promise<void>): void
}

export function createUnlocked(store: Store, active: () => void, log: Log): Unlocked {
  const locked = () => callError('locked', {})
  /** Runs once, when the vault locks. Returns the unsubscriber. */
  const onLock = (run: (error: CallError) => void) => {
    const stop = store.onChange(() => {
      if (store.isUnlocked) return
      stop()
      run(locked())
    })
    return stop
  }

  const guardCall =
    <N extends CallName>(handler: Handler<N>): Handler<N> =>
    async (request, context) => {
      if (!store.isUnlocked) throw locked()
      active()
      const ended = new AbortController()
      const stop = onLock((error) => ended.abort(error))
      const guarded: CallContext<N> = {
        signal: AbortSignal.any([context.signal, ended.signal]),
        progress: (progress) => context.progress(progress),
        async ask(name, ask) {
          ended.signal.throwIfAborted()
          const answer = await orAborted(context.ask(name, ask), ended.signal)
          active()
          return answer
        },
      }
      try {
        return await handler(request, guarded)
      } finally {
        stop()
      }
    }
  const guardTopic = <T extends TopicName>(source: TopicSource<T>): TopicSource<T> => ({
    watch(params, push, end) {
      if (!store.isUnlocked) throw locked()
      const stopWatching = source.watch(params, (state) => (store.isUnlocked ? push(state) : undefined), end)
      const stop = onLock((error) => {
        stopWatching()
        end(error)
      })
      return () => {
        stop()
        stopWatching()
      }
    },
  })

  const whileOpen = (work: (signal: AbortSignal) => Promise<void>) => {
    let isOpen = store.isUnlocked
    store.onChange(() => {
      if (store.isUnlocked === isOpen) return
      isOpen = store.isUnlocked
      if (!isOpen) return
      const ended = new AbortController()
      onLock((error) => ended.abort(error))
      work(ended.signal).catch(() => {
        // Cancelled by locking is as it should be; what failed begins anew with the next unlocking.
        if (!ended.signal.aborted) log.error('unlocked.work-failed')
      })
    })
  }

  // A handler or source is wrapped under its own name, which the compiler can't follow through Object.entries.
  return {
    whileOpen,
    handlers: (handlers) =>
      Object.fromEntries(
        Object.entries<Handler<CallName>>(handlers as unknown as Record<string, Handler<CallName>>).map(
          ([name, handler]) => [name, guardCall(handler)],
        ),
      ) as unknown as typeof handlers,
    topics: (sources) =>
      Object.fromEntries(
        Object.entries<TopicSource<TopicName>>(sources as unknown as Record<string, TopicSource<TopicName>>).map(
          ([name, source]) =>
            ['unlocked' in contract[name as TopicName] ? [name, guardTopic(source)] : [name, source]][0]!,
        ),
      ) as unknown as typeof sources,
  }
}
