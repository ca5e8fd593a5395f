/** A recovery code: shown once after re-authentication, printed, and checked by typing it back before it opens anything. */
import { useState } from 'react'
import { createPortal } from 'react-dom'
import { useCall, useTopic } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { recovery as words } from '../../i18n/settings.ts'
import { Button, Dialog, TextField, useToast } from '../../ui/index.ts'

export function RecoveryCodeDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return isOpen ? <Making onClose={onClose} /> : null
}

function Making({ onClose }: { onClose: () => void }) {
  const make = useCall('vault.recoveryCode')
  const confirm = useCall('vault.confirmRecoveryCode')
  const toast = useToast()
  const [passphrase, setPassphrase] = useState('')
  const [code, setCode] = useState<string | undefined>(undefined)
  const [isOnPaper, setOnPaper] = useState(false)
  const [typed, setTyped] = useState('')
  const isBusy = make.pending || confirm.pending

  const show = async () => {
    try {
      setCode((await make.run({ passphrase })).code)
      setPassphrase('')
    } catch {
      // `make.error` has it.
    }
  }
  const use = async () => {
    try {
      await confirm.run({ code: typed })
      toast(words.done)
      onClose()
    } catch {
      // `confirm.error` has it.
    }
  }
  const cancel = <Button onClick={onClose}>{words.cancel}</Button>

  if (code === undefined)
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title={words.title}
        isBusy={isBusy}
        onSubmit={() => void show()}
        footer={
          <>
            {cancel}
            <Button type="submit" variant="primary" isBusy={isBusy} disabled={passphrase === ''}>
              {words.show}
            </Button>
          </>
        }
      >
        <p className="muted">{words.why}</p>
        <TextField
          label={words.passphrase}
          help={words.authenticate}
          type="password"
          autoComplete="current-password"
          value={passphrase}
          onChange={setPassphrase}
          takesFocus
          error={make.error ? errorWords(make.error) : undefined}
        />
      </Dialog>
    )
  if (!isOnPaper)
    return (
      <Dialog
        isOpen
        onClose={onClose}
        title={words.title}
        footer={
          <>
            {cancel}
            <Button icon="print" onClick={() => window.print()}>
              {words.print}
            </Button>
            <Button variant="primary" onClick={() => setOnPaper(true)}>
              {words.printed}
            </Button>
          </>
        }
      >
        <p className="muted">{words.shown}</p>
        <CodeGroups code={code} />
        <Sheet code={code} />
      </Dialog>
    )
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      isBusy={isBusy}
      onSubmit={() => void use()}
      footer={
        <>
          {cancel}
          <Button type="submit" variant="primary" isBusy={isBusy} disabled={typed === ''}>
            {words.go}
          </Button>
        </>
      }
    >
      <TextField
        label={words.field}
        help={words.check}
        isMono
        value={typed}
        onChange={setTyped}
        takesFocus
        error={confirm.error ? errorWords(confirm.error) : undefined}
      />
    </Dialog>
  )
}

function CodeGroups({ code }: { code: string }) {
  return (
    <p className="lk-recovery-code">
      {code.split('-').map((group, at) => (
        <span key={at}>{group}</span>
      ))}
    </p>
  )
}

/** What the printer gets: this and nothing else of the page. */
function Sheet({ code }: { code: string }) {
  const dataDir = useTopic('app').state?.dataDir
  return createPortal(
    <div className="lk-print">
      <h1>{words.sheet}</h1>
      <CodeGroups code={code} />
      <p>
        {words.sheetMore} {dataDir}
      </p>
    </div>,
    document.body,
  )
}
