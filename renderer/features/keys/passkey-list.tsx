/** The list itself: searched, folded to the first few, several chosen at once. */
import { useEffect, useMemo, useRef, useState } from 'react'
import type { KeyRow, Passkey, Twin } from '../../../shared/contract/index.ts'
import { passkeys as words } from '../../i18n/keys.ts'
import {
  Button,
  Card,
  cx,
  Empty,
  IconButton,
  Link,
  ProgressLine,
  SearchField,
  useAnnounce,
  useSlash,
} from '../../ui/index.ts'
import { findPasskeys, isPlugged, labelOf } from './look.ts'
import { useCatchFocus } from './use-catch-focus.ts'
import { PasskeyTable } from './passkey-table.tsx'

/** Shown before "Show all"; one or two more than that are shown at once. */
const FIRST = 6

export interface PasskeyListProps {
  readonly row: KeyRow
  readonly list: readonly Passkey[]
  readonly left: number | undefined
  readonly twin: Twin | undefined
  /** As it was read some time ago. */
  readonly isOld: boolean
  readonly wasJustRead: boolean
  readonly now: number
  readonly isBusy: boolean
  readonly onRead: (() => void) | undefined
  readonly onRename: (passkey: Passkey) => void
  /** Resolves with whether it was done. */
  readonly onDelete: (ids: readonly string[]) => Promise<boolean>
}

export function PasskeyList(props: PasskeyListProps) {
  const { row, list, left, twin, isOld, wasJustRead, now, isBusy, onRead, onRename, onDelete } = props
  const [query, setQuery] = useState('')
  const [isWhole, setWhole] = useState(false)
  const [chosen, setChosen] = useState<ReadonlySet<string> | undefined>(undefined)
  const announce = useAnnounce()
  const search = useRef<HTMLInputElement>(null)
  useCatchFocus(search, wasJustRead)
  useSlash(search)
  const found = useMemo(() => findPasskeys(list, query), [list, query])
  const isSearching = query.trim() !== ''
  const isFolded = !isWhole && !isSearching && chosen === undefined && found.length > FIRST + 2
  useEffect(() => {
    if (isSearching) announce(words.found(found.length))
  }, [announce, isSearching, found.length])

  // Those that are gone by now are chosen no more.
  const still = useMemo(
    () => (chosen === undefined ? [] : list.filter(({ credentialId }) => chosen.has(credentialId))),
    [list, chosen],
  )
  const canAct = isPlugged(row) && row.info?.can.passkeys.can === true
  const toggle = (id: string) =>
    setChosen((before = new Set()) => {
      const next = new Set(before)
      if (!next.delete(id)) next.add(id)
      return next
    })
  const deleteChosen = async () => {
    if (await onDelete(still.map(({ credentialId }) => credentialId))) setChosen(undefined)
  }
  const deleteOne = async ({ credentialId }: Passkey) => {
    // Its row, and the focus with it, is gone then.
    if (await onDelete([credentialId])) search.current?.focus()
  }

  if (list.length === 0) return <Empty title={words.none}>{words.noneMore}</Empty>
  return (
    <Card label={words.table(labelOf(row))}>
      <div className="lk-card-head lk-passkeys-head">
        <SearchField
          label={words.search}
          placeholder={words.search}
          shortcut="/"
          value={query}
          onChange={setQuery}
          inputRef={search}
          isWide
        />
        <Places stored={list.length} left={left} />
        {canAct && (
          <IconButton
            icon={chosen === undefined ? 'check' : 'x'}
            label={chosen === undefined ? words.select : words.selectDone}
            aria-pressed={chosen !== undefined}
            onClick={() => setChosen(chosen === undefined ? new Set() : undefined)}
          />
        )}
        {onRead && <IconButton icon="sync" label={words.showAgain} isBusy={isBusy} onClick={onRead} />}
      </div>
      {found.length === 0 ? (
        <Empty isBare title={words.nothing} action={<Button onClick={() => setQuery('')}>{words.clear}</Button>}>
          {words.nothingMore(query.trim())}
        </Empty>
      ) : (
        <div className={cx(isOld && 'lk-old')}>
          <PasskeyTable
            label={words.table(labelOf(row))}
            list={isFolded ? found.slice(0, FIRST) : found}
            twin={twin}
            now={now}
            whyNot={canAct ? undefined : words.plugIn}
            whyNotRename={row.info?.can.renamePasskeys}
            chosen={chosen}
            onChoose={toggle}
            onRename={onRename}
            onDelete={(passkey) => void deleteOne(passkey)}
          />
        </div>
      )}
      {isFolded && (
        <div className="lk-notice">
          <span className="faint grow">{words.more(found.length - FIRST)}</span>
          <Link onClick={() => setWhole(true)}>{words.showAll(found.length)}</Link>
        </div>
      )}
      {chosen !== undefined && (
        <div className="lk-notice">
          <span className="grow" role="status">
            {words.chosen(still.length)}
          </span>
          <Button
            variant="danger"
            disabled={still.length === 0}
            isBusy={isBusy || undefined}
            onClick={() => void deleteChosen()}
          >
            {words.deleteChosen(still.length)}
          </Button>
        </div>
      )}
    </Card>
  )
}

/** How many of its places are taken, where the key says. */
function Places({ stored, left }: { stored: number; left: number | undefined }) {
  if (left === undefined) return <span className="lk-places num">{words.stored(stored)}</span>
  const total = stored + left
  return (
    <span className="lk-places">
      <ProgressLine
        label={words.placesRead}
        value={stored}
        max={total}
        tone={left === 0 ? 'danger' : left <= 2 ? 'warn' : 'plain'}
      />
      <span className="num">{words.places(stored, total)}</span>
    </span>
  )
}
