/** A secret and its QR code, after re-authentication, for as long as the dialog is open. */
import { encodeQR } from 'qr'
import { useMemo, useState } from 'react'
import type { EntryRow } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { reveal as words } from '../../i18n/codes.ts'
import { errorWords } from '../../i18n/errors.ts'
import { Button, Dialog, TextField } from '../../ui/index.ts'
import { nameOf } from './actions.ts'

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

/** ISO/IEC 18004 §9.1: light modules around the symbol, which readers look for. */
const QUIET_ZONE = 4

/** Drawn as a path from the bits, for markup may not enter the page as text. */
function QrPicture({ text }: { text: string }) {
  const [size, path] = useMemo(() => {
    const bits = encodeQR(text, 'raw', { border: QUIET_ZONE })
    const squares = bits.flatMap((row, y) => row.flatMap((isDark, x) => (isDark ? [`M${x} ${y}h1v1h-1z`] : [])))
    return [bits.length, squares.join('')]
  }, [text])
  return (
    <svg viewBox={`0 0 ${size} ${size}`} role="img" aria-label={words.qr} shapeRendering="crispEdges">
      <path d={path} fill="currentColor" />
    </svg>
  )
}
