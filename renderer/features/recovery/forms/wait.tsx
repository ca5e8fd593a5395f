/** Nothing but time is needed: it goes on by itself when the time has come. */
import { useEffect, useRef, useState } from 'react'
import { useServerTime } from '../../../client/index.ts'
import { step as words } from '../../../i18n/recovery.ts'
import { StillRing, useSecond } from '../../../ui/index.ts'
import { secondsUntil } from '../look.ts'
import type { FormProps } from '../form-props.ts'
import { StepActions } from './shared.tsx'

/** A code's usual period: the ring is full at least this long before its end. */
const FULL_SECONDS = 30

export function WaitForm({ ask, step, answering, ways }: FormProps<'wait'>) {
  const { until, others } = ask
  const left = secondsUntil(until, useSecond())
  const [full, setFull] = useState(() => Math.max(FULL_SECONDS, left))
  if (left > full) setFull(left)
  useWhenDue(answering.isBusy ? undefined : until, () => answering.answer({ form: 'done' }))
  return (
    <>
      {(left > 0 || answering.isBusy) && (
        <div className="lk-wait">
          <StillRing seconds={left} of={full} />
          <span>{words.waiting}</span>
        </div>
      )}
      <StepActions step={step} answering={answering} ways={ways} isReady={left === 0} others={others} />
    </>
  )
}

/** Runs once for each `until`, when that is reached in the time codes are made for, also where time was moved. */
function useWhenDue(until: number | undefined, run: () => void): void {
  const time = useServerTime()
  const latest = useRef(run)
  const ranFor = useRef<number | undefined>(undefined)
  useEffect(() => {
    latest.current = run
  })
  useEffect(() => {
    if (until === undefined || ranFor.current === until) return undefined
    let stop = () => {}
    const arm = () => {
      stop()
      stop = time.after(Math.max(0, until - time.now()), () => {
        if (ranFor.current === until) return
        ranFor.current = until
        latest.current()
      })
    }
    arm()
    const stopJumps = time.onJump(arm)
    return () => {
      stop()
      stopJumps()
    }
  }, [time, until])
}
