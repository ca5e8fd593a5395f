import { useState, type ReactNode } from 'react'
import {
  AppIcon,
  Badge,
  Bones,
  Button,
  Card,
  Chip,
  Code,
  Copied,
  cx,
  Dialog,
  Effects,
  Empty,
  Icon,
  IconButton,
  iconNames,
  Main,
  Mark,
  NextCode,
  Notice,
  Page,
  Ring,
  SixDigits,
  StillRing,
  Switch,
  Tag,
  TextField,
  Tile,
  useToast,
  Way,
  type Effect,
} from '../index.ts'

export function Part({ title, isWide, children }: { title: string; isWide?: boolean; children: ReactNode }) {
  return (
    <section className={cx('part', isWide && 'wide')}>
      <h2>{title}</h2>
      {children}
    </section>
  )
}

const effects: Effect[] = [
  { key: '1', tone: 'danger', name: 'Signaturportal für Behörden', outcome: 'Locked for good' },
  { key: '2', tone: 'warn', name: 'Root user, Northwind production', outcome: '1 device left' },
  { key: '3', tone: 'ok', name: 'alice.okonkwo-brandt', outcome: '2 devices left' },
  { key: '4', tone: 'ok', name: '10 more accounts', outcome: 'Each opens another way' },
]

export function PartsPage() {
  const toast = useToast()
  const [isLost, setLost] = useState(true)
  const [isOn, setOn] = useState(true)
  const [digits, setDigits] = useState('482915')
  const [seed, setSeed] = useState('JBSW Y3DP 1HPK 3PXP')
  const [isAsking, setAsking] = useState(false)
  const nothing = () => undefined
  return (
    <Main>
      <Page>
        <div className="parts">
          <Part title="Buttons">
            <div className="set">
              <Button variant="primary">Enable this token</Button>
              <Button onClick={() => setAsking(true)}>Change PIN</Button>
              <Button variant="ghost">Leave</Button>
              <Button variant="danger">Remove from Alice’s account</Button>
              <Button variant="danger-quiet">It is lost</Button>
              <Button variant="primary" disabled>
                Enable this token
              </Button>
              <Button className="is-focus">With focus</Button>
              <IconButton
                icon="copy"
                label="Copy"
                onClick={() => toast('Copied. Cleared from the clipboard in 30 s.')}
              />
              <Button variant="primary" isBusy>
                Asking the backend
              </Button>
              <Button why="The account has eight devices already.">Register</Button>
            </div>
          </Part>
          <Part title="Badges, states, chips">
            <div className="set">
              <Badge tone="ok">In order</Badge>
              <Badge tone="warn">Drifted 3 steps</Badge>
              <Badge tone="danger">Stolen</Badge>
              <Badge>Counter 118</Badge>
              <Tag>Work</Tag>
              <Chip icon="key" isPressed={!isLost} onChange={() => setLost(!isLost)}>
                Nitrokey spare
              </Chip>
              <Chip icon="minus" isPressed={isLost} onChange={setLost} pressedLabel=", lost">
                Blue YubiKey
              </Chip>
              <Switch label="Off" isOn={!isOn} onChange={() => setOn(!isOn)} />
              <Switch label="On" isOn={isOn} onChange={setOn} />
            </div>
          </Part>
          <Part title="Code, ring">
            <div className="set is-wide">
              <Code code="482915" />
              <StillRing seconds={21} of={30} />
              <StillRing seconds={8} of={30} />
              <StillRing seconds={4} of={30} />
              <Code isHidden />
              <NextCode label="next" code="739052" />
              <Ring period={30} />
            </div>
          </Part>
          <Part title="Tiles">
            <div className="set">
              {['Amazon Web Services', 'GitHub', 'Proton Mail', 'Bitwarden', 'privacyIDEA', 'Steam', '微信', 'Zoë'].map(
                (name) => (
                  <Tile key={name} name={name} />
                ),
              )}
              <Tile icon="root" />
            </div>
          </Part>
          <Part title="Six digits: refused where they are typed">
            <SixDigits
              label="Code"
              isLabelHidden
              value={digits}
              onChange={setDigits}
              error={digits === '482915' ? 'The same code twice. Wait for the display to change.' : undefined}
            />
          </Part>
          <Part title="Seed: a bad letter, by its place">
            <TextField
              label="Key"
              isMono
              value={seed}
              onChange={setSeed}
              badAt={seed.indexOf('1') < 0 ? undefined : seed.indexOf('1')}
              error={seed.includes('1') ? 'Letter 9 is “1”, which Base32 does not have. I or L?' : undefined}
            />
          </Part>
          <Part title="Rows: compact, one with focus, one just copied, one loading" isWide>
            <Card className="is-compact">
              <ul aria-label="Entries">
                {['Amazon Web Services', 'GitHub', 'Proton Mail'].map((name, at) => (
                  <li key={name} className={cx('lk-row', at === 1 && 'is-focus is-selected')}>
                    <Tile name={name} />
                    <div className="clip">
                      <div className="name">
                        <span className="clip">{name}</span>
                        {at === 0 && <Tag>Work</Tag>}
                      </div>
                      <div className="acct clip">alice@northwind.example · staging</div>
                    </div>
                    <div className="aux" />
                    <Code code={['482915', '073358', '640127'][at]} />
                    <Ring period={30} />
                    <div className={cx('end', at === 2 && 'is-shown')}>
                      {at === 2 ? (
                        <Copied>Copied</Copied>
                      ) : (
                        <>
                          <IconButton icon="copy" label="Copy the code" tabIndex={-1} />
                          <IconButton icon="dots" label="More" tabIndex={-1} />
                        </>
                      )}
                    </div>
                  </li>
                ))}
              </ul>
              <Bones kind="rows" count={1} label="Loading entries" />
            </Card>
          </Part>
          <Part title="A failure: what happened, whether anything changed, what to do" isWide>
            <Card>
              <Notice tone="danger" title="Northwind production did not answer." action={<Button>Try again</Button>}>
                Nothing was changed there. The device you began is kept here.
              </Notice>
              <Notice
                tone="warn"
                icon="key"
                title="FIDO keys do not drift, so there is nothing to resync."
                action={<Button>Replace this key</Button>}
              >
                If this key is refused, replace it.
              </Notice>
              <Notice
                icon="lock"
                title="This is the only way into the root user."
                action={<Button>Add another</Button>}
              >
                Add another before it is removed.
              </Notice>
            </Card>
          </Part>
          <Part title="Empty vault" isWide>
            <Empty
              title="No entries yet"
              ways={
                <>
                  <Way icon="scan" title="Scan the screen" onClick={nothing}>
                    Finds a QR code
                  </Way>
                  <Way icon="image" title="Drop an image" onClick={nothing}>
                    Or choose a file
                  </Way>
                  <Way icon="link" title="Paste a link" onClick={nothing}>
                    otpauth://
                  </Way>
                  <Way icon="type" title="Type a key" onClick={nothing}>
                    Base32
                  </Way>
                </>
              }
            >
              Bring the first one in any of four ways.
            </Empty>
          </Part>
          <Part title="Icons" isWide>
            <div className="set is-wide">
              {iconNames.map((name) => (
                <span key={name} className="lk-state">
                  <Icon name={name} size="lg" /> {name}
                </span>
              ))}
              <Mark />
              <AppIcon size={48} />
            </div>
          </Part>
          <Part title="Effects, loading" isWide>
            <Effects effects={effects} />
            <Bones kind="cards" count={1} label="Loading identities" />
            <Bones label="Loading" />
          </Part>
        </div>
      </Page>
      <Dialog
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title="Change the PIN?"
        footer={
          <>
            <Button onClick={() => setAsking(false)}>Keep it</Button>
            <Button variant="primary">Change</Button>
          </>
        }
      >
        <p className="muted">The key keeps its passkeys.</p>
      </Dialog>
    </Main>
  )
}
