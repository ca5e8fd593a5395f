/** Teaching the key a finger: sample by sample, each with what the reader made of it. */
import { useState } from 'react'
import type { KeyRow, Progress, Response } from '../../../shared/contract/index.ts'
import { fingers as words, waiting } from '../../i18n/keys.ts'
import { Button, Sheet, FingerDrawing, Notice, ProgressLine, TextField } from '../../ui/index.ts'
import { isNameTooLong, type Finger } from './finger.ts'
import { useKeyCall } from './use-key-call.ts'

type EnrolProgress = Progress<'keys.enrolFingerprint'>
type Sample = Extract<EnrolProgress, { doing: 'sample' }>

export interface EnrolDialogProps {
  readonly row: KeyRow
  readonly kind: Response<'keys.readFingerprints'>['kind']
  /** How many good samples the key wants, at most. */
  readonly samples: number
  readonly maxNameBytes: number | undefined
  readonly onAdded: (finger: Finger) => void
  readonly onClose: () => void
}

export function EnrolDialog({ row, kind, samples, maxNameBytes, onAdded, onClose }: EnrolDialogProps) {
  const enrol = useKeyCall('keys.enrolFingerprint')
  const [name, setName] = useState('')
  const [added, setAdded] = useState<Finger | undefined>(undefined)
  const isLong = isNameTooLong(name, maxNameBytes)
  const begin = async () => {
    if (isLong || enrol.pending) return
    setAdded(undefined)
    const typed = name.trim()
    const done = await enrol.run({ key: row.id, ...(typed === '' ? {} : { name: typed }) })
    if (!done) return
    setAdded(done.fingerprint)
    onAdded(done.fingerprint)
  }
  const close = enrol.pending ? enrol.cancel : onClose
  const { progress } = enrol
  return (
    <Sheet
      onClose={close}
      title={words.enrolTitle}
      onSubmit={added || enrol.pending ? undefined : () => void begin()}
      footer={
        added ? (
          <>
            <Button
              onClick={() => {
                setName('')
                setAdded(undefined)
              }}
            >
              {words.another}
            </Button>
            <Button variant="primary" data-autofocus onClick={onClose}>
              {words.close}
            </Button>
          </>
        ) : (
          <>
            <Button onClick={close}>{words.cancel}</Button>
            {!enrol.pending && (
              <Button type="submit" variant="primary" disabled={isLong}>
                {enrol.fault === undefined ? words.begin : words.again}
              </Button>
            )}
          </>
        )
      }
    >
      {added ? (
        <>
          <FingerDrawing share={1} />
          <p role="status" className="lk-coach-line">
            {added.name ? words.done(added.name) : words.doneNameless}
          </p>
        </>
      ) : enrol.pending ? (
        <Samples progress={progress} isSwipe={kind === 'swipe'} />
      ) : (
        <>
          <p className="muted">{words.enrolWhy(samples, kind === 'swipe')}</p>
          {enrol.fault !== undefined && (
            <Notice tone="danger" isNews>
              {enrol.fault}
            </Notice>
          )}
          <TextField
            label={words.name}
            value={name}
            maxLength={64}
            onChange={setName}
            takesFocus
            help={words.nameHelp}
            error={isLong ? words.nameTooLong(maxNameBytes ?? 64) : undefined}
          />
        </>
      )}
    </Sheet>
  )
}

function Samples({ progress, isSwipe }: { progress: EnrolProgress | undefined; isSwipe: boolean }) {
  const sample: Sample | undefined = progress?.doing === 'sample' ? progress : undefined
  const total = sample ? sample.taken + sample.left : 0
  const share = sample && total > 0 ? sample.taken / total : 0
  return (
    <>
      <FingerDrawing share={share} isWaiting={sample !== undefined} />
      <p role="status" className="lk-coach-line">
        {sample
          ? sampleWords(sample, isSwipe)
          : progress && progress.doing !== 'sample'
            ? waiting.progress(progress)
            : ''}
      </p>
      {sample && (
        <div className="lk-coach-count">
          <ProgressLine label={words.taken} tone="live" value={sample.taken} max={total} />
          <span className="num">{words.sample(sample.taken, total)}</span>
        </div>
      )}
    </>
  )
}

const sampleWords = ({ status }: Sample, isSwipe: boolean): string =>
  status === undefined ? words.first[isSwipe ? 'swipe' : 'touch'] : words.status[status]
