/** What Devices knows of entries that are linked to a registered device: drift, and the way to mend it. */
import { useCallback, useMemo } from 'react'
import type { EntryRow } from '../../../shared/contract/index.ts'
import { contractErrorOf, useClient, useTopic } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { useToast } from '../../ui/index.ts'
import type { Health } from './types.ts'

export function useLinkedHealth(entries: Readonly<Record<string, EntryRow>>): ReadonlyMap<string, Health> {
  const identities = useTopic('devices').state?.identities
  return useMemo(() => {
    const rows = (identities ?? []).flatMap(({ devices }) => devices)
    return new Map(
      rows.flatMap(({ entryId, health }) =>
        entryId !== undefined && entries[entryId] ? [[entryId, health] as const] : [],
      ),
    )
  }, [identities, entries])
}

export function useResync(
  entries: Readonly<Record<string, EntryRow>>,
  onCase: (caseId: string) => void,
): (entryId: string) => void {
  const client = useClient()
  const toast = useToast()
  return useCallback(
    (entryId) => {
      const device = entries[entryId]?.link
      if (!device) return
      client
        .call('recovery.open', { kind: 'resync', device })
        .then(({ caseId }) => onCase(caseId))
        .catch((error: unknown) => toast({ tone: 'danger', text: errorWords(contractErrorOf(error)) }))
    },
    [client, entries, onCase, toast],
  )
}
