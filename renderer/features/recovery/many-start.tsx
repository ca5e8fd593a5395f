/** Which phone or key is gone, and how: what a case that holds many is opened with. */
import { useState } from 'react'
import type { Loss } from '../../../shared/domain/device.ts'
import { LOSSES } from '../../../shared/domain/device.ts'
import { losableKey } from '../../../shared/domain/loss/index.ts'
import { useCall, useTopic } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { manyStart as words } from '../../i18n/recovery-many.ts'
import { lossBadge, start } from '../../i18n/recovery.ts'
import { chipWords } from '../../i18n/whatif-names.ts'
import { Bones, Button, Dialog, Help, ProgressLine, RadioCards } from '../../ui/index.ts'
import { thingsThatHoldMany } from './many-look.ts'

interface ManyStartProps {
  readonly onClose: () => void
  readonly onCase: (caseId: string) => void
}

export function ManyStart({ onClose, onCase }: ManyStartProps) {
  const losables = useTopic('whatif').state?.losables
  const open = useCall('recovery.openMany', { cancelOnUnmount: true })
  const [key, setKey] = useState<string | undefined>(undefined)
  const [how, setHow] = useState<Loss>('lost')
  const things = losables && thingsThatHoldMany(losables)
  const chosen = things?.find(({ what }) => losableKey(what) === key)
  const begin = async () => {
    if (!chosen || open.pending) return
    try {
      onCase((await open.run({ losses: [{ what: chosen.what, how }] })).caseId)
    } catch {
      // `open.error` has it.
    }
  }
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.title}
      onSubmit={() => void begin()}
      footer={
        <>
          <Button onClick={onClose}>{start.cancel}</Button>
          <Button type="submit" variant="primary" isBusy={open.pending || undefined} disabled={!chosen}>
            {words.go}
          </Button>
        </>
      }
    >
      {things === undefined && <Bones label={start.loading} />}
      {things?.length === 0 && <p className="muted">{words.none}</p>}
      {things && things.length > 0 && (
        <>
          <RadioCards
            label={words.which}
            value={key}
            onChange={setKey}
            options={things.map((thing) => ({
              value: losableKey(thing.what),
              label: chipWords(thing),
              icon: thing.group === 'keys' ? ('key' as const) : ('phone' as const),
            }))}
          />
          <RadioCards
            label={words.how}
            value={how}
            onChange={(value) => setHow(LOSSES.find((loss) => loss === value) ?? 'lost')}
            options={LOSSES.map((loss) => ({ value: loss, label: lossBadge[loss], meta: words.hows[loss] }))}
          />
        </>
      )}
      {open.pending && open.progress && (
        <ProgressLine label={words.reading} value={open.progress.done} max={open.progress.total} tone="live" />
      )}
      <Help tone="danger">{open.error ? errorWords(open.error) : undefined}</Help>
    </Dialog>
  )
}
