import { Menu as MantineMenu, Popover as MantinePopover } from '@mantine/core'
import type { ReactElement, ReactNode } from 'react'
import { IconButton } from './buttons.tsx'
import { cx } from './cx.ts'
import { Icon, type IconName } from './icons.tsx'

export type MenuEntry =
  | {
      kind?: 'item' | undefined
      key: string
      label: ReactNode
      icon?: IconName | undefined
      /** Chosen among several: a check stands before it. */
      isChecked?: boolean | undefined
      isDanger?: boolean | undefined
      shortcut?: string | undefined
      /** Why it can't be done now; shown as a second line, and the entry does nothing. */
      why?: string | undefined
      onSelect: () => void
    }
  | { kind: 'line'; key: string }
  | { kind: 'head'; key: string; label: ReactNode }

export interface MenuProps {
  /** What the menu is for ("Actions for Blue YubiKey"): the name of its button. */
  label: string
  entries: readonly MenuEntry[]
  /** The icon of its button; three dots if absent. */
  icon?: IconName | undefined
  /** Another button to open it. It must take a ref and spread its props. */
  trigger?: ReactElement | undefined
}

/** A button with a menu: arrows, letters, Home, End and Escape work, and focus returns to the button. */
export function Menu({ label, entries, icon = 'dots', trigger }: MenuProps) {
  const firstKey = entries.find((entry) => entry.kind === undefined || entry.kind === 'item')?.key
  return (
    <MantineMenu
      position="bottom-end"
      offset={4}
      // Its placeholder is a focusable child that a menu may not have; the first entry takes the focus instead.
      withInitialFocusPlaceholder={false}
      classNames={{ dropdown: 'lk-menu', itemIndicator: 'tick', itemLabel: 'words' }}
    >
      <MantineMenu.Target>{trigger ?? <IconButton icon={icon} label={label} />}</MantineMenu.Target>
      <MantineMenu.Dropdown aria-label={label}>
        {entries.map((entry) => (
          <MenuLine key={entry.key} entry={entry} isFirst={entry.key === firstKey} />
        ))}
      </MantineMenu.Dropdown>
    </MantineMenu>
  )
}

function MenuLine({ entry, isFirst }: { entry: MenuEntry; isFirst: boolean }) {
  if (entry.kind === 'line') return <MantineMenu.Divider className="line" />
  if (entry.kind === 'head') return <MantineMenu.Label className="head">{entry.label}</MantineMenu.Label>
  const isBarred = entry.why !== undefined
  const shared = {
    className: cx('item', entry.isDanger && 'is-danger', isBarred && 'is-barred'),
    closeMenuOnClick: !isBarred,
    'aria-disabled': isBarred || undefined,
    'data-autofocus': isFirst || undefined,
  }
  const words = (
    <>
      <span className="grow">
        {entry.label}
        {isBarred && <span className="meta">{entry.why}</span>}
      </span>
      {entry.shortcut !== undefined && <span className="key">{entry.shortcut}</span>}
    </>
  )
  if (entry.isChecked === undefined) {
    return (
      <MantineMenu.Item {...shared} onClick={isBarred ? undefined : entry.onSelect}>
        {entry.icon !== undefined && <Icon name={entry.icon} size="sm" />}
        {words}
      </MantineMenu.Item>
    )
  }
  return (
    <MantineMenu.RadioItem
      {...shared}
      value={entry.key}
      checked={entry.isChecked}
      checkIcon={<Icon name="check" size="sm" />}
      onChange={() => {
        if (!isBarred) entry.onSelect()
      }}
    >
      {words}
    </MantineMenu.RadioItem>
  )
}

export interface PopoverProps {
  /** The button that opens it. It must take a ref and spread its props. */
  trigger: ReactElement
  /** Accessible name of what opens. */
  label: string
  children: ReactNode
}

/** A little explanation beside the button that asked for it. Escape or a click elsewhere closes it. */
export function Popover({ trigger, label, children }: PopoverProps) {
  return (
    <MantinePopover
      position="bottom-end"
      offset={4}
      width={320}
      trapFocus
      returnFocus
      classNames={{ dropdown: 'lk-pop' }}
    >
      <MantinePopover.Target>{trigger}</MantinePopover.Target>
      <MantinePopover.Dropdown aria-label={label}>{children}</MantinePopover.Dropdown>
    </MantinePopover>
  )
}
