/** What the locked page does: open the vault by the way chosen, or make one. */
import { useState } from 'react'
import { useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'

export function useUnlock() {
  const { run, pending, error, reset } = useCall('vault.unlock')
  const [way, setWay] = useState<'passphrase' | 'recovery-code'>('passphrase')
  const [typed, setTyped] = useState('')
  return {
    way,
    typed,
    isBusy: pending,
    trouble: error ? errorWords(error) : undefined,
    type(text: string) {
      setTyped(text)
      if (error) reset()
    },
    choose(next: typeof way) {
      setWay(next)
      setTyped('')
      reset()
    },
    async open() {
      if (typed === '' || pending) return
      try {
        await run(way === 'passphrase' ? { passphrase: typed } : { recoveryCode: typed })
        setTyped('')
      } catch {
        // `error` has it; what was typed stays to be mended.
      }
    },
  }
}
