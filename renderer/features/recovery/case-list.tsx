/** All cases, open ones first with where each stands, and the three jobs that can be begun. */
import { useState } from 'react'
import type { CaseView, ManyView } from '../../../shared/contract/index.ts'
import { caseTitle, stepWords } from '../../i18n/playbooks.ts'
import { list as words, type StartKind } from '../../i18n/recovery.ts'
import { manyStart } from '../../i18n/recovery-many.ts'
import { Badge, Empty, Icon, Page, ProgressLine, TopBar, Way } from '../../ui/index.ts'
import { caseProgress, kindIcons, openStep, sortCases, typeIcons, whoseCase } from './look.ts'
import type { RecoveryScreenProps } from './form-props.ts'
import { ManyCard } from './many-card.tsx'
import { sortMany, withoutHeld } from './many-look.ts'
import { ManyStart } from './many-start.tsx'
import { StartDialog } from './start-dialog.tsx'

interface CaseListProps extends Pick<RecoveryScreenProps, 'banners' | 'onDevices'> {
  readonly cases: Readonly<Record<string, CaseView>>
  readonly many: Readonly<Record<string, ManyView>>
  readonly onCase: (caseId: string) => void
}

export function CaseList({ cases, many, banners, onCase, onDevices }: CaseListProps) {
  const [starting, setStarting] = useState<StartKind | 'many' | undefined>(undefined)
  const { open, closed } = sortCases(withoutHeld(cases, many))
  const holding = sortMany(many)
  const count = open.length + holding.filter(({ closedAt }) => closedAt === undefined).length
  return (
    <>
      <TopBar title={words.title} sub={words.counts(count)} />
      {banners}
      <Page>
        <div className="lk-recovery">
          <section aria-label={words.starts} className="lk-starts">
            <Way icon="plus" title={words.register} onClick={() => setStarting('register')}>
              {words.registerMore}
            </Way>
            <Way icon="sync" title={words.resync} onClick={() => setStarting('resync')}>
              {words.resyncMore}
            </Way>
            <Way icon="recovery" title={words.replace} onClick={() => setStarting('replace')}>
              {words.replaceMore}
            </Way>
            <Way icon="phone" title={manyStart.start} onClick={() => setStarting('many')}>
              {manyStart.startMore}
            </Way>
          </section>
          {holding.length > 0 && (
            <section className="lk-case-cards" aria-label={words.many}>
              <h2>
                {words.many} <span className="num">{holding.length}</span>
              </h2>
              <ul>
                {holding.map((view) => (
                  <li key={view.id}>
                    <ManyCard view={view} onOpen={() => onCase(view.id)} />
                  </li>
                ))}
              </ul>
            </section>
          )}
          {count > 0 && open.length === 0 ? null : open.length === 0 ? (
            <section aria-label={words.open}>
              <h2 className="vh">{words.open}</h2>
              <Empty title={words.none}>{words.noneMore}</Empty>
            </section>
          ) : (
            <CaseCards title={words.open} cases={open} onCase={onCase} />
          )}
          {closed.length > 0 && <CaseCards title={words.closed} cases={closed} onCase={onCase} />}
        </div>
      </Page>
      {starting === 'many' && <ManyStart onClose={() => setStarting(undefined)} onCase={onCase} />}
      {starting && starting !== 'many' && (
        <StartDialog kind={starting} onClose={() => setStarting(undefined)} onCase={onCase} onDevices={onDevices} />
      )}
    </>
  )
}

interface CaseCardsProps {
  readonly title: string
  readonly cases: readonly CaseView[]
  readonly onCase: (caseId: string) => void
}

function CaseCards({ title, cases, onCase }: CaseCardsProps) {
  return (
    <section className="lk-case-cards" aria-label={title}>
      <h2>
        {title} <span className="num">{cases.length}</span>
      </h2>
      <ul>
        {cases.map((view) => (
          <li key={view.id}>
            <CaseCard view={view} onOpen={() => onCase(view.id)} />
          </li>
        ))}
      </ul>
    </section>
  )
}

function CaseCard({ view, onOpen }: { view: CaseView; onOpen: () => void }) {
  const { kind, device, closedAt, outcome, openedAt } = view
  const { done, all } = caseProgress(view)
  const open = openStep(view)
  const isOpen = closedAt === undefined
  const time = isOpen
    ? words.opened(openedAt)
    : outcome === 'abandoned'
      ? words.abandoned(closedAt)
      : words.finished(closedAt)
  return (
    <button type="button" className="lk-card lk-case-card" onClick={onOpen}>
      <span className="lk-tile is-tone-0" aria-hidden="true">
        <Icon name={device && kind !== 'help' ? typeIcons[device.type] : kindIcons[kind]} />
      </span>
      <span className="grow">
        <span className="title">
          {caseTitle(view)}
          {isOpen && open?.trouble && <Badge tone="warn">{words.trouble}</Badge>}
        </span>
        <span className="meta num">
          {whoseCase(view)}. {time}.
        </span>
        {isOpen && open && <span className="now">{words.now(stepWords(open).title)}</span>}
      </span>
      {isOpen ? (
        <span className="end">
          <span className="faint num">{words.progress(done, all)}</span>
          <ProgressLine label={words.progress(done, all)} value={done} max={all} tone="ok" />
        </span>
      ) : (
        <Icon name={outcome === 'abandoned' ? 'minus' : 'ok'} className={outcome === 'abandoned' ? 'faint' : 't-ok'} />
      )}
      <Icon name="chev" size="sm" className="faint" />
    </button>
  )
}
