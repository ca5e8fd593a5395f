/** The backend's simulated sign-in page, with the titles and words that the seed gives it. */
import { useState, type ReactNode } from 'react'
import type { SignInPage, State } from '../../../shared/contract/index.ts'
import { useTopic } from '../../client/index.ts'
import { pageTitle, signIn as words, signInFault } from '../../i18n/bench.ts'
import { Button, Help, Link, RadioCards, Select, SixDigits, TextField } from '../../ui/index.ts'
import type { Act } from './use-bench.ts'

type People = State<'bench'>['people']
interface PartProps<P extends SignInPage['page']> {
  readonly page: Extract<SignInPage, { page: P }>
  readonly people: People
  readonly act: Act
}

interface SignInCardProps {
  readonly page: SignInPage
  readonly people: People
  readonly act: Act
  /** The page is about to be the first one again. */
  readonly onStartingOver: () => void
}

export function SignInCard({ page, people, act, onStartingOver }: SignInCardProps) {
  const startOver = () => {
    onStartingOver()
    act('bench.signIn', { act: page.page === 'signed-in' ? 'sign-out' : 'start-over' })
  }
  return (
    <section className="bench-card bench-wide" aria-label={words.title}>
      <header>
        <b>{words.title}</b>
        <span className="st">
          {page.page !== 'start' && (
            <Link onClick={startOver}>{page.page === 'signed-in' ? words.signOut : words.startOver}</Link>
          )}
        </span>
      </header>
      <div className="sign-in">
        {page.page !== 'start' && <h3>{pageTitle(page)}</h3>}
        <Part page={page} people={people} act={act} />
        <Help tone="danger">{'fault' in page && page.fault ? signInFault(page.fault) : undefined}</Help>
      </div>
    </section>
  )
}

function Part(props: { page: SignInPage; people: People; act: Act }): ReactNode {
  const { page, people, act } = props
  switch (page.page) {
    case 'start':
      return <Who people={people} act={act} />
    case 'password':
    case 'password-again':
      return <Password key={page.page} who={page.who} people={people} act={act} />
    case 'choose-device':
      return <ChooseDevice page={page} people={people} act={act} />
    case 'code':
      return <TypeCode page={page} people={people} act={act} />
    case 'touch':
      return <Touch page={page} people={people} act={act} />
    case 'troubleshoot':
      return (
        <div className="row">
          <Button variant="primary" onClick={() => act('bench.signIn', { act: 'use-alternative-factors' })}>
            {words.byAlternative}
          </Button>
        </div>
      )
    case 'alternative-factors':
      return <AlternativeFactors page={page} people={people} act={act} />
    case 'signed-in':
      return (
        <p className="muted">{page.deviceName === undefined ? words.via[page.via] : words.with(page.deviceName)}</p>
      )
  }
}

function Who({ people, act }: { people: People; act: Act }) {
  const [who, setWho] = useState(people[0]?.identityId ?? '')
  return (
    <form
      className="row"
      onSubmit={(event) => {
        event.preventDefault()
        act('bench.signIn', { act: 'who', identityId: who })
      }}
    >
      <Select
        label={words.who}
        value={who}
        onChange={setWho}
        options={people.map(({ identityId, name, kind, account }) => ({
          value: identityId,
          label: `${name} (${kind === 'root' ? words.root : words.user}, ${account})`,
        }))}
      />
      <Button type="submit" variant="primary">
        {words.next}
      </Button>
    </form>
  )
}

function Password({ who, people, act }: { who: string; people: People; act: Act }) {
  const [password, setPassword] = useState('')
  // A root user is named with its account. One that somebody chose is known to them alone.
  const known = people.find(({ name, account }) => who === name || who === `${name}, ${account}`)?.password || undefined
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        act('bench.signIn', { act: 'password', password })
      }}
    >
      <TextField
        label={`${words.password}, ${who}`}
        help={known === undefined ? undefined : words.knownHelp}
        type="password"
        value={password}
        onChange={setPassword}
        suffix={known === undefined ? undefined : <Link onClick={() => setPassword(known)}>{words.fillIn}</Link>}
      />
      <div className="row">
        <Button type="submit" variant="primary" disabled={password === ''}>
          {words.submit}
        </Button>
      </div>
    </form>
  )
}

function Troubleshoot({ can, act }: { can: boolean; act: Act }) {
  return can ? <Link onClick={() => act('bench.signIn', { act: 'troubleshoot' })}>{words.troubleshoot}</Link> : null
}

function ChooseDevice({ page, act }: PartProps<'choose-device'>) {
  const [deviceId, setDeviceId] = useState(page.devices[0]?.id)
  return (
    <form
      className="sign-in-choose"
      onSubmit={(event) => {
        event.preventDefault()
        if (deviceId !== undefined) act('bench.signIn', { act: 'choose', deviceId })
      }}
    >
      <RadioCards
        label={words.choose}
        value={deviceId}
        onChange={setDeviceId}
        options={page.devices.map(
          ({ id, name, type }) =>
            ({
              value: id,
              label: name,
              icon: type === 'fido' ? 'keys' : type === 'hardware-totp' ? 'token' : 'phone',
            }) as const,
        )}
      />
      <div className="row">
        <Button type="submit" variant="primary">
          {words.next}
        </Button>
        <Troubleshoot can={page.canTroubleshoot} act={act} />
      </div>
    </form>
  )
}

function TypeCode({ page, act }: PartProps<'code'>) {
  const [code, setCode] = useState('')
  return (
    <form
      onSubmit={(event) => {
        event.preventDefault()
        act('bench.signIn', { act: 'code', code })
        setCode('')
      }}
    >
      <SixDigits label={words.code(page.deviceName)} value={code} onChange={setCode} />
      <div className="row">
        <Button type="submit" variant="primary" disabled={code.length !== 6}>
          {words.submit}
        </Button>
        <Troubleshoot can={page.canTroubleshoot} act={act} />
      </div>
    </form>
  )
}

function Touch({ page, act }: PartProps<'touch'>) {
  const canUsePage = useTopic('app').state?.webauthn ?? false
  return (
    <>
      <p className="muted">{words.touch(page.deviceName)}</p>
      <div className="row">
        <Button variant="primary" icon="touch" onClick={() => act('bench.signIn', { act: 'touch' })}>
          {words.touchBench}
        </Button>
        {canUsePage && <Button onClick={() => act('bench.signInWithPage', {})}>{words.touchPage}</Button>}
        <Troubleshoot can={page.canTroubleshoot} act={act} />
      </div>
    </>
  )
}

function AlternativeFactors({ page: { email, phone, fault }, act }: PartProps<'alternative-factors'>) {
  return (
    <>
      <div className="factor">
        <span>{words.email(email.to)}</span>
        {email.state === 'verified' ? (
          <Help tone="ok">{words.verified}</Help>
        ) : (
          <>
            <Button
              variant={email.state === 'not-sent' ? 'primary' : 'default'}
              onClick={() => act('bench.signIn', { act: 'send-email' })}
            >
              {email.state === 'not-sent' ? words.send : words.resend}
            </Button>
            <Help icon="mail">{email.state === 'sent' ? words.sent : undefined}</Help>
          </>
        )}
      </div>
      <div className="factor">
        <span>{words.phone(phone.to)}</span>
        {phone.state === 'verified' ? (
          <Help tone="ok">{words.verified}</Help>
        ) : phone.state === 'calling' ? (
          <>
            <Help icon="call">{words.calling}</Help>
            <span className="digits num">{phone.digits}</span>
          </>
        ) : phone.state === 'not-answered' ? (
          // The page calls once: then only a new sign-in leads on.
          <Help tone="warn">{fault === undefined ? words.notAnswered : undefined}</Help>
        ) : (
          <Button
            variant="primary"
            disabled={email.state !== 'verified'}
            onClick={() => act('bench.signIn', { act: 'call-me' })}
          >
            {words.call}
          </Button>
        )}
      </div>
      {phone.state === 'verified' && (
        <div className="row">
          <Button variant="primary" onClick={() => act('bench.signIn', { act: 'use-alternative-factors' })}>
            {words.toConsole}
          </Button>
        </div>
      )}
    </>
  )
}
