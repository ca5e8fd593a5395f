/** What a call waits for: the key blinks, a list is read, and the way to stop it. */
import { useRef } from 'react'
import type { KeyProgress, KeyRow } from '../../../shared/contract/index.ts'
import { waiting as words } from '../../i18n/keys.ts'
import { Button, KeyDrawing, ProgressLine } from '../../ui/index.ts'
import { labelOf, shapeOf, tintOf } from './look.ts'
import { useCatchFocus } from './use-catch-focus.ts'

export interface WaitingProps {
  readonly row: KeyRow
  readonly progress: KeyProgress | undefined
  readonly onCancel: () => void
}

export function Waiting({ row, progress, onCancel }: WaitingProps) {
  const stop = useRef<HTMLButtonElement>(null)
  useCatchFocus(stop, true)
  const isHand = progress?.doing === 'touch' || progress?.doing === 'finger'
  const text = progress ? words.progress(progress) : words.begun(labelOf(row))
  const isCounted = progress?.doing === 'reading' || progress?.doing === 'writing'
  return (
    <div className={isHand ? 'lk-waiting is-hand' : 'lk-waiting'}>
      <KeyDrawing shape={shapeOf(row)} tint={tintOf(row)} isWaiting={isHand} width={64} />
      <div className="grow">
        <span role="status">{text}</span>
        {!isHand && (
          <ProgressLine
            label={text}
            tone="live"
            value={isCounted ? progress.done : undefined}
            max={isCounted ? progress.total : undefined}
          />
        )}
      </div>
      <Button ref={stop} onClick={onCancel}>
        {words.cancel}
      </Button>
    </div>
  )
}
