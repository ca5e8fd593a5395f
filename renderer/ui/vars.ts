import type { CSSProperties } from 'react'

/** Custom properties as a `style`: the one use of that attribute, for values that are computed. */
export function vars(values: Record<`--${string}`, string | number>): CSSProperties {
  return values as CSSProperties
}
