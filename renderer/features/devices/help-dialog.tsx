/** Which administrator helps a colleague, where there are several. */
import { useState } from 'react'
import type { DeviceRow, IdentityRow } from '../../../shared/contract/index.ts'
import { help as words } from '../../i18n/devices.ts'
import { Button, Dialog, RadioCards } from '../../ui/index.ts'

interface HelpDialogProps {
  readonly row: IdentityRow
  readonly device: DeviceRow
  readonly administrators: readonly IdentityRow[]
  readonly onChoose: (administrator: IdentityRow) => void
  readonly onClose: () => void
}

export function HelpDialog({ row, device, administrators, onChoose, onClose }: HelpDialogProps) {
  const [id, setId] = useState<string | undefined>(undefined)
  const chosen = administrators.find(({ ref }) => ref.identityId === id)
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      onSubmit={() => chosen && onChoose(chosen)}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" disabled={!chosen}>
            {words.go}
          </Button>
        </>
      }
    >
      <p className="muted">{words.why(row.identity.name, device.name)}</p>
      <RadioCards
        label={words.who}
        isLabelHidden
        value={id}
        onChange={setId}
        options={administrators.map(({ ref, identity }) => ({
          value: ref.identityId,
          label: identity.name,
          meta: identity.account,
          icon: identity.kind === 'root' ? 'root' : 'user',
        }))}
      />
    </Dialog>
  )
}
