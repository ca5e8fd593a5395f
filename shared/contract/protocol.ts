/**
 * How calls, questions and topics travel as JSON-RPC 2.0 over a Wire. Known to the two ends of a wire alone: dispatch and
 * the client. Numbers (`call`, `watch`) are chosen by the client, none that is open; all parameters go by name.
 */
import { z } from 'zod'
import { readContractError, type ContractError, type ErrorCode } from './errors.ts'

/** Requests of the client. A call is cancelled by `$/cancelRequest`; its answer still comes, with what is true then. */
export const CALL = 'call'
export const WATCH = 'watch'
/** Notification of the client. */
export const UNWATCH = 'unwatch'
/** Request of the server, on a call that is open. Withdrawn by `$/cancelRequest`. */
export const ASK = 'ask'
/** Notifications of the server. Nothing comes for a watch after `ended`. */
export const PROGRESS = 'progress'
export const STATE = 'state'
export const CHANGES = 'changes'
export const ENDED = 'ended'

/** The JSON-RPC code of every error that crosses; which one it is stands in `data` as a ContractError. */
export const CONTRACT_ERROR = -32000

const number = z.number().int().min(1).max(Number.MAX_SAFE_INTEGER)

export const callParams = z.strictObject({ call: number, name: z.string(), request: z.unknown() })
export type CallParams = z.infer<typeof callParams>
export const watchParams = z.strictObject({ watch: number, topic: z.string(), params: z.unknown() })
export type WatchParams = z.infer<typeof watchParams>
export const unwatchParams = z.strictObject({ watch: number })
export type UnwatchParams = z.infer<typeof unwatchParams>

export interface AskParams {
  readonly call: number
  readonly name: string
  readonly ask: unknown
}
export interface ProgressParams {
  readonly call: number
  readonly progress: unknown
}
/** The whole state: of a plain topic each time, of a keyed one the first time. */
export interface StateParams {
  readonly watch: number
  readonly state: unknown
}
/** What changed in a keyed topic since the last message of the same watch. */
export interface ChangesParams {
  readonly watch: number
  readonly set: Readonly<Record<string, unknown>>
  readonly remove: readonly string[]
}
export interface EndedParams {
  readonly watch: number
  readonly error: ContractError
}

/** Errors that the person's side of a question may answer with; anything else counts as `cancelled`. */
const ASK_ERRORS: ReadonlySet<ErrorCode> = new Set([
  'cancelled',
  'not-confirmed',
  'not-supported',
  'key-refused',
  'timed-out',
])

export function readAskError(value: unknown): ContractError {
  const error = readContractError(value)
  return error && ASK_ERRORS.has(error.code) ? error : { code: 'cancelled', detail: {} }
}
