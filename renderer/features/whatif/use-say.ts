/** Tells the service what the person said, a new thing before what is on it. */
import { useCallback, useState } from 'react'
import type { Saying } from '../../../shared/contract/index.ts'
import { contractErrorOf, useClient } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { told as words } from '../../i18n/whatif-told.ts'
import { useToast } from '../../ui/index.ts'
import { NEW_THING, type ThingTyped } from './fields.tsx'

export interface Say {
  readonly isBusy: boolean
  /** What went wrong, in words. */
  readonly error: string | undefined
  /** Says it; of several, all. `on` is a thing that may have to be listed first. */
  say(sayings: (on: string) => readonly Saying[], on?: ThingTyped): void
}

export function useSay(onDone: () => void): Say {
  const client = useClient()
  const toast = useToast()
  const [isBusy, setBusy] = useState(false)
  const [error, setError] = useState<string | undefined>(undefined)
  const say = useCallback<Say['say']>(
    (sayings, on) => {
      const all = async () => {
        const thing = await thingId(on)
        for (const saying of sayings(thing)) await client.call('whatif.say', { say: saying })
      }
      const thingId = async (typed: ThingTyped | undefined) => {
        if (typed?.chosen !== NEW_THING) return typed?.chosen ?? ''
        const item = { kind: typed.kind, name: typed.name.trim() }
        const { id } = await client.call('whatif.say', { say: { list: 'things', item } })
        return id ?? ''
      }
      setBusy(true)
      setError(undefined)
      all()
        .then(() => {
          toast(words.saved)
          return onDone()
        })
        .catch((failed: unknown) => setError(errorWords(contractErrorOf(failed))))
        .finally(() => setBusy(false))
    },
    [client, onDone, toast],
  )
  return { isBusy, error, say }
}
