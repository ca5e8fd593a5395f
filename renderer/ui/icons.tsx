import { cx } from './cx.ts'
import { iconShapes } from './icon-shapes.tsx'

export type IconName = keyof typeof iconShapes
export const iconNames = Object.keys(iconShapes) as IconName[]

export interface IconProps {
  name: IconName
  /** `sm` 16 px, `md` 18 px, `lg` 24 px. */
  size?: 'sm' | 'md' | 'lg' | undefined
  className?: string | undefined
}

/** An icon in the colour of its text. It is never read aloud: the words beside it, or its button's label, say it. */
export function Icon({ name, size = 'md', className }: IconProps) {
  return (
    <svg
      className={cx('i', size === 'sm' && 'i-sm', size === 'lg' && 'i-lg', className)}
      viewBox="0 0 24 24"
      aria-hidden="true"
    >
      {iconShapes[name]}
    </svg>
  )
}

/** The latchkey that is also an L. Drawn on whole pixels of a 16 grid, so show it at 16, 24, 32 or 48. */
export function Mark({ className = 'lk-mark' }: { className?: string | undefined }) {
  return (
    <svg className={className} viewBox="0 0 16 16" aria-hidden="true">
      <circle cx="7" cy="4" r="3" />
      <path d="M7 7v8h5M7 11h3" />
    </svg>
  )
}

/** The application's icon, `size` CSS pixels square. A quarter of the ring has run out. */
export function AppIcon({ size = 64 }: { size?: number | undefined }) {
  return (
    <svg width={size} height={size} viewBox="0 0 512 512" aria-hidden="true">
      <rect x="32" y="32" width="448" height="448" rx="104" fill="#20242a" />
      <rect
        x="36"
        y="36"
        width="440"
        height="440"
        rx="100"
        fill="none"
        stroke="#ffffff"
        strokeOpacity=".08"
        strokeWidth="8"
      />
      <g fill="none" strokeWidth="40" transform="translate(12 0)">
        <circle cx="236" cy="178" r="62" stroke="#6b5a2f" />
        <path d="M236 116a62 62 0 1 1-62 62" stroke="#d0ae58" />
        <path d="M236 240v152h92M236 314h60" stroke="#d0ae58" />
      </g>
    </svg>
  )
}
