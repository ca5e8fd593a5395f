/** Codes: search, the list, what can be done with an entry, and the ways to add one. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { EntryRow, Settings } from '../../../shared/contract/index.ts'
import { DEFAULT_SETTINGS } from '../../../shared/contract/index.ts'
import { useClient, useTopic } from '../../client/index.ts'
import { clockWords, codes as words, emptyVault } from '../../i18n/codes.ts'
import { exports, imports } from '../../i18n/transfer.ts'
import {
  Banner,
  Bones,
  Button,
  Empty,
  Link,
  Menu,
  Page,
  SearchField,
  TopBar,
  useAnnounce,
  Way,
  type MenuEntry,
} from '../../ui/index.ts'
import { useEntryActions } from './actions.ts'
import { AddDialog, type AddWay } from './add-dialog.tsx'
import { BinDialog } from './bin-dialog.tsx'
import { ClockDialog, WORTH_SAYING_MS } from './clock-dialog.tsx'
import { EditDialog } from './edit-dialog.tsx'
import { EntryList, LIST_ID, rowId, useListKeys } from './list.tsx'
import { canCaptureScreen } from './qr/read-picture.ts'
import { RevealDialog } from './reveal-dialog.tsx'
import { useLinkedHealth, useResync } from './linked.ts'
import { useList, type CodesList } from './use-list.ts'
import { ExportDialog } from './transfer/export-dialog.tsx'
import { ImportDialog } from './transfer/import-dialog.tsx'
import { useTypeAnywhere } from './use-type-anywhere.ts'
import './codes.css'

export interface CodesScreenProps {
  readonly banners: ReactNode
  readonly isAddOpen: boolean
  readonly onAdd: (isOpen: boolean) => void
  readonly selected: string | undefined
  readonly onSelect: (id: string | undefined) => void
  readonly onBackup: () => void
  readonly onCase: (caseId: string) => void
}

type Open =
  | { readonly dialog: 'edit' | 'reveal' | 'compare'; readonly id: string }
  | { readonly dialog: 'bin' | 'clock' | 'export' }
  | { readonly dialog: 'import'; readonly file?: File | undefined }
  | undefined

export function CodesScreen(props: CodesScreenProps) {
  const { banners, isAddOpen, onAdd, selected, onSelect, onBackup, onCase } = props
  const state = useTopic('entries').state
  const settings = useTopic('settings').state ?? DEFAULT_SETTINGS
  const [query, setQuery] = useState('')
  const [tag, setTag] = useState<string | undefined>(undefined)
  const [open, setOpen] = useState<Open>(undefined)
  const [way, setWay] = useState<{ readonly way: AddWay; readonly picture?: Blob | undefined } | undefined>(undefined)
  const list = useList(state ?? NONE, query, tag, settings.sort)
  const actions = useEntryActions()
  const healthOf = useLinkedHealth(state ?? NONE)
  const resync = useResync(state ?? NONE, onCase)
  const search = useRef<HTMLInputElement>(null)
  useTypeAnywhere(search)
  const announce = useAnnounce()
  useEffect(() => {
    if (query !== '') announce(words.foundCount(list.entries.length))
  }, [announce, query, list.entries.length])

  const select = useCallback((id: string) => onSelect(id), [onSelect])
  const openDialog = useCallback((dialog: 'edit' | 'reveal' | 'compare', id: string) => setOpen({ dialog, id }), [])
  const onKeyDown = useListKeys(list.entries, selected, select, actions.copy)
  const startAdding = (next: AddWay, picture?: Blob) => {
    setWay({ way: next, picture })
    onAdd(true)
  }
  const chosen = open && 'id' in open ? state?.[open.id] : undefined

  return (
    <div
      className="lk-drop-target"
      role="presentation"
      onDragOver={(event) => event.preventDefault()}
      onDrop={(event) => {
        event.preventDefault()
        const file = event.dataTransfer.files[0]
        if (!file) return
        if (file.type.startsWith('image/')) startAdding('image', file)
        else setOpen({ dialog: 'import', file })
      }}
    >
      <TopBar title={words.title}>
        <SearchField
          label={words.searchLabel}
          placeholder={words.search(list.total)}
          shortcut="/"
          value={query}
          onChange={setQuery}
          onKeyDown={onKeyDown}
          inputRef={search}
          // Both name parts of the list, which isn't there while it is empty.
          controls={list.entries.length === 0 ? undefined : LIST_ID}
          activeId={list.entries.some(({ id }) => id === selected) ? rowId(selected ?? '') : undefined}
        />
        <ListMenu
          list={list}
          settings={settings}
          tag={tag}
          onTag={setTag}
          onBin={() => setOpen({ dialog: 'bin' })}
          onClock={() => setOpen({ dialog: 'clock' })}
          onBackup={onBackup}
          onImport={() => setOpen({ dialog: 'import' })}
          onExport={() => setOpen({ dialog: 'export' })}
        />
        <Button variant="primary" icon="plus" aria-label={words.addLabel} onClick={() => startAdding('image')}>
          <span className="not-narrow">{words.add}</span>
        </Button>
      </TopBar>
      {banners}
      <ClockBanner onHow={() => setOpen({ dialog: 'clock' })} />
      {!state ? (
        <Page>
          <Bones kind="rows" count={8} label={words.list} />
        </Page>
      ) : list.total === 0 ? (
        <EmptyVault onWay={startAdding} onImport={() => setOpen({ dialog: 'import' })} />
      ) : list.entries.length === 0 ? (
        <Page>
          <Empty
            title={words.nothing}
            action={
              <Button
                onClick={() => {
                  setQuery('')
                  setTag(undefined)
                }}
              >
                {words.clearSearch}
              </Button>
            }
          >
            {words.nothingMore(query || (tag ?? ''))}
          </Empty>
        </Page>
      ) : (
        <EntryList
          list={list}
          selected={selected}
          settings={settings}
          actions={actions}
          healthOf={healthOf}
          onSelect={select}
          onOpen={openDialog}
          onResync={resync}
        />
      )}
      <AddDialog
        isOpen={isAddOpen}
        way={way?.way}
        picture={way?.picture}
        onClose={() => {
          setWay(undefined)
          onAdd(false)
        }}
        onAdded={select}
      />
      {open?.dialog === 'edit' && chosen && <EditDialog entry={chosen} onClose={() => setOpen(undefined)} />}
      {open?.dialog === 'reveal' && chosen && <RevealDialog entry={chosen} onClose={() => setOpen(undefined)} />}
      {open?.dialog === 'import' && <ImportDialog file={open.file} onClose={() => setOpen(undefined)} />}
      {open?.dialog === 'export' && <ExportDialog onClose={() => setOpen(undefined)} />}
      {open?.dialog === 'bin' && (
        <BinDialog entries={list.binned} onPutBack={actions.putBack} onClose={() => setOpen(undefined)} />
      )}
      {(open?.dialog === 'clock' || open?.dialog === 'compare') && (
        <ClockDialog
          entries={Object.values(state ?? NONE).filter(
            ({ kind, deletedAt }) => kind === 'totp' && deletedAt === undefined,
          )}
          entryId={'id' in open ? open.id : undefined}
          onClose={() => setOpen(undefined)}
        />
      )}
    </div>
  )
}

const NONE: Readonly<Record<string, EntryRow>> = {}

function ClockBanner({ onHow }: { onHow: () => void }) {
  const correction = useTopic('clock').state?.correctionMs ?? 0
  if (Math.abs(correction) < WORTH_SAYING_MS) return null
  return (
    <Banner icon="clock" title={clockWords.banner(-correction)} action={<Link onClick={onHow}>{clockWords.how}</Link>}>
      <span className="not-narrow">{clockWords.bannerMore}</span>
    </Banner>
  )
}

function EmptyVault({ onWay, onImport }: { onWay: (way: AddWay) => void; onImport: () => void }) {
  return (
    <Page>
      <Empty
        isBare
        title={emptyVault.title}
        ways={
          <>
            {canCaptureScreen() && (
              <Way icon="scan" title={emptyVault.scan} onClick={() => onWay('scan')}>
                {emptyVault.scanMore}
              </Way>
            )}
            <Way icon="image" title={emptyVault.image} onClick={() => onWay('image')}>
              {emptyVault.imageMore}
            </Way>
            <Way icon="link" title={emptyVault.link} onClick={() => onWay('link')}>
              {emptyVault.linkMore}
            </Way>
            <Way icon="type" title={emptyVault.type} onClick={() => onWay('type')}>
              {emptyVault.typeMore}
            </Way>
            <Way icon="file" title={emptyVault.import} onClick={onImport}>
              {emptyVault.importMore}
            </Way>
          </>
        }
      >
        {emptyVault.more}
      </Empty>
    </Page>
  )
}

interface ListMenuProps {
  readonly list: CodesList
  readonly settings: Settings
  readonly tag: string | undefined
  readonly onTag: (tag: string | undefined) => void
  readonly onBin: () => void
  readonly onClock: () => void
  readonly onBackup: () => void
  readonly onImport: () => void
  readonly onExport: () => void
}

function ListMenu({ list, settings, tag, onTag, onBin, onClock, onBackup, onImport, onExport }: ListMenuProps) {
  const client = useClient()
  const entries = useMemo((): MenuEntry[] => {
    const set = (change: Partial<Settings>) => void client.call('settings.set', change).catch(() => undefined)
    const order = (sort: Settings['sort'], label: string): MenuEntry => ({
      key: sort,
      label,
      isChecked: settings.sort === sort,
      onSelect: () => set({ sort }),
    })
    const rows = (density: Settings['density'], label: string): MenuEntry => ({
      key: density,
      label,
      isChecked: settings.density === density,
      onSelect: () => set({ density }),
    })
    return [
      { kind: 'head', key: 'sort', label: words.sortHead },
      order('name', words.sortName),
      order('use', words.sortUse),
      order('added', words.sortAdded),
      { kind: 'head', key: 'density', label: words.densityHead },
      rows('comfortable', words.comfortable),
      rows('compact', words.compact),
      ...(list.tags.length === 0
        ? []
        : [
            { kind: 'head', key: 'tags', label: words.tagHead } as const,
            { key: 'any', label: words.anyTag, isChecked: tag === undefined, onSelect: () => onTag(undefined) },
            ...list.tags.slice(0, 12).map((each) => ({
              key: `tag:${each}`,
              label: each,
              isChecked: tag === each,
              onSelect: () => onTag(each),
            })),
          ]),
      { kind: 'line', key: 'line' },
      { key: 'clock', label: words.clock, icon: 'clock', onSelect: onClock },
      { key: 'import', label: imports.menu, icon: 'file', onSelect: onImport },
      { key: 'export', label: exports.menu, icon: 'print', onSelect: onExport },
      { key: 'backup', label: words.backUp, icon: 'save', onSelect: onBackup },
      { key: 'bin', label: words.bin(list.binned.length), icon: 'bin', onSelect: onBin },
    ]
  }, [client, list, settings, tag, onTag, onBin, onClock, onBackup, onImport, onExport])
  return <Menu label={words.more} icon="more" entries={entries} />
}
