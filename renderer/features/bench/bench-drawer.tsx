/** The demo bench: the simulated world beside the program, with everything on it to touch, lose and move. */
import { useState } from 'react'
import { useTopic } from '../../client/index.ts'
import { bench as words } from '../../i18n/bench.ts'
import { Bones, Button, Drawer, Icon, Slider, useSecond } from '../../ui/index.ts'
import { Inbox } from './inbox.tsx'
import { BenchKeys } from './keys.tsx'
import { Phone } from './phone.tsx'
import { SignInCard } from './sign-in.tsx'
import { Tokens } from './tokens.tsx'
import { useAct, type Act } from './use-bench.ts'
import './bench.css'

const clockTime = new Intl.DateTimeFormat('en-GB', { hour: '2-digit', minute: '2-digit', second: '2-digit' })
const day = new Intl.DateTimeFormat('en-GB', { day: 'numeric', month: 'short', year: 'numeric' })

export function BenchDrawer({ onClose }: { onClose: () => void }) {
  const bench = useTopic('bench').state
  const act = useAct()
  const [isSignInOpen, setSignInOpen] = useState(false)
  // A sign-in that was begun stays in view, also where it was begun before the bench was opened.
  const showsSignIn = isSignInOpen || (bench !== undefined && bench.signIn.page !== 'start')
  return (
    <Drawer
      title={words.title}
      icon="bench"
      onClose={onClose}
      actions={
        <>
          <Button aria-pressed={showsSignIn} onClick={() => setSignInOpen(!isSignInOpen)}>
            {words.signInPage}
          </Button>
          <Button variant="ghost" onClick={() => act('bench.restore', {})}>
            {words.reset}
          </Button>
        </>
      }
      head={bench && <WorldClock computerErrorMs={bench.computerErrorMs} act={act} />}
    >
      {!bench ? (
        <div className="bench-grid">
          <Bones kind="cards" count={4} label={words.loading} />
        </div>
      ) : (
        <div className="bench-grid">
          {showsSignIn && (
            <SignInCard
              page={bench.signIn}
              people={bench.people}
              act={act}
              onStartingOver={() => setSignInOpen(true)}
            />
          )}
          <BenchKeys keys={bench.keys} act={act} />
          <Tokens tokens={bench.tokens} act={act} />
          <Inbox mails={bench.inbox} goesToSpam={bench.mailGoesToSpam} act={act} />
          <Phone phone={bench.phone} act={act} />
        </div>
      )}
    </Drawer>
  )
}

/** The world's time, and how far this computer's clock is from it. Codes are made for the world's where that was measured. */
function WorldClock({ computerErrorMs, act }: { computerErrorMs: number; act: Act }) {
  return (
    <>
      <div className="bench-time">
        <Icon name="clock" size="sm" />
        <Now />
        <span className="grow" />
        {words.move.map(([label, ms]) => (
          <Button key={label} aria-label={words.moveLabel(label)} onClick={() => act('bench.moveClock', { ms })}>
            {label}
          </Button>
        ))}
      </div>
      <div className="bench-computer">
        <ComputerClock key={computerErrorMs} errorMs={computerErrorMs} act={act} />
      </div>
    </>
  )
}

function Now() {
  const now = useWorldNow()
  return (
    <>
      <span className="mono num">{clockTime.format(now)}</span>
      <span className="faint">{day.format(now)}</span>
    </>
  )
}

function useWorldNow(): number {
  const second = useSecond()
  const bench = useTopic('bench').state
  const clock = useTopic('clock').state
  // The page's own time follows the codes' time, which is the world's as far as it was measured.
  const behind = bench && clock ? bench.now - clock.at : 0
  return second + (Math.abs(behind) < 2_000 ? 0 : behind)
}

function ComputerClock({ errorMs, act }: { errorMs: number; act: Act }) {
  const [seconds, setSeconds] = useState(Math.round(errorMs / 1000))
  return (
    <Slider
      label={words.computer}
      value={seconds}
      min={-300}
      max={300}
      step={1}
      origin={0}
      tone={seconds === 0 ? 'plain' : 'warn'}
      valueText={words.computerValue(seconds)}
      ends={words.ends}
      onChange={setSeconds}
      onCommit={(value) => act('bench.setComputerError', { ms: value * 1000 })}
    />
  )
}
