/** Restoring a backup: choose or drop the file, its passphrase, a verdict for each entry, then all that is new. */
import { useId, useState } from 'react'
import { useCall, useServerTime } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { when } from '../../i18n/format.ts'
import { restore as words } from '../../i18n/settings.ts'
import { Badge, Button, cx, Dialog, Help, ProgressLine, TextField, Tile, useToast } from '../../ui/index.ts'

/** Larger than any backup; refused before it is read. */
const MAX_FILE_BYTES = 10 * 1024 * 1024

export function RestoreDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return isOpen ? <Restoring onClose={onClose} /> : null
}

interface Chosen {
  readonly name: string
  readonly file: string
}

function Restoring({ onClose }: { onClose: () => void }) {
  const preview = useCall('backup.preview', { cancelOnUnmount: true })
  const restore = useCall('backup.restore')
  const now = useServerTime().now()
  const toast = useToast()
  const [chosen, setChosen] = useState<Chosen | undefined>(undefined)
  const [isTooLarge, setTooLarge] = useState(false)
  const [passphrase, setPassphrase] = useState('')
  const found = preview.data
  const trouble = restore.error ?? preview.error

  const choose = async (file: File | undefined) => {
    preview.reset()
    setTooLarge(file !== undefined && file.size > MAX_FILE_BYTES)
    if (!file || file.size > MAX_FILE_BYTES) return
    setChosen({ name: file.name, file: await file.text() })
  }
  const count = (verdict: 'new' | 'duplicate' | 'faulty') =>
    found?.entries.filter((entry) => entry.verdict === verdict).length ?? 0
  const addNew = async () => {
    if (!chosen) return
    try {
      const { added } = await restore.run({ file: chosen.file, passphrase })
      toast(words.done(added))
      onClose()
    } catch {
      // `restore.error` has it.
    }
  }
  const stage = restore.pending
    ? (restore.progress?.stage ?? 'deriving')
    : preview.pending
      ? (preview.progress?.stage ?? 'deriving')
      : undefined

  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      isBusy={restore.pending}
      onSubmit={() => {
        if (!chosen || passphrase === '') return
        if (found) void addNew()
        else preview.start({ file: chosen.file, passphrase })
      }}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          {found ? (
            <Button type="submit" variant="primary" isBusy={restore.pending} disabled={count('new') === 0}>
              {words.go(count('new'))}
            </Button>
          ) : (
            <Button type="submit" variant="primary" isBusy={preview.pending} disabled={!chosen || passphrase === ''}>
              {words.look}
            </Button>
          )}
        </>
      }
    >
      <FileDrop
        chosen={chosen?.name}
        onChoose={(file) => void choose(file)}
        error={isTooLarge ? errorWords({ code: 'too-large', detail: {} }) : undefined}
      />
      {chosen && (
        <TextField
          label={words.passphrase}
          type="password"
          value={passphrase}
          onChange={(text) => {
            setPassphrase(text)
            preview.reset()
          }}
          takesFocus
          error={trouble ? errorWords(trouble) : undefined}
        />
      )}
      {stage && (
        <>
          <ProgressLine label={words.title} tone="live" />
          <Help>{words.stages[stage]}</Help>
        </>
      )}
      {found && (
        <>
          <p className="muted" role="status">
            {words.made(when(found.createdAt, now))} {words.summary(count('new'), count('duplicate'), count('faulty'))}.
          </p>
          <ul className="lk-verdicts">
            {found.entries.map(({ issuer, account, verdict }, at) => (
              <li key={at}>
                <Tile name={issuer || account} size="sm" />
                <span className="grow clip">{[issuer, account].filter(Boolean).join(', ') || words.unnamed}</span>
                <Badge tone={verdict === 'new' ? 'ok' : verdict === 'faulty' ? 'danger' : 'plain'}>
                  {words.verdicts[verdict]}
                </Badge>
              </li>
            ))}
          </ul>
        </>
      )}
    </Dialog>
  )
}

function FileDrop({
  chosen,
  onChoose,
  error,
}: {
  chosen: string | undefined
  onChoose: (file: File | undefined) => void
  error: string | undefined
}) {
  const id = useId()
  const [isOver, setOver] = useState(false)
  return (
    <div
      className={cx('lk-drop', isOver && 'is-over')}
      onDragOver={(event) => {
        event.preventDefault()
        setOver(true)
      }}
      onDragLeave={() => setOver(false)}
      onDrop={(event) => {
        event.preventDefault()
        setOver(false)
        onChoose(event.dataTransfer.files[0])
      }}
    >
      <input id={id} className="vh" type="file" onChange={(event) => onChoose(event.currentTarget.files?.[0])} />
      <label htmlFor={id} className="lk-btn">
        <span className="clip">{chosen ?? words.choose}</span>
      </label>
      <Help tone={error ? 'danger' : 'plain'}>{error ?? words.drop}</Help>
    </div>
  )
}
