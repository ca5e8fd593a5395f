/** Where the focus goes while a dialog is open, and when it closes. */
import { useEffect, useRef } from 'react'

/**
 * Where the dialog's content changes under the focus (its next stage), the focus would be nowhere: it goes to the control that
 * wants it, else to the dialog. A focus elsewhere, as in a dialog above, is left alone.
 */
export function useKeptFocus(isOpen: boolean) {
  const inside = useRef<HTMLDivElement>(null)
  useEffect(() => {
    const content = inside.current
    const isNowhere = document.activeElement === null || document.activeElement === document.body
    if (isOpen && content && isNowhere) (content.querySelector<HTMLElement>('[data-autofocus]') ?? content).focus()
  })
  return inside
}

/** The library gives the focus back where a dialog closes, not where it is taken away while open, nor to a menu's button. */
export function useReturnFocus(isOpen: boolean) {
  useEffect(() => {
    if (!isOpen) return undefined
    const before = opener()
    return () => {
      // After the library's own return, which may be to a menu entry that is gone.
      setTimeout(() => {
        const isLost = document.activeElement === document.body
        if (isLost && before?.isConnected === true) before.focus()
      })
    }
  }, [isOpen])
}

/** What had the focus; for an entry of a menu, the button that opened it. */
function opener(): HTMLElement | undefined {
  const { activeElement } = document
  const menu = activeElement?.closest('[role="menu"]')
  const element = menu ? document.getElementById(menu.id.replace(/-dropdown$/, '')) : activeElement
  return element instanceof HTMLElement ? element : undefined
}
