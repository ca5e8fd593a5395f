import { useState } from 'react'
import {
  Actions,
  Button,
  Card,
  Checkbox,
  ConfirmByName,
  DoneBy,
  IconButton,
  Main,
  Page,
  Popover,
  ProgressLine,
  RadioCards,
  Select,
  Setting,
  SixDigits,
  Slider,
  State,
  Switch,
  TextArea,
  TextField,
  useAnnounce,
  useSecond,
  useToast,
} from '../index.ts'
import { Part } from './parts-page.tsx'

export function FormsPage() {
  const toast = useToast()
  const announce = useAnnounce()
  const second = useSecond()
  const [name, setName] = useState('Blue YubiKey')
  const [passphrase, setPassphrase] = useState('correct horse')
  const [kind, setKind] = useState<'virtual' | 'token' | 'fido' | undefined>('virtual')
  const [theme, setTheme] = useState<'system' | 'light' | 'dark'>('system')
  const [isOn, setOn] = useState(true)
  const [isSure, setSure] = useState(false)
  const [lockAfter, setLockAfter] = useState<'1' | '5' | '10'>('10')
  const [eight, setEight] = useState('1234')
  const [level, setLevel] = useState(40)
  const [isAsking, setAsking] = useState(false)
  return (
    <Main>
      <Page>
        <div className="parts">
          <Part title="Text">
            <TextField label="Name" value={name} onChange={setName} help="As you call it." />
            <TextField
              label="Passphrase"
              type="password"
              value={passphrase}
              onChange={setPassphrase}
              ok="Strong enough"
            />
            <TextField
              label="Email"
              type="email"
              value=""
              placeholder="alice@northwind.example"
              onChange={() => undefined}
              error="An address has an @."
            />
            <TextField label="Off" value="Not now" onChange={() => undefined} disabled />
            <TextArea
              label="Message to the administrator"
              value="Please remove my old token."
              onChange={() => undefined}
              help="Sent by you, not by Latchkey."
            />
          </Part>
          <Part title="Choices">
            <RadioCards
              label="What kind of device is it?"
              value={kind}
              onChange={setKind}
              options={[
                {
                  value: 'virtual',
                  label: 'An app on a phone, or this vault',
                  meta: 'Codes that change every 30 seconds',
                  icon: 'phone',
                },
                { value: 'token', label: 'A hardware token', icon: 'token', end: <State tone="warn">Drifts</State> },
                {
                  value: 'fido',
                  label: 'A security key',
                  icon: 'key',
                  why: 'This backend does not take security keys.',
                },
              ]}
            />
            <RadioCards
              label="Theme"
              isRow
              value={theme}
              onChange={setTheme}
              options={[
                { value: 'system', label: 'As the system' },
                { value: 'light', label: 'Light' },
                { value: 'dark', label: 'Dark' },
              ]}
            />
            <Checkbox label="I have written the recovery code down" isChecked={isSure} onChange={setSure} />
            <Checkbox label="Never used" isChecked isDisabled onChange={setSure} help="Set by the backend." />
            <Select
              label="Lock after"
              value={lockAfter}
              onChange={setLockAfter}
              options={[
                { value: '1', label: '1 minute' },
                { value: '5', label: '5 minutes' },
                { value: '10', label: '10 minutes' },
              ]}
            />
            <Slider label="Level" value={level} onChange={setLevel} min={0} max={100} valueText={`${level} %`} />
          </Part>
          <Part title="Settings" isWide>
            <Card label="Settings">
              <Setting
                icon="eye"
                title="Hide codes until asked"
                meta="Each code is shown for ten seconds."
                metaId="hide-meta"
              >
                <Switch label="Hide codes until asked" isOn={isOn} onChange={setOn} describedBy="hide-meta" />
              </Setting>
              <Setting icon="lock" title="Lock after">
                <Select
                  label="Lock after"
                  isLabelHidden
                  value={lockAfter}
                  onChange={setLockAfter}
                  options={[
                    { value: '5', label: '5 minutes' },
                    { value: '10', label: '10 minutes' },
                  ]}
                />
              </Setting>
              <Setting icon="type" title="Passphrase" meta="Changed 4 March.">
                <Button>Change the passphrase</Button>
              </Setting>
            </Card>
          </Part>
          <Part title="Digits">
            <SixDigits
              label="Eight digits"
              length={8}
              value={eight}
              onChange={setEight}
              onComplete={(all) => toast(`All: ${all}`)}
              help="From the token’s display"
            />
            <SixDigits label="Ten" length={10} value="" onChange={() => undefined} />
            <SixDigits label="Five" length={5} value="123" onChange={() => undefined} />
          </Part>
          <Part title="Work in progress">
            <DoneBy
              items={[
                { key: '1', state: 'done', text: 'The backend made a seed' },
                { key: '2', state: 'running', text: 'Giving it two codes' },
                { key: '3', state: 'waiting', text: 'Linking it to the entry' },
                { key: '4', state: 'failed', text: 'Backup was not written' },
              ]}
            />
            <ProgressLine label="Known" value={40} />
            <ProgressLine label="Unknown" tone="live" />
            <span className="num faint">{new Date(second).toISOString()}</span>
            <Actions>
              <Button
                onClick={() => toast({ text: 'The backend did not answer. Nothing was changed.', tone: 'danger' })}
              >
                Trouble
              </Button>
              <Button
                onClick={() =>
                  toast({ text: 'Moved to the bin.', action: { label: 'Undo', onSelect: () => undefined } })
                }
              >
                Undo
              </Button>
              <Button onClick={() => announce('9 devices')}>Announce</Button>
              <Popover label="How" trigger={<IconButton icon="help" label="How it was measured" />}>
                <p>The demo backend tells its time with each answer.</p>
              </Popover>
              <Button variant="danger-quiet" onClick={() => setAsking(true)}>
                Erase…
              </Button>
            </Actions>
          </Part>
        </div>
      </Page>
      <ConfirmByName
        isOpen={isAsking}
        onClose={() => setAsking(false)}
        title="Reset the blue YubiKey?"
        name="Blue YubiKey"
        prompt={
          <>
            Type <b>Blue YubiKey</b> to go on
          </>
        }
        keepLabel="Keep it"
        confirmLabel="Erase the blue YubiKey"
        onConfirm={() => setAsking(false)}
        effects={[
          { key: '1', tone: 'danger', name: 'Signaturportal für Behörden', outcome: 'Locked for good' },
          { key: '2', tone: 'warn', name: 'Root user, Northwind production', outcome: '1 device left' },
          { key: '3', tone: 'ok', name: 'alice.okonkwo-brandt', outcome: '2 devices left' },
        ]}
      >
        <p className="muted">Its PIN and all 12 passkeys are erased, and every account it opens loses it.</p>
      </ConfirmByName>
    </Main>
  )
}
