/** Devices: each identity of each backend with its MFA devices, what is wrong with them, and what can be done. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { useCall, useTopic } from '../../client/index.ts'
import { devices as words } from '../../i18n/devices.ts'
import { errorWords } from '../../i18n/errors.ts'
import {
  Bones,
  Button,
  Empty,
  Page,
  SearchField,
  TopBar,
  useAnnounce,
  useMinute,
  useSlash,
  useToast,
} from '../../ui/index.ts'
import { BackendLine } from './backend-line.tsx'
import { ContactsDialog } from './contacts-dialog.tsx'
import { HelpDialog } from './help-dialog.tsx'
import type { DeviceActions, DevicesDialog } from './device-actions.ts'
import { IdentityCard } from './identity-card.tsx'
import { countDevices, findShown, keyOf, openCasesOf, type Devices } from './look.ts'
import { NoBackend } from './no-backend.tsx'
import { RenameDialog } from './rename-dialog.tsx'
import { useOpenCase } from './use-open-case.ts'
import { useRemove } from './use-remove.ts'
import './devices.css'

export interface DevicesScreenProps {
  readonly banners: ReactNode
  readonly onCase: (caseId: string) => void
  readonly onEntry: (entryId: string) => void
  readonly onAddBackend: () => void
  /** Where backends are signed in to and tested. */
  readonly onBackends: () => void
}

export function DevicesScreen({ banners, onCase, onEntry, onAddBackend, onBackends }: DevicesScreenProps) {
  const { state, error } = useTopic('devices')
  const [query, setQuery] = useState('')
  const refresh = useRefresh()
  const search = useRef<HTMLInputElement>(null)
  const title = useRef<HTMLHeadingElement>(null)
  const focusTitle = useCallback(() => title.current?.focus(), [])
  useSlash(search)
  const identities = state?.identities ?? []
  const hasBackend = state === undefined || state.backends.length > 0
  // Before a backend has answered, nobody knows how many there are.
  const isCounted = identities.length > 0 || state?.backends.every((backend) => backend.state === 'ready') === true
  return (
    <>
      <TopBar
        title={words.title}
        titleRef={title}
        sub={hasBackend && isCounted ? words.counts(identities.length, countDevices(identities)) : undefined}
      >
        {hasBackend && (
          <>
            <SearchField
              label={words.searchLabel}
              placeholder={words.search}
              shortcut="/"
              value={query}
              onChange={setQuery}
              inputRef={search}
            />
            <Button icon="sync" aria-label={words.refresh} isBusy={refresh.isBusy} onClick={refresh.run} />
          </>
        )}
      </TopBar>
      {banners}
      <Page>
        {error ? (
          <Empty title={words.ended}>{errorWords(error)}</Empty>
        ) : !state ? (
          <Bones kind="cards" count={3} label={words.loading} />
        ) : !hasBackend ? (
          <NoBackend onAddBackend={onAddBackend} />
        ) : (
          <Backends
            state={state}
            query={query}
            onClear={() => setQuery('')}
            {...{ onCase, onEntry, refresh, focusTitle, onBackends }}
          />
        )}
      </Page>
    </>
  )
}

interface Refresh {
  readonly isBusy: boolean
  run(): void
}

function useRefresh(): Refresh {
  const refresh = useCall('devices.refresh', { cancelOnUnmount: true })
  const toast = useToast()
  const { error } = refresh
  useEffect(() => {
    if (error && error.code !== 'cancelled') toast({ tone: 'danger', text: errorWords(error) })
  }, [error, toast])
  return { isBusy: refresh.pending, run: () => refresh.start({}) }
}

interface BackendsProps {
  readonly state: Devices
  readonly query: string
  readonly onClear: () => void
  readonly onCase: (caseId: string) => void
  readonly onEntry: (entryId: string) => void
  readonly refresh: Refresh
  readonly focusTitle: () => void
  readonly onBackends: () => void
}

function Backends({ state, query, onClear, onCase, onEntry, refresh, focusTitle, onBackends }: BackendsProps) {
  const { backends, identities } = state
  const cases = useTopic('cases').state
  const now = useMinute()
  const { open, isOpening } = useOpenCase(onCase)
  const removing = useRemove(focusTitle)
  const [dialog, setDialog] = useState<DevicesDialog | undefined>(undefined)
  const shown = useMemo(() => findShown(identities, query), [identities, query])
  const announce = useAnnounce()
  const isSearching = query.trim() !== ''
  const found = countDevices(shown)
  useEffect(() => {
    if (isSearching) announce(words.found(found))
  }, [announce, isSearching, found])

  const actions: DeviceActions = {
    open,
    isOpening,
    removing,
    onDialog: setDialog,
    onHelp: (row, device, administrators) => {
      const [only, another] = administrators
      if (!only || another) return setDialog({ is: 'help', row, device, administrators })
      open({ kind: 'help', device: { ...row.ref, deviceId: device.id }, administrator: only.ref })
    },
    onEntry,
    onCase,
  }
  const current = dialog && identities.find((row) => keyOf(row) === keyOf(dialog.row))
  return (
    <>
      {backends.map((backend) => {
        const own = shown.filter(({ row }) => row.ref.backendId === backend.id)
        const all = identities.filter(({ ref }) => ref.backendId === backend.id)
        if (isSearching && own.length === 0) return null
        return (
          <div key={backend.id} className="lk-backend">
            <BackendLine
              backend={backend}
              isNamed={backends.length > 1}
              now={now}
              refresh={refresh}
              onBackends={onBackends}
            />
            {own.map((each) => (
              <IdentityCard
                key={keyOf(each.row)}
                shown={each}
                all={all}
                cases={openCasesOf(each.row, cases)}
                kind={backend.kind}
                level={backends.length > 1 ? 3 : 2}
                now={now}
                actions={actions}
              />
            ))}
            {all.length === 0 && backend.state === 'loading' && <Bones kind="cards" count={3} label={words.loading} />}
            {all.length === 0 && backend.state === 'ready' && (
              <Empty title={words.noIdentities}>{words.noIdentitiesMore}</Empty>
            )}
          </div>
        )
      })}
      {isSearching && shown.length === 0 && (
        <Empty title={words.nothing} action={<Button onClick={onClear}>{words.clearSearch}</Button>}>
          {words.nothingMore(query.trim())}
        </Empty>
      )}
      {dialog?.is === 'rename' && current && (
        <RenameDialog row={current} device={dialog.device} onClose={() => setDialog(undefined)} />
      )}
      {dialog?.is === 'contacts' && current && (
        <ContactsDialog row={current} all={identities} now={now} onClose={() => setDialog(undefined)} />
      )}
      {dialog?.is === 'help' && (
        <HelpDialog
          row={dialog.row}
          device={dialog.device}
          administrators={dialog.administrators}
          onChoose={({ ref }) => {
            setDialog(undefined)
            open({ kind: 'help', device: { ...dialog.row.ref, deviceId: dialog.device.id }, administrator: ref })
          }}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  )
}
