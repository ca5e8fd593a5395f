/**
 * What privacyIDEA answers with: `{ result: { status, value | error }, detail, time }`. `status: true` with `value: false` is a
 * refusal with HTTP 200. Messages are translated by the server and are never read.
 */
import { z } from 'zod'

const envelope = z.object({
  result: z.object({
    status: z.boolean(),
    value: z.unknown().optional(),
    error: z.object({ code: z.number().int() }).optional(),
  }),
  detail: z.unknown().optional(),
  /** Seconds since 1970 by the server's clock. */
  time: z.number().positive().optional(),
})

export type Answered =
  | { readonly is: 'value'; readonly value: unknown; readonly detail: Readonly<Record<string, unknown>> }
  | { readonly is: 'error'; readonly code: number }

export interface Envelope {
  readonly answered: Answered
  /** Milliseconds since 1970. */
  readonly time: number | undefined
}

/** `undefined`: not an answer of privacyIDEA. */
export function readEnvelope(body: string): Envelope | undefined {
  const read = envelope.safeParse(parsed(body))
  if (!read.success) return undefined
  const { result, detail, time } = read.data
  const at = time === undefined ? undefined : time * 1000
  if (!result.status) return result.error && { answered: { is: 'error', code: result.error.code }, time: at }
  return { answered: { is: 'value', value: result.value, detail: asRecord(detail) }, time: at }
}

function parsed(text: string): unknown {
  try {
    return JSON.parse(text)
  } catch {
    return undefined
  }
}

export const asRecord = (value: unknown): Readonly<Record<string, unknown>> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? (value as Record<string, unknown>) : {}
