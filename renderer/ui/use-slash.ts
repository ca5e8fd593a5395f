/** `/` goes to the search of the screen, from anywhere that doesn't take letters itself. */
import { useEffect, type RefObject } from 'react'

export function useSlash(search: RefObject<HTMLInputElement | null>): void {
  useEffect(() => {
    const onKeyDown = (event: KeyboardEvent) => {
      if (event.key !== '/' || event.ctrlKey || event.metaKey || event.altKey || event.defaultPrevented) return
      const isFree =
        event.target instanceof HTMLElement &&
        !event.target.closest('input, textarea, select, [role="dialog"], [role="menu"]')
      if (!isFree || !search.current || document.querySelector('[role="dialog"]')) return
      event.preventDefault()
      search.current.focus()
    }
    window.addEventListener('keydown', onKeyDown)
    return () => window.removeEventListener('keydown', onKeyDown)
  }, [search])
}
