/** The open step: its title and reason, what went wrong last, what is being done, and its form. */
import { useEffect, useRef } from 'react'
import type { CaseView, StepView } from '../../../shared/contract/index.ts'
import { deedWords, doingWords, stepWords, troubleWords } from '../../i18n/playbooks.ts'
import { actAsAdministrator, frame, onBench, step as words } from '../../i18n/recovery.ts'
import {
  Button,
  DoneBy,
  Icon,
  Led,
  Link,
  Notice,
  StepNow,
  useAnnounce,
  useSecond,
  type DoneByItem,
} from '../../ui/index.ts'
import { secondsUntil } from './look.ts'
import type { StepWays } from './form-props.ts'
import { StepForm } from './step-form.tsx'
import { errorLine, type Answering } from './use-answer.ts'

interface OpenStepProps {
  readonly view: CaseView
  readonly step: StepView
  readonly number: number
  readonly answering: Answering
  readonly ways: StepWays
}

export function OpenStep({ view, step, number, answering, ways }: OpenStepProps) {
  const { title, why } = stepWords(step)
  const titleRef = useFocusOnOpening(frame.stepNow(number, view.steps.length, title), answering.isBusy)
  const doing = answering.isBusy ? answering.doings.at(-1) : undefined
  const isTouching = doing?.doing === 'waiting-for-touch' || doing?.doing === 'waiting-for-key'
  return (
    <StepNow number={number} title={title} why={why === '' ? undefined : why} titleRef={titleRef}>
      <Trouble step={step} answering={answering} />
      {isTouching ? (
        <Touching doing={doing} ways={ways} onStop={answering.cancel} />
      ) : (
        <Doings step={step} answering={answering} />
      )}
      <div hidden={isTouching}>
        <StepForm step={step} view={view} answering={answering} ways={ways} />
      </div>
      {ways.onBench && !isTouching && <WhereInDemo step={step} ways={ways} onBench={ways.onBench} />}
    </StepNow>
  )
}

/**
 * Moves focus to the title, as a page does that has just opened; not out of a dialog that is still up. The same where a
 * try has ended and the button that had the focus (Stop) is gone with it.
 */
function useFocusOnOpening(said: string, isBusy: boolean) {
  const title = useRef<HTMLHeadingElement>(null)
  const announce = useAnnounce()
  const saying = useRef(said)
  useEffect(() => {
    if (isDialogUp()) announce(saying.current)
    else focusStep(title.current)
  }, [announce])
  useEffect(() => {
    if (!isBusy && document.activeElement === document.body && !isDialogUp()) focusStep(title.current)
  }, [isBusy])
  return title
}

/** The whole step comes into view, not its title alone: what is to be done stands below it. */
function focusStep(title: HTMLElement | null) {
  title?.focus({ preventScroll: true })
  title?.closest('li')?.scrollIntoView({ block: 'nearest' })
}

const isDialogUp = () => document.querySelector('[role="dialog"]') !== null

/** Why the last try came to nothing. It is still there after a restart; what was only broken off is not. */
function Trouble({ step, answering }: Pick<OpenStepProps, 'step' | 'answering'>) {
  const { error, isBusy } = answering
  if (isBusy) return null
  if (error) {
    const isStopped = error.code === 'cancelled' || error.code === 'not-confirmed'
    return (
      <div className="lk-trouble">
        <Notice tone={isStopped ? 'plain' : 'danger'} isNews>
          {error.code === 'cancelled' && error.changed !== true ? words.stopped(step.did.length > 0) : errorLine(error)}
        </Notice>
      </div>
    )
  }
  const { trouble } = step
  if (!trouble) return null
  return (
    <div className="lk-trouble">
      <Notice tone={trouble.changed ? 'danger' : 'warn'} isNews>
        {troubleWords(trouble)} <span className="faint num">{words.lastTry(trouble.at)}</span>
      </Notice>
    </div>
  )
}

/** What the program does by itself, a tick each; before and after, what it has done so far. */
function Doings({ step, answering }: Pick<OpenStepProps, 'step' | 'answering'>) {
  const { doings, isBusy } = answering
  const form = step.ask?.form
  // Here the program does nothing: what it is still reporting belongs to the step before.
  if (form === 'end' || form === 'backup') return null
  if (isBusy) {
    const items = doings.flatMap((doing, at): DoneByItem[] =>
      doingWords(doing) === ''
        ? []
        : [
            {
              key: `${at}`,
              text: <DoingLine doing={doing} />,
              state: at === doings.length - 1 ? 'running' : 'done',
            },
          ],
    )
    return items.length === 0 ? null : <DoneBy items={items} />
  }
  if (step.did.length === 0) return null
  return <DoneBy items={step.did.map((deed, at) => ({ key: `${at}`, text: deedWords(deed), state: 'done' }))} />
}

/** A wait says how long it still is, rather than until when. */
function DoingLine({ doing }: { doing: Answering['doings'][number] }) {
  const { until, ...facts } = doing.facts
  if (typeof until !== 'number') return doingWords(doing)
  return (
    <>
      {doingWords({ ...doing, facts })}, <SecondsLeft until={until} />
    </>
  )
}

function SecondsLeft({ until }: { until: number }) {
  return <span className="num">{words.secondsLeft(secondsUntil(until, useSecond()))}</span>
}

interface TouchingProps {
  readonly doing: Answering['doings'][number]
  readonly ways: StepWays
  readonly onStop: () => void
}

function Touching({ doing, ways, onStop }: TouchingProps) {
  const stop = useRef<HTMLButtonElement>(null)
  // The button that began it is out of the way meanwhile.
  useEffect(() => stop.current?.focus(), [])
  const { title, more } = words.touching(doing)
  const isPage = doing.facts['through'] === 'page'
  return (
    <div className="lk-touching" role="status">
      <Led state="wait" />
      <span className="grow">
        <b>{title}</b> <span className="muted">{more}</span>
      </span>
      {!isPage && ways.onBench && <Button onClick={ways.onBench}>{words.openBench}</Button>}
      <Button ref={stop} variant="ghost" onClick={onStop}>
        {words.stop}
      </Button>
    </div>
  )
}

/** Steps that are done in the world outside: in the demo, that is the bench, or another part played by the same person. */
function WhereInDemo({ step, ways, onBench: open }: { step: StepView; ways: StepWays; onBench: () => void }) {
  const bench = step.ask?.form === 'touch' && !step.ask.ways.includes('key') ? undefined : onBench(step.step)
  const other = actAsAdministrator[step.step]
  if (bench === undefined && other === undefined) return null
  return (
    <p className="lk-in-demo">
      <Icon name="bench" size="sm" />
      <span className="grow">{bench ?? other}</span>
      <Link onClick={bench === undefined ? ways.onDevices : open}>
        {bench === undefined ? words.showDevices : words.openBench}
      </Link>
    </p>
  )
}
