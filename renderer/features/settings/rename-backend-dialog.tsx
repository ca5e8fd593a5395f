/** Another name for a backend, here alone. */
import { useState } from 'react'
import type { BackendView } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { renaming as words } from '../../i18n/backends.ts'
import { errorWords } from '../../i18n/errors.ts'
import { Button, Dialog, TextField } from '../../ui/index.ts'

export function RenameBackendDialog({ backend, onClose }: { backend: BackendView; onClose: () => void }) {
  const { run, pending, error } = useCall('backends.rename')
  const [name, setName] = useState(backend.name)
  const isReady = name.trim() !== '' && name.trim() !== backend.name
  const rename = () => {
    if (!isReady) return
    run({ id: backend.id, name }).then(onClose, () => {
      // `error` has it.
    })
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title(backend.name)}
      isBusy={pending}
      onSubmit={rename}
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
        label={words.name}
        value={name}
        onChange={setName}
        maxLength={128}
        takesFocus
        error={error && errorWords(error)}
      />
    </Dialog>
  )
}
