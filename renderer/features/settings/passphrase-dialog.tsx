/** Changing the passphrase; then the older copies that still open the old way. */
import { useState } from 'react'
import type { Response } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { passphrase as words } from '../../i18n/settings.ts'
import { Button, Dialog, TextField, useToast } from '../../ui/index.ts'
import { SnapshotsLeft } from './snapshots-left.tsx'

export function PassphraseDialog({ isOpen, onClose }: { isOpen: boolean; onClose: () => void }) {
  return isOpen ? <Changing onClose={onClose} /> : null
}

function Changing({ onClose }: { onClose: () => void }) {
  const { run, pending, error } = useCall('vault.changePassphrase')
  const toast = useToast()
  const [current, setCurrent] = useState('')
  const [next, setNext] = useState('')
  const [again, setAgain] = useState('')
  const [left, setLeft] = useState<Response<'vault.changePassphrase'>['snapshots']>([])
  const isReady = current !== '' && [...next].length >= 8 && next === again
  const isOfCurrent = error?.code === 'wrong-passphrase'

  if (left.length > 0) return <SnapshotsLeft title={words.changed} snapshots={left} onClose={onClose} />
  const change = async () => {
    if (!isReady) return
    try {
      const { snapshots } = await run({ current, next })
      if (snapshots.length > 0) return setLeft(snapshots)
      toast(words.changed)
      onClose()
    } catch {
      // `error` has it; what was typed stays.
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      isBusy={pending}
      onSubmit={() => void change()}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={pending} disabled={!isReady}>
            {words.go}
          </Button>
        </>
      }
    >
      <TextField
        label={words.current}
        type="password"
        autoComplete="current-password"
        value={current}
        onChange={setCurrent}
        takesFocus
        error={isOfCurrent ? errorWords(error) : undefined}
      />
      <TextField
        label={words.next}
        type="password"
        autoComplete="new-password"
        value={next}
        onChange={setNext}
        help={words.help}
        error={error && !isOfCurrent ? errorWords(error) : undefined}
      />
      <TextField
        label={words.again}
        type="password"
        autoComplete="new-password"
        value={again}
        onChange={setAgain}
        error={again !== '' && !next.startsWith(again) ? words.differs : undefined}
      />
    </Dialog>
  )
}
