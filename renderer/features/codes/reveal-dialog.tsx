/** A secret and its QR code, after re-authentication, for as long as the dialog is open. */
import { useState } from 'react'
import type { EntryRow } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { reveal as words } from '../../i18n/codes.ts'
import { errorWords } from '../../i18n/errors.ts'
import { Button, Dialog, TextField } from '../../ui/index.ts'
import { nameOf } from './actions.ts'
import { QrPicture } from './qr-picture.tsx'

export function RevealDialog({ entry, onClose }: { entry: EntryRow; onClose: () => void }) {
  const reveal = useCall('entries.reveal')
  const [passphrase, setPassphrase] = useState('')
  const title = words.title(nameOf(entry))
  if (reveal.data)
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title={title}
        footer={
          <Button variant="primary" onClick={onClose} data-autofocus>
            {words.close}
          </Button>
        }
      >
        <div className="lk-qr">
          <QrPicture text={reveal.data.uri} />
          <span className="faint">{words.scan}</span>
        </div>
        <div>
          <span className="lk-label">{words.secret}</span>
          <p className="lk-secret">{reveal.data.secret.match(/.{1,4}/g)?.join(' ')}</p>
        </div>
      </Dialog>
    )
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={title}
      isBusy={reveal.pending}
      onSubmit={() => passphrase !== '' && reveal.start({ id: entry.id, passphrase })}
      footer={
        <>
          <Button onClick={onClose}>{words.close}</Button>
          <Button type="submit" variant="primary" isBusy={reveal.pending} disabled={passphrase === ''}>
            {words.show}
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
        error={reveal.error ? errorWords(reveal.error) : undefined}
      />
    </Dialog>
  )
}
