/** What is not built or not here: calls that say so by name, and topics that can't be watched. */
import {
  callError,
  type CallError,
  type CallName,
  type ErrorCode,
  type TopicName,
} from '../../shared/contract/index.ts'
import type { Handlers, TopicSources } from './handlers.ts'

type Reason = Extract<CallError['error'], { code: Extract<ErrorCode, 'not-here'> }>['detail']['reason']

/** Handlers that all answer `not-here`. */
export const handlersNotHere = <N extends CallName>(names: readonly N[], reason: Reason): Handlers<N> =>
  Object.fromEntries(
    names.map((name) => [name, () => Promise.reject(callError('not-here', { reason }))]),
  ) as unknown as Handlers<N>

export const topicsNotHere = <T extends TopicName>(names: readonly T[], reason: Reason): TopicSources<T> =>
  Object.fromEntries(
    names.map((name) => [
      name,
      {
        watch() {
          throw callError('not-here', { reason })
        },
      },
    ]),
  ) as unknown as TopicSources<T>
