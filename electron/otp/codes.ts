/**
 * Codes of RFC 4226 and RFC 6238 by otplib, over node:crypto, and Steam Guard's by the same HMAC. Results are strict: a code is
 * a string, a check is a boolean. Secrets of 1 to 128 bytes are taken, since sites issue them, where otplib's default refuses.
 */
import { createHmac, timingSafeEqual } from 'node:crypto'
import { createGuardrails, generateSync, type CryptoPlugin, type HashAlgorithm } from 'otplib'
import { STEAM_ALPHABET } from '../../shared/domain/code-format.ts'
import {
  MAX_COUNTER,
  MAX_SECRET_BYTES,
  secretBytes,
  type Algorithm,
  type CodeSource,
  type TimedSource,
} from '../../shared/domain/entry.ts'
import { equalBytes, utf8 } from '../../shared/kit/index.ts'

const HASH: Readonly<Record<Algorithm, HashAlgorithm>> = { SHA1: 'sha1', SHA256: 'sha256', SHA512: 'sha512' }

const hmac = (algorithm: HashAlgorithm, key: Uint8Array, data: Uint8Array): Uint8Array =>
  createHmac(algorithm, key).update(data).digest()

const crypto: CryptoPlugin = {
  name: 'node',
  hmac,
  randomBytes: () => {
    throw new Error('codes need no randomness')
  },
  constantTimeEqual: (a, b) => equalBytes(typeof a === 'string' ? utf8(a) : a, typeof b === 'string' ? utf8(b) : b),
}

const guardrails = createGuardrails({ MIN_SECRET_BYTES: 1, MAX_SECRET_BYTES, MAX_COUNTER })

/** Code of a counter, or of a time step (RFC 6238 §4.2: T is the counter): an integer from 0 to 2^53-1. Throws outside of that. */
export const codeOfStep = (source: CodeSource, step: number): string => codeMaker(source)(step)

/** The same for many steps of one source: the secret is decoded once. */
export function codeMaker(source: CodeSource): (step: number) => string {
  const secret = secretBytes(source.secret)
  if (source.kind === 'steam') return (step) => steamCode(secret, step)
  const options = { secret, algorithm: HASH[source.algorithm], digits: source.digits, crypto, guardrails }
  // Time steps go through HOTP as well, so that otplib's bounds of the period and its own clock never come in.
  return (step) => generateSync({ ...options, strategy: 'hotp', counter: step })
}

/** RFC 4226 §5.3 up to the truncated number, whose digits are then those of a 26-letter alphabet, the last one first. */
function steamCode(secret: Uint8Array, step: number): string {
  const counter = Buffer.alloc(8)
  counter.writeBigUInt64BE(BigInt(step))
  const mac = Buffer.from(hmac('sha1', secret, counter))
  let number = mac.readUInt32BE(mac.readUInt8(19) & 0xf) & 0x7fffffff
  let code = ''
  for (let i = 0; i < 5; i++) {
    code += STEAM_ALPHABET.charAt(number % STEAM_ALPHABET.length)
    number = Math.floor(number / STEAM_ALPHABET.length)
  }
  return code
}

/** The time step of a moment, in ms since 1970. A clock set before 1970 counts as 1970: a wrong code rather than none. */
export const stepAt = (source: TimedSource, timeMs: number): number =>
  Math.max(0, Math.floor(timeMs / (source.periodSeconds * 1000)))

export interface TimedCode {
  readonly code: string
  /** ms since 1970, by the clock that `timeMs` came from. */
  readonly validFrom: number
  /** The first moment at which the next code is due. */
  readonly validUntil: number
}

function codeOf(source: TimedSource, step: number): TimedCode {
  const periodMs = source.periodSeconds * 1000
  return { code: codeOfStep(source, step), validFrom: step * periodMs, validUntil: (step + 1) * periodMs }
}

/** The code that is due at `timeMs`. */
export const codeAt = (source: TimedSource, timeMs: number): TimedCode => codeOf(source, stepAt(source, timeMs))

/** The code after the one that is due. */
export const nextCodeAt = (source: TimedSource, timeMs: number): TimedCode => codeOf(source, stepAt(source, timeMs) + 1)

/** Two consecutive codes without waiting: the one before the one that is due, and that (product.md rule 4). */
export function previousAndCurrent(source: TimedSource, timeMs: number): readonly [TimedCode, TimedCode] {
  // In the first step of 1970 there is none before.
  const step = Math.max(1, stepAt(source, timeMs))
  return [codeOf(source, step - 1), codeOf(source, step)]
}

/** Steps that `findStep` searches at most, 20 ms of work: it runs without a pause. */
export const MAX_STEPS_AT_ONCE = 2001

/**
 * The first step of `fromStep` to `toStep` whose code this is, or `undefined`. Compares in constant time and never stops early.
 * Throws a RangeError where more than MAX_STEPS_AT_ONCE would be searched.
 */
export function findStep(source: CodeSource, code: string, fromStep: number, toStep: number): number | undefined {
  const first = Math.max(0, fromStep)
  if (toStep - first >= MAX_STEPS_AT_ONCE) throw new RangeError(`more than ${MAX_STEPS_AT_ONCE} steps`)
  const given = Buffer.from(code)
  const makeCode = codeMaker(source)
  let found: number | undefined
  for (let step = first; step <= toStep; step++) {
    const due = Buffer.from(makeCode(step))
    if (due.length === given.length && timingSafeEqual(due, given)) found ??= step
  }
  return found
}

/** Whether this is the code of `step`, or of one of `windowSteps` before and after it. Never throws for a malformed code. */
export const verify = (source: CodeSource, code: string, step: number, windowSteps = 0): boolean =>
  findStep(source, code, step - windowSteps, step + windowSteps) !== undefined
