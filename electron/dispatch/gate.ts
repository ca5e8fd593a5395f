/**
 * Frames of one wire, from text to a message that the JSON-RPC library can bear and back. The library trusts its peer: it
 * throws at a cancellation without an id, answers batches with noise, and queues without bound. So nothing reaches it but
 * well-formed requests, answers to what was asked, and cancellations of what is open; all else is dropped and counted.
 */
import type { Disposable, Event, Message, MessageReader, MessageStrategy, MessageWriter } from 'vscode-jsonrpc/node'
import { MAX_FRAME_LENGTH, MAX_OPEN_CALLS, type ContractError, type Wire } from '../../shared/contract/index.ts'
import { CONTRACT_ERROR, UNWATCH } from '../../shared/contract/protocol.ts'

/** A page of ours sends none. So many are a fault or an attack, and the wire is closed. */
export const MAX_BAD_FRAMES = 100

/** Messages that wait for their turn in the library. With every call, question and watch of a page there are fewer. */
export const MAX_QUEUED = 1024

const CANCEL = '$/cancelRequest'

export type BadFrame =
  | 'too-long'
  | 'not-json'
  | 'not-a-message'
  | 'bad-id'
  | 'id-in-use'
  | 'unknown-answer'
  | 'unknown-notification'
  | 'flood'

export interface GateOptions {
  /** Each frame that was dropped, with how many there were. */
  readonly onBadFrame: (why: BadFrame, count: number) => void
  /** What a response that can't be written as JSON is replaced with. */
  readonly unwritable: () => ContractError
}

export interface Gate {
  readonly reader: MessageReader
  readonly writer: MessageWriter
  /** For the connection: counts what leaves its queue. */
  readonly strategy: MessageStrategy
}

/** What the sender of anything but a response is rejected with, as an error's message: the library hands on no more of it. */
export const TOO_LONG = 'too-long'
export const NOT_JSON = 'not-json'

type Members = Readonly<Record<string, unknown>>
type Verdict = { readonly message: Message } | { readonly bad: BadFrame } | 'ignored' | { readonly busy: number }

export function createGate(wire: Wire, { onBadFrame, unwritable }: GateOptions): Gate {
  /** Requests of the client that wait for their response, each with whether it was cancelled. */
  const open = new Map<number, { isCancelled: boolean }>()
  /** Requests of ours that wait for the client's answer. */
  const asked = new Set<number>()
  let badFrames = 0
  let queued = 0

  const judge = (frame: string): Verdict => {
    if (frame.length > MAX_FRAME_LENGTH) return { bad: 'too-long' }
    const parsed = parse(frame)
    if (parsed === undefined) return { bad: 'not-json' }
    if (!isObject(parsed) || parsed.jsonrpc !== '2.0') return { bad: 'not-a-message' }
    if (typeof parsed.method !== 'string') return answer(parsed)
    return 'id' in parsed ? request(parsed) : notification(parsed)
  }

  const request = (message: Members): Verdict => {
    const { id, method, params } = message
    if (!hasOnly(message, 'jsonrpc', 'id', 'method', 'params') || !isObject(params)) return { bad: 'not-a-message' }
    if (!isId(id)) return { bad: 'bad-id' }
    if (open.has(id)) return { bad: 'id-in-use' }
    if (open.size >= MAX_OPEN_CALLS) return { busy: id }
    open.set(id, { isCancelled: false })
    return { message: { jsonrpc: '2.0', id, method, params } as Message }
  }

  const notification = (message: Members): Verdict => {
    const { method, params } = message
    if (!hasOnly(message, 'jsonrpc', 'method', 'params') || !isObject(params)) return { bad: 'not-a-message' }
    if (method === UNWATCH) return { message: { jsonrpc: '2.0', method, params } as Message }
    if (method !== CANCEL || !hasOnly(params, 'id')) return { bad: 'unknown-notification' }
    if (!isId(params.id)) return { bad: 'bad-id' }
    const state = open.get(params.id)
    // Its response may be on its way: no fault of the client's.
    if (!state || state.isCancelled) return 'ignored'
    state.isCancelled = true
    return { message: { jsonrpc: '2.0', method: CANCEL, params: { id: params.id } } as Message }
  }

  const answer = (message: Members): Verdict => {
    const { id, error } = message
    if (!hasOnly(message, 'jsonrpc', 'id', 'result', 'error')) return { bad: 'not-a-message' }
    if ('result' in message === 'error' in message) return { bad: 'not-a-message' }
    if (
      'error' in message &&
      !(isObject(error) && Number.isSafeInteger(error.code) && typeof error.message === 'string')
    ) {
      return { bad: 'not-a-message' }
    }
    if (!isId(id)) return { bad: 'bad-id' }
    if (!asked.delete(id)) return { bad: 'unknown-answer' }
    return { message: { ...message, jsonrpc: '2.0' } }
  }

  const admit = (verdict: Verdict): Verdict => {
    if (verdict === 'ignored' || !('message' in verdict)) return verdict
    // A cancellation is seen to at once, or waits beside its request: at most one each.
    if ((verdict.message as { method?: string }).method === CANCEL) return verdict
    if (queued >= MAX_QUEUED) return { bad: 'flood' }
    queued += 1
    return verdict
  }

  const respond = (id: number, error: ContractError) =>
    wire.send(JSON.stringify({ jsonrpc: '2.0', id, error: { code: CONTRACT_ERROR, message: error.code, data: error } }))

  return {
    reader: {
      ...SILENT_READER,
      listen(callback) {
        wire.onMessage((frame) => {
          const verdict = admit(judge(frame))
          if (verdict === 'ignored') return
          if ('busy' in verdict) respond(verdict.busy, { code: 'busy', detail: {} })
          else if ('message' in verdict) callback(verdict.message)
          else {
            badFrames += 1
            onBadFrame(verdict.bad, badFrames)
            if (badFrames >= MAX_BAD_FRAMES) wire.close()
          }
        })
        return NOTHING
      },
    },
    strategy: {
      handleMessage(message, next) {
        if ((message as { method?: string }).method !== CANCEL) queued -= 1
        return next(message)
      },
    },
    writer: {
      ...SILENT_WRITER,
      write(message) {
        const { id, method } = message as { id?: number; method?: string }
        const isResponse = method === undefined
        const frame = stringify(message)
        const fits = frame !== undefined && frame.length <= MAX_FRAME_LENGTH
        if (isResponse) open.delete(id!)
        if (fits) {
          if (!isResponse && id !== undefined) asked.add(id)
          wire.send(frame)
          return Promise.resolve()
        }
        if (!isResponse) return Promise.reject(new Error(frame === undefined ? NOT_JSON : TOO_LONG))
        respond(id!, frame === undefined ? unwritable() : { code: 'too-large', detail: {} })
        return Promise.resolve()
      },
    },
  }
}

function parse(frame: string): unknown {
  try {
    return JSON.parse(frame) as unknown
  } catch {
    return undefined
  }
}

function stringify(message: Message): string | undefined {
  try {
    return JSON.stringify(message)
  } catch {
    return undefined
  }
}

const isObject = (value: unknown): value is Members =>
  typeof value === 'object' && value !== null && !Array.isArray(value)
const isId = (id: unknown): id is number => Number.isSafeInteger(id) && (id as number) >= 0
const hasOnly = (message: Members, ...members: readonly string[]) =>
  Object.keys(message).every((member) => members.includes(member))

// The library's own events are not used: closing is told by the wire, errors by the gate.
const never: Event<never> = () => NOTHING
const NOTHING: Disposable = { dispose() {} }
const SILENT_READER = { onError: never, onClose: never, onPartialMessage: never, dispose() {} }
const SILENT_WRITER = { onError: never, onClose: never, end() {}, dispose() {} }
