/** What can be done with entries. Each says in passing what came of it; trouble stays until it is closed. */
import { useCallback, useEffect, useMemo, useRef, useState } from 'react'
import type { EntryRow, Request } from '../../../shared/contract/index.ts'
import { contractErrorOf, useClient } from '../../client/index.ts'
import { codes as words } from '../../i18n/codes.ts'
import { errorWords } from '../../i18n/errors.ts'
import { pageClock, useToast } from '../../ui/index.ts'

export const nameOf = (entry: Pick<EntryRow, 'issuer' | 'account'>) => entry.issuer || entry.account || words.unnamed
export const fullName = (entry: Pick<EntryRow, 'issuer' | 'account'>) =>
  [entry.issuer, entry.account].filter(Boolean).join(', ') || words.unnamed

/** How long the check stands in the copied row. */
const COPIED_MS = 2_000
/** How long a code that was asked for stays to be seen. */
const SHOWN_MS = 30_000

/** HOTP codes made on this page, by entry: shown until the page is left. */
export type MadeCodes = Readonly<Record<string, string>>

export interface EntryActions {
  readonly copied: string | undefined
  readonly made: MadeCodes
  readonly shown: ReadonlySet<string>
  copy(entry: EntryRow, which: 'current' | 'next'): void
  makeNext(entry: EntryRow): void
  toggleShown(id: string): void
  update(change: Request<'codes.update'>): void
  remove(entry: EntryRow): void
  putBack(id: string): void
}

export function useEntryActions(): EntryActions {
  const client = useClient()
  const toast = useToast()
  const [made, setMade] = useState<MadeCodes>({})
  const [copied, markCopied] = useMark()
  const [shown, toggleShown] = useShown()
  const madeNow = useRef(made)
  useEffect(() => {
    madeNow.current = made
  }, [made])

  const trouble = useCallback(
    (error: unknown) => toast({ tone: 'danger', text: errorWords(contractErrorOf(error)) }),
    [toast],
  )

  return useMemo(() => {
    const copy = async (entry: EntryRow, which: 'current' | 'next') => {
      const code = entry.kind === 'hotp' ? madeNow.current[entry.id] : undefined
      if (entry.kind === 'hotp' && code === undefined) return toast({ tone: 'plain', text: words.noCodeYet })
      const answer = await client.call('codes.copy', { id: entry.id, which, ...(code === undefined ? {} : { code }) })
      if (answer.where === 'page') {
        try {
          await navigator.clipboard.writeText(answer.code)
        } catch {
          return toast({ tone: 'danger', text: words.copyFailed })
        }
      }
      markCopied(entry.id)
      return toast(answer.where === 'page' ? words.copiedPage : words.copiedHost(answer.clearsAfterSeconds))
    }
    const remove = async (entry: EntryRow) => {
      await client.call('codes.remove', { id: entry.id })
      toast({
        text: words.removed(nameOf(entry)),
        action: {
          label: words.undo,
          onSelect: () => void client.call('codes.putBack', { id: entry.id }).catch(trouble),
        },
      })
    }
    return {
      copied,
      made,
      shown,
      toggleShown,
      copy: (entry, which) => void copy(entry, which).catch(trouble),
      makeNext: (entry) =>
        void client
          .call('codes.next', { id: entry.id })
          .then(({ code }) => setMade((all) => ({ ...all, [entry.id]: code })))
          .catch(trouble),
      update: (change) => void client.call('codes.update', change).catch(trouble),
      remove: (entry) => void remove(entry).catch(trouble),
      putBack: (id) => void client.call('codes.putBack', { id }).catch(trouble),
    }
  }, [client, copied, made, markCopied, shown, toast, toggleShown, trouble])
}

function useMark(): [string | undefined, (id: string) => void] {
  const [mark, setMark] = useState<{ readonly id: string } | undefined>(undefined)
  useEffect(() => (mark ? pageClock.after(COPIED_MS, () => setMark(undefined)) : undefined), [mark])
  return [mark?.id, useCallback((id) => setMark({ id }), [])]
}

function useShown(): [ReadonlySet<string>, (id: string) => void] {
  const [shown, setShown] = useState<ReadonlySet<string>>(new Set())
  useEffect(() => (shown.size > 0 ? pageClock.after(SHOWN_MS, () => setShown(new Set())) : undefined), [shown])
  const toggle = useCallback(
    (id: string) =>
      setShown((all) => {
        const next = new Set(all)
        if (!next.delete(id)) next.add(id)
        return next
      }),
    [],
  )
  return [shown, toggle]
}
