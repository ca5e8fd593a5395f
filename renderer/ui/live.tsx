import { createContext, useCallback, useContext, useMemo, useState, type ReactNode } from 'react'

/** Words for screen readers only. */
export function VisuallyHidden({ children }: { children: ReactNode }) {
  return <span className="vh">{children}</span>
}

export interface LiveRegionProps {
  children: ReactNode
  /** Interrupts what is being read: for what must not be missed. */
  isUrgent?: boolean | undefined
  /** Shown as well as read. */
  isVisible?: boolean | undefined
}

/** Reads its content aloud whenever it changes. It must be on the page before the change, even if empty. */
export function LiveRegion({ children, isUrgent = false, isVisible = false }: LiveRegionProps) {
  return (
    <div
      className={isVisible ? undefined : 'vh'}
      role={isUrgent ? 'alert' : 'status'}
      aria-live={isUrgent ? 'assertive' : 'polite'}
      aria-atomic="true"
    >
      {children}
    </div>
  )
}

/** Says `text` aloud. The same text twice is said twice. */
export type Announce = (text: string, options?: { isUrgent?: boolean }) => void

const AnnounceContext = createContext<Announce | undefined>(undefined)

interface Said {
  text: string
  isUrgent: boolean
  count: number
}

/** Holds the live regions that `useAnnounce` writes to. */
export function AnnounceProvider({ children }: { children: ReactNode }) {
  const [said, setSaid] = useState<Said>({ text: '', isUrgent: false, count: 0 })
  const announce = useCallback<Announce>((text, options) => {
    setSaid((last) => ({ text, isUrgent: options?.isUrgent ?? false, count: last.count + 1 }))
  }, [])
  // Each saying is a new element in its region: a region whose text does not change is not read again.
  const polite = useMemo(() => <span key={said.count}>{said.isUrgent ? '' : said.text}</span>, [said])
  const urgent = useMemo(() => <span key={said.count}>{said.isUrgent ? said.text : ''}</span>, [said])
  return (
    <AnnounceContext value={announce}>
      {children}
      <LiveRegion>{polite}</LiveRegion>
      <LiveRegion isUrgent>{urgent}</LiveRegion>
    </AnnounceContext>
  )
}

/** Says something to a screen reader that is not otherwise on the page. Throws outside a `UiProvider`. */
export function useAnnounce(): Announce {
  const announce = useContext(AnnounceContext)
  if (!announce) throw new Error('useAnnounce needs a UiProvider above it')
  return announce
}
