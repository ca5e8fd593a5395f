/** A case that holds many, in the list of cases. */
import type { ManyView } from '../../../shared/contract/index.ts'
import { many as words, manyTitle } from '../../i18n/recovery-many.ts'
import { list } from '../../i18n/recovery.ts'
import { Badge, Icon, ProgressLine } from '../../ui/index.ts'
import { manyProgress } from './many-look.ts'

export function ManyCard({ view, onOpen }: { view: ManyView; onOpen: () => void }) {
  const { closedAt, outcome, openedAt, tasks, isAtWork } = view
  const { done, all } = manyProgress(view)
  const failed = tasks.some(({ state }) => state === 'failed')
  const time =
    closedAt === undefined
      ? words.opened(openedAt)
      : outcome === 'finished'
        ? list.finished(closedAt)
        : list.abandoned(closedAt)
  return (
    <button type="button" className="lk-card lk-case-card" onClick={onOpen}>
      <span className="lk-tile is-tone-0" aria-hidden="true">
        <Icon name="recovery" />
      </span>
      <span className="grow">
        <span className="title">
          {manyTitle(view)}
          {closedAt === undefined && failed && !isAtWork && <Badge tone="warn">{list.trouble}</Badge>}
        </span>
        <span className="meta num">
          {words.accounts(tasks.length)}. {time}.
        </span>
      </span>
      {closedAt === undefined ? (
        <span className="end">
          <span className="faint num">{words.settled(done, all)}</span>
          <ProgressLine label={words.progress} value={done} max={all} tone="ok" />
        </span>
      ) : (
        <Icon name={outcome === 'finished' ? 'ok' : 'minus'} className={outcome === 'finished' ? 't-ok' : 'faint'} />
      )}
      <Icon name="chev" size="sm" className="faint" />
    </button>
  )
}
