/** Single points of failure: what would cost something by itself, worst first. Looked for once a week, or now. */
import { useEffect } from 'react'
import { useCall } from '../../client/index.ts'
import { errorWords } from '../../i18n/errors.ts'
import { outcomes, weak as words } from '../../i18n/whatif.ts'
import { chipWords } from '../../i18n/whatif-names.ts'
import { Badge, Button, Card, CardHead, cx, Help, Icon, ProgressLine } from '../../ui/index.ts'
import { kindIcons, namedKey, outcomeLooks, type WhatIf } from './look.ts'

interface WeakPointsProps {
  readonly whatif: WhatIf
  readonly now: number
  readonly onChoose: (what: NonNullable<WhatIf['weakPoints']['points']>[number]['what']) => void
}

/** Beyond these it is a list nobody reads; the table of each loss has the rest. */
const MOST = 12

export function WeakPoints({ whatif, now, onChoose }: WeakPointsProps) {
  const check = useCall('whatif.check', { cancelOnUnmount: true })
  const seen = useCall('whatif.seen')
  const { points, checkedAt, isChecking, newSince, count } = whatif.weakPoints
  const isBusy = isChecking || check.pending
  // Those of an earlier session are a number only; the list is made once, when somebody looks.
  const isWanted = points === undefined && !isBusy && !check.error && whatif.losables.length > 0
  const { start: startCheck } = check
  useEffect(() => {
    if (isWanted) startCheck({})
  }, [isWanted, startCheck])
  const hasNew = newSince > 0 && points !== undefined
  const { start: startSeen } = seen
  useEffect(() => {
    if (!hasNew) return undefined
    // Shown is shown: on leaving, they are new no more.
    return () => startSeen({})
  }, [hasNew, startSeen])
  const shown = (points ?? []).slice(0, MOST)
  return (
    <Card labelledBy="whatif-weak" className="lk-weak">
      <CardHead
        title={words.title}
        titleId="whatif-weak"
        level={3}
        meta={checkedAt === undefined ? words.never : words.checkedAt(checkedAt, now)}
      >
        {check.pending ? (
          <Button onClick={check.cancel}>{words.stop}</Button>
        ) : (
          <Button icon="sync" isBusy={isChecking} onClick={() => check.start({})}>
            {words.check}
          </Button>
        )}
      </CardHead>
      {isBusy && (
        <div className="lk-card-line">
          <p className="muted">
            {check.progress ? words.checking(check.progress.done, check.progress.total) : words.beginning}
          </p>
          <ProgressLine label={words.beginning} value={check.progress?.done} max={check.progress?.total} />
        </div>
      )}
      {check.error && check.error.code !== 'cancelled' && (
        <div className="lk-card-line">
          <Help tone="danger">{errorWords(check.error)}</Help>
        </div>
      )}
      {!isBusy && points !== undefined && (
        <>
          <p className={cx('lk-card-line', points.length === 0 ? 't-ok' : 'muted')}>
            {points.length === 0 ? words.none : words.more}
          </p>
          <ul>
            {shown.map((point) => (
              <li key={namedKey(point.what)}>
                <button type="button" onClick={() => onChoose(point.what)}>
                  <Icon name={kindIcons[point.what.kind]} className="faint" />
                  <span className="grow">
                    <span className="name">
                      {chipWords(point.what)}
                      {/* Whose it is stands below already where it is the one account. */}
                      {point.what.of && point.accounts > 1 && <span className="meta">{point.what.of.who}</span>}
                      {point.isNew && <Badge tone="warn">{words.fresh}</Badge>}
                    </span>
                    <span className="meta">{words.costs(point)}</span>
                  </span>
                  <span className={cx('out', `is-${outcomeLooks[point.outcome].tone}`)}>
                    <Icon name={outcomeLooks[point.outcome].icon} size="sm" />
                    {outcomes[point.outcome].head}
                  </span>
                  <Icon name="chev" size="sm" className="faint" />
                </button>
              </li>
            ))}
          </ul>
          {count > shown.length && <p className="lk-card-line muted">{words.onlySome(shown.length, count)}</p>}
        </>
      )}
    </Card>
  )
}
