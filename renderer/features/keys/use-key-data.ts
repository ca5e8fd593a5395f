/** A call to a key whose last answer stays while the next is under way. */
import { useCallback, useState } from 'react'
import type { Request, Response } from '../../../shared/contract/index.ts'
import { useKeyCall, type KeyCall, type KeyCallName } from './use-key-call.ts'

export interface KeyData<N extends KeyCallName> extends KeyCall<N> {
  readonly data: Response<N> | undefined
}

export function useKeyData<N extends KeyCallName>(name: N): KeyData<N> {
  const call = useKeyCall(name)
  const [data, setData] = useState<Response<N> | undefined>(undefined)
  const { run: start } = call
  const run = useCallback(
    async (request: Request<N>) => {
      const answer = await start(request)
      if (answer !== undefined) setData(() => answer)
      return answer
    },
    [start],
  )
  return { ...call, run, data }
}
