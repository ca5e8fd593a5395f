/** One entry: whose it is, its code, the ring that runs out, what can be done. */
import { memo, useMemo } from 'react'
import type { EntryRow, Health, ShownCode } from './types.ts'
import { codes as words } from '../../i18n/codes.ts'
import {
  Badge,
  Button,
  Code,
  Copied,
  cx,
  Icon,
  IconButton,
  LastSeconds,
  Menu,
  NextCode,
  Ring,
  Tag,
  Tile,
  type MenuEntry,
} from '../../ui/index.ts'
import { nameOf, type EntryActions } from './actions.ts'

/** The next code appears this many seconds before the present one ends. */
const NEXT_SECONDS = 10

export interface RowProps {
  readonly id: string
  readonly entry: EntryRow
  readonly index: number
  readonly code: ShownCode | undefined
  readonly made: string | undefined
  readonly isSelected: boolean
  readonly isCopied: boolean
  /** Dots instead of the code until asked for. */
  readonly isHidden: boolean
  readonly showsNext: boolean
  readonly health: Health | undefined
  readonly actions: Pick<EntryActions, 'copy' | 'makeNext' | 'toggleShown' | 'update' | 'remove'>
  readonly onSelect: (id: string) => void
  readonly onOpen: (dialog: 'edit' | 'reveal' | 'compare', id: string) => void
  readonly onResync: ((id: string) => void) | undefined
}

export const Row = memo(function Row(props: RowProps) {
  const { id, entry, index, code, made, isSelected, isCopied, isHidden, actions, onSelect } = props
  const canHide = isHidden || entry.hidden
  const tabIndex = isSelected ? 0 : -1
  return (
    // oxlint-disable-next-line jsx-a11y/click-events-have-key-events -- the grid around it has the keys
    <div
      role="row"
      id={id}
      aria-rowindex={index}
      aria-selected={isSelected}
      className={cx('lk-row', isSelected && 'is-selected')}
      onClick={(event) => {
        onSelect(entry.id)
        // Its buttons do their own; a click anywhere else copies.
        if (event.target instanceof Element && event.target.closest('button')) return
        actions.copy(entry, 'current')
      }}
    >
      <Tile name={nameOf(entry)} />
      <div className="clip" role="gridcell">
        <div className="name">
          {entry.favourite && <Icon name="starred" />}
          <span className="clip">{nameOf(entry)}</span>
          {entry.kind === 'hotp' && <Tag>{words.hotp}</Tag>}
          {entry.tags.slice(0, 2).map((tag) => (
            <Tag key={tag}>{tag}</Tag>
          ))}
        </div>
        <div className="acct clip">{entry.issuer ? entry.account : ''}</div>
      </div>
      <div className="aux" role="gridcell">
        <Aux {...props} tabIndex={tabIndex} />
      </div>
      <div className="lk-code-cell" role="gridcell">
        <ShownDigits entry={entry} code={code} made={made} isHidden={isHidden} />
      </div>
      <div role="gridcell">
        {entry.kind === 'hotp' ? (
          <IconButton
            icon="next"
            label={words.nextCounter}
            isRinged
            tabIndex={tabIndex}
            onClick={() => actions.makeNext(entry)}
          />
        ) : (
          <Ring period={entry.periodSeconds} />
        )}
      </div>
      <div className={cx('end', (isCopied || canHide) && 'is-shown')} role="gridcell">
        {isCopied ? (
          <Copied>{words.copied}</Copied>
        ) : (
          <>
            {canHide ? (
              <IconButton
                icon={isHidden ? 'eye' : 'eyeoff'}
                label={isHidden ? words.show : words.hide}
                tabIndex={tabIndex}
                onClick={() => actions.toggleShown(entry.id)}
              />
            ) : (
              <IconButton
                icon="copy"
                label={words.copy}
                tabIndex={tabIndex}
                onClick={() => actions.copy(entry, 'current')}
              />
            )}
            <RowMenu entry={entry} actions={actions} onOpen={props.onOpen} tabIndex={tabIndex} />
          </>
        )}
      </div>
    </div>
  )
})

function ShownDigits({ entry, code, made, isHidden }: Pick<RowProps, 'entry' | 'code' | 'made' | 'isHidden'>) {
  if (code?.is === 'faulty') return <Badge tone="danger">{words.faulty}</Badge>
  const text = entry.kind === 'hotp' ? made : code?.is === 'code' ? code.code : undefined
  if (isHidden || text === undefined) return <Code isHidden length={entry.digits} />
  return <Code code={text} />
}

function Aux({ entry, code, isHidden, showsNext, health, onResync, tabIndex }: RowProps & { tabIndex: number }) {
  if (health?.state === 'drifted')
    return (
      <>
        <Badge tone="warn">{words.drifted(health.drift?.steps)}</Badge>
        {onResync && (
          <Button variant="ghost" tabIndex={tabIndex} onClick={() => onResync(entry.id)}>
            {words.resync}
          </Button>
        )}
      </>
    )
  if (entry.kind === 'hotp')
    return (
      <>
        {entry.mayBeBehind && <Badge tone="warn">{words.behind}</Badge>}
        <Badge>{words.counter(entry.counter)}</Badge>
      </>
    )
  if (!showsNext || isHidden || code?.is !== 'code') return null
  return (
    <LastSeconds period={entry.periodSeconds} seconds={NEXT_SECONDS}>
      <NextCode label={words.next} code={code.next} />
    </LastSeconds>
  )
}

type RowMenuProps = Pick<RowProps, 'entry' | 'actions' | 'onOpen'> & { tabIndex: number }

/** Drawn anew when the entry changes, not with each code. */
const RowMenu = memo(function RowMenu({ entry, actions, onOpen, tabIndex }: RowMenuProps) {
  const entries = useMemo(
    (): MenuEntry[] => [
      {
        key: 'copy',
        label: words.copy,
        icon: 'copy',
        shortcut: 'Enter',
        onSelect: () => actions.copy(entry, 'current'),
      },
      ...(entry.kind === 'hotp'
        ? []
        : [
            {
              key: 'next',
              label: words.copyNext,
              icon: 'next',
              shortcut: 'Shift Enter',
              onSelect: () => actions.copy(entry, 'next'),
            } as const,
          ]),
      { kind: 'line', key: 'line-1' },
      {
        key: 'favourite',
        label: entry.favourite ? words.unfavourite : words.favourite,
        icon: 'star',
        onSelect: () => actions.update({ id: entry.id, favourite: !entry.favourite }),
      },
      { key: 'edit', label: words.edit, icon: 'edit', onSelect: () => onOpen('edit', entry.id) },
      { key: 'reveal', label: words.reveal, icon: 'qr', onSelect: () => onOpen('reveal', entry.id) },
      ...(entry.kind === 'totp'
        ? [
            {
              key: 'compare',
              label: words.compare,
              icon: 'clock',
              onSelect: () => onOpen('compare', entry.id),
            } as const,
          ]
        : []),
      { kind: 'line', key: 'line-2' },
      { key: 'remove', label: words.remove, icon: 'bin', isDanger: true, onSelect: () => actions.remove(entry) },
    ],
    [actions, entry, onOpen],
  )
  const label = words.rowMenu(nameOf(entry))
  return <Menu label={label} entries={entries} trigger={<IconButton icon="dots" label={label} tabIndex={tabIndex} />} />
})
