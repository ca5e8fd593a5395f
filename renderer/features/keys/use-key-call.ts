/** A call to a key as an action: what the person has to do meanwhile, and what went wrong in words. */
import { useCallback, useMemo } from 'react'
import type { CallName, ContractError, Progress, Request, Response } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { toldError } from './look.ts'

export type KeyCallName = Extract<CallName, `keys.${string}`>

export interface KeyCall<N extends KeyCallName> {
  /** Resolves with the answer, or with nothing where it failed; then `fault` says why. */
  run(request: Request<N>): Promise<Response<N> | undefined>
  readonly pending: boolean
  readonly progress: Progress<N> | undefined
  readonly error: ContractError | undefined
  /** The error in words; nothing where the person turned away. */
  readonly fault: string | undefined
  cancel(): void
  reset(): void
}

/** Ended with its component: a key must not go on blinking for a page that nobody sees. */
export function useKeyCall<N extends KeyCallName>(name: N): KeyCall<N> {
  const { run: start, pending, progress, error, cancel, reset } = useCall(name, { cancelOnUnmount: true })
  const run = useCallback(
    (request: Request<N>) =>
      // `error` has it.
      start(request).catch(() => undefined),
    [start],
  )
  const told = toldError(error)
  const fault = told && errorWords(told, 'key')
  return useMemo(
    () => ({ run, pending, progress, error: told, fault, cancel, reset }),
    [run, pending, progress, told, fault, cancel, reset],
  )
}
