/** What the case is about and how far it is. */
import type { CaseView } from '../../../shared/contract/index.ts'
import { inFours, typeWords } from '../../i18n/devices.ts'
import { atDayTime } from '../../i18n/format.ts'
import { lossBadge, side as words } from '../../i18n/recovery.ts'
import { Card, CardHead, Icon, Notice, ProgressLine } from '../../ui/index.ts'
import { caseProgress, typeIcons } from './look.ts'

export function CaseSide({ view }: { view: CaseView }) {
  const { device, identity, loss, openedAt, closedAt, outcome } = view
  const { done, all } = caseProgress(view)
  return (
    <Card label={words.title}>
      <CardHead title={words.title}>
        <span className="faint num">{outcome === 'abandoned' ? words.doneOnly(done) : words.count(done, all)}</span>
      </CardHead>
      {outcome !== 'abandoned' && (
        <div className="lk-card-line">
          <ProgressLine label={words.progress} value={done} max={all} tone="ok" />
        </div>
      )}
      <ul className="lk-accts">
        {device && (
          <li>
            <Icon name={typeIcons[device.type]} className="faint" />
            <span className="lk-breaks">{device.name}</span>
            <span className="meta">
              {[
                typeWords[device.type].name,
                ...(loss ? [lossBadge[loss].toLocaleLowerCase()] : []),
                ...(device.serial === undefined ? [] : [words.serial(inFours(device.serial))]),
              ].join(', ')}
            </span>
          </li>
        )}
        <li>
          <Icon name={identity.kind === 'root' ? 'root' : 'user'} className="faint" />
          <span className="lk-breaks">{identity.name}</span>
          <span className="meta">{identity.kind === 'root' ? identity.account : words.userOf(identity.account)}</span>
        </li>
        <li>
          <Icon name="clock" className="faint" />
          <span>{words.opened}</span>
          <span className="meta num">{atDayTime(openedAt)}</span>
        </li>
        {closedAt !== undefined && (
          <li>
            <Icon
              name={outcome === 'abandoned' ? 'minus' : 'ok'}
              className={outcome === 'abandoned' ? 'faint' : 't-ok'}
            />
            <span>{outcome === 'abandoned' ? words.abandoned : words.finished}</span>
            <span className="meta num">{atDayTime(closedAt)}</span>
          </li>
        )}
      </ul>
      {closedAt === undefined && <Notice icon="lock">{words.kept}</Notice>}
    </Card>
  )
}
