/** The drill: the first key is unplugged, and the spare signs for everything it can, one touch each. */
import { useCallback, useEffect, useState } from 'react'
import type { Response, Twin } from '../../../shared/contract/index.ts'
import { drill as words, twin as twinWords, type DrillProgress } from '../../i18n/keys-twin.ts'
import { Button, CoachDrawing, Sheet, Notice, ProgressLine } from '../../ui/index.ts'
import { findKey, shapeOf, tintOf, type KeysState } from './look.ts'
import { rowTitle } from './twin-table.tsx'
import { useKeyCall } from './use-key-call.ts'

export interface DrillDialogProps {
  readonly twin: Twin
  readonly state: KeysState
  readonly onClose: () => void
}

export function DrillDialog({ twin, state, onClose }: DrillDialogProps) {
  const { run, pending, progress, fault, cancel } = useKeyCall('keys.drill')
  const [result, setResult] = useState<Response<'keys.drill'> | undefined>(undefined)
  const { firstId, spareId, spareName } = twin
  const begin = useCallback(
    () =>
      run({ first: firstId, spare: spareId }).then((answer) => {
        setResult(answer)
        return undefined
      }),
    [run, firstId, spareId],
  )
  useEffect(() => void begin(), [begin])
  const close = pending ? cancel : onClose
  return (
    <Sheet
      onClose={close}
      title={words.title(spareName)}
      footer={
        <>
          {!pending && !result && <Button onClick={() => void begin()}>{twinWords.drillAgain}</Button>}
          <Button variant={result ? 'primary' : 'default'} data-autofocus onClick={close}>
            {pending ? twinWords.cancel : twinWords.swap}
          </Button>
        </>
      }
    >
      {result ? (
        <Outcome twin={twin} result={result} />
      ) : fault === undefined ? (
        progress && <Step twin={twin} state={state} progress={progress} />
      ) : (
        <Notice tone="danger" isNews>
          {fault}
        </Notice>
      )}
    </Sheet>
  )
}

function Step({ twin, state, progress }: { twin: Twin; state: KeysState; progress: DrillProgress }) {
  const isOut = progress.doing === 'unplug-first'
  const key = findKey(state, isOut ? twin.firstId : twin.spareId)
  const isSigning = progress.doing === 'touch' || progress.doing === 'finger'
  return (
    <>
      <CoachDrawing
        scene={isOut ? 'unplug' : isSigning ? 'touch' : 'plug'}
        shape={key ? shapeOf(key) : 'a'}
        tint={key && tintOf(key)}
      />
      <p className="lk-coach-line" role="status">
        {line(twin, progress)}
      </p>
      {isOut && <p className="muted lk-coach-more">{words.unplugFirstMore}</p>}
      {isSigning && (
        <div className="lk-coach-count">
          <ProgressLine label={words.proofs} tone="live" value={progress.done} max={progress.of} />
          <span className="num">{words.count(progress.done, progress.of)}</span>
        </div>
      )}
    </>
  )
}

function line({ firstName, spareName, rows }: Twin, progress: DrillProgress): string {
  switch (progress.doing) {
    case 'unplug-first':
      return words.unplugFirst(firstName)
    case 'plug-spare':
      return words.plugSpare(spareName)
    default: {
      const row = rows.find(({ id }) => id === progress.row)
      return words[progress.doing](row ? rowTitle(row) : progress.row)
    }
  }
}

function Outcome({ twin, result }: { twin: Twin; result: Response<'keys.drill'> }) {
  const { proved, of, failed } = result
  const rest = twin.rows.length - of
  const isAll = of > 0 && proved === of && rest === 0
  return (
    <>
      <Notice tone={isAll ? 'ok' : 'warn'} title={words.done(proved, of)} isNews>
        {of === 0 ? words.none : isAll ? words.ok : failed.length > 0 ? words.partly : words.rest(rest)}
      </Notice>
      {failed.length > 0 && (
        <div>
          <p>{words.failed}</p>
          <ul className="lk-plain-list">
            {failed.map((id) => {
              const row = twin.rows.find((each) => each.id === id)
              return <li key={id}>{row ? rowTitle(row) : id}</li>
            })}
          </ul>
        </div>
      )}
    </>
  )
}
