/** Security keys: those plugged in and those seen before at the left, the chosen one at the right. */
import { useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import type { KeyRow } from '../../../shared/contract/index.ts'
import { contractErrorOf, useClient, useTopic } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { head, keys as words, select as selectWords } from '../../i18n/keys.ts'
import { Banner, Bones, Button, Empty, IconButton, Page, Split, TopBar, useMinute, useToast } from '../../ui/index.ts'
import type { KeyActions, KeyTab } from './actions.ts'
import { DoctorDialog } from './doctor-dialog.tsx'
import { KeyDetail } from './key-detail.tsx'
import { KeyList } from './key-list.tsx'
import { allKeys, chosenKey, findKey, labelOf, lastingId, toldError, type KeysState } from './look.ts'
import { NoKey } from './no-key.tsx'
import { ResetDialog } from './reset-dialog.tsx'
import { SelectDialog } from './select-dialog.tsx'
import { TwinDialog } from './twin-dialog.tsx'
import { useNews } from './use-news.ts'
import { useRegisterKey } from './use-register-key.ts'
import './keys.css'

export interface KeysScreenProps {
  readonly banners: ReactNode
  /** The chosen key, by the id of its plug-in or of the remembered key. */
  readonly keyId: string | undefined
  readonly tab: KeyTab
  readonly onKey: (keyId: string | undefined, tab?: KeyTab) => void
  readonly onCase: (caseId: string) => void
  readonly isDoctorOpen: boolean
  readonly onDoctor: (isOpen: boolean) => void
}

/** Dialogs of the whole screen: they stay while a key is unplugged and plugged in. */
type Open = { readonly is: 'reset' | 'twin'; readonly row: KeyRow } | { readonly is: 'select' }

export function KeysScreen({ banners, ...props }: KeysScreenProps) {
  const { state, error } = useTopic('keys')
  const title = useRef<HTMLHeadingElement>(null)
  const [open, setOpen] = useState<Open | undefined>(undefined)
  const { isDoctorOpen, onDoctor } = props
  const now = useMinute()
  useNews(state)
  const canSelect = (state?.plugged ?? []).filter(({ info }) => info?.can.select.can).length > 0
  const isEmpty = state !== undefined && allKeys(state).length === 0
  return (
    <>
      <TopBar title={words.title} titleRef={title} sub={state && words.counts(state.plugged.length)}>
        <span className="only-narrow lk-top-acts">
          {canSelect && <IconButton icon="touch" label={words.whichOne} onClick={() => setOpen({ is: 'select' })} />}
          <IconButton icon="bolt" label={words.notSeen} onClick={() => onDoctor(true)} />
        </span>
      </TopBar>
      {banners}
      {state?.developerKey && (
        <Banner tone="warn" icon="warn" title={words.developer}>
          {words.developerMore}
        </Banner>
      )}
      {state?.trouble && (
        <Banner
          tone="danger"
          icon="alert"
          title={words.trouble[state.trouble]}
          action={<Button onClick={() => onDoctor(true)}>{words.check}</Button>}
        />
      )}
      {error ? (
        <Page>
          <Empty title={words.ended}>{errorWords(error)}</Empty>
        </Page>
      ) : !state ? (
        <Page>
          <Bones kind="cards" count={2} label={words.loading} />
        </Page>
      ) : isEmpty ? (
        <Page>
          <NoKey onDoctor={() => onDoctor(true)} />
        </Page>
      ) : (
        <Keys
          {...props}
          state={state}
          now={now}
          open={open}
          onOpen={setOpen}
          canSelect={canSelect}
          focusTitle={() => title.current?.focus()}
        />
      )}
      {isDoctorOpen && <DoctorDialog now={now} onClose={() => onDoctor(false)} />}
    </>
  )
}

interface KeysProps extends Omit<KeysScreenProps, 'banners' | 'isDoctorOpen'> {
  readonly state: KeysState
  readonly now: number
  readonly open: Open | undefined
  readonly onOpen: (open: Open | undefined) => void
  readonly canSelect: boolean
  readonly focusTitle: () => void
}

function Keys(props: KeysProps) {
  const { state, keyId, tab, now, open, onOpen, canSelect, onKey, onCase, onDoctor, focusTitle } = props
  const row = chosenKey(state, keyId)
  const forget = useForget(focusTitle)
  const register = useRegisterKey(onCase)
  const toast = useToast()
  const close = () => onOpen(undefined)
  const chosenId = row && lastingId(row)
  const actions = useMemo(
    (): KeyActions => ({
      onTab: (next) => onKey(chosenId, next),
      onTwin: (key) => onOpen({ is: 'twin', row: key }),
      onForget: forget,
      onReset: (key) => onOpen({ is: 'reset', row: key }),
      onDoctor: () => onDoctor(true),
      onRegister: register,
    }),
    [chosenId, forget, onDoctor, onKey, onOpen, register],
  )
  useLastingAddress(row, props)
  return (
    <>
      <Split
        side={
          <KeyList
            state={state}
            chosen={row}
            now={now}
            onChoose={(id) => onKey(id, tab)}
            onDoctor={() => onDoctor(true)}
            onSelect={canSelect ? () => onOpen({ is: 'select' }) : undefined}
          />
        }
      >
        <Page>{row && <KeyDetail row={row} state={state} tab={tab} now={now} actions={actions} />}</Page>
      </Split>
      {open?.is === 'select' && (
        <SelectDialog
          plugged={state.plugged}
          onClose={close}
          onChosen={(id) => {
            close()
            onKey(id, tab)
            const chosen = findKey(state, id)
            if (chosen) toast({ text: selectWords.chosen(labelOf(chosen)), icon: 'key' })
          }}
        />
      )}
      {open?.is === 'reset' && <ResetDialog row={open.row} onClose={close} onSetPin={() => onKey(undefined, 'pin')} />}
      {open?.is === 'twin' && <TwinDialog row={open.row} state={state} now={now} actions={actions} onClose={close} />}
    </>
  )
}

/** A first reading makes a plugged key remembered: in the address its lasting id takes the place of that of its plug-in. */
function useLastingAddress(row: KeyRow | undefined, { keyId, tab, onKey }: KeysProps): void {
  const lasting = row && lastingId(row)
  const isPassing = keyId !== undefined && keyId === row?.id && keyId !== lasting
  useEffect(() => {
    if (isPassing) onKey(lasting, tab)
  }, [isPassing, lasting, tab, onKey])
}

/** Forgetting asks by itself; what is worth telling is told in passing. */
function useForget(focusTitle: () => void): (row: KeyRow) => void {
  const client = useClient()
  const toast = useToast()
  return (row) => {
    client
      .call('keys.forget', { key: row.rememberedId ?? row.id })
      .then(() => {
        toast(head.forgotten(labelOf(row)))
        if (document.activeElement === document.body) focusTitle()
        return undefined
      })
      .catch((error: unknown) => {
        const told = toldError(contractErrorOf(error))
        if (told) toast({ tone: 'danger', text: errorWords(told) })
      })
  }
}
