import type { ReactNode, Ref } from 'react'
import { Icon } from './icons.tsx'

/** The steps of a wizard or case, from top to bottom. */
export function Steps({ label, children }: { label: string; children: ReactNode }) {
  return (
    <ol className="lk-steps" aria-label={label}>
      {children}
    </ol>
  )
}

export interface StepDoneProps {
  title: ReactNode
  /** What came of it. */
  note?: ReactNode
  when?: ReactNode
  /** Read before the title ("Done:"). */
  doneLabel?: string | undefined
}

/** A step that is behind: one line with its time. */
export function StepDone({ title, note, when, doneLabel }: StepDoneProps) {
  return (
    <li className="lk-step is-done">
      <span className="dot">
        <Icon name="check" />
        {doneLabel !== undefined && <span className="vh">{doneLabel}</span>}
      </span>
      <div className="line">
        <b>{title}</b>
        {note !== undefined && <span className="muted clip">{note}</span>}
        {when !== undefined && <span className="when">{when}</span>}
      </div>
    </li>
  )
}

export interface StepNowProps {
  number: number
  title: ReactNode
  why?: ReactNode
  children?: ReactNode
  /** One primary action, or the answers to one question. */
  actions?: ReactNode
  /** For moving focus here when the step opens. */
  titleRef?: Ref<HTMLHeadingElement> | undefined
}

/** The step that is open. */
export function StepNow({ number, title, why, children, actions, titleRef }: StepNowProps) {
  return (
    <li className="lk-step is-now" aria-current="step">
      <span className="dot">{number}</span>
      <div className="lk-now">
        <h3 ref={titleRef} tabIndex={-1}>
          {title}
        </h3>
        {why !== undefined && <p className="why">{why}</p>}
        {children}
        {actions !== undefined && <Actions>{actions}</Actions>}
      </div>
    </li>
  )
}

/** A step that is ahead: seen, not yet open. */
export function StepLater({ number, title, note }: { number: number; title: ReactNode; note?: ReactNode }) {
  return (
    <li className="lk-step is-later">
      <span className="dot">{number}</span>
      <div className="line">
        <b>{title}</b>
        {note !== undefined && <span className="faint clip">{note}</span>}
      </div>
    </li>
  )
}

/** Buttons in a row at the end of a step or form. */
export function Actions({ children }: { children: ReactNode }) {
  return <div className="lk-actions">{children}</div>
}

/** Two or more `SixDigits isInline` under one another, their labels in a column. */
export function CodesAsked({ children }: { children: ReactNode }) {
  return <div className="lk-codes-asked">{children}</div>
}

export interface DoneByItem {
  key: string
  text: ReactNode
  state: 'done' | 'running' | 'waiting' | 'failed'
}

/** What the program does by itself inside a step, each with a tick that appears when it is done. */
export function DoneBy({ items }: { items: readonly DoneByItem[] }) {
  return (
    <ul className="lk-done-by" aria-live="polite">
      {items.map((item) => (
        <li key={item.key} className={`is-${item.state}`}>
          {item.state === 'done' ? <Icon name="check" /> : item.state === 'failed' ? <Icon name="alert" /> : <i />}
          <span>{item.text}</span>
        </li>
      ))}
    </ul>
  )
}
