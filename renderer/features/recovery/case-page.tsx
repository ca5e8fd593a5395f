/** One case: what is behind, the open step, what is ahead; beside it what the case is about. */
import { useState } from 'react'
import type { CaseView, Response } from '../../../shared/contract/index.ts'
import { contractErrorOf, useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { atDayTime } from '../../i18n/format.ts'
import { caseTitle, leftWords, stepWords } from '../../i18n/playbooks.ts'
import { frame as words, lossBadge } from '../../i18n/recovery.ts'
import {
  Badge,
  Button,
  Dialog,
  Menu,
  Notice,
  Scroll,
  StepDone,
  StepLater,
  Steps,
  TopBar,
  useToast,
  type MenuEntry,
} from '../../ui/index.ts'
import { CaseSide } from './case-side.tsx'
import { laterNote, openStep, whoseCase } from './look.ts'
import { PlanSheet } from './plan-sheet.tsx'
import { OpenStep } from './step-open.tsx'
import type { RecoveryScreenProps, StepWays } from './form-props.ts'
import { useAnswer } from './use-answer.ts'

interface CasePageProps extends Omit<RecoveryScreenProps, 'caseId'> {
  readonly view: CaseView
}

type Left = Response<'recovery.abandon'>['left']

export function CasePage({ view, banners, onCase, onBackup, onDevices, onBench }: CasePageProps) {
  const open = openStep(view)
  const answering = useAnswer(view.id, open)
  const back = useBack(view)
  const [left, setLeft] = useState<Left | undefined>(undefined)
  const isClosed = view.closedAt !== undefined
  const leave = () => onCase(undefined)
  const ways: StepWays = { onBackup, onDevices, onList: leave, onCase, onBench, onBack: back }
  return (
    <>
      <TopBar title={caseTitle(view)} crumb={{ label: words.recovery, onClick: leave }}>
        <Button onClick={leave} aria-label={isClosed ? words.leaveClosed : words.leave}>
          <span className="only-narrow">{words.leaveShort}</span>
          <span className="not-narrow">{isClosed ? words.leaveClosed : words.leave}</span>
        </Button>
        <CaseMenu view={view} onLeft={setLeft} />
      </TopBar>
      {banners}
      <Scroll>
        <div className="lk-case">
          <div>
            <CaseHead view={view} />
            <Steps label={words.steps}>
              {view.steps.map((step, at) => {
                const { title, why, done } = stepWords(step)
                switch (step.state) {
                  case 'done':
                    return (
                      <StepDone
                        key={step.step}
                        title={title}
                        note={done === '' ? undefined : done}
                        when={step.doneAt === undefined ? undefined : atDayTime(step.doneAt)}
                        doneLabel={words.done}
                      />
                    )
                  case 'now':
                    return (
                      <OpenStep
                        // A step that is taken again after others is a new one, with nothing typed in it.
                        key={`${step.step} ${at}`}
                        view={view}
                        step={step}
                        number={at + 1}
                        answering={answering}
                        ways={ways}
                      />
                    )
                  case 'later':
                    return (
                      <StepLater
                        key={step.step}
                        number={at + 1}
                        title={title}
                        note={laterNote({ title, why }, at === view.steps.length - 1)}
                      />
                    )
                }
              })}
            </Steps>
          </div>
          <CaseSide view={view} />
        </div>
      </Scroll>
      <PlanSheet view={view} />
      {left && <LeftDialog left={left} onClose={() => setLeft(undefined)} />}
    </>
  )
}

function CaseHead({ view }: { view: CaseView }) {
  const { device, identity, loss, openedAt, outcome } = view
  return (
    <div className="lk-case-head">
      <div className="lk-title-line">
        <h2>{device?.name ?? identity.name}</h2>
        {loss && <Badge tone="danger">{lossBadge[loss]}</Badge>}
        {outcome === 'finished' && <Badge tone="ok">{words.finished}</Badge>}
        {outcome === 'abandoned' && <Badge icon="minus">{words.abandoned}</Badge>}
      </div>
      <p className="faint num">{words.opened(openedAt, whoseCase(view))}</p>
    </div>
  )
}

/** Takes back the last answer; `undefined` where there is none that can be. */
function useBack({ id, canGoBack }: CaseView): (() => void) | undefined {
  const back = useCall('recovery.back')
  const toast = useToast()
  if (!canGoBack || back.pending) return undefined
  return () => {
    back
      .run({ caseId: id })
      .catch((error: unknown) => toast({ tone: 'danger', text: errorWords(contractErrorOf(error)) }))
  }
}

function CaseMenu({ view, onLeft }: { view: CaseView; onLeft: (left: Left) => void }) {
  const abandon = useCall('recovery.abandon', { cancelOnUnmount: true })
  const toast = useToast()
  const giveUp = () => {
    abandon
      .run({ caseId: view.id })
      .then(({ left }) => onLeft(left))
      .catch((error: unknown) => {
        const trouble = contractErrorOf(error)
        const isTurnedAway = trouble.code === 'cancelled' || trouble.code === 'not-confirmed'
        if (!isTurnedAway) toast({ tone: 'danger', text: errorWords(trouble) })
      })
  }
  const entries: readonly MenuEntry[] = [
    { key: 'print', label: words.print, icon: 'print', onSelect: () => window.print() },
    ...(view.closedAt === undefined
      ? [
          { kind: 'line', key: 'line' } as const,
          { key: 'give-up', label: words.giveUp, icon: 'bin', isDanger: true, onSelect: giveUp } as const,
        ]
      : []),
  ]
  return <Menu label={words.more} entries={entries} />
}

function LeftDialog({ left, onClose }: { left: Left; onClose: () => void }) {
  return (
    <Dialog
      isOpen
      onClose={onClose}
      title={words.left}
      footer={
        <Button variant="primary" onClick={onClose} data-autofocus>
          {words.close}
        </Button>
      }
    >
      <p className="muted">{left.length === 0 ? words.leftNothing : words.leftMore}</p>
      {left.length > 0 && (
        <div className="lk-trouble">
          {left.map((item) => (
            <Notice key={`${item.what} ${item.name}`} tone="warn">
              {leftWords(item)}
            </Notice>
          ))}
        </div>
      )}
    </Dialog>
  )
}
