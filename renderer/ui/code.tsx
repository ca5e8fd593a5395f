import type { ReactNode } from 'react'
import { cx } from './cx.ts'
import { digitGroups, groupDigits } from './digits.ts'
import { Icon } from './icons.tsx'
import { useUiWords } from './words.tsx'

export interface CodeProps {
  /** The code; not needed (and better not given) while hidden. */
  code?: string | undefined
  /** Dots instead of the code. */
  isHidden?: boolean | undefined
  /** Number of dots; six if absent. */
  length?: number | undefined
  /** About to change. */
  isSoon?: boolean | undefined
}

/** A code in its groups, or as dots. The page never moves when it changes: all digits have one width. */
export function Code({ code = '', isHidden, length = 6, isSoon }: CodeProps) {
  const words = useUiWords()
  if (isHidden) {
    return (
      <span className="lk-code is-hidden">
        {digitGroups(length).map((size, at) => (
          <span key={at} aria-hidden="true">
            {'•'.repeat(size)}
          </span>
        ))}
        <span className="vh">{words.hiddenCode}</span>
      </span>
    )
  }
  return (
    <span className={cx('lk-code', isSoon && 'is-soon')}>
      {groupDigits(code).map((group, at) => (
        <span key={at}>{group}</span>
      ))}
    </span>
  )
}

/** The code that comes after, smaller and dim: for the last ten seconds. */
export function NextCode({ label, code }: { label: string; code: string }) {
  return (
    <span className="lk-next">
      {label} <Code code={code} />
    </span>
  )
}

/** The check that stands in a row for two seconds after its code was copied. */
export function Copied({ children }: { children: ReactNode }) {
  return (
    <span className="lk-copied" aria-live="polite">
      <Icon name="check" size="sm" />
      {children}
    </span>
  )
}
