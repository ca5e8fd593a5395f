/** Opening the vault with a security key: begun, followed, and ended with its page, so that no key goes on blinking. */
import { useCallback } from 'react'
import type { KeyThrough } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { lockedKey } from '../../i18n/vault.ts'

export function useUnlockKey() {
  const { run, pending, progress, error, cancel, reset } = useCall('vault.unlockWithKey', { cancelOnUnmount: true })
  const begin = useCallback(
    (through: KeyThrough) => {
      // `error` has it.
      run({ through }).catch(() => undefined)
    },
    [run],
  )
  const told = error?.code === 'cancelled' ? undefined : error
  return {
    isBusy: pending,
    /** What the person has to do, in words. */
    line: pending ? lockedKey.progress(progress) : undefined,
    isHand: progress?.doing === 'touch' || progress?.doing === 'finger',
    trouble: told ? errorWords(told) : undefined,
    begin,
    cancel,
    reset,
  }
}
