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
      <h3>{title}</h3>
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

export interface BonesProps {
  /** Read once ("Loading devices"). */
  label: string
  /** What is coming: rows of codes, cards, or lines of text. */
  kind?: 'rows' | 'cards' | 'lines' | undefined
  count?: number | undefined
}

const widths = ['46%', '62%', '38%', '54%', '70%']

/** Shapes of what is being loaded, in its place, so that nothing moves when it comes. */
export function Bones({ label, kind = 'lines', count = 3 }: BonesProps) {
  return (
    <div aria-busy="true" aria-live="polite">
      <span className="vh">{label}</span>
      <div aria-hidden="true" className={cx('lk-bones', `is-${kind}`)}>
        {Array.from({ length: count }, (_, at) => {
          const width = widths[at % widths.length]
          if (kind === 'rows') return <BoneRow key={at} width={width} />
          if (kind === 'cards') return <BoneCard key={at} width={width} />
          return <span key={at} className="lk-bone" style={{ width }} />
        })}
      </div>
    </div>
  )
}

function BoneRow({ width }: { width: string | undefined }) {
  return (
    <div className="lk-row">
      <span className="lk-tile lk-bone" />
      <span className="lk-bone" style={{ width }} />
      <span />
      <span className="lk-bone is-code" />
      <span className="lk-ring">
        <span className="lk-bone is-ring" />
      </span>
      <span />
    </div>
  )
}

function BoneCard({ width }: { width: string | undefined }) {
  return (
    <div className="lk-card">
      <div className="lk-card-head">
        <span className="lk-tile lk-bone" />
        <span className="lk-bone" style={{ width }} />
      </div>
      <div className="lk-setting">
        <span className="lk-bone" style={{ width: '30%' }} />
      </div>
      <div className="lk-setting">
        <span className="lk-bone" style={{ width: '42%' }} />
      </div>
    </div>
  )
}
