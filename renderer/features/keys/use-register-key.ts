/** Registering a key for an identity is a case of Recovery: opened here, gone on with there. */
import { useCallback } from 'react'
import type { IdentityRef } from '../../../shared/contract/index.ts'
import { contractErrorOf, useClient } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { useToast } from '../../ui/index.ts'

export function useRegisterKey(onCase: (caseId: string) => void): (identity: IdentityRef) => void {
  const client = useClient()
  const toast = useToast()
  return useCallback(
    (identity) => {
      client
        .call('recovery.open', { kind: 'register', identity, type: 'fido' })
        .then(({ caseId }) => onCase(caseId))
        .catch((error: unknown) => toast({ tone: 'danger', text: errorWords(contractErrorOf(error)) }))
    },
    [client, onCase, toast],
  )
}
