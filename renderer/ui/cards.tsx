import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { vars } from './vars.ts'
import { eightSegments, type EightCounts } from './eight.ts'
import { Icon, type IconName } from './icons.tsx'

export interface CardProps {
  children: ReactNode
  /** Accessible name; makes it a region that can be jumped to. */
  label?: string | undefined
  /** Id of the heading that names it, instead. */
  labelledBy?: string | undefined
  className?: string | undefined
}

/** A surface that holds one thing. */
export function Card({ children, label, labelledBy, className }: CardProps) {
  return (
    <section className={cx('lk-card', className)} aria-label={label} aria-labelledby={labelledBy}>
      {children}
    </section>
  )
}

export interface CardHeadProps {
  title: ReactNode
  titleId?: string | undefined
  /** Level of the heading in the page; 2 if absent. */
  level?: 2 | 3 | undefined
  /** A `Tile` before the title. */
  tile?: ReactNode
  meta?: ReactNode
  /** What stands at the right: a bar of eight, buttons. */
  children?: ReactNode
}

/** The head of a card: what it is about, and what can be done with all of it. */
export function CardHead({ title, titleId, level = 2, tile, meta, children }: CardHeadProps) {
  const Heading = level === 2 ? 'h2' : 'h3'
  return (
    <div className="lk-card-head">
      {tile}
      <div className="grow">
        <Heading id={titleId} className="title clip">
          {title}
        </Heading>
        {meta !== undefined && <div className="meta clip">{meta}</div>}
      </div>
      {children}
    </div>
  )
}

export interface TableColumn {
  key: string
  label: string
  /** `c-serial`, `c-health`, `c-last` and `c-act` have their widths; others share what is left. */
  className?: string | undefined
}

export interface TableProps {
  /** Accessible name. */
  label: string
  columns: readonly TableColumn[]
  /** The heads are read but not shown. */
  isHeadHidden?: boolean | undefined
  /** Rows: `tr` with one `td` a column, each with its column's class. */
  children: ReactNode
}

/** A table of few columns that folds into lines under 480 px. */
export function Table({ label, columns, isHeadHidden, children }: TableProps) {
  return (
    <table className="lk-table" aria-label={label}>
      <thead className={isHeadHidden ? 'is-unseen' : undefined}>
        <tr>
          {columns.map((column) => (
            <th key={column.key} scope="col" className={column.className}>
              {column.label}
            </th>
          ))}
        </tr>
      </thead>
      <tbody>{children}</tbody>
    </table>
  )
}

/** The first cell's content: an icon or tile, and a name. */
export function What({ icon, tile, children }: { icon?: IconName | undefined; tile?: ReactNode; children: ReactNode }) {
  return (
    <span className="what">
      {tile ?? (icon !== undefined && <Icon name={icon} />)}
      <span className="clip">{children}</span>
    </span>
  )
}

export interface EightBarProps extends EightCounts {
  /** "3 of 8", shown and read. */
  label: string
}

/** How many of the eight places are taken, and how those stand. */
export function EightBar({ label, ...counts }: EightBarProps) {
  return (
    <span className="lk-eight">
      <span aria-hidden="true">
        {eightSegments(counts).map((segment, at) => (
          <i key={at} className={segment === 'free' ? undefined : segment} />
        ))}
      </span>
      <span className="num">{label}</span>
    </span>
  )
}

/** The line of contacts under a card's head. */
export function Contacts({ children, action }: { children: ReactNode; action?: ReactNode }) {
  return (
    <div className="lk-contacts">
      {children}
      {action}
    </div>
  )
}

export interface ContactProps {
  icon: IconName
  value: string
  /** "confirmed 3 months ago". */
  when?: ReactNode
  /** Confirmed too long ago, or never. */
  isOld?: boolean | undefined
}

/** One way to reach a person, and when it was last seen to work. */
export function Contact({ icon, value, when, isOld }: ContactProps) {
  return (
    <span>
      <Icon name={icon} />
      <span className="clip">{value}</span>
      {when !== undefined && <span className={isOld ? 't-warn' : 'faint'}>{when}</span>}
    </span>
  )
}

export interface NoticeProps {
  tone?: 'plain' | 'ok' | 'warn' | 'danger' | undefined
  icon?: IconName | undefined
  title?: ReactNode
  children?: ReactNode
  /** The button that mends it. */
  action?: ReactNode
  /** It came up just now, and is read aloud. */
  isNews?: boolean | undefined
}

const noticeIcons = { plain: 'info', ok: 'ok', warn: 'warn', danger: 'alert' } as const

/** One line in a card: what is so, and the one step that mends it. Words that carry on from a `title` follow it. */
export function Notice({ tone = 'plain', icon, title, children, action, isNews }: NoticeProps) {
  return (
    <div
      className={cx('lk-notice', tone !== 'plain' && `is-${tone}`)}
      role={isNews ? (tone === 'danger' ? 'alert' : 'status') : undefined}
    >
      <Icon name={icon ?? noticeIcons[tone]} />
      <span className={cx('grow', tone === 'plain' && 'muted')}>
        {title !== undefined && <b>{title}</b>} {children}
      </span>
      {action}
    </div>
  )
}

export interface SettingProps {
  icon?: IconName | undefined
  title: ReactNode
  meta?: ReactNode
  metaId?: string | undefined
  /** The control: a `Switch`, a button, a `Select`. */
  children?: ReactNode
}

/** One setting: its words at the left, its control at the right. */
export function Setting({ icon, title, meta, metaId, children }: SettingProps) {
  return (
    <div className="lk-setting">
      {icon !== undefined && <Icon name={icon} />}
      <div className="grow">
        {title}
        {meta !== undefined && (
          <div id={metaId} className="meta">
            {meta}
          </div>
        )}
      </div>
      {children}
    </div>
  )
}

export interface ProgressLineProps {
  /** Accessible name. */
  label: string
  /** Done so far, 0 to `max`; without it the end is not known. */
  value?: number | undefined
  max?: number | undefined
  tone?: 'plain' | 'ok' | 'warn' | 'danger' | 'live' | undefined
}

/** A thin line that fills. */
export function ProgressLine({ label, value, max = 100, tone = 'plain' }: ProgressLineProps) {
  const share = value === undefined || max <= 0 ? undefined : Math.max(0, Math.min(1, value / max))
  return (
    <div
      className={cx('lk-bar', tone !== 'plain' && `is-${tone}`, share === undefined && 'is-endless')}
      role="progressbar"
      aria-label={label}
      aria-valuemin={0}
      aria-valuemax={max}
      aria-valuenow={value}
    >
      <i style={vars({ '--share': share ?? 0.3 })} />
    </div>
  )
}
