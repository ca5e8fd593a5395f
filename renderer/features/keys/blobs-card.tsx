/** Large blobs: what sites keep on the key beside their passkeys, listed with owner and size, opened, written, removed. */
import { useState } from 'react'
import type { KeyInfo, KeyRow, Response } from '../../../shared/contract/index.ts'
import { keyCannotWords } from '../../i18n/errors.ts'
import { blobs as words } from '../../i18n/keys-advanced.ts'
import { Button, Card, CardHead, Menu, Notice, Table, useToast, What } from '../../ui/index.ts'
import { BlobDialog } from './blob-dialog.tsx'
import { ownerText } from './look.ts'
import { WriteBlobDialog } from './write-blob-dialog.tsx'
import { useKeyCall } from './use-key-call.ts'
import { useKeyData } from './use-key-data.ts'
import { Waiting } from './waiting.tsx'

type Blobs = Response<'keys.readBlobs'>
type Owner = NonNullable<Blobs['entries'][number]['passkey']>
type Open =
  | { readonly is: 'blob'; readonly owner: Owner; readonly data: string }
  | { readonly is: 'write'; readonly owner?: Owner }

const columns = [
  { key: 'owner', label: words.columns.owner },
  { key: 'size', label: words.columns.size, className: 'c-user' },
  { key: 'act', label: words.columns.act, className: 'c-act' },
]

export function BlobsCard({ row, info }: { row: KeyRow; info: KeyInfo }) {
  const read = useKeyData('keys.readBlobs')
  const openBlob = useKeyCall('keys.openBlob')
  const write = useKeyCall('keys.writeBlob')
  const { data: known, run: load } = read
  const [dialog, setDialog] = useState<Open | undefined>(undefined)
  const toast = useToast()
  const able = info.can.blobs
  const busy = [read, openBlob, write].find(({ pending }) => pending)
  const fault = read.fault ?? openBlob.fault ?? (dialog?.is === 'write' ? undefined : write.fault)

  const forgetFaults = () => [read, openBlob, write].forEach(({ reset }) => reset())
  const show = () => {
    forgetFaults()
    void load({ key: row.id })
  }
  const open = async (owner: Owner) => {
    forgetFaults()
    const done = await openBlob.run({ key: row.id, credentialId: owner.credentialId })
    if (done) setDialog({ is: 'blob', owner, data: done.data })
  }
  const remove = async (owner: Owner) => {
    forgetFaults()
    if (!(await write.run({ key: row.id, credentialId: owner.credentialId }))) return
    toast(words.removed)
    void load({ key: row.id })
  }
  const save = async (credentialId: string, data: string) => {
    if (!(await write.run({ key: row.id, credentialId, data }))) return
    setDialog(undefined)
    toast(words.written)
    void load({ key: row.id })
  }

  return (
    <Card>
      <CardHead title={words.title} meta={known ? words.used(known.usedBytes, known.maxBytes) : undefined}>
        {known && able.can && (
          <Button icon="plus" onClick={() => setDialog({ is: 'write' })}>
            {words.add}
          </Button>
        )}
        {able.can && (
          <Button isBusy={read.pending} onClick={show}>
            {known ? words.again : words.show}
          </Button>
        )}
      </CardHead>
      <p className="lk-card-said muted">{able.can ? words.more : keyCannotWords(able.reason)}</p>
      {busy && <Waiting row={row} progress={busy.progress} onCancel={busy.cancel} />}
      {fault !== undefined && (
        <Notice tone="danger" isNews>
          {fault}
        </Notice>
      )}
      {known?.isBroken && (
        <Notice tone="warn" title={words.broken}>
          {words.brokenMore}
        </Notice>
      )}
      {known &&
        (known.entries.length === 0 ? (
          <Notice>{words.none}</Notice>
        ) : (
          <BlobTable
            entries={known.entries}
            onOpen={(owner) => void open(owner)}
            onWrite={(owner) => setDialog({ is: 'write', owner })}
            onRemove={(owner) => void remove(owner)}
          />
        ))}
      {dialog?.is === 'blob' && (
        <BlobDialog owner={ownerText(dialog.owner)} data={dialog.data} onClose={() => setDialog(undefined)} />
      )}
      {dialog?.is === 'write' && (
        <WriteBlobDialog
          passkeys={row.passkeys?.list ?? []}
          preset={dialog.owner?.credentialId}
          maxBytes={known?.maxBytes ?? 0}
          isBusy={write.pending}
          fault={write.fault}
          onWrite={(credentialId, data) => void save(credentialId, data)}
          onClose={() => {
            write.cancel()
            write.reset()
            setDialog(undefined)
          }}
        />
      )}
    </Card>
  )
}

interface BlobTableProps {
  readonly entries: Blobs['entries']
  readonly onOpen: (owner: Owner) => void
  readonly onWrite: (owner: Owner) => void
  readonly onRemove: (owner: Owner) => void
}

function BlobTable({ entries, onOpen, onWrite, onRemove }: BlobTableProps) {
  return (
    <Table label={words.table} columns={columns} isHeadHidden>
      {entries.map(({ index, bytes, passkey }) => {
        const owner = passkey ? ownerText(passkey) : words.unknownOwner
        const why = passkey ? undefined : words.whyUnknown
        const act = (run: (owner: Owner) => void) => () => passkey && run(passkey)
        return (
          <tr key={index}>
            <td title={owner}>
              <What icon="file">{owner}</What>
            </td>
            <td className="c-user muted num">{words.bytes(bytes)}</td>
            <td className="c-act">
              <Menu
                label={words.menu(owner)}
                entries={[
                  { key: 'open', label: words.open, icon: 'eye', why, onSelect: act(onOpen) },
                  { key: 'write', label: words.write, icon: 'edit', why, onSelect: act(onWrite) },
                  { key: 'remove', label: words.remove, icon: 'bin', isDanger: true, why, onSelect: act(onRemove) },
                ]}
              />
            </td>
          </tr>
        )
      })}
    </Table>
  )
}
