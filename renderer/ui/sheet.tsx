import { useEffect, useId, useRef, useState, type FormEvent, type KeyboardEvent, type ReactNode } from 'react'
import { createPortal } from 'react-dom'
import { cx } from './cx.ts'
import { useKeptFocus, useReturnFocus } from './dialog-focus.ts'

export interface SheetProps {
  title: ReactNode
  /** Called by Escape and the footer's own button; not while busy. */
  onClose: () => void
  children?: ReactNode
  /** Buttons, the safe one first. */
  footer?: ReactNode
  /** `md` 480 px, `lg` 620 px. */
  size?: 'md' | 'lg' | undefined
  isBusy?: boolean | undefined
  /** Enter in a field does this; the sheet becomes a form. */
  onSubmit?: (() => void) | undefined
}

/**
 * A dialog over the page alone, for what waits for a hand: the rail and the drawer beside it stay in use, so that the key
 * on the bench can be touched meanwhile. What it covers can't be used until it is closed.
 */
export function Sheet({ title, onClose, children, footer, size = 'md', isBusy = false, onSubmit }: SheetProps) {
  const id = useId()
  const [page] = useState(() => document.querySelector<HTMLElement>('.lk-main'))
  const cover = useRef<HTMLDivElement>(null)
  useReturnFocus(true)
  useInert(page, cover)
  const inside = useKeptFocus(true)
  useFirstFocus(inside)
  const closeByEscape = (event: KeyboardEvent) => {
    if (event.key !== 'Escape' || event.defaultPrevented || isBusy) return
    event.stopPropagation()
    onClose()
  }
  const submit = (event: FormEvent) => {
    event.preventDefault()
    if (!isBusy) onSubmit?.()
  }
  const content = (
    <>
      <div className="body">
        <h2 id={id}>{title}</h2>
        {children}
      </div>
      {footer !== undefined && <div className="foot">{footer}</div>}
    </>
  )
  if (!page) return null
  return createPortal(
    // oxlint-disable-next-line jsx-a11y/no-static-element-interactions -- it only hears Escape of what is in it
    <div ref={cover} className="lk-sheet" onKeyDown={closeByEscape}>
      <div
        ref={inside}
        role="dialog"
        aria-labelledby={id}
        aria-busy={isBusy || undefined}
        tabIndex={-1}
        className={cx('lk-dialog', size === 'lg' && 'is-lg')}
      >
        {onSubmit ? (
          <form onSubmit={submit} noValidate>
            {content}
          </form>
        ) : (
          content
        )}
      </div>
    </div>,
    page,
  )
}

/** Into the sheet when it opens: to what wants the focus, else to its first field, else to the sheet. */
function useFirstFocus(inside: { readonly current: HTMLElement | null }) {
  useEffect(() => {
    const content = inside.current
    if (!content || content.contains(document.activeElement)) return
    const wanted =
      content.querySelector<HTMLElement>('[data-autofocus]') ?? content.querySelector<HTMLElement>('input, select')
    ;(wanted ?? content).focus()
  }, [inside])
}

/** What the sheet covers takes neither pointer nor focus; toasts stay above it. */
function useInert(page: HTMLElement | null, cover: { readonly current: HTMLElement | null }) {
  useEffect(() => {
    const covered = [...(page?.children ?? [])].filter(
      (element): element is HTMLElement =>
        element instanceof HTMLElement &&
        element !== cover.current &&
        !element.inert &&
        !element.classList.contains('lk-toasts'),
    )
    for (const element of covered) element.inert = true
    return () => {
      for (const element of covered) element.inert = false
    }
  }, [page, cover])
}
