/** A client whose other side is a test: topics are set by it, calls wait until it answers, asks or refuses. */
import {
  callError,
  CallError,
  type CallName,
  type ContractError,
  type State,
  type TopicName,
} from '../../../shared/contract/index.ts'
import type { Client, Link } from '../../../renderer/client/index.ts'

export interface OpenCall {
  readonly name: CallName
  readonly request: unknown
  progress(progress: unknown): void
  answer(response: unknown): void
  refuse(error: ContractError): void
  /** Resolves with the person's answer. */
  ask(name: string, ask: unknown): Promise<unknown>
}

export interface Script {
  readonly client: Client
  /** What a test uses, from outside the page. */
  readonly stage: Stage
}

export interface Stage {
  set<T extends TopicName>(topic: T, state: State<T>): void
  /** The last call of that name that is still open; its request, or nothing where there is none. */
  request(name: CallName): unknown
  progress(name: CallName, progress: unknown): void
  answer(name: CallName, response: unknown): void
  refuse(name: CallName, error: ContractError): void
  /** Puts a question on the open call; what the person answers is read by `answered`. */
  ask(name: CallName, question: string, ask: unknown): void
  answered(): unknown
}

const LINK: Link = { status: 'open', wire: undefined, onStatus: () => () => {}, retry() {}, stop() {} }

type AnyHandler = (ask: unknown, context: unknown) => Promise<unknown>

export function createScript(): Script {
  const states = new Map<TopicName, unknown>()
  const watchers = new Map<TopicName, Set<(state: unknown) => void>>()
  const open: OpenCall[] = []
  const answerers: Readonly<Record<string, AnyHandler | undefined>>[] = []
  let lastAnswer: unknown
  const last = (name: CallName) => {
    const call = open.findLast((each) => each.name === name)
    if (!call) throw new Error(`no open call ${name}`)
    return call
  }

  const client = {
    link: LINK,
    call(
      name: CallName,
      request: unknown,
      options: { signal?: AbortSignal; onProgress?: (progress: unknown) => void } = {},
    ) {
      return new Promise((resolve, reject) => {
        const { signal, onProgress } = options
        const ended = new AbortController()
        const end = () => {
          open.splice(open.indexOf(call), 1)
          ended.abort()
        }
        const call: OpenCall = {
          name,
          request,
          progress: (progress) => onProgress?.(progress),
          answer(response) {
            end()
            resolve(response)
          },
          refuse(error) {
            end()
            reject(new CallError(error))
          },
          ask(question, ask) {
            const handler = answerers.findLast((each) => each[question])?.[question]
            if (!handler) throw new Error(`nobody answers ${question}`)
            return handler(ask, { call: name, signal: ended.signal })
          },
        }
        open.push(call)
        signal?.addEventListener('abort', () => {
          if (!ended.signal.aborted) call.refuse({ code: 'cancelled', detail: {} })
        })
      })
    },
    watch(topic: TopicName, _params: unknown, onState: (state: unknown) => void) {
      const all = watchers.get(topic) ?? new Set()
      watchers.set(topic, all.add(onState))
      if (states.has(topic)) queueMicrotask(() => all.has(onState) && onState(states.get(topic)))
      return () => all.delete(onState)
    },
    answerAsks(handlers: Readonly<Record<string, AnyHandler | undefined>>) {
      answerers.push(handlers)
      return () => answerers.splice(answerers.indexOf(handlers), 1)
    },
  } as unknown as Client

  return {
    client,
    stage: {
      set(topic, state) {
        states.set(topic, state)
        for (const tell of watchers.get(topic) ?? []) tell(state)
      },
      request: (name) => open.findLast((each) => each.name === name)?.request,
      progress: (name, progress) => last(name).progress(progress),
      answer: (name, response) => last(name).answer(response),
      refuse: (name, error) => last(name).refuse(error),
      ask(name, question, ask) {
        const call = last(name)
        call.ask(question, ask).then(
          (answer) => (lastAnswer = answer),
          // As the service does: what was declined fails the call.
          () => call.refuse(callError('cancelled', {}).error),
        )
      },
      answered: () => lastAnswer,
    },
  }
}
