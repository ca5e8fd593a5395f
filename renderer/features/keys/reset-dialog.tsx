/** Resetting a key, coached: unplug, plug in, touch inside its window. What would be lost was confirmed by name before. */
import { useCallback, useEffect, useState } from 'react'
import type { KeyRow, Progress, Response } from '../../../shared/contract/index.ts'
import { reset as words } from '../../i18n/keys.ts'
import { Button, CoachDrawing, Sheet, Notice, StillRing, useSecond, type CoachScene } from '../../ui/index.ts'
import { labelOf, shapeOf, tintOf } from './look.ts'
import { useKeyCall } from './use-key-call.ts'

type ResetProgress = Progress<'keys.reset'>
type SameBy = Response<'keys.reset'>['sameBy']

export interface ResetDialogProps {
  /** As it was when the reset was asked for: it is unplugged on the way. */
  readonly row: KeyRow
  readonly onClose: () => void
  readonly onSetPin: () => void
}

export function ResetDialog({ row, onClose, onSetPin }: ResetDialogProps) {
  const { run, pending, progress, error, fault, cancel } = useKeyCall('keys.reset')
  const [sameBy, setSameBy] = useState<SameBy | undefined>(undefined)
  const [hasEnded, setEnded] = useState(false)
  const key = row.id
  const begin = useCallback(
    () =>
      run({ key }).then((done) => {
        if (done) setSameBy(done.sameBy)
        else setEnded(true)
        return undefined
      }),
    [run, key],
  )
  useEffect(() => void begin(), [begin])
  // Not confirmed, or stopped before anything was done.
  const isOver = hasEnded && !pending && error === undefined
  useEffect(() => {
    if (isOver) onClose()
  }, [isOver, onClose])

  const again = () => {
    setEnded(false)
    void begin()
  }
  const name = labelOf(row)
  const isShown = progress !== undefined || sameBy !== undefined || fault !== undefined
  if (!isShown) return null
  return (
    <Sheet
      onClose={pending ? cancel : onClose}
      title={words.title(name)}
      footer={
        sameBy ? (
          <>
            <Button
              onClick={() => {
                onClose()
                onSetPin()
              }}
            >
              {words.setPin}
            </Button>
            <Button variant="primary" data-autofocus onClick={onClose}>
              {words.close}
            </Button>
          </>
        ) : pending ? (
          <Button onClick={cancel}>{words.cancel}</Button>
        ) : (
          <>
            <Button onClick={onClose}>{words.close}</Button>
            <Button variant="danger" data-autofocus onClick={again}>
              {words.again}
            </Button>
          </>
        )
      }
    >
      {sameBy ? (
        <Notice tone="ok" title={words.done} isNews>
          {words.doneMore[sameBy]}
        </Notice>
      ) : fault === undefined ? (
        progress && <Coach row={row} progress={progress} />
      ) : (
        <Notice tone="danger" title={words.failed} isNews>
          {fault}
        </Notice>
      )}
    </Sheet>
  )
}

const SCENES: Readonly<Record<ResetProgress['doing'], CoachScene>> = {
  unplug: 'unplug',
  'unplug-others': 'unplug',
  plug: 'plug',
  checking: 'check',
  touch: 'touch',
}
const STEPS = ['unplug', 'plug', 'touch'] as const

function Coach({ row, progress }: { row: KeyRow; progress: ResetProgress }) {
  const at = progress.doing === 'touch' || progress.doing === 'checking' ? 2 : progress.doing === 'plug' ? 1 : 0
  const { line, more } = coachWords(progress)
  return (
    <>
      <ol className="lk-coach-steps">
        {STEPS.map((step, index) => (
          <li
            key={step}
            className={index < at ? 'is-done' : undefined}
            aria-current={index === at ? 'step' : undefined}
          >
            {words.steps[step]}
          </li>
        ))}
      </ol>
      <CoachDrawing scene={SCENES[progress.doing]} shape={shapeOf(row)} tint={tintOf(row)} />
      <div className="lk-coach-said">
        <p className="lk-coach-line" role="status">
          {line}
        </p>
        {progress.doing === 'touch' && <Window key={progress.until} until={progress.until} />}
      </div>
      {more !== undefined && <p className="muted lk-coach-more">{more}</p>}
    </>
  )
}

/** What is left of the window in which the key takes a reset. */
function Window({ until }: { until: number }) {
  const now = useSecond()
  const left = Math.max(0, Math.ceil((until - now) / 1000))
  const [whole] = useState(left)
  return <StillRing seconds={left} of={Math.max(1, whole)} />
}

function coachWords(progress: ResetProgress): { readonly line: string; readonly more?: string } {
  switch (progress.doing) {
    case 'unplug':
      return { line: words.unplug, more: words.unplugMore }
    case 'unplug-others':
      return { line: words.unplugOthers(progress.others), more: words.unplugOthersMore }
    case 'plug':
      return { line: words.plug, more: words.plugMore }
    case 'checking':
      return { line: words.checking }
    case 'touch':
      return {
        line: progress.isLong ? words.touchLong(progress.keyName) : words.touch(progress.keyName),
        more: words.touchMore,
      }
  }
}
