/** What every step of a ceremony needs. */
import type { Clock, Random } from '../../../shared/kit/index.ts'
import type { Info } from '../ctap2/index.ts'
import type { MessageOptions, Transport } from '../transport.ts'
import { CeremonyError } from './ceremony-error.ts'
import type { Person } from './person.ts'

export interface ClientParts {
  readonly clock: Clock
  readonly random: Random
}

/** A CTAP2 key and the person who holds it. */
export interface Context extends ClientParts {
  readonly transport: Transport
  readonly info: Info
  readonly person: Person
  readonly signal: AbortSignal
}

/** CTAPHID_KEEPALIVE status "user presence needed" (CTAP 2.1 §11.2.9.2.1). */
const USER_PRESENCE_NEEDED = 2

/** Options of one message that the person may have to touch the key for; they are told once. */
export function withTouch(
  { person, signal }: Pick<Context, 'person' | 'signal'>,
  tell: () => void = () => person.touch(signal),
): MessageOptions {
  let isTold = false
  return {
    signal,
    onKeepalive(status) {
      if (status !== USER_PRESENCE_NEEDED || isTold) return
      isTold = true
      tell()
    },
  }
}

/** WebAuthn §5.1.3: five minutes unless told, and between 15 seconds and ten minutes. */
const TIMEOUT_MS = { usual: 300_000, least: 15_000, most: 600_000 } as const

/** Runs `ceremony` with a signal that the options' timeout aborts too; that ends as `CeremonyError` `timeout`. */
export async function withTimeout<T>(
  clock: Clock,
  timeoutMs: number | undefined,
  signal: AbortSignal | undefined,
  ceremony: (signal: AbortSignal) => Promise<T>,
): Promise<T> {
  const over = new AbortController()
  const limitMs = Math.min(Math.max(timeoutMs ?? TIMEOUT_MS.usual, TIMEOUT_MS.least), TIMEOUT_MS.most)
  const cancel = clock.after(limitMs, () => over.abort(new CeremonyError('timeout')))
  try {
    return await ceremony(signal === undefined ? over.signal : AbortSignal.any([signal, over.signal]))
  } finally {
    cancel()
  }
}
