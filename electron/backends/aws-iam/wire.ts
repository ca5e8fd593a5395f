/**
 * One request to IAM or STS and what came of it. The SDK signs and reads; its own retries are off: a read is tried again from
 * here, a write never, but where the service itself said that it did nothing because of the clock. No answer is trusted before
 * it is whole and of the call that was made.
 */
import { setMaxListeners } from 'node:events'
import { IAMClient, type IAMClientConfig } from '@aws-sdk/client-iam'
import { STSClient } from '@aws-sdk/client-sts'
import { fromUtf8, sleep, type Clock, type Random } from '../../../shared/kit/index.ts'
import { BackendFault, type BackendError } from '../backend.ts'
import { isSignInOver, type AwsKeys, type Credentials } from './credentials.ts'
import {
  isFault,
  isSignedAtWrongTime,
  isThrottled,
  refusalOf,
  transportFault,
  TransportFault,
  type Refusal,
} from './failures.ts'
import type { Endpoints } from './places.ts'
import { Queue } from './queue.ts'
import { ServerClock } from './server-clock.ts'

export type RequestHandler = NonNullable<IAMClientConfig['requestHandler']>

export interface WireParts {
  readonly clock: Clock
  readonly random: Random
  readonly endpoints: Endpoints
  readonly credentials: Credentials
  /** Absent: the SDK's for Node, with certificates always checked. */
  readonly requestHandler?: RequestHandler | undefined
  readonly atOnce?: number | undefined
}

/** What a call is given: the clients that sign as is wanted now, and its own watch on the answer. */
export interface Sending {
  readonly iam: IAMClient
  readonly sts: STSClient
  readonly options: { readonly abortSignal: AbortSignal }
  /** Puts the watch on a command. Without it the call counts as never sent. */
  watched<C extends object>(command: C): C
}
export type Call<T> = (sending: Sending) => Promise<T>

/** Nothing was sent, or it was refused there: nothing changed. `unknown`: it may have been done. */
export type Written<T> =
  | { readonly is: 'done'; readonly value: T }
  | { readonly is: 'refused'; readonly by: Refusal | { readonly error: BackendError } }
  | { readonly is: 'unknown' }

/** `own`: not by the MFA session: GetSessionToken takes long-term keys alone. */
export interface Signing {
  readonly as?: 'own'
}

const READ_TRIES = 4
const FIRST_WAIT_MS = 300
/** A read is given up then, and tried again. */
const READ_TRY_MS = 10_000
/** Below the 30 seconds that the services wait for a write. */
const WRITE_MS = 25_000
/** Where a throttling answer does not say when to try again. */
const THROTTLED_FOR_MS = 5_000
/** The answers of these calls are some hundred kilobytes at most: a page of 1000 devices. */
const MAX_ANSWER_BYTES = 8 * 1_048_576
/** AWS refuses signatures of more than five minutes away; less is no reason to blame the clock. */
const WRONG_CLOCK_MS = 60_000
const AT_ONCE = 2

export class AwsWire {
  readonly serverClock = new ServerClock()
  readonly credentials: Credentials
  readonly #parts: WireParts
  readonly #queue: Queue
  readonly #clients = new WeakMap<AwsKeys, { iam: IAMClient; sts: STSClient }>()

  constructor(parts: WireParts) {
    this.#parts = parts
    this.credentials = parts.credentials
    this.#queue = new Queue(parts.clock, parts.atOnce ?? AT_ONCE)
  }

  /** Milliseconds since 1970 as the server counts them, as far as is known. */
  now(): number {
    return this.#parts.clock.now() + (this.serverClock.time?.offsetMs ?? 0)
  }

  /**
   * Reads, again and again with longer waits where that may help. Throws a `BackendFault` when it does not, the `Refusal` by
   * `RefusedRead` where the service refused, or the signal's reason.
   */
  async read<T>(call: Call<T>, signal: AbortSignal, signing: Signing = {}): Promise<T> {
    // A list of hundreds of users is read under one signal.
    setMaxListeners(0, signal)
    for (let left = READ_TRIES - 1; ; left--) {
      const tried = await this.#queue.run('read', () => this.#try(call, signing, READ_TRY_MS, signal), signal)
      if (tried.is === 'done') return tried.value
      const { fault, again } = this.#faultOf(tried)
      if (!again || left === 0) throw fault
      const wait = FIRST_WAIT_MS * 2 ** (READ_TRIES - 1 - left)
      await sleep(this.#parts.clock, wait + this.#jitter(wait), signal)
    }
  }

  /** Sends once. Never throws. */
  async write<T>(call: Call<T>, signing: Signing = {}): Promise<Written<T>> {
    const tried = await this.#queue.run('write', () => this.#try(call, signing, WRITE_MS))
    switch (tried.is) {
      case 'done':
        return tried
      case 'not-sent':
        return { is: 'refused', by: { error: tried.error } }
      case 'lost':
        return { is: 'unknown' }
      case 'refused':
        if (isThrottled(tried.by)) return { is: 'refused', by: { error: this.#throttled(tried.by) } }
        if (isFault(tried.by)) return { is: 'unknown' }
        return { is: 'refused', by: clockFault(tried, this.serverClock) ?? tried.by }
    }
  }

  /** Up to half of `wait`, so that several waiting do not come back together. */
  #jitter(wait: number): number {
    return Math.floor((this.#parts.random(1)[0]! / 512) * wait)
  }

  #throttled({ retryAfterSeconds }: Refusal): BackendError {
    const wait = retryAfterSeconds === undefined ? THROTTLED_FOR_MS : retryAfterSeconds * 1000
    this.#queue.pauseUntil(this.#parts.clock.now() + wait)
    return { code: 'throttled', retryAt: this.now() + wait }
  }

  #faultOf(tried: Exclude<Tried<unknown>, { is: 'done' }>): { fault: Error; again: boolean } {
    switch (tried.is) {
      case 'not-sent':
        return { fault: new BackendFault(tried.error), again: tried.error.code === 'unreachable' }
      case 'lost':
        return {
          fault: new BackendFault({ code: tried.garbled ? 'answer-not-understood' : 'unreachable' }),
          again: true,
        }
      case 'refused': {
        const { by } = tried
        if (isThrottled(by)) return { fault: new BackendFault(this.#throttled(by)), again: true }
        if (isFault(by)) return { fault: new BackendFault(serviceFault(by)), again: true }
        const wrongClock = clockFault(tried, this.serverClock)
        return { fault: wrongClock ? new BackendFault(wrongClock.error) : new RefusedRead(by), again: false }
      }
    }
  }

  /**
   * A request whose signature was refused was not looked at: it is signed once more, by the answer's clock, or without the MFA
   * session where that ended earlier than it said.
   */
  async #try<T>(call: Call<T>, signing: Signing, limitMs: number, signal?: AbortSignal): Promise<Tried<T>> {
    const wasElevated = signing.as !== 'own' && this.credentials.isElevated
    const first = await this.#once(call, signing, limitMs, signal)
    if (first.is !== 'refused') return first
    const hasEnded = wasElevated && first.by.code === 'ExpiredToken'
    if (hasEnded) this.credentials.endSession()
    const isWorthIt = hasEnded || isClocks(first)
    return isWorthIt ? this.#once(call, signing, limitMs, signal) : first
  }

  async #once<T>(call: Call<T>, signing: Signing, limitMs: number, signal?: AbortSignal): Promise<Tried<T>> {
    signal?.throwIfAborted()
    const { clock } = this.#parts
    let keys: AwsKeys
    try {
      keys = await (signing.as === 'own' ? this.credentials.own() : this.credentials.current())
    } catch (error) {
      return { is: 'not-sent', error: signInFault(error) }
    }
    const late = new AbortController()
    const cancel = clock.after(limitMs, () => late.abort())
    const abortSignal = signal ? AbortSignal.any([signal, late.signal]) : late.signal
    const watch = new Watch(clock, this.serverClock)
    const { iam, sts } = this.#clientsOf(keys)
    // The SDK signs by the system's clock plus this; so the time is our clock's, put right by what the server said.
    const offset = this.now() - Date.now()
    const signedWith = this.serverClock.time?.offsetMs ?? 0
    iam.config.systemClockOffset = offset
    sts.config.systemClockOffset = offset
    try {
      const value = await call({ iam, sts, options: { abortSignal }, watched: (command) => watch.on(command) })
      return { is: 'done', value }
    } catch (error) {
      signal?.throwIfAborted()
      const refusal = refusalOf(error)
      if (refusal) {
        const signedOffMs = Math.abs((this.serverClock.time?.offsetMs ?? 0) - signedWith)
        return { is: 'refused', by: { ...refusal, ...watch.retryAfter }, signedOffMs }
      }
      if (error instanceof TransportFault && error.is === 'unreachable') return notSent('unreachable')
      if (error instanceof TransportFault && error.is === 'untrusted') return notSent('untrusted-server')
      if (!watch.isSent) return notSent('answer-not-understood')
      return { is: 'lost', garbled: !(error instanceof TransportFault) || error.is === 'garbled' }
    } finally {
      cancel()
    }
  }

  #clientsOf(keys: AwsKeys): { iam: IAMClient; sts: STSClient } {
    const known = this.#clients.get(keys)
    if (known) return known
    const { endpoints, requestHandler } = this.#parts
    const common = {
      credentials: keys,
      maxAttempts: 1,
      requestHandler: requestHandler ?? {
        httpsAgent: { rejectUnauthorized: true, minVersion: 'TLSv1.2', keepAlive: true },
      },
    } as const
    const clients = {
      iam: new IAMClient({ ...common, ...endpoints.iam }),
      sts: new STSClient({ ...common, ...endpoints.sts }),
    }
    this.#clients.set(keys, clients)
    return clients
  }
}

type Tried<T> =
  | { readonly is: 'done'; readonly value: T }
  /** `signedOffMs`: how far from the answer's time the request was signed. */
  | { readonly is: 'refused'; readonly by: Refusal; readonly signedOffMs: number }
  | { readonly is: 'not-sent'; readonly error: BackendError }
  | { readonly is: 'lost'; readonly garbled: boolean }

const notSent = (code: 'unreachable' | 'untrusted-server' | 'answer-not-understood') =>
  ({ is: 'not-sent', error: { code } }) as const

/** The service refused a read; what that means is known to who asked. */
export class RefusedRead extends Error {
  readonly by: Refusal
  constructor(by: Refusal) {
    super(by.code)
    this.name = 'RefusedRead'
    this.by = by
  }
}

/** Something went wrong over there; its request id is what AWS's support asks for. */
export const serviceFault = ({ requestId }: Refusal): BackendError => ({
  code: 'backend-fault',
  ...(requestId === undefined ? {} : { diagnosticId: requestId }),
})

type RefusedTry = Extract<Tried<unknown>, { is: 'refused' }>

const isClocks = ({ by, signedOffMs }: RefusedTry) => isSignedAtWrongTime(by) && signedOffMs >= WRONG_CLOCK_MS

function clockFault(tried: RefusedTry, clock: ServerClock): { error: BackendError } | undefined {
  if (tried.by.code !== 'RequestTimeTooSkewed' && !isClocks(tried)) return undefined
  const offset = clock.time?.offsetMs
  return {
    error: { code: 'clock-wrong', ...(offset === undefined ? {} : { offsetSeconds: Math.round(offset / 1000) }) },
  }
}

/** No credentials could be had. What the provider threw goes no further: it may quote a file or a command. */
function signInFault(error: unknown): BackendError {
  const fault = transportFault(error)
  if (fault.is === 'untrusted') return { code: 'untrusted-server' }
  if (fault.is === 'unreachable') return { code: 'unreachable' }
  return { code: isSignInOver(error) ? 'sign-in-expired' : 'sign-in-failed' }
}

interface Answer {
  statusCode: number
  headers: Record<string, string>
  body?: AsyncIterable<Uint8Array> | Uint8Array
}
interface Stack {
  add(
    middleware: (
      next: (sent: object) => Promise<{ response: unknown }>,
      context: { commandName?: string },
    ) => (sent: object) => Promise<{ response: unknown }>,
    options: { step: 'deserialize'; priority: 'low' },
  ): void
}

/** Stands next to the transport for one call: what was sent and when, and whether the answer is one to this call, and whole. */
class Watch {
  isSent = false
  retryAfter: { readonly retryAfterSeconds?: number } = {}
  readonly #clock: Clock
  readonly #serverClock: ServerClock

  constructor(clock: Clock, serverClock: ServerClock) {
    this.#clock = clock
    this.#serverClock = serverClock
  }

  on<C extends object>(command: C): C {
    const { middlewareStack: stack } = command as { middlewareStack?: Stack }
    stack?.add(
      (next, { commandName = '' }) =>
        async (sent) => {
          this.isSent = true
          const sentAt = this.#clock.now()
          try {
            const result = await next(sent)
            await this.#take(result.response as Answer, commandName.replace(/Command$/, ''), sentAt)
            return result
          } catch (error) {
            throw transportFault(error)
          }
        },
      { step: 'deserialize', priority: 'low' },
    )
    return command
  }

  async #take(answer: Answer, action: string, sentAt: number): Promise<void> {
    const header = (name: string) => Object.entries(answer.headers).find(([other]) => other.toLowerCase() === name)?.[1]
    this.#serverClock.hear(header('date'), sentAt, this.#clock.now())
    const seconds = Number.parseInt(header('retry-after') ?? '', 10)
    if (seconds >= 0) this.retryAfter = { retryAfterSeconds: Math.min(seconds, 3600) }
    const body = await collect(answer.body)
    answer.body = body
    const isGood = answer.statusCode >= 200 && answer.statusCode < 300
    if (isGood && !isAnswerTo(action, fromUtf8(body))) throw new TransportFault('garbled')
  }
}

/** Of a good answer: the call's own element, from its beginning to its end. An intermediary's page is no answer. */
function isAnswerTo(action: string, text: string | undefined): boolean {
  const xml = text?.trim().replace(/^<\?xml[^>]*\?>\s*/, '')
  return xml !== undefined && xml.startsWith(`<${action}Response`) && xml.endsWith(`</${action}Response>`)
}

async function collect(body: Answer['body']): Promise<Uint8Array> {
  if (body === undefined) return new Uint8Array()
  if (body instanceof Uint8Array) return body
  const parts: Uint8Array[] = []
  let length = 0
  for await (const part of body) {
    length += part.length
    if (length > MAX_ANSWER_BYTES) throw new TransportFault('garbled')
    parts.push(part)
  }
  return Buffer.concat(parts)
}
