/** What went with what was lost, and what no list can show of it. */
import type { Report } from '../../../shared/contract/index.ts'
import { follows as words, why } from '../../i18n/whatif.ts'
import { chainWords, followedWords } from '../../i18n/whatif-chain.ts'
import { questionWords } from '../../i18n/whatif-questions.ts'
import { Card, Icon, Link } from '../../ui/index.ts'
import type { WhatIfActions } from './actions.ts'

/** Those that fell first say it. */
const MOST = 6

export function FollowsCard({ report, actions }: { report: Report; actions: WhatIfActions }) {
  const { follows, unseen } = report
  if (follows.length + unseen.length === 0) return null
  return (
    <Card label={words.title} className="lk-follows">
      {follows.length > 0 && <h3>{words.title}</h3>}
      <ul className="lk-closed">
        {follows.slice(0, MOST).map(({ what, because }, at) => (
          <li key={`${at} ${what.is}`}>
            <Icon name="unplug" size="sm" className="faint" />
            <span>
              {followedWords(what)}
              {because.length > 0 && <span className="muted">{`: ${chainWords(because).join(' ')}`}</span>}
            </span>
          </li>
        ))}
        {follows.length > MOST && <li className="muted">{words.more(follows.length - MOST)}</li>}
        {unseen.map((question, at) => (
          <li key={`unseen ${at}`}>
            <Icon name="help" size="sm" className="faint" />
            <span>{questionWords(question).ask}</span>
            <Link onClick={() => actions.onDialog({ is: 'answer', question })}>{why.answer}</Link>
          </li>
        ))}
      </ul>
    </Card>
  )
}
