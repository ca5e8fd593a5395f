/** Another name for a device, where the backend lets one be given. */
import { useState } from 'react'
import type { DeviceRow, IdentityRow } from '../../../shared/contract/index.ts'
import { useCall } from '../../client/index.ts'
import { rename as words } from '../../i18n/devices.ts'
import { errorWords } from '../../i18n/errors.ts'
import { Button, Dialog, TextField, useToast } from '../../ui/index.ts'

const MAX_LENGTH = 128

export function RenameDialog({ row, device, onClose }: { row: IdentityRow; device: DeviceRow; onClose: () => void }) {
  const rename = useCall('devices.rename', { cancelOnUnmount: true })
  const toast = useToast()
  const [name, setName] = useState(device.name)
  const typed = name.trim()
  const isTaken = row.devices.some(
    ({ id, name: other }) => id !== device.id && other.toLocaleLowerCase() === typed.toLocaleLowerCase(),
  )
  const isReady = typed !== '' && typed !== device.name && !isTaken
  const save = async () => {
    if (!isReady || rename.pending) return
    try {
      await rename.run({ device: { ...row.ref, deviceId: device.id }, name: typed })
      toast(words.done(typed))
      onClose()
    } catch {
      // `rename.error` has it; what was typed stays.
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title(device.name)}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={rename.pending} disabled={!isReady}>
            {words.go}
          </Button>
        </>
      }
    >
      <TextField
        label={words.name}
        maxLength={MAX_LENGTH}
        value={name}
        onChange={(text) => {
          setName(text)
          rename.reset()
        }}
        takesFocus
        help={words.help}
        error={rename.error ? errorWords(rename.error) : isTaken ? words.taken : typed === '' ? words.empty : undefined}
      />
    </Dialog>
  )
}
