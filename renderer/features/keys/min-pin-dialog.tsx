/** The shortest PIN that the key takes, and the sites that may learn it (CTAP 2.1 §6.11.4). */
import { useState } from 'react'
import { config as words } from '../../i18n/keys-advanced.ts'
import { Button, Checkbox, Sheet, TextArea, TextField } from '../../ui/index.ts'
import type { Configure } from './actions.ts'
import { badSite, sitesOf } from './sites.ts'

const MAX_LENGTH = 63

export interface MinPinDialogProps {
  readonly minLength: number
  readonly isBusy: boolean
  readonly fault: string | undefined
  readonly onSet: (set: Configure) => Promise<boolean>
  readonly onClose: () => void
}

export function MinPinDialog({ minLength, isBusy, fault, onSet, onClose }: MinPinDialogProps) {
  const [length, setLength] = useState(String(minLength))
  const [sites, setSites] = useState('')
  const [isForced, setForced] = useState(false)
  const number = Number(length)
  const isInRange = Number.isInteger(number) && number >= minLength && number <= MAX_LENGTH
  const rpIds = sitesOf(sites)
  const bad = badSite(rpIds)
  const isReady = isInRange && bad === undefined && (number > minLength || rpIds.length > 0 || isForced)
  const save = async () => {
    if (!isReady || isBusy) return
    const done = await onSet({
      setting: 'min-pin-length',
      ...(number > minLength ? { length: number } : {}),
      ...(rpIds.length > 0 ? { rpIds: [...rpIds] } : {}),
      forceChange: isForced,
    })
    if (done) onClose()
  }
  return (
    <Sheet
      onClose={onClose}
      title={words.minPinTitle}
      onSubmit={() => void save()}
      footer={
        <>
          <Button onClick={onClose}>{words.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={isBusy} disabled={!isReady}>
            {words.save}
          </Button>
        </>
      }
    >
      <p className="muted">{words.minPinMore(minLength)}</p>
      <TextField
        type="number"
        label={words.length}
        value={length}
        min={minLength}
        max={MAX_LENGTH}
        onChange={setLength}
        takesFocus
        help={words.lengthRange(minLength)}
        error={isInRange ? undefined : words.lengthRange(minLength)}
      />
      <TextArea
        label={words.sites}
        value={sites}
        onChange={setSites}
        help={words.sitesHelp}
        error={bad === undefined ? fault : words.sitesBad(bad)}
      />
      <Checkbox label={words.force} help={words.forceHelp} isChecked={isForced} onChange={setForced} />
    </Sheet>
  )
}
