import type { MouseEventHandler, ReactNode, Ref } from 'react'
import { cx } from './cx.ts'
import { Icon, Mark, type IconName } from './icons.tsx'
import { ToastOutlet } from './toast.tsx'

export interface AppProps {
  /** `Rail`, `Main` and, when open, a `Drawer`, in this order. */
  children: ReactNode
  /** The bench is open: the rail becomes icons to make room. */
  hasBench?: boolean | undefined
}

/** The whole window: rail, main part, perhaps a drawer. */
export function App({ children, hasBench = false }: AppProps) {
  return <div className={cx('lk-app', hasBench && 'has-bench')}>{children}</div>
}

export interface RailProps {
  /** Accessible name of the navigation. */
  label: string
  /** Name beside the mark. */
  brand: string
  children: ReactNode
  /** What stands at the rail's end: settings, lock. Not shown under 480 px. */
  foot?: ReactNode
}

/** The navigation at the left; icons under 720 px, a bar at the bottom under 480 px. */
export function Rail({ label, brand, children, foot }: RailProps) {
  return (
    <nav className="lk-rail" aria-label={label}>
      <div className="lk-brand">
        <Mark />
        <span>{brand}</span>
      </div>
      <div className="lk-nav">{children}</div>
      {foot && <div className="lk-nav lk-nav-foot">{foot}</div>}
    </nav>
  )
}

export interface RailItemProps {
  icon: IconName
  label: string
  /** A shorter label for the bottom bar. */
  shortLabel?: string | undefined
  /** A number or a shortcut at the right. */
  count?: ReactNode
  /** What the count counts, read after it ("entries"). */
  countLabel?: string | undefined
  /** The count is something to see to. */
  isWarning?: boolean | undefined
  isCurrent?: boolean | undefined
  /** A place; without it the item is a button. */
  href?: string | undefined
  onClick?: MouseEventHandler<HTMLElement> | undefined
}

/** One room in the rail: a link where it has an address, else a button. */
export function RailItem(props: RailItemProps) {
  const { icon, label, shortLabel, count, countLabel, isWarning, isCurrent, href, onClick } = props
  const content = (
    <>
      <Icon name={icon} />
      <span className="lbl">
        {shortLabel === undefined ? (
          label
        ) : (
          <>
            <span className="not-narrow">{label}</span>
            <span className="only-narrow">{shortLabel}</span>
          </>
        )}
      </span>
      {count !== undefined && count !== null && (
        <span className={cx('count', isWarning && 'is-warn')}>
          {count}
          {countLabel !== undefined && <span className="vh"> {countLabel}</span>}
        </span>
      )}
    </>
  )
  const shared = {
    className: 'lk-nav-item',
    title: label,
    'aria-label': undefined,
    'aria-current': isCurrent ? ('page' as const) : undefined,
  }
  return href === undefined ? (
    <button type="button" {...shared} onClick={onClick}>
      {content}
    </button>
  ) : (
    <a {...shared} href={href} onClick={onClick}>
      {content}
    </a>
  )
}

/** The part beside the rail: top bar, banners, a page. Toasts appear at its lower right. */
export function Main({ children }: { children: ReactNode }) {
  return (
    <main className="lk-main">
      {children}
      <ToastOutlet />
    </main>
  )
}

export interface TopBarProps {
  title: string
  /** Where one came from: shown before the title, not under 480 px. */
  crumb?: { label: string; href?: string | undefined; onClick?: (() => void) | undefined } | undefined
  /** A few words beside the title, such as counts. */
  sub?: ReactNode
  /** Search and buttons at the right. */
  children?: ReactNode
  /** For moving focus to the title when a page opens. */
  titleRef?: Ref<HTMLHeadingElement> | undefined
}

/** The bar above a page: its title at the left, its tools at the right. */
export function TopBar({ title, crumb, sub, children, titleRef }: TopBarProps) {
  return (
    <header className="lk-top">
      {crumb ? (
        <div className="crumb">
          {crumb.href === undefined ? (
            <button type="button" className="not-narrow" onClick={crumb.onClick}>
              {crumb.label}
            </button>
          ) : (
            <a className="not-narrow" href={crumb.href} onClick={crumb.onClick}>
              {crumb.label}
            </a>
          )}
          <Icon name="chev" size="sm" className="not-narrow" />
          <h1 ref={titleRef} tabIndex={-1} className="clip">
            {title}
          </h1>
        </div>
      ) : (
        <h1 ref={titleRef} tabIndex={-1}>
          {title}
        </h1>
      )}
      {sub !== undefined && <span className="sub">{sub}</span>}
      <span className="grow" />
      {children}
    </header>
  )
}

export type BannerTone = 'plain' | 'live' | 'warn' | 'danger'

export interface BannerProps {
  tone?: BannerTone | undefined
  icon?: IconName | undefined
  /** The key point in words that stand out. */
  title?: ReactNode
  children?: ReactNode
  /** A link or button at the right. */
  action?: ReactNode
}

/** One line above a page about the whole program. `live` waits for the person, as for a touch. */
export function Banner({ tone = 'plain', icon, title, children, action }: BannerProps) {
  return (
    <div className={cx('lk-banner', tone !== 'plain' && `is-${tone}`)} role={tone === 'danger' ? 'alert' : 'status'}>
      {tone === 'live' && icon === undefined ? (
        <span className="lk-led is-wait" />
      ) : (
        icon !== undefined && <Icon name={icon} size="sm" />
      )}
      <span className="clip">
        {title !== undefined && <b>{title}</b>} {children}
      </span>
      <span className="grow" />
      {action}
    </div>
  )
}

/** The part of a page that scrolls. Focusable, so that it scrolls by keyboard where nothing in it takes focus. */
export function Scroll({
  children,
  label,
  scrollRef,
}: {
  children: ReactNode
  /** Accessible name, for a region that is worth finding. */
  label?: string | undefined
  scrollRef?: Ref<HTMLDivElement> | undefined
}) {
  return (
    <div
      className="lk-scroll"
      ref={scrollRef}
      {...(label === undefined ? {} : { role: 'region', 'aria-label': label })}
    >
      {children}
    </div>
  )
}

/** A scrolling page with the usual margins. */
export function Page({ children, scrollRef }: { children: ReactNode; scrollRef?: Ref<HTMLDivElement> | undefined }) {
  return (
    <Scroll scrollRef={scrollRef}>
      <div className="lk-page">{children}</div>
    </Scroll>
  )
}
