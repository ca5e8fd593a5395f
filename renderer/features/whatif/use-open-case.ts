/** Opening a case from here: the service says which one, new or already open, and the frame shows it. */
import { useCallback, useState } from 'react'
import type { Request } from '../../../shared/contract/index.ts'
import { contractErrorOf, useClient } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { useToast } from '../../ui/index.ts'

export interface OpenCase {
  open(request: Request<'recovery.open'>): void
  readonly isOpening: boolean
}

export function useOpenCase(onCase: (caseId: string) => void): OpenCase {
  const client = useClient()
  const toast = useToast()
  const [isOpening, setOpening] = useState(false)
  const open = useCallback(
    (request: Request<'recovery.open'>) => {
      setOpening(true)
      client
        .call('recovery.open', request)
        .then(({ caseId }) => onCase(caseId))
        .catch((error: unknown) => toast({ tone: 'danger', text: errorWords(contractErrorOf(error)) }))
        .finally(() => setOpening(false))
    },
    [client, onCase, toast],
  )
  return { open, isOpening }
}
