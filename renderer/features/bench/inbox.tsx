/** The inbox that alternative factors use, with its spam folder. */
import { useState } from 'react'
import type { State } from '../../../shared/contract/index.ts'
import { bench as words, mailSubject } from '../../i18n/bench.ts'
import { atTime } from '../../i18n/format.ts'
import { cx, Icon, Link, Switch } from '../../ui/index.ts'
import type { Act } from './use-bench.ts'

type Mail = State<'bench'>['inbox'][number]

export function Inbox({ mails, goesToSpam, act }: { mails: readonly Mail[]; goesToSpam: boolean; act: Act }) {
  const [isSpamOpen, setSpamOpen] = useState(false)
  const newestFirst = mails.toSorted((a, b) => b.at - a.at)
  const inbox = newestFirst.filter(({ spam }) => !spam)
  const spam = newestFirst.filter(({ spam }) => spam)
  return (
    <section className="bench-card" aria-label={words.inbox}>
      <header>
        <b>{words.inbox}</b>
        <span className="st" role="status">
          {words.newMail(inbox.filter(({ read }) => !read).length)}
        </span>
      </header>
      {inbox.length === 0 ? (
        <p className="bench-empty">{words.noMail}</p>
      ) : (
        <ul className="inbox">
          {inbox.slice(0, 4).map((mail) => (
            <MailLine key={mail.id} mail={mail} act={act} />
          ))}
        </ul>
      )}
      {spam.length > 0 && (
        <ul className="inbox">
          <li>
            <button type="button" className="from" aria-expanded={isSpamOpen} onClick={() => setSpamOpen(!isSpamOpen)}>
              <Icon name="warn" size="sm" />
              {words.spam}
              <span className="num">{spam.length}</span>
            </button>
          </li>
          {isSpamOpen && spam.map((mail) => <MailLine key={mail.id} mail={mail} act={act} />)}
        </ul>
      )}
      <div className="bench-toggle">
        <span className="grow">{words.toSpam}</span>
        <Switch label={words.toSpam} isOn={goesToSpam} onChange={(isOn) => act('bench.mail', { goesToSpam: isOn })} />
      </div>
    </section>
  )
}

function MailLine({ mail, act }: { mail: Mail; act: Act }) {
  const { id, from, at, read, spam, link, kind, subject } = mail
  return (
    <li className={cx(!read && 'is-new')}>
      <span className="from">
        <span className="clip">{from}</span>
        <span className="num">{atTime(at)}</span>
      </span>
      <span className="subj clip">{mailSubject(kind, subject)}</span>
      {spam ? (
        <Link onClick={() => act('bench.mail', { id, act: 'not-spam' })}>{words.notSpam}</Link>
      ) : link === 'open' ? (
        <Link onClick={() => act('bench.mail', { id, act: 'follow' })}>{words.follow}</Link>
      ) : link === undefined ? null : (
        <span className="faint">{link === 'used' ? words.linkUsed : words.linkExpired}</span>
      )}
    </li>
  )
}
