/** Testing a backend: steps in order, by reads alone, and at which one it stopped. */
import { callError, CallError, type Check, type ErrorCode, type TestResult } from '../../../shared/contract/index.ts'
import type { Clock } from '../../../shared/kit/index.ts'
import { BackendFault } from '../../backends/index.ts'
import { fromBackend } from '../errors.ts'
import type { OpenedBackend, Person } from './open.ts'

/** A whole test; questions to the person are waited for apart. */
const READ_MS = 30_000

const STEPS = ['reached', 'trusted', 'signed-in', 'clock', 'listed'] as const

/** What had been got to before a sign-in came to this. */
const STOPPED_AT: Readonly<Partial<Record<ErrorCode, (typeof STEPS)[number]>>> = {
  unreachable: 'reached',
  'backend-fault': 'reached',
  'answer-not-understood': 'reached',
  throttled: 'reached',
  'untrusted-server': 'trusted',
  'clock-wrong': 'clock',
}

export interface Trying {
  readonly clock: Clock
  readonly signal: AbortSignal
  readonly person: Person | undefined
  /** This computer's, in ms since 1970. */
  readonly now: () => number
}

/** Rejects with the signal's reason alone. */
export async function tryOut(opened: OpenedBackend, trying: Trying): Promise<TestResult> {
  const { signal, person, now, clock } = trying
  const checks: Check[] = []
  const ok = (check: Check['check'], value?: number) =>
    checks.push({ check, result: 'ok', ...(value === undefined ? {} : { value }) })
  let standing: TestResult['standing']
  try {
    standing = { ...(await opened.signIn(signal, person)), asOf: now() }
    for (const check of ['reached', 'trusted', 'signed-in'] as const) ok(check)
    await within(clock, signal, async (bounded) => {
      const sentAt = now()
      const { at } = await opened.backend.time(bounded)
      ok('clock', Math.round(((sentAt + now()) / 2 - at) / 1000))
      ok('listed', (await opened.backend.identities(bounded)).length)
    })
    return { checks, standing }
  } catch (error) {
    signal.throwIfAborted()
    const fault = troubleOf(error)
    const reached = checks.length === 0 ? (STOPPED_AT[fault.code as ErrorCode] ?? 'signed-in') : undefined
    const failed = reached ?? STEPS[checks.length]
    const at = STEPS.indexOf(failed ?? 'listed')
    return {
      checks: STEPS.map((check, i): Check => {
        if (i < at) return checks[i] ?? { check, result: 'ok' }
        return { check, result: i === at ? 'failed' : 'not-tried' }
      }),
      trouble: fault,
      ...(standing ? { standing } : {}),
    }
  }
}

/** What went wrong, without anything that a server wrote. */
export function troubleOf(error: unknown): NonNullable<TestResult['trouble']> {
  const told = error instanceof BackendFault ? fromBackend(error.error, false, 'backend') : error
  if (!(told instanceof CallError)) return { code: 'answer-not-understood' }
  const { code, detail } = told.error
  return {
    code,
    ...('retryAt' in detail && detail.retryAt !== undefined ? { retryAt: detail.retryAt } : {}),
    ...('certificate' in detail && detail.certificate !== undefined ? { certificate: detail.certificate } : {}),
  }
}

async function within<T>(clock: Clock, signal: AbortSignal, work: (bounded: AbortSignal) => Promise<T>): Promise<T> {
  const late = new AbortController()
  const cancel = clock.after(READ_MS, () => late.abort(callError('unreachable', {})))
  try {
    return await work(AbortSignal.any([signal, late.signal]))
  } finally {
    cancel()
  }
}
