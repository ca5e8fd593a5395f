/** What if?: choose what is lost, see what still opens, do the one step that helps most. */
import { useCallback, useEffect, useMemo, useRef, useState, type ReactNode } from 'react'
import { flushSync } from 'react-dom'
import type { State } from '../../../shared/contract/index.ts'
import type { LossItem } from '../../../shared/domain/loss/index.ts'
import { useTopic } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { announced, sheetWords, whatif as words } from '../../i18n/whatif.ts'
import {
  Bones,
  Button,
  Empty,
  Menu,
  Notice,
  Page,
  ProgressLine,
  Scroll,
  TopBar,
  useAnnounce,
  useToast,
} from '../../ui/index.ts'
import type { WhatIfActions, WhatIfDialog, WhatIfPlaces } from './actions.ts'
import { AnswerDialog } from './answer-dialog.tsx'
import { AtSite, ConfirmContact } from './done-dialogs.tsx'
import { FollowsCard } from './follows-card.tsx'
import { HelpCard } from './help-card.tsx'
import { present, toggled, type WhatIf } from './look.ts'
import { LossChips } from './loss-chips.tsx'
import type { NameBook } from './names.ts'
import { OutcomeTable } from './outcome-table.tsx'
import { saveSheet } from './save-page.ts'
import { Sheet } from './sheet.tsx'
import { TellDialog } from './tell-dialog.tsx'
import { ToldCard } from './told-card.tsx'
import { useBestSteps } from './use-best-steps.ts'
import { useMinute } from './use-minute.ts'
import { useOpenCase } from './use-open-case.ts'
import { useReport, type Answer } from './use-report.ts'
import { useWorld, type World } from './use-world.ts'
import { Verdict } from './verdict.tsx'
import { WeakPoints } from './weak-points.tsx'
import './whatif.css'

export interface WhatIfScreenProps extends WhatIfPlaces {
  readonly banners: ReactNode
  readonly losses: readonly LossItem[]
  readonly onLosses: (losses: readonly LossItem[]) => void
}

export function WhatIfScreen(props: WhatIfScreenProps) {
  const { banners } = props
  const { state: whatif, error } = useTopic('whatif')
  const world = useWorld(whatif)
  if (whatif && world && !error) return <Ready {...props} whatif={whatif} world={world} />
  return (
    <>
      <TopBar title={words.title} />
      {banners}
      <Page>
        {error ? (
          <Empty title={words.ended}>{errorWords(error)}</Empty>
        ) : (
          <Bones kind="cards" count={2} label={words.loading} />
        )}
      </Page>
    </>
  )
}

interface ReadyProps extends WhatIfScreenProps {
  readonly whatif: WhatIf
  readonly world: World
}

function Ready({ banners, losses: wanted, onLosses, whatif, world, ...places }: ReadyProps) {
  const losses = useMemo(() => present(wanted, whatif.losables), [wanted, whatif.losables])
  const answer = useReport(losses, world.changes)
  const { report, rows, isPending } = answer
  const best = useBestSteps(losses, isPending ? undefined : report?.digest)
  const now = useMinute()
  const scroll = useRef<HTMLDivElement>(null)
  const [dialog, setDialog] = useState<WhatIfDialog | undefined>(undefined)
  const close = useCallback(() => setDialog(undefined), [])
  const { open, isOpening } = useOpenCase(places.onCase)
  const actions: WhatIfActions = { ...places, open, isOpening, onDialog: setDialog }
  const sheet = useSaved(report !== undefined, now)
  useSaidAloud(answer)
  const isEmpty = report?.total === 0 && whatif.losables.length <= 1
  return (
    <>
      <TopBar title={words.title} sub={report && words.checked(report.total)}>
        {report && report.total > 0 && (
          <Menu
            label={words.sheet}
            icon="print"
            entries={[
              { key: 'print', label: words.print, icon: 'print', onSelect: () => setTimeout(() => window.print()) },
              { key: 'save', label: words.save, icon: 'save', onSelect: sheet.save },
            ]}
          />
        )}
      </TopBar>
      {banners}
      {isEmpty ? (
        <Page>
          <Empty title={words.none} action={<Button onClick={places.onCodes}>{words.toCodes}</Button>}>
            {words.noneMore}
          </Empty>
        </Page>
      ) : (
        <>
          <LossChips losables={whatif.losables} losses={losses} onChange={onLosses} />
          <div className="lk-working" aria-hidden={!answer.isSlow}>
            {answer.isSlow && <ProgressLine label={words.working} tone="live" />}
          </div>
          <Scroll scrollRef={scroll}>
            <div className="lk-what">
              <Backends backends={whatif.backends} now={now} />
              <Outcome answer={answer} />
              {report && !answer.error && (
                <>
                  <HelpCard report={report} best={best} actions={actions} />
                  <div className="out">
                    {losses.length === 0 && (
                      <WeakPoints
                        whatif={whatif}
                        now={now}
                        onChoose={({ what }) => {
                          onLosses(toggled([], what))
                          scroll.current?.scrollTo({ top: 0 })
                        }}
                      />
                    )}
                    {rows.length > 0 && (
                      <OutcomeTable
                        report={report}
                        rows={rows}
                        steps={best.steps}
                        now={now}
                        isStale={isPending && answer.isSlow}
                        scroll={scroll}
                        onReadOn={answer.readOn}
                        actions={actions}
                      />
                    )}
                    <FollowsCard report={report} actions={actions} />
                    <ToldCard whatif={whatif} names={world.names} actions={actions} />
                  </div>
                </>
              )}
            </div>
          </Scroll>
        </>
      )}
      {report && <Sheet report={report} rows={rows} steps={best.steps} now={now} isWanted={sheet.isWanted} />}
      {dialog && <Dialogs dialog={dialog} whatif={whatif} names={world.names} places={places} onClose={close} />}
    </>
  )
}

/** The verdict, or why there is none. */
function Outcome({ answer }: { answer: Answer }) {
  const { report, error, again, isPending, isSlow } = answer
  if (error)
    return (
      <div className="top">
        <div className="lk-trouble">
          <Notice tone="danger" title={words.failed} isNews action={<Button onClick={again}>{words.again}</Button>}>
            {errorWords(error)}
          </Notice>
        </div>
      </div>
    )
  if (report) return <Verdict report={report} isStale={isPending && isSlow} />
  return (
    <div className="top">
      <Bones kind="lines" count={4} label={words.working} />
    </div>
  )
}

/** Accounts of a backend that can't be read are missing or old: an answer must not look whole then. */
function Backends({ backends, now }: { backends: State<'whatif'>['backends']; now: number }) {
  const old = backends.filter(({ state }) => state === 'offline' || state === 'failed')
  if (old.length === 0) return null
  return (
    <div className="stale lk-trouble">
      {old.map(({ id, name, asOf }) => (
        <Notice key={id} tone="warn">
          {words.asOf(name, asOf, now)}
        </Notice>
      ))}
    </div>
  )
}

interface DialogsProps {
  readonly dialog: WhatIfDialog
  readonly whatif: WhatIf
  readonly names: NameBook
  readonly places: WhatIfPlaces
  readonly onClose: () => void
}

function Dialogs({ dialog, whatif, names, places, onClose }: DialogsProps) {
  switch (dialog.is) {
    case 'answer':
      return (
        <AnswerDialog
          question={dialog.question}
          names={names}
          whatif={whatif}
          onKeys={() => places.onKeys()}
          onClose={onClose}
        />
      )
    case 'tell':
      return <TellDialog kind={dialog.kind} account={dialog.account} names={names} whatif={whatif} onClose={onClose} />
    case 'confirm':
      return (
        <ConfirmContact
          identity={dialog.identity}
          contact={dialog.contact}
          onDevices={places.onDevices}
          onClose={onClose}
        />
      )
    case 'at-site': {
      const { is: _, ...at } = dialog
      return <AtSite {...at} onKeys={places.onKeys} onClose={onClose} />
    }
  }
}

/** The sheet is put on the page, handed over as a file, and taken off again. */
function useSaved(isThere: boolean, now: number) {
  const [isWanted, setWanted] = useState(false)
  const toast = useToast()
  const save = () => {
    if (!isThere) return
    flushSync(() => setWanted(true))
    const name = sheetWords.fileName(new Date(now).toISOString().slice(0, 10))
    if (saveSheet(sheetWords.title, name)) toast(sheetWords.saved(name))
    setWanted(false)
  }
  return { isWanted, save }
}

/** Each new answer is said once, in words. */
function useSaidAloud({ report, isPending }: Answer): void {
  const announce = useAnnounce()
  const said = useRef<string | undefined>(undefined)
  useEffect(() => {
    if (!report || isPending || said.current === report.digest) return
    // The first is what the page opens with; a reader comes to it by itself.
    if (said.current !== undefined) announce(announced(report))
    said.current = report.digest
  }, [announce, report, isPending])
}
