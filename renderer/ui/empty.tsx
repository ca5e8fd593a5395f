import type { MouseEventHandler, ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon, type IconName } from './icons.tsx'

export interface EmptyProps {
  title: ReactNode
  children?: ReactNode
  /** `Way`s: what fills it. */
  ways?: ReactNode
  /** One button, where there is only one way. */
  action?: ReactNode
  /** Without the card around it, where it fills a page. */
  isBare?: boolean | undefined
}

/** What stands where nothing is yet: a heading, a sentence, the ways to change that. */
export function Empty({ title, children, ways, action, isBare }: EmptyProps) {
  return (
    <div className={cx('lk-empty', !isBare && 'lk-card')}>
      <h2>{title}</h2>
      {children !== undefined && <p>{children}</p>}
      {ways !== undefined && <div className="lk-ways">{ways}</div>}
      {action}
    </div>
  )
}

export interface WayProps {
  icon: IconName
  title: ReactNode
  children?: ReactNode
  onClick: MouseEventHandler<HTMLButtonElement>
}

/** One way in, as a large target. */
export function Way({ icon, title, children, onClick }: WayProps) {
  return (
    <button type="button" className="lk-way" onClick={onClick}>
      <Icon name={icon} size="lg" />
      <b>{title}</b>
      {children}
    </button>
  )
}

/** Ways beside the first one, as a list of buttons: how else a vault can be opened. */
export function OtherWays({ children }: { children: ReactNode }) {
  return <div className="lk-others">{children}</div>
}

export interface OtherWayProps {
  icon: IconName
  children: ReactNode
  /** A second line. */
  meta?: ReactNode
  onClick: MouseEventHandler<HTMLButtonElement>
  isDisabled?: boolean | undefined
}

/** One of the other ways. */
export function OtherWay({ icon, children, meta, onClick, isDisabled }: OtherWayProps) {
  return (
    <button type="button" onClick={onClick} disabled={isDisabled}>
      <Icon name={icon} />
      <span className="grow">
        {children}
        {meta !== undefined && <span className="meta">{meta}</span>}
      </span>
      <Icon name="chev" size="sm" />
    </button>
  )
}
