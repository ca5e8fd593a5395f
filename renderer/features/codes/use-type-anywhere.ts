/** Typing anywhere on the screen searches; `/` goes to search. */
import { useEffect, type RefObject } from 'react'

export function useTypeAnywhere(search: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      const isFree =
        event.target instanceof HTMLElement &&
        !event.target.closest('input, textarea, select, [role="dialog"], [role="menu"]')
      if (!isFree || !search.current || document.querySelector('[role="dialog"]')) return
      if (event.key === '/') event.preventDefault()
      // The letter itself goes into the field, for it has the focus by the time it is typed. `?` is the list of shortcuts.
      else if (event.key.length !== 1 || event.key === ' ' || event.key === '?') return
      search.current.focus()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [search])
}
