import { useEffect } from 'react'

/** Gives the element with `id` the focus when it appears, if `takesFocus`. For the one field a page was opened for. */
export function useTakeFocus(id: string, takesFocus: boolean | undefined): void {
  useEffect(() => {
    if (takesFocus) document.getElementById(id)?.focus()
  }, [id, takesFocus])
}
