import { useId, type ComponentProps, type MouseEvent, type ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon, type IconName } from './icons.tsx'
import { Tip } from './tip.tsx'

type NativeButton = Omit<ComponentProps<'button'>, 'children'>

export interface ButtonProps extends NativeButton {
  /** `primary`: the one thing to do here. `danger`: cannot be undone. `danger-quiet`: leads towards that. */
  variant?: 'default' | 'primary' | 'ghost' | 'danger' | 'danger-quiet' | undefined
  size?: 'md' | 'lg' | undefined
  icon?: IconName | undefined
  /** Full width of its container. */
  isWide?: boolean | undefined
  /** The action runs: the button keeps its place and focus and does nothing more. */
  isBusy?: boolean | undefined
  /** Why the action can't be done now. The button stays reachable, does nothing, and tells this. */
  why?: string | undefined
  children?: ReactNode
}

/** A button. It says what it does; give `aria-label` where its words may be hidden on narrow windows. */
export function Button(props: ButtonProps) {
  const { variant = 'default', size = 'md', icon, isWide, isBusy, why, children, className, onClick, ...rest } = props
  const whyId = useId()
  const isIdle = isBusy === true || why !== undefined
  const button = (
    <button
      type="button"
      {...rest}
      className={cx(
        'lk-btn',
        variant !== 'default' && `is-${variant}`,
        size === 'lg' && 'is-lg',
        isWide && 'is-wide',
        className,
      )}
      aria-busy={isBusy || undefined}
      aria-disabled={isIdle || undefined}
      aria-describedby={why === undefined ? rest['aria-describedby'] : cx(rest['aria-describedby'], whyId)}
      onClick={isIdle ? holdStill : onClick}
    >
      {isBusy ? <Spinner /> : icon !== undefined && <Icon name={icon} size="sm" />}
      {children}
      {why !== undefined && (
        <span id={whyId} hidden>
          {why}
        </span>
      )}
    </button>
  )
  return why === undefined ? button : <Tip label={why}>{button}</Tip>
}

export interface IconButtonProps extends NativeButton {
  icon: IconName
  /** What it does: read aloud and shown as a tip. */
  label: string
  /** In a ring, the size of a code's ring. */
  isRinged?: boolean | undefined
  isBusy?: boolean | undefined
  /** No tip: its label is visible elsewhere. */
  hasNoTip?: boolean | undefined
}

/** A button that is only an icon, 32 px square. */
export function IconButton(props: IconButtonProps) {
  const { icon, label, isRinged, isBusy, hasNoTip, className, onClick, ...rest } = props
  const button = (
    <button
      type="button"
      {...rest}
      className={cx('lk-icon-btn', isRinged && 'is-ringed', className)}
      aria-label={label}
      aria-busy={isBusy || undefined}
      aria-disabled={isBusy || undefined}
      onClick={isBusy ? holdStill : onClick}
    >
      {isBusy ? <Spinner /> : <Icon name={icon} />}
    </button>
  )
  return hasNoTip ? button : <Tip label={label}>{button}</Tip>
}

export interface LinkProps {
  children: ReactNode
  /** An address; without it the link is a button that looks like words. */
  href?: string | undefined
  onClick?: ((event: MouseEvent<HTMLElement>) => void) | undefined
  className?: string | undefined
  /** Accessible name, where the words alone don't say enough. */
  label?: string | undefined
}

/** Words that lead somewhere, or do something small. */
export function Link({ children, href, onClick, className, label }: LinkProps) {
  return href === undefined ? (
    <button type="button" className={cx('lk-link', className)} aria-label={label} onClick={onClick}>
      {children}
    </button>
  ) : (
    <a className={cx('lk-link', className)} aria-label={label} href={href} onClick={onClick}>
      {children}
    </a>
  )
}

/** A key of the keyboard. */
export function Kbd({ children, className }: { children: ReactNode; className?: string | undefined }) {
  return <kbd className={cx('lk-kbd', className)}>{children}</kbd>
}

/** Turns while something runs; still, but visible, for who wants no motion. */
export function Spinner() {
  return (
    <svg className="i i-sm lk-spinner" viewBox="0 0 24 24" aria-hidden="true">
      <circle cx="12" cy="12" r="8.5" opacity=".3" />
      <path d="M20.5 12A8.5 8.5 0 0 0 12 3.500" />
    </svg>
  )
}

// A busy or barred button keeps focus, so it is not `disabled`; it must not submit its form either.
function holdStill(event: MouseEvent<HTMLButtonElement>) {
  event.preventDefault()
  event.stopPropagation()
}
