/** A backup: re-authentication, the file made and compared, then saved by the person. Until saved it doesn't count. */
import { useState } from 'react'
import { useCall, useTopic } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { backup as words } from '../../i18n/settings.ts'
import { Button, Checkbox, Dialog, Help, Notice, ProgressLine, TextField } from '../../ui/index.ts'

export function BackupDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return isOpen ? <BackingUp onClose={onClose} /> : null
}

function BackingUp({ onClose }: { onClose: () => void }) {
  const make = useCall('backup.make', { cancelOnUnmount: true })
  const kept = useCall('backup.kept')
  const [passphrase, setPassphrase] = useState('')
  const [hasOther, setHasOther] = useState(false)
  const [other, setOther] = useState('')
  const [savedAs, setSavedAs] = useState<string | undefined>(undefined)
  const isReady = passphrase !== '' && (!hasOther || [...other].length >= 8)
  const made = make.data
  // There the system asks where to save, and the answer may be "nowhere": the person says whether the file is there.
  const asksWhere = useTopic('app').state?.shell === 'desktop'
  const keep = async (at: number) => {
    try {
      await kept.run({ at })
      onClose()
    } catch {
      // `kept.error` has it.
    }
  }

  if (made)
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title={words.title}
        footer={
          savedAs === undefined ? (
            <>
              <Button onClick={onClose}>{words.cancel}</Button>
              <Button
                variant="primary"
                icon="save"
                data-autofocus
                onClick={() => {
                  saveFile(made.fileName, made.file)
                  setSavedAs(made.fileName)
                  if (!asksWhere) kept.start({ at: made.at })
                }}
              >
                {words.save}
              </Button>
            </>
          ) : asksWhere ? (
            <>
              <Button onClick={() => setSavedAs(undefined)}>{words.saveAgain}</Button>
              <Button variant="primary" isBusy={kept.pending} onClick={() => void keep(made.at)}>
                {words.isThere}
              </Button>
            </>
          ) : (
            <Button variant="primary" onClick={onClose}>
              {words.close}
            </Button>
          )
        }
      >
        <Notice tone="ok" isNews>
          {words.done(made.entries)}
        </Notice>
        {savedAs !== undefined && (
          <p className="muted">
            {asksWhere ? words.whereAsked : words.keep(savedAs)} {words.saved}
          </p>
        )}
        <Help tone="danger">{kept.error ? errorWords(kept.error) : undefined}</Help>
      </Dialog>
    )

  return (
    <Dialog
      isOpen
      onClose={() => {
        if (make.pending) make.cancel()
        onClose()
      }}
      title={words.title}
      onSubmit={() =>
        isReady && !make.pending && make.start({ passphrase, ...(hasOther ? { backupPassphrase: other } : {}) })
      }
      footer={
        <>
          <Button
            onClick={() => {
              if (make.pending) make.cancel()
              onClose()
            }}
          >
            {words.cancel}
          </Button>
          <Button type="submit" variant="primary" isBusy={make.pending} disabled={!isReady}>
            {words.go}
          </Button>
        </>
      }
    >
      <p className="muted">{words.why}</p>
      <TextField
        label={words.passphrase}
        type="password"
        autoComplete="current-password"
        value={passphrase}
        onChange={setPassphrase}
        takesFocus
        error={make.error ? errorWords(make.error) : undefined}
      />
      <Checkbox label={words.other} isChecked={hasOther} onChange={setHasOther} />
      {hasOther && (
        <TextField
          label={words.otherField}
          help={words.otherHelp}
          type="password"
          autoComplete="new-password"
          value={other}
          onChange={setOther}
        />
      )}
      {make.pending && (
        <>
          <ProgressLine label={words.title} tone="live" />
          <Help>{words.stages[make.progress?.stage ?? 'deriving']}</Help>
        </>
      )}
    </Dialog>
  )
}

/** Hands the file, armored text, to the browser's own download. It is encrypted; nothing secret is in it or its name. */
function saveFile(name: string, file: string): void {
  const url = URL.createObjectURL(new Blob([file], { type: 'application/octet-stream' }))
  const link = document.createElement('a')
  link.href = url
  link.download = name
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), 60_000)
}
