/**
 * What may be said of something that went wrong: to the caller a declared error, to the log codes and places. Neither ever
 * holds a value of a request or the text of a thrown error, for both may be secrets.
 */
import type { z } from 'zod'
import { readContractError, CallError, type ContractError, type FieldFault } from '../../shared/contract/index.ts'
import type { Clock } from '../../shared/kit/index.ts'
import type { Log } from '../services/ports.ts'

/** A form has fewer fields than this; a list of thousands of wrong ones is cut. */
const MAX_FIELDS = 20
const MAX_PATH_LENGTH = 128

type Issue = z.core.$ZodIssue

/** The fields that a schema refused: where, and why as one of a few codes. Names that no schema knows are not repeated. */
export function fieldFaults(issues: readonly Issue[], input: unknown): FieldFault[] {
  return issues.slice(0, MAX_FIELDS).map((issue) => ({
    field: issue.path.map(String).join('.').slice(0, MAX_PATH_LENGTH),
    reason: reasonOf(issue, input),
  }))
}

function reasonOf(issue: Issue, input: unknown): string {
  switch (issue.code) {
    case 'invalid_type':
      return valueAt(input, issue.path) === undefined ? 'missing' : 'wrong-type'
    case 'too_small':
      return issue.origin === 'string' || issue.origin === 'array' ? 'too-short' : 'too-small'
    case 'too_big':
      return issue.origin === 'string' || issue.origin === 'array' ? 'too-long' : 'too-big'
    case 'invalid_format':
      return 'wrong-format'
    case 'invalid_value':
    case 'invalid_union':
      return valueAt(input, issue.path) === undefined ? 'missing' : 'not-one-of'
    case 'unrecognized_keys':
      return 'unknown-field'
    default:
      return 'refused'
  }
}

function valueAt(input: unknown, path: readonly PropertyKey[]): unknown {
  let value = input
  for (const key of path) {
    if (typeof value !== 'object' || value === null || !Object.hasOwn(value, key)) return undefined
    value = (value as Record<PropertyKey, unknown>)[key]
  }
  return value
}

export const badRequest = (issues: readonly Issue[], input: unknown): ContractError => ({
  code: 'bad-request',
  detail: { fields: fieldFaults(issues, input) },
})

export const numberInUse = (field: 'call' | 'watch'): ContractError => ({
  code: 'bad-request',
  detail: { fields: [{ field, reason: 'number-in-use' }] },
})

/** Only names that look like one are repeated. */
export const unknownCall = (name: string): ContractError => ({
  code: 'unknown-call',
  detail: { name: /^[\w.-]{1,64}$/.test(name) ? name : '' },
})

export type Fact = string | number | boolean

/** Makes faults of ours into `internal` with an id that is found again in the log. */
export interface Faults {
  /** What crosses for a thrown error. `aborted`: the caller had asked to stop, or its wire had closed. */
  crossing(error: unknown, what: string, aborted?: ContractError): ContractError
  /** Something of ours broke the contract. */
  internal(event: string, facts: Readonly<Record<string, Fact>>): ContractError
}

export function createFaults(log: Log, clock: Clock): Faults {
  let count = 0
  const internal: Faults['internal'] = (event, facts) => {
    const diagnosticId = `${clock.now().toString(36)}-${(++count).toString(36)}`
    log.error(event, { diagnosticId, ...facts })
    return { code: 'internal', detail: { diagnosticId } }
  }
  return {
    internal,
    crossing(error, what, aborted) {
      if (error instanceof CallError) {
        const declared = readContractError(error.error)
        return declared ?? internal('error-not-in-contract', { what, code: error.error.code })
      }
      if (error instanceof Error && error.name === 'AbortError') return aborted ?? { code: 'cancelled', detail: {} }
      return internal('failed', { what, ...originOf(error) })
    },
  }
}

const MAX_FRAMES = 3
const FRAME = /^\s+at (?:async )?(?:([\w.<>#$ ]{1,80}) \()?.*?([\w.-]{1,80}:\d+:\d+)\)?$/

/**
 * Where an error was made: its system code, and the innermost frames as function and file name without folders. The text
 * of the error is left out, and with it the whole stack where the two can't be told apart.
 */
function originOf(error: unknown): Record<string, Fact> {
  if (!(error instanceof Error)) return { kind: typeof error }
  const facts: Record<string, Fact> = { kind: KINDS.find((kind) => error instanceof kind)?.name ?? 'Error' }
  if ('code' in error && typeof error.code === 'string' && /^E[A-Z0-9_]{1,40}$/.test(error.code))
    facts.system = error.code
  const head = error.message === '' ? error.name : `${error.name}: ${error.message}`
  if (typeof error.stack !== 'string' || !error.stack.startsWith(`${head}\n`)) return facts
  const frames = error.stack
    .slice(head.length + 1)
    .split('\n')
    .flatMap((line) => {
      const [, name, place] = FRAME.exec(line) ?? []
      return place === undefined ? [] : [name === undefined ? place : `${name} ${place}`]
    })
  if (frames.length > 0) facts.at = frames.slice(0, MAX_FRAMES).join(' < ')
  return facts
}

const KINDS = [TypeError, RangeError, SyntaxError, ReferenceError] as const
