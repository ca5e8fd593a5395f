/** Acts on the simulated world; trouble is said in passing, for the things themselves show what is so. */
import { useCallback } from 'react'
import type { CallName, Request } from '../../../shared/contract/index.ts'
import { contractErrorOf, useClient } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { useToast } from '../../ui/index.ts'

export type Act = <N extends Extract<CallName, `bench.${string}`>>(name: N, request: Request<N>) => void

export function useAct(): Act {
  const client = useClient()
  const toast = useToast()
  return useCallback(
    (name, request) => {
      client.call(name, request).catch((error: unknown) => {
        const known = contractErrorOf(error)
        if (known.code !== 'not-confirmed' && known.code !== 'cancelled')
          toast({ tone: 'danger', text: errorWords(known) })
      })
    },
    [client, toast],
  )
}
