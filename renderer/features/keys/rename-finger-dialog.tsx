/** Another name for a finger. */
import { useState } from 'react'
import type { KeyRow } from '../../../shared/contract/index.ts'
import { fingers as words } from '../../i18n/keys.ts'
import { Button, Sheet, TextField, useToast } from '../../ui/index.ts'
import { isNameTooLong, type Finger } from './finger.ts'
import { useKeyCall } from './use-key-call.ts'
import { Waiting } from './waiting.tsx'

export interface RenameFingerDialogProps {
  readonly row: KeyRow
  readonly finger: Finger
  readonly maxNameBytes: number | undefined
  readonly onRenamed: (name: string) => void
  readonly onClose: () => void
}

export function RenameFingerDialog({ row, finger, maxNameBytes, onRenamed, onClose }: RenameFingerDialogProps) {
  const rename = useKeyCall('keys.renameFingerprint')
  const toast = useToast()
  const [name, setName] = useState(finger.name ?? '')
  const typed = name.trim()
  const isLong = isNameTooLong(typed, maxNameBytes)
  const isReady = typed !== '' && typed !== finger.name && !isLong
  const save = async () => {
    if (!isReady || rename.pending) return
    if (!(await rename.run({ key: row.id, fingerprint: finger.id, name: typed }))) return
    onRenamed(typed)
    toast(words.renamed(typed))
    onClose()
  }
  const close = rename.pending ? rename.cancel : onClose
  return (
    <Sheet
      onClose={close}
      title={words.renameTitle}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onClick={close}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={rename.pending} disabled={!isReady}>
            {words.save}
          </Button>
        </>
      }
    >
      <TextField
        label={words.name}
        value={name}
        maxLength={64}
        onChange={(text) => {
          setName(text)
          rename.reset()
        }}
        takesFocus
        help={words.nameHelp}
        error={isLong ? words.nameTooLong(maxNameBytes ?? 64) : rename.fault}
      />
      {rename.progress && <Waiting row={row} progress={rename.progress} onCancel={rename.cancel} />}
    </Sheet>
  )
}
