import { useEffect, useId, useRef, type ReactNode } from 'react'
import { IconButton } from './buttons.tsx'
import { Icon, type IconName } from './icons.tsx'
import { useUiWords } from './words.tsx'

export interface DrawerProps {
  title: string
  icon?: IconName | undefined
  /** Buttons beside the title. */
  actions?: ReactNode
  onClose: () => void
  /** Lines that stay while the rest scrolls. */
  head?: ReactNode
  children: ReactNode
}

/**
 * A part of the window at the right, beside what it is about: nothing is covered but on narrow windows. Focus goes to it
 * when it opens and back when it closes; Escape inside closes it.
 */
export function Drawer({ title, icon, actions, onClose, head, children }: DrawerProps) {
  const words = useUiWords()
  const id = useId()
  const heading = useRef<HTMLHeadingElement>(null)
  const drawer = useRef<HTMLElement>(null)
  useEffect(() => {
    const before = document.activeElement
    heading.current?.focus()
    return () => {
      if (before instanceof HTMLElement && before.isConnected) before.focus()
    }
  }, [])
  useEffect(() => {
    const element = drawer.current
    const closeByEscape = (event: KeyboardEvent) => {
      if (event.key !== 'Escape' || event.defaultPrevented) return
      event.stopPropagation()
      onClose()
    }
    element?.addEventListener('keydown', closeByEscape)
    return () => element?.removeEventListener('keydown', closeByEscape)
  }, [onClose])
  return (
    <aside ref={drawer} className="lk-drawer" aria-labelledby={id}>
      <div className="bench-head">
        {icon !== undefined && <Icon name={icon} />}
        <h2 id={id} ref={heading} tabIndex={-1}>
          {title}
        </h2>
        <span className="grow" />
        {actions}
        <IconButton icon="x" label={words.close} onClick={onClose} />
      </div>
      {head}
      <div className="lk-scroll">{children}</div>
    </aside>
  )
}
