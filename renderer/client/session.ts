/** What one wire carries for the client: calls with their questions and progress, and watches. It ends with the wire. */
import type { MessageConnection, MessageReader, MessageWriter } from 'vscode-jsonrpc/browser'
import {
  callError,
  CallError,
  MAX_FRAME_LENGTH,
  readContractError,
  type CallName,
  type ContractError,
  type Wire,
} from '../../shared/contract/index.ts'
import {
  ASK,
  CALL,
  CHANGES,
  CONTRACT_ERROR,
  ENDED,
  PROGRESS,
  STATE,
  UNWATCH,
  WATCH,
  type AskParams,
  type ChangesParams,
  type EndedParams,
  type ProgressParams,
  type StateParams,
} from '../../shared/contract/protocol.ts'
import type { AskContext } from './asks.ts'

/** What is used of `vscode-jsonrpc`; its `/browser` and `/node` entries both are one. */
export type JsonRpc = Pick<
  typeof import('vscode-jsonrpc/browser'),
  'createMessageConnection' | 'CancellationTokenSource' | 'ResponseError' | 'ErrorCodes'
>

/** A question's answer, or a rejection with a `CallError`; `undefined` where nobody answers this question. */
export type Answering = (name: string, ask: unknown, context: AskContext) => Promise<unknown> | undefined

export interface OpenCall {
  readonly name: CallName
  readonly signal: AbortSignal | undefined
  onProgress(progress: unknown): void
  readonly answer: Answering
}

/** Told what a watch brings, in the order in which it came. */
export interface Watcher {
  readonly topic: string
  readonly params: unknown
  onState(state: unknown): void
  onChanges(set: Readonly<Record<string, unknown>>, remove: readonly string[]): void
  /** Nothing follows; not called when the wire is lost. */
  onEnd(error: ContractError): void
}

export interface Session {
  readonly wire: Wire
  /** Rejects with `CallError` only. */
  call(open: OpenCall, request: unknown): Promise<unknown>
  watch(watcher: Watcher): () => void
}

/** UTF-8 takes at most this many bytes for a UTF-16 unit. */
const MAX_BYTES_A_UNIT = 3

export function createSession(wire: Wire, jsonRpc: JsonRpc): Session {
  const connection = jsonRpc.createMessageConnection(readerOf(wire), writerOf(wire))
  const calls = new Map<number, OpenCall>()
  const watchers = new Map<number, Watcher>()
  const askControllers = new Set<AbortController>()
  let lastNumber = 0
  let isOver = false

  const answer = async ({ call, name, ask }: AskParams, signal: AbortSignal): Promise<unknown> => {
    const open = calls.get(call)
    if (!open) throw callError('cancelled', {})
    const answering = open.answer(name, ask, { call: open.name, signal })
    if (!answering) throw callError('not-supported', { reason: 'no-dialog' })
    return answering
  }

  connection.onRequest(ASK, async (params: AskParams, token: Cancellation) => {
    const controller = new AbortController()
    const withdrawn = token.onCancellationRequested(() => controller.abort(callError('cancelled', {})))
    askControllers.add(controller)
    try {
      return await answer(params, controller.signal)
    } catch (error) {
      // Anything that was thrown by mistake counts as a person who turned away.
      const refusal: ContractError = error instanceof CallError ? error.error : { code: 'cancelled', detail: {} }
      return new jsonRpc.ResponseError(CONTRACT_ERROR, refusal.code, refusal)
    } finally {
      askControllers.delete(controller)
      withdrawn.dispose()
    }
  })
  connection.onNotification(PROGRESS, ({ call, progress }: ProgressParams) => calls.get(call)?.onProgress(progress))
  connection.onNotification(STATE, ({ watch, state }: StateParams) => watchers.get(watch)?.onState(state))
  connection.onNotification(CHANGES, ({ watch, set, remove }: ChangesParams) =>
    watchers.get(watch)?.onChanges(set, remove),
  )
  const end = (watch: number, error: ContractError) => {
    const watcher = watchers.get(watch)
    watchers.delete(watch)
    watcher?.onEnd(error)
  }
  connection.onNotification(ENDED, ({ watch, error }: EndedParams) => end(watch, error))
  connection.listen()

  wire.onClose(() => {
    isOver = true
    watchers.clear()
    for (const controller of askControllers) controller.abort(callError('disconnected', {}))
    connection.dispose()
  })

  return {
    wire,
    async call(open, request) {
      if (isOver) throw callError('disconnected', {}, { changed: false })
      if (open.signal?.aborted) throw callError('cancelled', {}, { changed: false })
      const number = ++lastNumber
      calls.set(number, open)
      const source = new jsonRpc.CancellationTokenSource()
      const cancel = () => source.cancel()
      open.signal?.addEventListener('abort', cancel)
      try {
        return await connection.sendRequest<unknown>(CALL, { call: number, name: open.name, request }, source.token)
      } catch (error) {
        throw toCallError(error, jsonRpc)
      } finally {
        calls.delete(number)
        open.signal?.removeEventListener('abort', cancel)
      }
    },
    watch(watcher) {
      if (isOver) return () => {}
      const number = ++lastNumber
      watchers.set(number, watcher)
      request(connection, { watch: number, topic: watcher.topic, params: watcher.params }).catch((error: unknown) => {
        end(number, toCallError(error, jsonRpc).error)
      })
      return () => {
        if (watchers.delete(number)) connection.sendNotification(UNWATCH, { watch: number }).catch(() => {})
      }
    },
  }
}

interface Cancellation {
  onCancellationRequested(listener: () => void): { dispose(): void }
}

const request = async (connection: MessageConnection, params: object) => connection.sendRequest<unknown>(WATCH, params)

function toCallError(error: unknown, { ResponseError, ErrorCodes }: JsonRpc): CallError {
  if (error instanceof ResponseError) {
    const declared = readContractError(error.data)
    if (declared) return new CallError(declared, { cause: error })
    // The writer refuses a message for its length alone.
    if (error.code === ErrorCodes.MessageWriteError) return callError('too-large', {}, { changed: false })
    if (error.code !== ErrorCodes.PendingResponseRejected) return callError('internal', { diagnosticId: 'client' })
  }
  return callError('disconnected', {}, { cause: error })
}

// The library's own events are not used: closing is told by the wire.
const never = () => ({ dispose() {} })
const SILENT = { onError: never, onClose: never, onPartialMessage: never, end() {}, dispose() {} }

function readerOf(wire: Wire): MessageReader {
  return {
    ...SILENT,
    listen(callback) {
      wire.onMessage((frame) => {
        try {
          callback(JSON.parse(frame) as Parameters<typeof callback>[0])
        } catch {
          // A frame that is none of ours is no message; what it was about will be told again or time out.
        }
      })
      return { dispose() {} }
    },
  }
}

function writerOf(wire: Wire): MessageWriter {
  return {
    ...SILENT,
    write(message) {
      const frame = JSON.stringify(message)
      // A WebSocket counts bytes, and would be cut for a longer one with everything that is open on it.
      const bytes = frame.length * MAX_BYTES_A_UNIT > MAX_FRAME_LENGTH ? new TextEncoder().encode(frame).length : 0
      if (frame.length > MAX_FRAME_LENGTH || bytes > MAX_FRAME_LENGTH) return Promise.reject(new Error('too-large'))
      wire.send(frame)
      return Promise.resolve()
    },
  }
}
