/** The person in a ceremony, handed in, so that a test can be them. Every question is aborted with its signal. */
import type { KnownUser } from '../ctap2/index.ts'

export interface PinQuestion {
  /** Attempts the key has left; `undefined` where it does not say. */
  readonly retries: number | undefined
  /** The PIN given before this question was wrong. */
  readonly wasWrong: boolean
}

export interface Person {
  /** The key's PIN for one attempt, or `undefined` for someone who would rather not. */
  pin(question: PinQuestion, signal: AbortSignal): Promise<string | undefined>
  /** The key waits for a touch. Nothing is awaited: the key itself is asked. */
  touch(signal: AbortSignal): void
  /** The key waits for a finger on its sensor; attempts left where it says. */
  verify(retries: number | undefined, signal: AbortSignal): void
  /** One of several accounts by its index, or `undefined` for none. */
  choose(accounts: readonly (KnownUser | undefined)[], signal: AbortSignal): Promise<number | undefined>
}
