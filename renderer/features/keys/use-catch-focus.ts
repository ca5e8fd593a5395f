import { useEffect, type RefObject } from 'react'

/** What had the focus is gone from the page, as a button is whose work is under way: it goes here instead of nowhere. */
export function useCatchFocus(target: RefObject<HTMLElement | null>, isWanted: boolean): void {
  useEffect(() => {
    if (isWanted && document.activeElement === document.body) target.current?.focus()
  }, [isWanted, target])
}
