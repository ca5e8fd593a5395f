/** Removing a way in: re-authentication, the question with what it means, then the copies it still opens. */
import { useState } from 'react'
import type { Response } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { confirmWords } from '../../i18n/confirm.ts'
import { errorWords } from '../../i18n/errors.ts'
import { recovery, settings } from '../../i18n/settings.ts'
import { Button, Dialog, TextField } from '../../ui/index.ts'
import { SnapshotsLeft } from './snapshots-left.tsx'

export interface RemoveSlotDialogProps {
  readonly id: string
  readonly kind: string
  /** What the person calls a security key. */
  readonly label: string
  readonly onClose: () => void
}

export function RemoveSlotDialog({ id, kind, label, onClose }: RemoveSlotDialogProps) {
  const { run, pending, error } = useCall('vault.removeSlot')
  const [passphrase, setPassphrase] = useState('')
  const [left, setLeft] = useState<Response<'vault.removeSlot'>['snapshots']>([])
  const words = confirmWords('vault.removeSlot', kind === 'security-key' ? label : kind)
  if (left.length > 0) return <SnapshotsLeft title={words.title} snapshots={left} onClose={onClose} />
  const remove = async () => {
    try {
      const { snapshots } = await run({ id, passphrase })
      if (snapshots.length > 0) setLeft(snapshots)
      else onClose()
    } catch {
      // `error` has it.
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      isBusy={pending}
      onSubmit={() => void remove()}
      footer={
        <>
          <Button onClick={onClose}>{words.keep}</Button>
          <Button type="submit" variant="danger" isBusy={pending} disabled={passphrase === ''}>
            {settings.remove}
          </Button>
        </>
      }
    >
      <p className="muted">{words.why}</p>
      <TextField
        label={recovery.passphrase}
        type="password"
        autoComplete="current-password"
        value={passphrase}
        onChange={setPassphrase}
        takesFocus
        error={error && error.code !== 'not-confirmed' ? errorWords(error) : undefined}
      />
    </Dialog>
  )
}
