/**
 * privacyIDEA's API as reads and writes. Reads are tried three times with back-off; a write is sent once, and its outcome is
 * `unknown` wherever nobody can say what came of it. One that was refused because the session had ended was never looked at:
 * it is sent again in a new session, once.
 */
import { sleep, type Clock, type Random } from '../../../shared/kit/index.ts'
import { BackendFault, type BackendError, type Outcome } from '../backend.ts'
import { readEnvelope, type Answered } from './envelope.ts'
import type { Queue } from './queue.ts'
import { isSignedOut, refusal, type Asked } from './refusals.ts'
import type { ServerClock } from './server-clock.ts'
import { createSessions, type Credentials, type SecondFactor, type Session } from './session.ts'
import type { Transport, WireAnswer, WireFault, WireRequest } from './transport.ts'

/** Before the second and third try, and as much again at random. */
const BACK_OFF_MS = [250, 1000] as const
/** A server that asks for more patience than this is told of instead of waited for. */
const PATIENCE_MS = 5000

export interface Value {
  readonly value: unknown
  readonly detail: Readonly<Record<string, unknown>>
}

/** The answer of a write, still with the number where it was refused: what that means depends on what was asked. */
export type Written = { readonly is: 'value'; readonly got: Value } | { readonly is: 'refused'; readonly number?: number; readonly error: BackendError } | { readonly is: 'unknown' } // prettier-ignore

export interface Client {
  /** Throws `BackendFault`, or the signal's reason. */
  session(signal: AbortSignal): Promise<Session>
  signIn(signal: AbortSignal, second?: SecondFactor): Promise<Session>
  read(request: WireRequest, asked: Asked, signal: AbortSignal): Promise<Value>
  /** `isOpen`: for everybody, so without a session. Never rejects. */
  write(request: WireRequest, asked: Asked, turn: WriteTurn, options?: { readonly isOpen?: boolean }): Promise<Written>
}

/** Who asked for a write counts it as unknown after a while; from `sendBy` on it is not sent any more, and refused. */
export interface WriteTurn {
  readonly sendBy: number
  readonly signal: AbortSignal
}

export interface ClientOptions {
  readonly transport: Transport
  readonly credentials: Credentials
  readonly queue: Queue
  readonly serverClock: ServerClock
  readonly clock: Clock
  readonly random: Random
}

/** What one exchange came to. `again`: another try may go better. */
type Exchange =
  | { readonly is: 'answered'; readonly answered: Answered }
  | { readonly is: 'fault'; readonly error: BackendError; readonly isSent: boolean; readonly again: boolean; readonly waitMs?: number } // prettier-ignore

const TOO_LATE: Exchange = { is: 'fault', error: { code: 'unreachable' }, isSent: false, again: false }

export function createClient(options: ClientOptions): Client {
  const { transport, credentials, queue, serverClock, clock, random } = options

  const exchange = async (
    request: WireRequest,
    how: { readonly signal?: AbortSignal; readonly isWrite: boolean; readonly session?: Session | undefined },
  ): Promise<Exchange> => {
    const { session, ...wire } = how
    const headers = { ...request.headers, ...(session ? { 'pi-authorization': session.jwt } : {}) }
    const answer = await transport.send({ ...request, headers }, wire)
    if (answer.is === 'fault') return fromFault(answer)
    const envelope = readEnvelope(answer.body)
    serverClock.note(answer, envelope?.time)
    return fromStatus(answer, envelope?.answered, clock)
  }

  /** A request that changes nothing, tried again while that may help. */
  const patiently = async (request: WireRequest, signal: AbortSignal, session?: Session): Promise<Answered> => {
    for (let tried = 0; ; tried++) {
      const got = await queue.read(() => exchange(request, { signal, isWrite: false, session }), signal)
      if (got.is === 'answered') return got.answered
      const backOff = BACK_OFF_MS[tried]
      if (!got.again || backOff === undefined || (got.waitMs ?? 0) > PATIENCE_MS) throw new BackendFault(got.error)
      await sleep(clock, Math.max(got.waitMs ?? 0, backOff * (1 + random(1)[0]! / 256)), signal)
    }
  }

  /** A sign-in is sent once: each wrong one counts. */
  const ask = async (request: WireRequest, signal: AbortSignal): Promise<Answered> => {
    const got = await queue.read(() => exchange(request, { signal, isWrite: true }), signal)
    if (got.is === 'answered') return got.answered
    throw new BackendFault(got.error)
  }
  const sessions = createSessions({ credentials, ask })

  return {
    session: (signal) => sessions.open(signal),
    signIn: (signal, second) => sessions.signIn(signal, second),
    async read(request, asked, signal) {
      signal.throwIfAborted()
      for (let isRenewed = false; ; isRenewed = true) {
        const session = await sessions.open(signal)
        const answered = await patiently(request, signal, session)
        if (answered.is === 'value') return answered
        if (!isSignedOut(answered.code)) throw new BackendFault(refusal(answered.code, asked))
        sessions.drop(session)
        if (isRenewed) throw new BackendFault({ code: 'sign-in-expired' })
      }
    },
    async write(request, asked, turn, { isOpen = false } = {}) {
      for (let isRenewed = false; ; isRenewed = true) {
        let session: Session | undefined
        try {
          session = isOpen ? undefined : await sessions.open(turn.signal)
        } catch (error) {
          // Nothing was sent.
          return { is: 'refused', error: error instanceof BackendFault ? error.error : { code: 'sign-in-failed' } }
        }
        const got = await queue.write(() =>
          clock.now() < turn.sendBy ? exchange(request, { isWrite: true, session }) : Promise.resolve(TOO_LATE),
        )
        if (got.is === 'fault') return got.isSent ? { is: 'unknown' } : { is: 'refused', error: got.error }
        const { answered } = got
        if (answered.is === 'value') return { is: 'value', got: answered }
        if (session && isSignedOut(answered.code)) {
          sessions.drop(session)
          if (!isRenewed) continue
        }
        return { is: 'refused', number: answered.code, error: refusal(answered.code, asked) }
      }
    },
  }
}

function fromFault({ code, isSent, certificate }: WireFault): Exchange {
  const error: BackendError =
    code === 'untrusted-server' ? { code, ...(certificate === undefined ? {} : { certificate }) } : code === 'too-large' ? { code: 'answer-not-understood' } : { code: 'unreachable' } // prettier-ignore
  return { is: 'fault', error, isSent, again: code === 'unreachable' || code === 'cut-off' }
}

/** The status says whether the server looked at the request at all; what it says is in the envelope. */
function fromStatus(answer: WireAnswer, answered: Answered | undefined, clock: Clock): Exchange {
  const { status } = answer
  if (status === 429 || (status === 503 && answer.retryAfter !== undefined)) {
    const waitMs = readRetryAfter(answer.retryAfter, answer.receivedAt)
    const retryAt = waitMs === undefined ? {} : { retryAt: clock.now() + waitMs }
    const error: BackendError = { code: 'throttled', ...retryAt }
    return { is: 'fault', error, isSent: false, again: true, ...(waitMs === undefined ? {} : { waitMs }) }
  }
  // An error of the server, or of a proxy before it, may come after the deed.
  if (status >= 500) {
    const error: BackendError = { code: 'backend-fault', diagnosticId: `HTTP ${status}` }
    return { is: 'fault', error, isSent: true, again: true }
  }
  if (answered && (status === 200 || (status >= 400 && answered.is === 'error'))) return { is: 'answered', answered }
  // A redirect, or a page of something that is not privacyIDEA: it did nothing of what was asked, unless it said 2xx.
  const isSent = status >= 200 && status < 300
  return { is: 'fault', error: { code: 'answer-not-understood' }, isSent, again: false }
}

/** Milliseconds (RFC 9110 §10.2.3: seconds, or a date). */
function readRetryAfter(text: string | undefined, now: number): number | undefined {
  if (text === undefined) return undefined
  if (/^\d{1,6}$/.test(text)) return Number(text) * 1000
  const at = Date.parse(text)
  return Number.isNaN(at) ? undefined : Math.max(0, at - now)
}

/** The outcome of a write, with what a number means to this caller. `undefined`: what it means everywhere. */
export function outcomeOf<T>(
  written: Written,
  value: (got: Value) => Outcome<T>,
  meaning: (number: number) => BackendError | undefined = () => undefined,
): Outcome<T> {
  switch (written.is) {
    case 'value':
      return value(written.got)
    case 'unknown':
      return { is: 'unknown' }
    case 'refused': {
      const { number, error } = written
      return { is: 'refused', error: (number === undefined ? undefined : meaning(number)) ?? error }
    }
  }
}
