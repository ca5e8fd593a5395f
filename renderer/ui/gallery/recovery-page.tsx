import { useState } from 'react'
import {
  Badge,
  Button,
  Card,
  CardHead,
  CodesAsked,
  Icon,
  Menu,
  Notice,
  ProgressLine,
  Scroll,
  SixDigits,
  StepDone,
  StepLater,
  StepNow,
  Steps,
  TopBar,
} from '../index.ts'
import { Frame } from './frame.tsx'

export function RecoveryPage() {
  const [first, setFirst] = useState('482915')
  const [second, setSecond] = useState('07')
  return (
    <Frame at="recovery">
      <TopBar title="Replace a stolen token" crumb={{ label: 'Recovery', href: '#' }}>
        <Button>
          <span className="only-narrow">Leave</span>
          <span className="not-narrow">Leave, keep my place</span>
        </Button>
        <Menu
          label="Print the plan, close the case"
          entries={[{ key: 'print', label: 'Print the plan', onSelect: () => undefined }]}
        />
      </TopBar>
      <Scroll>
        <div className="lk-case">
          <div>
            <div className="lk-case-head">
              <div className="lk-title-line">
                <h2>Gemalto token</h2>
                <Badge tone="danger">Stolen</Badge>
              </div>
              <p className="faint num">Opened 22 Nov, 09:02. Root user of Northwind production and four more.</p>
            </div>
            <Steps label="Steps">
              <StepDone title="Drifted or lost?" note="Stolen. Its codes are not tried again." when="22 Nov, 09:02" />
              <StepDone title="Reach email and phone?" note="Both. A test call came through." when="22 Nov, 09:06" />
              <StepDone title="Sign in another way" note="With the blue YubiKey" when="22 Nov, 09:14" />
              <StepDone title="Ask the vendor for a new token" note="Ordered, arrived today" when="24 Nov, 10:30" />
              <StepDone title="Remove the old token" note="GALT 0047 7190, by Latchkey" when="24 Nov, 10:31" />
              <StepNow
                number={6}
                title="Enable the new token"
                why="Two codes in a row show the account that token GALT 0062 3358 is in your hand and on time."
                actions={
                  <>
                    <Button variant="primary" disabled={second.length < 6}>
                      Enable this token
                    </Button>
                    <Button variant="ghost">I have no token here</Button>
                  </>
                }
              >
                <CodesAsked>
                  <SixDigits label="Code now" isInline value={first} onChange={setFirst} isAccepted ok="Six digits" />
                  <SixDigits
                    label="Code after it"
                    isInline
                    value={second}
                    onChange={setSecond}
                    help="New in 12 s"
                    helpIcon="clock"
                    takesFocus
                  />
                </CodesAsked>
              </StepNow>
              <StepLater number={7} title="Try it once" note="Sign in with the new token" />
              <StepLater number={8} title="Change the password" note="The thief may hold it too" />
              <StepLater number={9} title="Close the case" note="When all five accounts are switched" />
            </Steps>
          </div>
          <Card label="Accounts on the token">
            <CardHead title="Accounts on the token">
              <span className="faint num">3 of 5</span>
            </CardHead>
            <div className="lk-card-line">
              <ProgressLine label="Accounts switched" value={3} max={5} tone="ok" />
            </div>
            <ul className="lk-accts">
              <li>
                <span className="todo is-now" />
                <span className="clip">Root user</span>
                <span className="meta">Northwind production. Step 6 now</span>
              </li>
              <li>
                <span className="todo" />
                <span className="clip">Hostmaster at deSEC DNS</span>
                <span className="meta">Waits for the root user</span>
              </li>
              <li>
                <Icon name="ok" className="t-ok" />
                <span className="clip">alice.okonkwo-brandt</span>
                <span className="meta">Switched 24 Nov, 10:12</span>
              </li>
            </ul>
            <Notice icon="clock">A virtual device stands in until the new token works.</Notice>
          </Card>
        </div>
      </Scroll>
    </Frame>
  )
}
