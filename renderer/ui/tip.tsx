import { Tooltip } from '@mantine/core'
import type { ReactElement } from 'react'

/** A few words beside what the pointer or the focus is on. Only repeats what a screen reader is told anyway. */
export function Tip({ label, children }: { label: string; children: ReactElement }) {
  return (
    <Tooltip label={label} classNames={{ tooltip: 'lk-tip' }} events={{ hover: true, focus: true, touch: false }}>
      {children}
    </Tooltip>
  )
}
