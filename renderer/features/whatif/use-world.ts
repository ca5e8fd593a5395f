/** What the answer hangs on, as one object that is another when any of it is: the answer is asked anew then. */
import { useMemo } from 'react'
import { useTopic } from '../../client/index.ts'
import { nameBook, type NameBook } from './names.ts'
import type { WhatIf } from './look.ts'

export interface World {
  readonly names: NameBook
  /** Changes with backends, entries and what the person said; not with a check for weak points. */
  readonly changes: unknown
}

export function useWorld(whatif: WhatIf | undefined): World | undefined {
  const devices = useTopic('devices').state
  const entries = useTopic('entries').state
  const losables = whatif && JSON.stringify(whatif.losables)
  const said = whatif && JSON.stringify(whatif.said)
  const identities = devices && JSON.stringify(devices.identities)
  const names = useMemo(() => whatif && nameBook({ whatif, devices, entries }), [whatif, devices, entries])
  // Which entries there are, not how often they were used.
  const listed = useMemo(
    () =>
      Object.values(entries ?? {})
        .map(({ id, issuer, account, deletedAt }) => `${id} ${issuer} ${account} ${deletedAt ?? ''}`)
        .join('\n'),
    [entries],
  )
  const changes = useMemo(() => [losables, said, identities, listed].join('\n'), [losables, said, identities, listed])
  return names && { names, changes }
}
