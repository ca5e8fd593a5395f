import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { Icon, type IconName } from './icons.tsx'
import { tileLook } from './tile.ts'

/** How something stands: `plain` says nothing about it. */
export type Tone = 'plain' | 'ok' | 'warn' | 'danger'

const toneIcons: Record<Tone, IconName | undefined> = { plain: undefined, ok: 'ok', warn: 'warn', danger: 'alert' }

export interface BadgeProps {
  tone?: Tone | undefined
  /** The tone's own icon if absent; `null` for none. */
  icon?: IconName | null | undefined
  children: ReactNode
}

/** A short state on a ground of its tone. The words are hidden in rows under 480 px, but still read. */
export function Badge({ tone = 'plain', icon, children }: BadgeProps) {
  const shape = icon === undefined ? toneIcons[tone] : icon
  return (
    <span className={cx('lk-badge', tone !== 'plain' && `is-${tone}`)}>
      {shape != null && <Icon name={shape} />}
      <span>{children}</span>
    </span>
  )
}

export interface StateProps {
  tone: Tone
  icon?: IconName | undefined
  children: ReactNode
}

/** Health in words, with its icon: never by colour alone. */
export function State({ tone, icon, children }: StateProps) {
  const shape = icon ?? toneIcons[tone]
  return (
    <span className={cx('lk-state', tone !== 'plain' && `is-${tone}`)}>
      {shape !== undefined && <Icon name={shape} />}
      {children}
    </span>
  )
}

/** A person's own word on a thing. */
export function Tag({ children }: { children: ReactNode }) {
  return <span className="lk-tag">{children}</span>
}

export interface ChipProps {
  isPressed: boolean
  onChange: (isPressed: boolean) => void
  icon?: IconName | undefined
  children: ReactNode
  /** Read after the words while pressed (", lost"). */
  pressedLabel?: string | undefined
}

/** One of several that can be chosen together. */
export function Chip({ isPressed, onChange, icon, children, pressedLabel }: ChipProps) {
  return (
    <button type="button" className="lk-chip" aria-pressed={isPressed} onClick={() => onChange(!isPressed)}>
      {icon !== undefined && <Icon name={icon} />}
      {children}
      {isPressed && pressedLabel !== undefined && <span className="vh">{pressedLabel}</span>}
    </button>
  )
}

export interface TileProps {
  /** The name it stands for; its letters and tone come from it. */
  name?: string | undefined
  /** An icon instead, on the neutral ground. */
  icon?: IconName | undefined
  size?: 'sm' | 'md' | undefined
}

/** The square before a name. It repeats the name, so it is not read. */
export function Tile({ name = '', icon, size }: TileProps) {
  const look = icon === undefined ? tileLook(name) : { monogram: '', tone: 0 }
  return (
    <span className={cx('lk-tile', `is-tone-${look.tone}`, size === 'sm' && 'is-sm')} aria-hidden="true">
      {icon === undefined ? look.monogram || <Icon name="key" size="sm" /> : <Icon name={icon} />}
    </span>
  )
}

/** A small light: steady, out, waiting for the person, or in trouble. Words go beside it. */
export function Led({ state = 'on' }: { state?: 'on' | 'off' | 'wait' | 'bad' | undefined }) {
  return <span className={cx('lk-led', state !== 'on' && `is-${state}`)} aria-hidden="true" />
}
