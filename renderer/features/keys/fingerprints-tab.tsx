/** The fingers that a key knows: named, removed, and new ones learnt. */
import { useState } from 'react'
import type { KeyInfo, KeyRow, Response } from '../../../shared/contract/index.ts'
import { keyCannotWords } from '../../i18n/errors.ts'
import { fingers as words } from '../../i18n/keys.ts'
import { Button, Card, CardHead, Empty, Icon, Menu, Notice, useToast } from '../../ui/index.ts'
import { EnrolDialog } from './enrol-dialog.tsx'
import { nameOf, type Finger } from './finger.ts'
import { labelOf } from './look.ts'
import { RenameFingerDialog } from './rename-finger-dialog.tsx'
import { useKeyCall } from './use-key-call.ts'
import { Waiting } from './waiting.tsx'

type Fingers = Response<'keys.readFingerprints'>

export function FingerprintsTab({ row, info }: { row: KeyRow; info: KeyInfo }) {
  const read = useKeyCall('keys.readFingerprints')
  const remove = useKeyCall('keys.removeFingerprint')
  // Known as long as this part is open; another reading would ask for the PIN again.
  const [known, setKnown] = useState<Fingers | undefined>(undefined)
  const [dialog, setDialog] = useState<'enrol' | Finger | undefined>(undefined)
  const toast = useToast()
  const able = info.can.fingerprints
  if (!able.can)
    return (
      <Card>
        <Notice icon="finger">{keyCannotWords(able.reason)}</Notice>
      </Card>
    )

  const change = (make: (list: readonly Finger[]) => Finger[]) =>
    setKnown((before) => before && { ...before, fingerprints: make(before.fingerprints) })
  const show = async () => {
    remove.reset()
    const all = await read.run({ key: row.id })
    if (all) setKnown(all)
  }
  const removeOne = async (finger: Finger) => {
    const done = await remove.run({ key: row.id, fingerprint: finger.id })
    if (!done) return
    change((list) => list.filter(({ id }) => id !== finger.id))
    toast(words.removed(nameOf(finger)))
  }
  const busy = read.pending ? read : remove.pending ? remove : undefined
  const fault = read.fault ?? remove.fault
  return (
    <>
      {busy && <Waiting row={row} progress={busy.progress} onCancel={busy.cancel} />}
      {fault !== undefined && (
        <Card>
          <Notice tone="danger" isNews>
            {fault}
          </Notice>
        </Card>
      )}
      {known ? (
        <FingerList
          row={row}
          list={known.fingerprints}
          onAdd={() => setDialog('enrol')}
          onRename={setDialog}
          onRemove={(finger) => void removeOne(finger)}
        />
      ) : (
        <Empty
          title={words.title}
          action={
            <Button variant="primary" icon="finger" isBusy={read.pending} onClick={() => void show()}>
              {words.show}
            </Button>
          }
        >
          {words.showMore}
        </Empty>
      )}
      {dialog === 'enrol' && known && (
        <EnrolDialog
          row={row}
          kind={known.kind}
          samples={known.samples}
          maxNameBytes={known.maxNameBytes}
          onAdded={(finger) => change((list) => [...list, finger])}
          onClose={() => setDialog(undefined)}
        />
      )}
      {typeof dialog === 'object' && (
        <RenameFingerDialog
          row={row}
          finger={dialog}
          maxNameBytes={known?.maxNameBytes}
          onRenamed={(name) => change((list) => list.map((each) => (each.id === dialog.id ? { ...each, name } : each)))}
          onClose={() => setDialog(undefined)}
        />
      )}
    </>
  )
}

interface FingerListProps {
  readonly row: KeyRow
  readonly list: readonly Finger[]
  readonly onAdd: () => void
  readonly onRename: (finger: Finger) => void
  readonly onRemove: (finger: Finger) => void
}

function FingerList({ row, list, onAdd, onRename, onRemove }: FingerListProps) {
  const add = (
    <Button variant={list.length === 0 ? 'primary' : 'default'} icon="plus" onClick={onAdd}>
      {words.add}
    </Button>
  )
  if (list.length === 0)
    return (
      <Empty title={words.none} action={add}>
        {words.noneMore}
      </Empty>
    )
  return (
    <Card>
      <CardHead title={words.count(list.length)}>{add}</CardHead>
      <ul aria-label={words.list(labelOf(row))}>
        {list.map((finger) => (
          <li key={finger.id} className="lk-notice">
            <Icon name="finger" />
            <span className="grow clip" title={nameOf(finger)}>
              {nameOf(finger)}
            </span>
            <Menu
              label={words.menu(nameOf(finger))}
              entries={[
                { key: 'rename', label: words.rename, icon: 'edit', onSelect: () => onRename(finger) },
                {
                  key: 'remove',
                  label: words.remove,
                  icon: 'bin',
                  isDanger: true,
                  onSelect: () => onRemove(finger),
                },
              ]}
            />
          </li>
        ))}
      </ul>
    </Card>
  )
}
