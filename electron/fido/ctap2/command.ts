/**
 * One CTAP2 command: a number and a map of parameters out, a map of members back (CTAP 2.1 §8). Every reader of a member
 * answers its value, `undefined` where it is absent, or throws `AnswerError`; misordered keys are accepted and counted.
 */
import { decode, encode, type CborKey, type CborMap, type CborValue } from '../cbor/index.ts'
import { AnswerError } from '../errors.ts'
import type { MessageOptions, Transport } from '../transport.ts'

/** Parameters by their number; those that are `undefined` are left out. */
export type Parameters = Readonly<Record<number, CborValue | undefined>>

/**
 * Sends `command`. Throws `KeyStatusError` for a status other than success, `WireError` for trouble on the way,
 * `AnswerError` where the answer is not a CBOR map.
 */
export async function send(
  transport: Transport,
  command: number,
  parameters: Parameters | undefined,
  options: MessageOptions = {},
): Promise<Answer> {
  const body = parameters === undefined ? new Uint8Array() : encode(toMap(parameters))
  return Answer.read(await transport.cbor(command, body, options))
}

export function toMap(members: Parameters): CborMap {
  const map = new Map<CborKey, CborValue>()
  for (const [key, value] of Object.entries(members)) if (value !== undefined) map.set(Number(key), value)
  return map
}

/** A map with text keys; those that are `undefined` are left out. */
export function textMap(members: Readonly<Record<string, CborValue | undefined>>): CborMap {
  const map = new Map<CborKey, CborValue>()
  for (const [key, value] of Object.entries(members)) if (value !== undefined) map.set(key, value)
  return map
}

export class Answer {
  readonly members: CborMap
  readonly misordered: number

  constructor(members: CborMap, misordered = 0) {
    this.members = members
    this.misordered = misordered
  }

  /** The map that fills `bytes`; an answer without any bytes has no members. */
  static read(bytes: Uint8Array): Answer {
    if (bytes.length === 0) return new Answer(new Map())
    const read = decode(bytes, { tolerateOrder: true })
    if (!read.ok) throw new AnswerError('cbor', undefined, { cause: read.error })
    return new Answer(asMap(read.value.value) ?? refuse('cbor'), read.value.misordered)
  }

  static of(value: CborValue | undefined, member: CborKey): Answer {
    return new Answer(asMap(value) ?? refuse(value === undefined ? 'missing-member' : 'member-type', member))
  }

  bytes(key: CborKey): Uint8Array | undefined {
    const value = this.members.get(key)
    return value === undefined || value instanceof Uint8Array ? value : refuse('member-type', key)
  }
  text(key: CborKey): string | undefined {
    const value = this.members.get(key)
    return value === undefined || typeof value === 'string' ? value : refuse('member-type', key)
  }
  bool(key: CborKey): boolean | undefined {
    const value = this.members.get(key)
    return value === undefined || typeof value === 'boolean' ? value : refuse('member-type', key)
  }
  /** A count or a size: whole, not negative, within JavaScript's safe integers. */
  uint(key: CborKey): number | undefined {
    const value = this.members.get(key)
    if (typeof value === 'bigint' || (typeof value === 'number' && value < 0)) return refuse('member-value', key)
    return value === undefined || typeof value === 'number' ? value : refuse('member-type', key)
  }
  map(key: CborKey): CborMap | undefined {
    const value = this.members.get(key)
    return value === undefined ? undefined : (asMap(value) ?? refuse('member-type', key))
  }
  list(key: CborKey): readonly CborValue[] | undefined {
    const value = this.members.get(key)
    return value === undefined || isList(value) ? value : refuse('member-type', key)
  }
  texts(key: CborKey): readonly string[] | undefined {
    return this.list(key)?.map((item) => (typeof item === 'string' ? item : refuse('member-type', key)))
  }
  uints(key: CborKey): readonly number[] | undefined {
    return this.list(key)?.map((item) => (typeof item === 'number' && item >= 0 ? item : refuse('member-type', key)))
  }
  answers(key: CborKey): readonly Answer[] | undefined {
    return this.list(key)?.map((item) => Answer.of(item, key))
  }
}

/** A member the command can't do without. */
export function need<T>(value: T | undefined, member: CborKey): T {
  return value === undefined ? refuse('missing-member', member) : value
}

export function asMap(value: CborValue | undefined): CborMap | undefined {
  return value instanceof Map ? value : undefined
}

function isList(value: CborValue): value is readonly CborValue[] {
  return Array.isArray(value)
}

function refuse(fault: 'cbor' | 'missing-member' | 'member-type' | 'member-value', member?: CborKey): never {
  throw new AnswerError(fault, member)
}
