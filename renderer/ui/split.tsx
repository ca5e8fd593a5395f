import { useEffect, useRef, type KeyboardEvent, type ReactNode } from 'react'
import { Button } from './buttons.tsx'

/** A list at the left, what is chosen in it at the right; one above the other where the page is narrow. */
export function Split({ side, children }: { side: ReactNode; children: ReactNode }) {
  return (
    <div className="lk-split">
      {side}
      {children}
    </div>
  )
}

/** The list of a `Split`: a `SideList`, and what stands at its foot. */
export function Side({ children, foot }: { children: ReactNode; foot?: ReactNode }) {
  return (
    <div className="lk-side">
      {children}
      {foot !== undefined && <div className="foot">{foot}</div>}
    </div>
  )
}

export interface SideListProps {
  /** Accessible name. */
  label: string
  /** `SideItem`s in `SideGroup`s. */
  children: ReactNode
}

/** One of several to choose: arrows, Home and End move and choose; Tab goes to the chosen one alone. */
export function SideList({ label, children }: SideListProps) {
  const list = useRef<HTMLDivElement>(null)
  const move = (event: KeyboardEvent) => {
    const items = [...(list.current?.querySelectorAll<HTMLElement>('[role="option"]') ?? [])]
    const at = items.findIndex((item) => item === document.activeElement)
    const to = {
      ArrowDown: at + 1,
      ArrowRight: at + 1,
      ArrowUp: at - 1,
      ArrowLeft: at - 1,
      Home: 0,
      End: items.length - 1,
    }[event.key]
    if (to === undefined || at < 0) return
    event.preventDefault()
    const item = items[Math.max(0, Math.min(items.length - 1, to))]
    item?.focus()
    item?.click()
  }
  return (
    <div ref={list} role="listbox" aria-label={label} className="list" tabIndex={-1} onKeyDown={move}>
      {children}
    </div>
  )
}

export function SideGroup({ label, children }: { label: string; children: ReactNode }) {
  return (
    <div role="group" aria-label={label} className="group">
      <div className="head" aria-hidden="true">
        {label}
      </div>
      {children}
    </div>
  )
}

export interface SideItemProps {
  isSelected: boolean
  onSelect: () => void
  drawing: ReactNode
  name: string
  /** How it stands: a `Led` and words. */
  children: ReactNode
}

/** One thing to choose: its drawing, its name, how it stands. */
export function SideItem({ isSelected, onSelect, drawing, name, children }: SideItemProps) {
  const item = useRef<HTMLDivElement>(null)
  useEffect(() => {
    if (isSelected) item.current?.scrollIntoView({ block: 'nearest', inline: 'nearest' })
  }, [isSelected])
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the list around it has the keys
    <div
      ref={item}
      role="option"
      aria-selected={isSelected}
      tabIndex={isSelected ? 0 : -1}
      className="lk-keyitem"
      title={name}
      onClick={(event) => {
        event.currentTarget.focus()
        onSelect()
      }}
    >
      {drawing}
      <span className="clip">
        <span className="name clip">{name}</span>
        <span className="st">{children}</span>
      </span>
    </div>
  )
}

export interface CodeBlockProps {
  /** Accessible name. */
  label: string
  text: string
  copyLabel: string
  onCopy: (text: string) => void
}

/** Lines to be put into a file or a terminal, and a button that copies them. */
export function CodeBlock({ label, text, copyLabel, onCopy }: CodeBlockProps) {
  return (
    <div className="lk-codeblock">
      {/* It scrolls, so it takes the focus (WCAG 2.1.1). */}
      {/* oxlint-disable-next-line jsx-a11y/no-noninteractive-tabindex -- for scrolling by keyboard */}
      <pre role="region" aria-label={label} tabIndex={0}>
        {text}
      </pre>
      <Button icon="copy" onClick={() => onCopy(text)}>
        {copyLabel}
      </Button>
    </div>
  )
}
