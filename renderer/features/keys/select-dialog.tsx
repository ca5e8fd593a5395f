/** "Which key is this?": every key blinks, and the one that is touched is chosen. */
import { useEffect } from 'react'
import type { KeyRow } from '../../../shared/contract/index.ts'
import { select as words } from '../../i18n/keys.ts'
import { Button, Sheet, KeyDrawing, Notice } from '../../ui/index.ts'
import { labelOf, shapeOf, tintOf } from './look.ts'
import { useKeyCall } from './use-key-call.ts'

export interface SelectDialogProps {
  readonly plugged: readonly KeyRow[]
  readonly onChosen: (id: string) => void
  readonly onClose: () => void
}

export function SelectDialog({ plugged, onChosen, onClose }: SelectDialogProps) {
  const { run, pending, fault, cancel } = useKeyCall('keys.select')
  useEffect(() => {
    void run({}).then((done) => done && onChosen(done.key))
  }, [run, onChosen])
  const stop = () => {
    cancel()
    onClose()
  }
  return (
    <Sheet onClose={stop} title={words.title} footer={<Button onClick={stop}>{words.cancel}</Button>}>
      <p className="muted">{words.why}</p>
      {fault === undefined ? (
        <ul className="lk-blinking" aria-busy={pending}>
          {plugged.map((row) => {
            const able = row.info?.can.select.can === true
            return (
              <li key={row.id}>
                <KeyDrawing
                  shape={shapeOf(row)}
                  tint={tintOf(row)}
                  isOut={!able}
                  isWaiting={able && row.waitsFor !== undefined}
                  width={88}
                />
                <span>{labelOf(row)}</span>
                {!able && <span className="faint">{words.cannot}</span>}
              </li>
            )
          })}
        </ul>
      ) : (
        <Notice tone="danger" isNews>
          {fault}
        </Notice>
      )}
    </Sheet>
  )
}
