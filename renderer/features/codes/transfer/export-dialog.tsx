/** Exporting: the warning, as what, the passphrase; then a file to save, QR codes to scan, or a sheet to print. */
import { useState } from 'react'
import { createPortal } from 'react-dom'
import { exportFormat, type ExportFormat, type Exported, type Response } from '../../../../shared/contract/index.ts'
import { useCall } from '../../../client/index.ts'
import { errorWords } from '../../../i18n/errors.ts'
import { exports as words } from '../../../i18n/transfer.ts'
import { Button, Dialog, Help, Notice, RadioCards, TextField } from '../../../ui/index.ts'
import { QrPicture } from '../qr-picture.tsx'

export function ExportDialog({ onClose }: { onClose: () => void }) {
  const make = useCall('export.make')
  const [format, setFormat] = useState<ExportFormat>('otpauth-list')
  const [passphrase, setPassphrase] = useState('')
  if (make.data) return <Made made={make.data} onClose={onClose} />
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      isBusy={make.pending}
      onSubmit={() => passphrase !== '' && make.start({ passphrase, format })}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={make.pending} disabled={passphrase === ''}>
            {words.go}
          </Button>
        </>
      }
    >
      <Notice tone="warn">{words.why}</Notice>
      <RadioCards
        label={words.format}
        value={format}
        onChange={setFormat}
        options={exportFormat.options.map((value) => ({
          value,
          label: words.formats[value],
          meta: words.formatMeta[value],
        }))}
      />
      <TextField
        label={words.passphrase}
        type="password"
        autoComplete="current-password"
        value={passphrase}
        onChange={setPassphrase}
        error={make.error ? errorWords(make.error) : undefined}
      />
    </Dialog>
  )
}

function Made({ made, onClose }: { made: Response<'export.make'>; onClose: () => void }) {
  const { exported, entries, refused, leftOut } = made
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      footer={
        <>
          <Button onClick={onClose} data-autofocus={exported.is === 'codes' ? true : undefined}>
            {words.close}
          </Button>
          {exported.is === 'file' && (
            <Button variant="primary" icon="save" data-autofocus onClick={() => saveText(exported)}>
              {words.save}
            </Button>
          )}
          {exported.is === 'sheet' && (
            <Button variant="primary" icon="print" data-autofocus onClick={() => window.print()}>
              {words.print}
            </Button>
          )}
        </>
      }
    >
      <p role="status">
        {words.done(entries)} {exported.is === 'file' && <span className="muted">{words.warn}</span>}
      </p>
      {refused.length > 0 && (
        <Notice tone="warn" title={words.refused(refused.length)}>
          <ul className="lk-plain-list">
            {refused.map(({ id, issuer, account, reason }) => (
              <li key={id}>
                {[issuer, account].filter(Boolean).join(', ')}: {words.refusedWhy(reason)}
              </li>
            ))}
          </ul>
        </Notice>
      )}
      <Help>{leftOut.length > 0 ? words.leftOut(leftOut) : undefined}</Help>
      {exported.is === 'codes' && exported.codes.length > 0 && <Codes codes={exported.codes} />}
      {exported.is === 'sheet' && <Sheet entries={exported.entries} />}
    </Dialog>
  )
}

function Codes({ codes }: { codes: readonly string[] }) {
  const [at, setAt] = useState(0)
  const label = words.code(at + 1, codes.length)
  return (
    <div className="lk-qr">
      <QrPicture text={codes[at] ?? ''} label={label} />
      {codes.length > 1 && (
        <div className="lk-qr-steps">
          <Button onClick={() => setAt(at - 1)} disabled={at === 0}>
            {words.before}
          </Button>
          <span className="num" role="status">
            {label}
          </span>
          <Button onClick={() => setAt(at + 1)} disabled={at === codes.length - 1}>
            {words.next}
          </Button>
        </div>
      )}
    </div>
  )
}

/** What the printer gets: this and nothing else of the page. */
function Sheet({ entries }: Pick<Extract<Exported, { is: 'sheet' }>, 'entries'>) {
  return createPortal(
    <div className="lk-print lk-print-entries">
      <h1>{words.sheetTitle}</h1>
      {entries.map(({ id, issuer, account, uri, seed, algorithm, digits, periodSeconds, counter }) => (
        <section key={id}>
          <QrPicture text={uri} />
          <div>
            <h2>{[issuer, account].filter(Boolean).join(', ')}</h2>
            <p className="mono">{seed.join(' ')}</p>
            <p>{words.sheetLine(algorithm, digits, periodSeconds, counter)}</p>
          </div>
        </section>
      ))}
    </div>,
    document.body,
  )
}

/** The address of the text lives as long as a slow save dialog may take. */
const KEPT_MS = 60_000

function saveText({ fileName, mediaType, text }: Extract<Exported, { is: 'file' }>): void {
  const url = URL.createObjectURL(new Blob([text], { type: mediaType }))
  const link = document.createElement('a')
  link.href = url
  link.download = fileName
  link.click()
  setTimeout(() => URL.revokeObjectURL(url), KEPT_MS)
}
