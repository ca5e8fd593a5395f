/** The phone: it can be called, and its app holds virtual devices. */
import type { State } from '../../../shared/contract/index.ts'
import { bench as words } from '../../i18n/bench.ts'
import { Code, Icon, IconButton, Led, Switch } from '../../ui/index.ts'
import type { Act } from './use-bench.ts'

type BenchPhone = State<'bench'>['phone']
const KEYS = ['1', '2', '3', '4', '5', '6', '7', '8', '9', '', '0', ''] as const

export function Phone({ phone, act }: { phone: BenchPhone; act: Act }) {
  return (
    <>
      <CallCard phone={phone} act={act} />
      <AppCard phone={phone} act={act} />
    </>
  )
}

function CallCard({ phone, act }: { phone: BenchPhone; act: Act }) {
  const { call, state } = phone
  const isRinging = call?.state === 'ringing'
  const isTalking = call?.state === 'in-call'
  const status = state !== 'here' ? words.gone : isRinging ? words.ringing : isTalking ? words.inCall : words.idle
  const outcome =
    call?.state === 'accepted'
      ? words.accepted
      : call?.state === 'refused'
        ? words.refused
        : call?.state === 'missed'
          ? words.missed
          : undefined
  return (
    <section className="bench-card" aria-label={words.phone}>
      <header>
        <b>{words.phone}</b>
        <span className="st" role="status">
          <Led state={isRinging ? 'wait' : isTalking ? 'on' : 'off'} />
          {status}
        </span>
      </header>
      <div className="bench-phone">
        {call && (
          <div className="bench-call">
            <Icon name="call" />
            <span className="grow">
              {call.from}
              <span className="faint bench-line">{outcome ?? words.typeDigits}</span>
            </span>
          </div>
        )}
        {isTalking && (
          <>
            <div className="typed" role="status" aria-label={words.typed}>
              <span>{call.typed}</span>
              <span className="lk-caret" />
            </div>
            <div className="keypad">
              {KEYS.map((key, at) =>
                key === '' ? (
                  <span key={at} />
                ) : (
                  <button key={key} type="button" onClick={() => act('bench.phone', { key })}>
                    {key}
                  </button>
                ),
              )}
            </div>
          </>
        )}
      </div>
      <div className="bench-toggle">
        <span className="grow">{words.callsCome}</span>
        <Switch
          label={words.callsCome}
          isOn={phone.callsComeThrough}
          onChange={(callsComeThrough) => act('bench.phone', { callsComeThrough })}
        />
      </div>
      {(isRinging || isTalking) && (
        <div className="bench-acts">
          {isRinging && (
            <button type="button" className="is-live" onClick={() => act('bench.phone', { act: 'answer' })}>
              <Icon name="call" />
              {words.answer}
            </button>
          )}
          <button type="button" onClick={() => act('bench.phone', { act: 'hang-up' })}>
            {words.hangUp}
          </button>
        </div>
      )}
    </section>
  )
}

function AppCard({ phone, act }: { phone: BenchPhone; act: Act }) {
  const { accounts, name, state } = phone
  return (
    <section className="bench-card" aria-label={name}>
      <header>
        <b>{name}</b>
        <span className="st">{state === 'here' ? words.accounts(accounts.length) : words.states[state]}</span>
      </header>
      {state === 'here' &&
        (accounts.length === 0 ? (
          <p className="bench-empty">{words.noAccounts}</p>
        ) : (
          <ul className="inbox">
            {accounts.map((account) => (
              <li key={account.id} className="bench-account">
                <span className="grow">
                  <span className="from">
                    <span className="clip">
                      {account.identityName}, {account.account}
                    </span>
                  </span>
                  <span className="bench-code">
                    <Code code={account.code} />
                  </span>
                </span>
                <IconButton
                  icon="bin"
                  label={words.removeAccount(account.identityName)}
                  onClick={() => act('bench.phone', { removeAccount: account.id })}
                />
              </li>
            ))}
          </ul>
        ))}
      <div className="bench-acts">
        {state === 'here' ? (
          (['lose', 'steal', 'break'] as const).map((what) => (
            <button
              key={what}
              type="button"
              aria-label={words.of(words[what], name)}
              onClick={() => act('bench.phone', { act: what })}
            >
              {words[what]}
            </button>
          ))
        ) : (
          <button
            type="button"
            aria-label={words.of(words.bringBack, name)}
            onClick={() => act('bench.phone', { act: 'bring-back' })}
          >
            {words.bringBack}
          </button>
        )}
      </div>
    </section>
  )
}
