/**
 * Topics watched over one wire. A source may push as often as it likes: at most one message a watch leaves per turn of the
 * event loop, with the latest state, and none where nothing changed. Of a keyed topic only what changed is sent.
 */
import type { MessageConnection } from 'vscode-jsonrpc/node'
import { CallError, topics, type ContractError, type TopicEntry, type TopicName } from '../../shared/contract/index.ts'
import { CHANGES, ENDED, STATE, unwatchParams, watchParams } from '../../shared/contract/protocol.ts'
import type { TopicSources } from '../services/handlers.ts'
import { badRequest, numberInUse, unknownCall, type Faults } from './faults.ts'
import { TOO_LONG } from './gate.ts'
import { sameJson } from './same-json.ts'

/** Watches of one wire; the next is refused as `busy`. A page holds a few dozen. */
export const MAX_WATCHES = 256

/** A source as the door sees it: the schemas on both sides of it make the types true. */
interface Source {
  watch(params: unknown, push: (state: unknown) => void, end: (error: CallError) => void): () => void
}

type Keyed = Readonly<Record<string, unknown>>

interface Watch {
  readonly number: number
  readonly topic: TopicName
  readonly entry: TopicEntry
  /** Pushed and not yet sent. */
  pending: { readonly state: unknown } | undefined
  /** What the client has. */
  sent: { readonly state: unknown } | undefined
  stop: () => void
  isOver: boolean
}

export interface Watches {
  /** Returns the error where the topic can't be watched. The first state follows by itself. */
  watch(params: unknown): ContractError | undefined
  unwatch(params: unknown): void
  /** Sends what is waiting now: before a response, so that who gets it has seen what the call did. */
  flush(): void
  close(): void
}

export function createWatches(connection: MessageConnection, sources: TopicSources, faults: Faults): Watches {
  const open = new Map<number, Watch>()
  const dirty = new Set<Watch>()
  let turn: NodeJS.Immediate | undefined

  const finish = (watch: Watch) => {
    watch.isOver = true
    watch.pending = undefined
    watch.sent = undefined
    open.delete(watch.number)
    dirty.delete(watch)
    try {
      watch.stop()
    } catch (error) {
      faults.crossing(error, watch.topic)
    }
  }
  const end = (watch: Watch, error: ContractError) => {
    if (watch.isOver) return
    finish(watch)
    connection.sendNotification(ENDED, { watch: watch.number, error }).catch(() => {})
  }
  const push = (watch: Watch, state: unknown) => {
    if (watch.isOver) return
    watch.pending = { state }
    dirty.add(watch)
    turn ??= setImmediate(flush)
  }
  const send = (watch: Watch) => {
    const state = watch.pending?.state
    watch.pending = undefined
    const message =
      watch.entry.keyed && watch.sent
        ? changes(watch.entry, watch.sent.state as Keyed, state as Keyed)
        : whole(watch, state)
    watch.sent = { state }
    if (message === 'same') return
    if (message === 'not-in-contract')
      return end(watch, faults.internal('state-not-in-contract', { topic: watch.topic }))
    const [method, body] = message
    connection.sendNotification(method, { watch: watch.number, ...body }).catch((error: unknown) => {
      const isTooLong = error instanceof Error && error.message === TOO_LONG
      end(
        watch,
        isTooLong ? { code: 'too-large', detail: {} } : faults.internal('state-not-json', { topic: watch.topic }),
      )
    })
  }
  const flush = () => {
    if (turn) clearImmediate(turn)
    turn = undefined
    for (const watch of dirty) {
      dirty.delete(watch)
      send(watch)
    }
  }

  return {
    flush,
    watch(params) {
      const envelope = watchParams.safeParse(params)
      if (!envelope.success) return badRequest(envelope.error.issues, params)
      const { watch: number, topic } = envelope.data
      if (open.has(number)) return numberInUse('watch')
      if (!isTopicName(topic)) return unknownCall(topic)
      if (open.size >= MAX_WATCHES) return { code: 'busy', detail: {} }
      const entry: TopicEntry = topics[topic]
      const parsed = entry.params.safeParse(envelope.data.params)
      if (!parsed.success) return badRequest(parsed.error.issues, envelope.data.params)

      const watch: Watch = { number, topic, entry, pending: undefined, sent: undefined, stop: () => {}, isOver: false }
      open.set(number, watch)
      try {
        const source = sources[topic] as unknown as Source
        const stop = source.watch(
          parsed.data,
          (state) => push(watch, state),
          (error) => end(watch, faults.crossing(error, topic)),
        )
        // It may have ended while it began.
        if (watch.isOver) stop()
        else watch.stop = stop
        return undefined
      } catch (error) {
        if (!watch.isOver) finish(watch)
        return faults.crossing(error, topic)
      }
    },
    unwatch(params) {
      const parsed = unwatchParams.safeParse(params)
      const watch = parsed.success ? open.get(parsed.data.watch) : undefined
      if (watch) finish(watch)
    },
    close() {
      if (turn) clearImmediate(turn)
      for (const watch of open.values()) finish(watch)
    },
  }
}

const isTopicName = (name: string): name is TopicName => Object.hasOwn(topics, name)

type Body = readonly [method: string, body: Readonly<Record<string, unknown>>] | 'same' | 'not-in-contract'

function whole(watch: Watch, state: unknown): Body {
  if (watch.sent && sameJson(watch.sent.state, state)) return 'same'
  const parsed = watch.entry.state.safeParse(state)
  return parsed.success ? [STATE, { state: parsed.data }] : 'not-in-contract'
}

function changes(entry: TopicEntry, before: Keyed, after: Keyed): Body {
  const set: Record<string, unknown> = {}
  for (const [key, value] of Object.entries(after)) {
    if (Object.hasOwn(before, key) && sameJson(before[key], value)) continue
    set[key] = value
  }
  const remove = Object.keys(before).filter((key) => !Object.hasOwn(after, key))
  const parsed = entry.state.safeParse(set)
  if (!parsed.success) return 'not-in-contract'
  return Object.keys(set).length + remove.length === 0 ? 'same' : [CHANGES, { set: parsed.data, remove }]
}
