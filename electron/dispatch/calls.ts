/** Calls of one wire: each request checked by its schema, run with its signal, progress and questions, its answer checked too. */
import {
  CancellationTokenSource,
  ErrorCodes,
  ResponseError,
  type CancellationToken,
  type MessageConnection,
} from 'vscode-jsonrpc/node'
import {
  callEntry,
  callError,
  CallError,
  calls,
  type CallEntry,
  type CallName,
  type ContractError,
} from '../../shared/contract/index.ts'
import { ASK, callParams, PROGRESS, readAskError } from '../../shared/contract/protocol.ts'
import type { Handlers } from '../services/handlers.ts'
import { badRequest, numberInUse, unknownCall, type Faults } from './faults.ts'
import { TOO_LONG } from './gate.ts'

/** Questions of one wire that wait for the person. A withdrawn one counts until the client has let go of it. */
const MAX_OPEN_ASKS = 64

/** A handler as the door sees it: the schemas on both sides of it make the types true. */
type Run = (request: unknown, context: RunContext) => Promise<unknown>
interface RunContext {
  readonly signal: AbortSignal
  progress(progress: unknown): void
  ask(name: string, ask: unknown): Promise<unknown>
}

export type Outcome = { readonly result: unknown } | { readonly error: ContractError }

export interface CallRunner {
  run(params: unknown, token: CancellationToken): Promise<Outcome>
  /** Aborts the signal of every open call. */
  close(): void
}

export function createCallRunner(connection: MessageConnection, handlers: Handlers, faults: Faults): CallRunner {
  const open = new Map<number, AbortController>()
  let openAsks = 0
  let isClosed = false

  const ask = async (call: OpenCall, name: string, question: unknown): Promise<unknown> => {
    call.signal.throwIfAborted()
    const schema =
      call.entry.asks !== undefined && Object.hasOwn(call.entry.asks, name) ? call.entry.asks[name] : undefined
    const asked = schema?.ask.safeParse(question)
    if (!schema || !asked?.success) throw new CallError(faults.internal('ask-not-in-contract', { call: call.name }))
    if (openAsks >= MAX_OPEN_ASKS) throw callError('busy', {})
    openAsks += 1
    const withdrawal = new CancellationTokenSource()
    call.withdrawals.add(withdrawal)
    const answered = connection
      .sendRequest<unknown>(ASK, { call: call.number, name, ask: asked.data }, withdrawal.token)
      .finally(() => {
        openAsks -= 1
        call.withdrawals.delete(withdrawal)
      })
    const given = await unlessAborted(answered, call.signal, withdrawal).catch((error: unknown) => {
      throw askFailure(error, call)
    })
    const answer = schema.answer.safeParse(given)
    if (!answer.success) throw new CallError(badRequest(answer.error.issues, given))
    return answer.data
  }

  const askFailure = (error: unknown, call: OpenCall): CallError => {
    if (error instanceof CallError) return error
    if (!(error instanceof ResponseError)) return callError('disconnected', {})
    switch (error.code) {
      case ErrorCodes.PendingResponseRejected:
        return callError('disconnected', {})
      case ErrorCodes.MessageWriteError:
        return error.message === TOO_LONG
          ? callError('too-large', {})
          : new CallError(faults.internal('ask-not-json', { call: call.name }))
      default:
        return new CallError(readAskError(error.data))
    }
  }

  const progress = (call: OpenCall, value: unknown) => {
    if (call.isOver || isClosed) return
    const parsed = call.entry.progress?.safeParse(value)
    if (!parsed?.success) {
      faults.internal('progress-not-in-contract', { call: call.name })
      return
    }
    connection.sendNotification(PROGRESS, { call: call.number, progress: parsed.data }).catch(() => {})
  }

  const execute = async (call: OpenCall, request: unknown): Promise<Outcome> => {
    try {
      const run = handlers[call.name] as unknown as Run
      const result = await run(request, {
        signal: call.signal,
        progress: (value) => progress(call, value),
        ask: (name, question) => ask(call, name, question),
      })
      const response = call.entry.response.safeParse(result)
      if (response.success) return { result: response.data }
      return { error: faults.internal('response-not-in-contract', { call: call.name }) }
    } catch (error) {
      return { error: faults.crossing(error, call.name, abortReason(call.signal)) }
    } finally {
      call.isOver = true
      for (const withdrawal of call.withdrawals) withdrawal.cancel()
    }
  }

  return {
    async run(params, token) {
      const envelope = callParams.safeParse(params)
      if (!envelope.success) return { error: badRequest(envelope.error.issues, params) }
      const { call: number, name, request } = envelope.data
      if (open.has(number)) return { error: numberInUse('call') }
      if (!isCallName(name)) return { error: unknownCall(name) }
      const entry = callEntry(name)
      const parsed = entry.request.safeParse(request)
      if (!parsed.success) return { error: badRequest(parsed.error.issues, request) }

      if (token.isCancellationRequested) return { error: { code: 'cancelled', detail: {}, changed: false } }

      const controller = new AbortController()
      const cancellation = token.onCancellationRequested(() => controller.abort(callError('cancelled', {})))
      open.set(number, controller)
      try {
        const call = {
          number,
          name,
          entry,
          signal: controller.signal,
          withdrawals: new Set<CancellationTokenSource>(),
          isOver: false,
        }
        return await execute(call, parsed.data)
      } finally {
        open.delete(number)
        cancellation.dispose()
      }
    },
    close() {
      isClosed = true
      for (const controller of open.values()) controller.abort(callError('disconnected', {}))
    },
  }
}

interface OpenCall {
  readonly number: number
  readonly name: CallName
  readonly entry: CallEntry
  readonly signal: AbortSignal
  readonly withdrawals: Set<CancellationTokenSource>
  isOver: boolean
}

const isCallName = (name: string): name is CallName => Object.hasOwn(calls, name)

const abortReason = (signal: AbortSignal): ContractError | undefined =>
  signal.reason instanceof CallError ? signal.reason.error : undefined

/** The person's answer; rejects with the signal's reason as soon as it is aborted, and takes the question back. */
function unlessAborted(
  answered: Promise<unknown>,
  signal: AbortSignal,
  withdrawal: CancellationTokenSource,
): Promise<unknown> {
  return new Promise((resolve, reject) => {
    const onAbort = () => {
      withdrawal.cancel()
      reject(signal.reason as Error)
    }
    signal.addEventListener('abort', onAbort, { once: true })
    answered.then(resolve, reject).finally(() => signal.removeEventListener('abort', onAbort))
  })
}
