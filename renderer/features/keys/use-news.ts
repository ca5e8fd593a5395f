/** Says aloud which key came and which went. */
import { useEffect, useRef } from 'react'
import { keys as words } from '../../i18n/keys.ts'
import { useAnnounce } from '../../ui/index.ts'
import { labelOf, type KeysState } from './look.ts'

export function useNews(state: KeysState | undefined): void {
  const announce = useAnnounce()
  const before = useRef<ReadonlyMap<string, string> | undefined>(undefined)
  useEffect(() => {
    if (!state) return
    // A key has its name when it was read; until then it is not news.
    const here = new Map(state.plugged.filter(({ state }) => state !== 'reading').map((row) => [row.id, labelOf(row)]))
    const present = new Set(state.plugged.map(({ id }) => id))
    const last = before.current
    if (last) {
      const came = [...here].filter(([id]) => !last.has(id)).map(([, name]) => words.cameIn(name))
      const went = [...last].filter(([id]) => !present.has(id)).map(([, name]) => words.wentOut(name))
      if (came.length + went.length > 0) announce([...went, ...came].join(' '))
    }
    before.current = here
  }, [announce, state])
}
