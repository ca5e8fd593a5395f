/** Which key it is, what a person should know of it at a glance, and what can be done with the whole of it. */
import { useEffect, useRef, useState } from 'react'
import type { KeyRow } from '../../../shared/contract/index.ts'
import { contractErrorOf, useCall } from '../../client/index.ts'
import { errorWords, keyCannotWords } from '../../i18n/errors.ts'
import { head as words, summary } from '../../i18n/keys.ts'
import { Button, KeyDrawing, Menu, pageClock, TextField, useToast, type MenuEntry } from '../../ui/index.ts'
import type { KeyActions } from './actions.ts'
import { factsOf, isPlugged, labelOf, shapeOf, tintOf, toldError } from './look.ts'
import { useKeyCall } from './use-key-call.ts'

const MAX_NAME = 64

export interface KeyHeadProps {
  readonly row: KeyRow
  readonly all: readonly KeyRow[]
  readonly now: number
  readonly actions: KeyActions
}

export function KeyHead({ row, all, now, actions }: KeyHeadProps) {
  const [isRenaming, setRenaming] = useState(false)
  const label = labelOf(row)
  const text = summary(row, now)
  return (
    <header className="lk-keyhead">
      <KeyDrawing
        shape={shapeOf(row)}
        tint={tintOf(row)}
        isOut={!isPlugged(row)}
        isWaiting={row.waitsFor !== undefined}
      />
      <div>
        {isRenaming ? (
          <RenameForm row={row} all={all} onDone={() => setRenaming(false)} />
        ) : (
          <h2 tabIndex={-1}>{label}</h2>
        )}
        {text !== '' && <p className="muted">{text}</p>}
        <p className="lk-facts">
          {factsOf(row).map((fact) => (
            <span key={fact}>{fact}</span>
          ))}
        </p>
      </div>
      <div className="acts">
        <Wink row={row} />
        <KeyMenu row={row} label={label} actions={actions} onRename={() => setRenaming(true)} />
      </div>
    </header>
  )
}

function Wink({ row }: { row: KeyRow }) {
  const wink = useCall('keys.wink', { cancelOnUnmount: true })
  const toast = useToast()
  const able = row.info?.can.wink
  if (!isPlugged(row)) return null
  const winkNow = async () => {
    try {
      await wink.run({ key: row.id })
      toast({ text: words.winked(labelOf(row)), icon: 'key' })
    } catch (error) {
      const told = toldError(contractErrorOf(error))
      if (told) toast({ tone: 'danger', text: errorWords(told, 'key') })
    }
  }
  return (
    <Button
      isBusy={wink.pending}
      disabled={able === undefined}
      why={able && !able.can ? words.winkWhy : undefined}
      onClick={() => void winkNow()}
    >
      {words.wink}
    </Button>
  )
}

interface KeyMenuProps {
  readonly row: KeyRow
  readonly label: string
  readonly actions: KeyActions
  readonly onRename: () => void
}

function KeyMenu({ row, label, actions, onRename }: KeyMenuProps) {
  const able = row.info?.can.reset
  const entries: MenuEntry[] = [
    { key: 'rename', label: words.rename, icon: 'edit', onSelect: onRename },
    { key: 'twin', label: words.twin, icon: 'twin', onSelect: () => actions.onTwin(row) },
    { kind: 'line', key: 'line' },
    {
      key: 'forget',
      label: words.forget,
      icon: 'x',
      why: row.rememberedId === undefined ? words.forgetWhy : undefined,
      onSelect: () => actions.onForget(row),
    },
    ...(isPlugged(row)
      ? [
          {
            key: 'reset',
            label: words.reset,
            icon: 'undo',
            isDanger: true,
            why: able && !able.can ? keyCannotWords(able.reason) : undefined,
            onSelect: () => actions.onReset(row),
          } as const,
        ]
      : []),
  ]
  return <Menu label={words.menu(label)} entries={entries} />
}

/** A menu that closes gives the focus back to its button this long after (the library's 10 ms); the field takes it then. */
const MENU_RETURN_MS = 30

function RenameForm({ row, all, onDone }: { row: KeyRow; all: readonly KeyRow[]; onDone: () => void }) {
  const rename = useKeyCall('keys.name')
  const toast = useToast()
  const [name, setName] = useState(row.name ?? '')
  const field = useRef<HTMLInputElement>(null)
  useEffect(
    () =>
      pageClock.after(MENU_RETURN_MS, () => {
        field.current?.focus()
        field.current?.select()
      }),
    [],
  )
  const typed = name.trim()
  // What only looks like a remembered key is called by that one's name when it is the same.
  const isTaken = all.some(
    (other) =>
      other.id !== row.id &&
      other.rememberedId !== row.rememberedId &&
      other.name?.toLocaleLowerCase() === typed.toLocaleLowerCase(),
  )
  const isReady = typed !== '' && !isTaken
  const save = async () => {
    if (!isReady || rename.pending) return
    if (await rename.run({ key: row.id, name: typed })) {
      toast(words.named(typed))
      onDone()
    }
  }
  return (
    <form
      className="rename"
      onSubmit={(event) => {
        event.preventDefault()
        void save()
      }}
    >
      <TextField
        label={words.renameLabel}
        isLabelHidden
        maxLength={MAX_NAME}
        value={name}
        onChange={(text) => {
          setName(text)
          rename.reset()
        }}
        onKeyDown={(event) => {
          if (event.key === 'Escape') onDone()
        }}
        inputRef={field}
        placeholder={row.model ?? words.renameLabel}
        error={toldError(rename.error) ? rename.fault : isTaken ? words.taken : undefined}
      />
      <Button type="submit" variant="primary" disabled={!isReady} isBusy={rename.pending}>
        {words.save}
      </Button>
      <Button onClick={onDone}>{words.cancel}</Button>
    </form>
  )
}
