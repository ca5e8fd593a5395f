/** The passkeys on a key: read with its PIN, searched, renamed and deleted; of one that is not read now, as they were last. */
import { useEffect, useRef, useState } from 'react'
import type { KeyRow, Passkey } from '../../../shared/contract/index.ts'
import { keyCannotWords } from '../../i18n/errors.ts'
import { passkeys as words } from '../../i18n/keys.ts'
import { Button, Card, Empty, Notice, useAnnounce, useToast } from '../../ui/index.ts'
import type { KeyActions } from './actions.ts'
import { AtAGlance } from './at-a-glance.tsx'
import { isFresh, isPlugged, twinOfFirst, type KeysState } from './look.ts'
import { PasskeyList } from './passkey-list.tsx'
import { RenamePasskeyDialog } from './rename-passkey-dialog.tsx'
import { SpareNotice } from './spare-notice.tsx'
import { useCatchFocus } from './use-catch-focus.ts'
import { useKeyCall } from './use-key-call.ts'
import { Waiting } from './waiting.tsx'

export interface PasskeysTabProps {
  readonly row: KeyRow
  readonly state: KeysState
  readonly now: number
  readonly actions: KeyActions
}

export function PasskeysTab({ row, state, now, actions }: PasskeysTabProps) {
  const read = useKeyCall('keys.readPasskeys')
  const remove = useKeyCall('keys.deletePasskeys')
  const [isReadHere, setReadHere] = useState(false)
  const [renamed, setRenamed] = useState<Passkey | undefined>(undefined)
  const announce = useAnnounce()
  const toast = useToast()
  const { passkeys } = row
  const able = row.info?.can.passkeys
  const isCurrent = isReadHere || isFresh(row, now)
  const count = passkeys?.list.length
  useEffect(() => {
    if (isReadHere && count !== undefined) announce(words.read(count))
  }, [announce, isReadHere, count])

  const readNow = async () => {
    remove.reset()
    if (await read.run({ key: row.id })) setReadHere(true)
  }
  const deleteThem = async (ids: readonly string[]) => {
    read.reset()
    const done = await remove.run({ key: row.id, credentialIds: [...ids] })
    if (done) toast(words.deleted(done.deleted))
    return done !== undefined
  }
  const busy = read.pending ? read : remove.pending ? remove : undefined
  const fault = read.fault ?? remove.fault
  return (
    <>
      <SpareNotice row={row} state={state} actions={actions} />
      {busy && <Waiting row={row} progress={busy.progress} onCancel={busy.cancel} />}
      {fault !== undefined && (
        <Card>
          <Notice tone="danger" isNews>
            {fault}
          </Notice>
        </Card>
      )}
      {able && !able.can ? (
        <Barred reason={able.reason} actions={actions} />
      ) : (
        isPlugged(row) &&
        !isCurrent &&
        !read.pending && (
          <ShowThem
            row={row}
            hasFailed={read.fault !== undefined}
            now={now}
            onShow={() => void readNow()}
            hasOld={passkeys !== undefined}
          />
        )
      )}
      {passkeys && (
        <PasskeyList
          row={row}
          list={passkeys.list}
          left={passkeys.left}
          twin={twinOfFirst(state.twins, row)}
          isOld={!isCurrent}
          wasJustRead={isReadHere && busy === undefined}
          now={now}
          isBusy={busy !== undefined}
          onRead={isPlugged(row) && isCurrent ? () => void readNow() : undefined}
          onRename={setRenamed}
          onDelete={deleteThem}
        />
      )}
      {row.info && <AtAGlance info={row.info} actions={actions} />}
      {renamed && <RenamePasskeyDialog row={row} passkey={renamed} onClose={() => setRenamed(undefined)} />}
    </>
  )
}

interface ShowThemProps {
  readonly row: KeyRow
  /** It was tried, and its button has come back. */
  readonly hasFailed: boolean
  readonly hasOld: boolean
  readonly now: number
  readonly onShow: () => void
}

/** Before they are read: one button. */
function ShowThem({ row, hasFailed, hasOld, now, onShow }: ShowThemProps) {
  const button = useRef<HTMLButtonElement>(null)
  useCatchFocus(button, hasFailed)
  const why = row.info?.verification.isSet ? words.showByFinger : words.showMore
  if (hasOld)
    return (
      <Card>
        <Notice
          icon="key"
          title={words.asOf(row.passkeys!.asOf, now)}
          action={
            <Button ref={button} variant="primary" onClick={onShow}>
              {words.show}
            </Button>
          }
        />
      </Card>
    )
  return (
    <Empty
      title={head(row)}
      action={
        <Button ref={button} variant="primary" icon="key" onClick={onShow}>
          {words.show}
        </Button>
      }
    >
      {why}
    </Empty>
  )
}

const head = (row: KeyRow) =>
  row.info?.passkeysLeft === undefined ? words.locked : words.lockedWithRoom(row.info.passkeysLeft)

/** What an old key can't do, or what has to be done first. */
function Barred({ reason, actions }: { reason: string; actions: KeyActions }) {
  return (
    <Card>
      <Notice
        icon="info"
        action={
          reason === 'no-pin-set' ? (
            <Button variant="primary" onClick={() => actions.onTab('pin')}>
              {words.toSetPin}
            </Button>
          ) : undefined
        }
      >
        {reason === 'not-offered' ? words.notOffered : keyCannotWords(reason)}
      </Notice>
    </Card>
  )
}
